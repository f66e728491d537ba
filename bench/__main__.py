"""`python -m bench`: every figure that DESIGN promises, ours beside its yardstick, in one run.

Whatever is compared takes turns in one run (ours, by hand, by hand, ours), and the quicker of two
counts: a machine that is busy with other things slows down one of them, and rarely all.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from servers import empty

from bench.commands import measure_commands
from bench.control import measure_control
from bench.engines import NAMES, started
from bench.loading import BY_HAND, OURS, Measured, measure
from bench.paths import LARGE, in_large_view, in_store
from bench.report import Line, against, draw, write_json
from bench.rivals import measure_rivals, stored_lines
from bench.synthetic import Generated
from graph.engines.endpoint import EMBEDDED, Endpoint

NODES, LINKS = 100_000, 200_000
AGAIN_AT_MOST = {True: 0.25, False: 0.15}  # on the embedded engine, and on Neo4j
MEMORY_AT_MOST = 1.1


def main() -> None:
    """Measure, print, and write JSON where asked to."""
    options = _parser().parse_args()
    scale = 10 if options.quick else 1
    about = _about(scale)
    lines: list[Line] = []

    def tell(title: str, found: Iterator[Line]) -> None:
        sys.stderr.write(f"measuring {title} ...\n")
        new = list(found)
        draw(title, new)
        lines.extend(new)

    graph = Generated(NODES // scale, LINKS // scale)
    for name in options.engine or NAMES:
        with started(name) as endpoint:
            if endpoint:
                title = f"{name}: {graph.nodes:,} nodes, {graph.links:,} relationships"
                tell(title, _on_engine(name, endpoint, graph))
    large = Generated(LARGE.nodes // scale, LARGE.links // scale)
    tell(f"the view: {large.links:,} relationships", in_large_view(large))
    tell("control and integrated ownership", measure_control(scale))
    tell("rivals, entangled and owners", measure_rivals(scale))
    tell("the same on the packaged records", stored_lines(options.engine or NAMES))
    tell("whole processes, the median of 10", measure_commands())
    if options.json:
        write_json(options.json, about, lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Entrepôt.")
    parser.add_argument("--quick", action="store_true", help="with a tenth of the size")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--engine", action="append", choices=NAMES, help="only this; repeatable")
    return parser


def _about(scale: int) -> dict[str, object]:
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    return {**machine, "loadAverage": os.getloadavg()[0], "scale": 1 / scale}


def _on_engine(name: str, endpoint: Endpoint, graph: Generated) -> Iterator[Line]:
    for line in (*_loads(endpoint, graph), *in_store(endpoint, graph)):
        yield line.of(name)


def _loads(endpoint: Endpoint, graph: Generated) -> Iterator[Line]:
    half = Generated(graph.nodes // 2, graph.links // 2, graph.seed)
    small = Generated(graph.nodes // 5, graph.links // 5, graph.seed)
    for how in (OURS, BY_HAND):  # a server gets quicker while it compiles what it runs
        _fresh(how, endpoint, small)
    smaller = _fresh(OURS, endpoint, half)
    one = _fresh(OURS, endpoint, graph)
    theirs = [_fresh(BY_HAND, endpoint, graph) for _ in range(2)]
    ours = [one, _fresh(OURS, endpoint, graph)]
    first, by_hand = _quickest(ours), _quickest(theirs)
    again = _quickest([measure(OURS, endpoint, graph) for _ in range(2)])
    count = graph.nodes + graph.links
    yield against("load", first, by_hand, f"UNWIND MERGE, {count / by_hand:,.0f} a second", 1.25)
    limit = AGAIN_AT_MOST[endpoint.engine == EMBEDDED]
    yield against("second load, nothing changed", again, first, "first load", limit)
    peak = max(each.peak_mb for each in ours)
    what = "peak memory of the loader"
    yield against(what, peak, smaller.peak_mb, "half the graph", MEMORY_AT_MOST, "MB")


def _fresh(how: str, endpoint: Endpoint, graph: Generated) -> Measured:
    """A load into an empty store."""
    empty(endpoint)
    return measure(how, endpoint, graph)


def _quickest(runs: list[Measured]) -> float:
    return min(run.seconds for run in runs)


if __name__ == "__main__":
    main()
