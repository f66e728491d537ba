"""Loads that are killed at random points, each followed by a complete one: equal graphs, or not.

    python -m bench.kill 100

The loader or the embedded server under it ends by SIGKILL, at a random moment from shortly before
the first write to the end, and a load that was quicker does not count; in every other pair of
rounds once more, so that a load also starts from what two killed ones left. Every round begins with
an empty store and has to end in the hash of a load that was left alone. The records are copied
first, so that they may be edited meanwhile.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ROOT
from graph.engines import embedded
from graph.engines.embedded_http import command
from graph.opening import open_folder
from graph.store import COMPLETE
from loaders.checking import PACKAGED
from loaders.loading import load

_LOADER = """
import sys
from pathlib import Path
from graph.opening import open_folder
from loaders.loading import load
from loaders.progress import Silent

class Told(Silent):
    def begin(self, what, total):
        print(what, flush=True)

with open_folder(Path(sys.argv[1]), access="write") as store:
    load(store, Path(sys.argv[2]), progress=Told())
"""
VICTIMS = ("loader", "server")
_BEFORE_WRITING = 0.8  # of the time until the first write, when the schema is about to be made


@dataclass
class Whole:
    """A load that was left alone: its graph's hash, when it began to write, and when it ended."""

    graph_hash: str
    writing: float
    ended: float

    def moment(self, chance: random.Random) -> float:
        """A random moment at which there is something to be interrupted."""
        return chance.uniform(_BEFORE_WRITING * self.writing, self.ended)

    def hurry(self, lasted: float) -> None:
        """Expect loads to be as quick as one was: servers get quicker, and machines less busy."""
        self.writing *= lasted / self.ended
        self.ended = lasted


@dataclass(frozen=True)
class Round:
    """What was killed, after how many seconds each time, what that left, and if it was mended."""

    victim: str
    after: tuple[float, ...]
    left: str
    is_equal: bool

    def __str__(self) -> str:
        times = " and ".join(f"{seconds:.2f} s" for seconds in self.after)
        end = "equal" if self.is_equal else "DIFFERENT"
        return f"{self.victim} killed after {times}, left: {self.left}, mended: {end}"


def rounds(folder: Path, records: Path, count: int, seed: int) -> Iterator[Round]:
    """So many rounds, one after the other."""
    whole = _measure(folder, records)
    chance = random.Random(seed)
    for number in range(count):
        victim = VICTIMS[number % len(VICTIMS)]
        kills = 1 + number // len(VICTIMS) % 2
        yield _kill_and_mend(folder, records, whole, victim, kills, chance)


def _measure(folder: Path, records: Path) -> Whole:
    _empty(folder)
    loader = _start_loader(folder, records)
    begun = time.monotonic()
    assert loader.stdout is not None
    loader.stdout.readline()
    writing = time.monotonic() - begun
    loader.communicate()
    assert loader.returncode == 0
    ended = time.monotonic() - begun
    with open_folder(folder) as store:
        return Whole(store.graph_hash(), writing, ended)


def _kill_and_mend(
    folder: Path, records: Path, whole: Whole, victim: str, kills: int, chance: random.Random
) -> Round:
    """Kill so many loads one after the other, load again, and compare the hashes."""
    after: list[float] = []
    while not after:
        _empty(folder)
        for moment in [whole.moment(chance) for _ in range(kills)]:
            lasted = _kill(folder, records, victim, moment)
            if lasted is None:
                after.append(moment)
            elif not after:
                whole.hurry(lasted)
                break
    with open_folder(folder, access="write") as store:
        left = store.meta().state or "nothing"
        load(store, records)
        is_equal = store.graph_hash() == whole.graph_hash and store.meta().state == COMPLETE
    return Round(victim, tuple(after), left, is_equal)


def _kill(folder: Path, records: Path, victim: str, after: float) -> float | None:
    """Kill a load or its server after some seconds; how long it took where it was quicker."""
    loader = _start_loader(folder, records)
    begun = time.monotonic()
    try:
        loader.wait(after)
    except subprocess.TimeoutExpired:
        pass
    else:
        loader.communicate()
        return time.monotonic() - begun
    if victim == "server":
        pid = embedded.status(folder).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    loader.kill()  # it would try for a while to reach the server
    loader.communicate()
    return None


def _empty(folder: Path) -> None:
    """Make the database anew, which is quicker than to wipe it."""
    with open_folder(folder) as store:
        endpoint = store.endpoint
    command(endpoint, f"drop database {endpoint.database}")
    command(endpoint, f"create database {endpoint.database}")


def _start_loader(folder: Path, records: Path) -> subprocess.Popen[str]:
    """A loader in a process of its own, which has just begun."""
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
    """Run the rounds and tell of each; exits with 1 if one was not mended."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill")
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("--records", type=Path, default=PACKAGED)
    parser.add_argument("--seed", type=int, help="of the moments; printed where none is given")
    asked = parser.parse_args()
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    _say(f"{asked.count} rounds, seed {seed}")
    done: list[Round] = []
    with tempfile.TemporaryDirectory(prefix="entrepot-kill-") as name:
        folder, records = Path(name) / "store", Path(name) / "records"
        shutil.copytree(asked.records, records)
        try:
            for each in rounds(folder, records, asked.count, seed):
                done.append(each)
                _say(f"{len(done):4} {each}")
        finally:
            embedded.stop(folder)
    left = Counter(each.left for each in done)
    _say(f"left behind: {', '.join(f'{count} {what}' for what, count in sorted(left.items()))}")
    equal = sum(each.is_equal for each in done)
    _say(f"{equal} of {len(done)} equal")
    sys.exit(0 if equal == len(done) else 1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
