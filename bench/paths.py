"""Paths in generated graphs: searched in the view, told from a store, and by Cypher beside them."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from bench.report import Line, below
from bench.synthetic import Generated, node_id
from graph.engines.endpoint import Endpoint
from graph.queries.distinct import distinct_routes
from graph.queries.joining import join_nodes
from graph.queries.path import find_path
from graph.queries.routes import Choice
from graph.store import Store
from graph.store_graph import StoreGraph
from graph.views.links import LinkView, build_view, open_view
from ontology.values import Date

HOPS = 6
SEARCHES = 300
ANSWERS = 60
REPEATS = 3
LARGE = Generated(nodes=300_000, links=1_000_000)
AS_OF = Date.parse("2012-06-30")
SHORTEST = """
MATCH (a:Entrepot {id: $a}), (b:Entrepot {id: $b}), p = shortestPath((a)-[*..6]-(b))
RETURN length(p) AS hops
"""
Pair = tuple[str, str]
Result = TypeVar("Result")


def in_store(endpoint: Endpoint, graph: Generated) -> Iterator[Line]:
    """Paths in a graph that a store holds: its view, searches in it, and whole answers."""
    with Store.open(endpoint) as store, tempfile.TemporaryDirectory() as folder:
        asked = StoreGraph(store)
        rebuilt, view = _timed(lambda: open_view(asked, Path(folder)))
        yield below("view rebuilt from the store", rebuilt, "s", 30)
        opened, view = _timed(lambda: open_view(asked, Path(folder)))
        yield Line("view opened, kept", opened * 1000, "ms")
        yield from _searches("path searched in the view", view, graph)
        pairs = _pairs(graph, ANSWERS)
        told = _times(lambda a, b: find_path(asked, a, b, view=view), pairs)
        cypher = _times(lambda a, b: store.read(SHORTEST, {"a": a, "b": b}), pairs)
        for name, place in (("p50", 49), ("p95", 94)):
            mine, theirs = _percentile(told, place), _percentile(cypher, place)
            what = f"path answered with dates and sources, {name}"
            yield Line(what, mine, "ms", theirs, "Cypher's shortestPath: one, and no texts")


def in_large_view(graph: Generated = LARGE) -> Iterator[Line]:
    """Paths in a graph of a million links, of which there is only the view."""
    links = list(graph.make_links())
    rebuilt, view = _timed(lambda: build_view(links))
    yield below("view built from links at hand", rebuilt, "s", 30)
    yield from _searches("path searched in the view", view, graph)
    yield from _searches(f"the same as of {AS_OF.text}", view, graph, AS_OF)
    linked = [pair for pair in _pairs(graph, SEARCHES) if _is_linked(view, *pair)]
    fours = [(*one, *other) for one, other in zip(linked[::2], linked[1::2], strict=False)]
    times = _times(lambda *ids: _join(view, ids), fours)
    yield Line("four actors joined by a tree, p50", _percentile(times, 49), "ms")
    yield below("four actors joined by a tree, p95", _percentile(times, 94), "ms", 100)


def _searches(
    what: str, view: LinkView, graph: Generated, as_of: Date | None = None
) -> Iterator[Line]:
    def search(start: str, goal: str) -> object:
        ends = view.nodes.find(start), view.nodes.find(goal)
        return distinct_routes(view, *ends, Choice(as_of), max_hops=HOPS, limit=3)

    linked = [(a, b) for a, b in _pairs(graph, SEARCHES) if _is_linked(view, a, b)]
    times = _times(search, linked)
    yield Line(f"{what}, p50", _percentile(times, 49), "ms")
    yield below(f"{what}, p95", _percentile(times, 94), "ms", 10)


def _join(view: LinkView, ids: tuple[str, ...]) -> object:
    return join_nodes(view, [view.nodes.find(own) for own in ids], Choice(), HOPS)


def _is_linked(view: LinkView, *ids: str) -> bool:
    return all(view.nodes.find(own) >= 0 for own in ids)


def _pairs(graph: Generated, count: int) -> list[Pair]:
    """Pairs of different nodes, the same in every run."""
    chance = random.Random(graph.seed)
    numbers = (chance.sample(range(graph.nodes), 2) for _ in range(count))
    return [(node_id(a), node_id(b)) for a, b in numbers]


def _times(ask: Callable[..., object], pairs: Iterable[tuple[str, ...]]) -> list[float]:
    """Milliseconds of each question, the quickest of a few: others may keep the machine busy."""
    repeated = ([_timed(partial(ask, *pair))[0] for _ in range(REPEATS)] for pair in pairs)
    return [1000 * min(times) for times in repeated]


def _percentile(values: list[float], place: int) -> float:
    return quantiles(values, n=100, method="inclusive")[place]


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    since = time.perf_counter()
    result = work()
    return time.perf_counter() - since, result
