"""The embedded store: one ArcadeDB server per folder, started when first needed.

    ensure_started ── find ── the runtime file, if its process lives ──> Endpoint
          │
          └── prepare the folder, start `graph.engines.embedded_server`, wait for its runtime file

The server is a process of its own, so that only the first command pays for the
start of a Java machine (2 s) and the others find it warm. It is meant to be
forgotten: it stops by itself when idle, and a crash leaves nothing that the
next start does not put right. That two commands at once start one server is
decided by the server processes (whoever gets the lock serves), not here: a
command may be interrupted between starting one and seeing it up.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph.engines import runtime_file, store_folder
from graph.engines.embedded_http import terminate_running
from graph.engines.endpoint import Endpoint
from graph.engines.store_folder import check_space
from graph.errors import StoreUnavailable

__all__ = [
    "Endpoint",
    "EngineStatus",
    "check_space",
    "delete",
    "ensure_started",
    "find",
    "restart",
    "status",
    "stop",
    "terminate_running",
]

IDLE_SECONDS = 900
HEAP = "1g"
START_LIMIT = 120.0  # recovering a large log after a crash takes its time
RESTART_LIMIT = 2.0  # before a server that is kept busy by a statement is killed
LOCK_LIMIT = 5.0  # a killed process counts as ended a moment before its lock is free
_POLL = 0.03


@dataclass(frozen=True)
class EngineStatus:
    """What is to be said of a store folder and its server."""

    folder: Path
    running: bool
    pid: int | None
    bolt_port: int | None
    http_port: int | None
    size_bytes: int
    version: str
    started: str | None


def find(folder: Path) -> Endpoint | None:
    """The server that serves a folder, told that it is wanted; None when none runs."""
    runtime = runtime_file.read(folder)
    if runtime is not None and runtime.is_alive() and runtime_file.touch(folder):
        return runtime.endpoint
    if (folder / runtime_file.RUNTIME).exists():
        _remove_stale(folder)
    return None


def ensure_started(
    folder: Path,
    *,
    idle_seconds: float = IDLE_SECONDS,
    heap: str = HEAP,
    on_start: Callable[[], None] | None = None,
) -> Endpoint:
    """The server that serves a folder, started if none does; `on_start` is called before a start.

    `idle_seconds` and `heap` are for a server that this call starts: one that
    runs already keeps its own.
    """
    folder = folder.absolute()
    endpoint = find(folder)
    if endpoint is not None:
        return endpoint
    store_folder.prepare(folder)
    if on_start is not None:
        on_start()
    with store_folder.naming(folder):
        pid = _spawn(folder, idle_seconds, heap)
    return _await_endpoint(folder, pid)


def stop(folder: Path, *, timeout: float = 30) -> bool:
    """Stop the folder's server; False when none ran.

    A server that does not end in time is killed, which loses nothing that it
    has acknowledged.
    """
    runtime = _serving(folder, timeout)
    if runtime is None:
        return False
    _signal(runtime.pid, signal.SIGTERM)
    if not _ended(runtime, timeout):
        _signal(runtime.pid, signal.SIGKILL)
        _ended(runtime, timeout)
    _remove_stale(folder)
    return True


def restart(folder: Path) -> Endpoint:
    """A new server for the folder, after a statement that could not be ended."""
    runtime = runtime_file.read(folder)
    stop(folder, timeout=RESTART_LIMIT)
    if runtime is None:
        return ensure_started(folder)
    return ensure_started(folder, idle_seconds=runtime.idle_seconds, heap=runtime.heap)


def status(folder: Path) -> EngineStatus:
    """What is to be said of a folder; asking does not keep its server from stopping when idle."""
    runtime = runtime_file.read(folder)
    if runtime is not None and not runtime.is_alive():
        runtime = None
    return EngineStatus(
        folder=folder,
        running=runtime is not None,
        pid=runtime.pid if runtime else None,
        bolt_port=runtime.bolt_port if runtime else None,
        http_port=runtime.http_port if runtime else None,
        size_bytes=store_folder.size_of(folder),
        version=runtime.version if runtime else installed_version(),
        started=runtime.started if runtime else None,
    )


def delete(folder: Path) -> None:
    """Stop the folder's server and remove the store's files; other files in it stay."""
    if not folder.exists():
        return
    if not store_folder.is_ours(folder):
        raise StoreUnavailable(
            f"{folder} is no store of Entrepôt", hint="nothing was stopped or removed"
        )
    from filelock import FileLock, Timeout  # not on the way to an answer

    stop(folder)
    try:
        lock = FileLock(folder / runtime_file.LOCK, timeout=LOCK_LIMIT)
        with store_folder.naming(folder), lock:  # so that no server starts meanwhile
            store_folder.remove(folder)
    except Timeout as error:
        raise StoreUnavailable(
            f"a server that serves {folder} is just starting or stopping", hint="try again"
        ) from error


def installed_version() -> str:
    """The version of the engine that a start would use."""
    from importlib.metadata import version  # 50 ms

    return version("arcadedb-embedded")


def _serving(folder: Path, timeout: float) -> runtime_file.Runtime | None:
    """The server of a folder, after waiting for one that is just starting or stopping."""
    deadline = time.monotonic() + timeout
    while True:
        runtime = runtime_file.read(folder)
        if runtime is not None and runtime.is_alive():
            return runtime
        if _remove_stale(folder) or time.monotonic() > deadline:
            return None
        time.sleep(_POLL)


def _remove_stale(folder: Path) -> bool:
    """Whether no server has the folder; then a runtime file that one left behind is removed.

    A server holds the lock as long as it lives, and where one does the file is
    its own business. What cannot be locked has no server, and a stale file that
    cannot be removed does no harm.
    """
    from filelock import FileLock, Timeout  # not on the way to an answer

    if not store_folder.is_ours(folder):
        return True
    try:
        with FileLock(folder / runtime_file.LOCK, timeout=0, mode=0o600):
            (folder / runtime_file.RUNTIME).unlink(missing_ok=True)
    except Timeout:
        return False
    except OSError:
        return True
    return True


def _spawn(folder: Path, idle_seconds: float, heap: str) -> int:
    """Start a server process that outlives us; its process id."""
    import subprocess  # only to start a server

    command = [sys.executable, "-P", "-m", "graph.engines.embedded_server", "--detach"]
    command += ["--idle-seconds", str(idle_seconds), "--heap", heap, str(folder)]
    with open(folder / runtime_file.LOG, "ab") as log:
        started = subprocess.run(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            check=False,
        )
    if started.returncode != 0:
        raise _not_started(folder)
    return int(started.stdout)


def _environment() -> dict[str, str]:
    """Ours, and the way to this very code, which need not be installed."""
    import sysconfig  # only to start a server

    root = str(Path(__file__).resolve().parents[2])
    environment = dict(os.environ)
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([root, known] if known else [root])
    return environment


def _await_endpoint(folder: Path, pid: int) -> Endpoint:
    """Wait until the folder is served, by the process that we started or by a faster one."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        alive = runtime_file.birth_of(pid) is not None  # before the look, or its success is missed
        endpoint = find(folder)
        if endpoint is not None:
            return endpoint
        if not alive:
            raise _not_started(folder)
        time.sleep(_POLL)
    raise StoreUnavailable(
        f"the embedded store did not start within {START_LIMIT:.0f} seconds",
        hint=f"see {folder / runtime_file.LOG}",
    )


def _not_started(folder: Path) -> StoreUnavailable:
    """The error for a server that ended while starting: its log's last line is the reason."""
    log = folder / runtime_file.LOG
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    reason = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
    return StoreUnavailable(f"the embedded store did not start: {reason}", hint=f"see {log}")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _ended(runtime: runtime_file.Runtime, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while runtime.is_alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL)
    return True
