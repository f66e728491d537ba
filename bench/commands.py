"""What a user waits for: whole processes, from their start to their end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.report import Line

ROUNDS = 10
ENTREPOT = str(Path(sys.executable).with_name("entrepot"))
ASKED = ["path", "alibaba", "rocket internet"]
COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "entrepot --help": ([ENTREPOT, "--help"], 150),
    "entrepot --version": ([ENTREPOT, "--version"], 150),
    'entrepot path alibaba "rocket internet", warm': ([ENTREPOT, *ASKED], 500),
}


def measure_commands() -> Iterator[Line]:
    """The median of each command, one after the other in turn, so that a busy moment hits all."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        try:
            _run([ENTREPOT, "-q", "load"], environment)
            for line, _ in COMMANDS.values():
                _run(line, environment)
            times: dict[str, list[float]] = {name: [] for name in COMMANDS}
            for _ in range(ROUNDS):
                for name, (line, _limit) in COMMANDS.items():
                    times[name].append(_run(line, environment))
        finally:
            _run([ENTREPOT, "-q", "db", "stop"], environment)
    bare = median(times["python -c pass"])
    for name, (_, limit) in COMMANDS.items():
        if limit is not None:
            took = median(times[name])
            yield Line(name, took, "ms", bare, "python -c pass", f"< {limit:g} ms", took < limit)


def _environment(folder: Path) -> dict[str, str]:
    """A user's own: an embedded store, and modules that Python compiles once and then keeps."""
    foreign = ("NEO4J_", "PYTHONDONTWRITEBYTECODE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    store, modules = folder / "store", folder / "modules"
    return {**environment, "ENTREPOT_STORE": str(store), "PYTHONPYCACHEPREFIX": str(modules)}


def _run(line: list[str], environment: dict[str, str]) -> float:
    """Milliseconds of one process, which has to end well."""
    since = time.perf_counter()
    subprocess.run(line, env=environment, stdout=subprocess.DEVNULL, check=True)
    return 1000 * (time.perf_counter() - since)
