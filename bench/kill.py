"""Loads that are killed at random points, each followed by a complete one: equal graphs, or not.

    python -m bench.kill 100

Half of the rounds kill the loader, half the embedded server under it, each with SIGKILL after a
random time. Every round starts from an empty store and must end in the hash of a load that was
left alone.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from graph.engines import embedded
from graph.engines.embedded_http import command
from graph.opening import open_folder
from graph.store import COMPLETE
from loaders.loading import load

_LOADER = """
import sys
from pathlib import Path
from graph.opening import open_folder
from loaders.loading import load
with open_folder(Path(sys.argv[1]), access="write") as store:
    print("begin", flush=True)
    load(store, Path(sys.argv[2]))
"""
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Round:
    """What was killed, after how long, what it left behind, and whether the next load mended it."""

    victim: str
    after: float
    left: str
    is_equal: bool


def kill_and_mend(folder: Path, records: Path, wanted: str, victim: str, after: float) -> Round:
    """Kill a load or its server after some seconds, load again, and compare with `wanted`."""
    _empty(folder)
    loader = _start_loader(folder, records)
    time.sleep(after)
    if victim == "server":
        pid = embedded.status(folder).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    loader.send_signal(signal.SIGKILL)
    loader.communicate()
    with open_folder(folder, access="write") as store:
        left = store.meta().state or "nothing"
        load(store, records)
        is_equal = store.graph_hash() == wanted and store.meta().state == COMPLETE
    return Round(victim, after, left, is_equal)


def measure(folder: Path, records: Path) -> tuple[str, float]:
    """The hash of a load that is left alone, and how long its loader works."""
    _empty(folder)
    loader = _start_loader(folder, records)
    begun = time.monotonic()
    loader.communicate()
    assert loader.returncode == 0
    with open_folder(folder) as store:
        return store.graph_hash(), time.monotonic() - begun


def rounds(folder: Path, records: Path, count: int, seed: int) -> list[Round]:
    """Several rounds, loader and server in turn; equal seeds kill at equal moments."""
    wanted, lasting = measure(folder, records)
    chance = random.Random(seed)
    return [
        kill_and_mend(
            folder, records, wanted, ("loader", "server")[number % 2], chance.uniform(0, lasting)
        )
        for number in range(count)
    ]


def _empty(folder: Path) -> None:
    """Make the database anew, which is quicker than to wipe it."""
    with open_folder(folder) as store:
        endpoint = store.endpoint
    command(endpoint, f"drop database {endpoint.database}")
    command(endpoint, f"create database {endpoint.database}")


def _start_loader(folder: Path, records: Path) -> subprocess.Popen[str]:
    """A loader in a process of its own, which is about to write."""
    loader = subprocess.Popen(
        [sys.executable, "-c", _LOADER, str(folder), str(records)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert loader.stdout is not None
    loader.stdout.readline()
    return loader


def main() -> None:
    """Run the rounds and tell of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("--records", type=Path, default=ROOT / "loaders" / "records")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        try:
            done = rounds(folder, asked.records, asked.count, asked.seed)
        finally:
            embedded.stop(folder)
    for each in done:
        end = "equal" if each.is_equal else "DIFFERENT"
        sys.stdout.write(f"{each.victim:7} {each.after:6.2f} s  left: {each.left:8}  {end}\n")
    equal = sum(each.is_equal for each in done)
    sys.stdout.write(f"{equal} of {len(done)} ended in equal graphs\n")
    sys.exit(0 if equal == len(done) else 1)


if __name__ == "__main__":
    main()
