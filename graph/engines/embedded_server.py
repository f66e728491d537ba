"""The server process of an embedded store: `python -m graph.engines.embedded_server FOLDER`.

    take the folder's lock → start ArcadeDB → open the database → make the accounts
    → publish the runtime file → wait: for a signal, or for nobody to need us → stop

ArcadeDB runs inside this Python process. Its accounts are made anew at every
start with new random passwords, so no password outlives the runtime file, and a
damaged file of accounts cannot keep a store from opening.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import select
import shutil
import signal
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import psutil
from filelock import FileLock, Timeout

from graph.engines import runtime_file
from graph.engines.runtime_file import DATABASE, HOST, Runtime

WRITER = "root"
READER = "reader"

# For as long as another server of the folder may take to stop.
LOCK_LIMIT = 60.0
# For as long as ArcadeDB may take to close its files; a statement that cannot be
# ended may keep it for ever, and what was acknowledged is on the disk already.
STOP_LIMIT = 20.0
LONGEST_LOOK = 5.0

JAVA = [
    "-Xrs",  # SIGTERM is ours: Java's own handler would end the process under Python's feet
    "-XX:+ExitOnOutOfMemoryError",  # a restart is safe, going on without some thread is not
]

# All by -D: given as the server's configuration, `txWalFlush` is silently not
# passed on to the databases, and a power cut would lose acknowledged writes.
SETTINGS = {
    "txWalFlush": 2,  # fsync at every commit
    "bolt.port": 0,
    "bolt.host": HOST,
    "bolt.defaultDatabase": DATABASE,
    "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    "server.mode": "development",  # mode `production` hides the texts of errors
    "server.saltIterations": 1024,  # stretching is for passwords that can be guessed
}

# What a question may do. Limits of rows and time are ours: the group's cut silently.
READ_ONLY = {
    "resultSetLimit": -1,
    "readTimeout": -1,
    "access": [],
    "types": {"*": {"access": ["readRecord"]}},
}


def main(arguments: list[str] | None = None) -> None:
    """Serve a folder until told to stop, or not at all if another process does already."""
    options = _parser().parse_args(arguments)
    folder: Path = options.folder.absolute()
    if options.detach:
        _detach()
    os.umask(0o077)
    lock = _take_lock(folder)
    if lock is not None:
        wake = _listen_to_signals()
        _start_log(folder)
        _Server(folder, options.idle_seconds, options.heap).serve(wake)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="embedded_server", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--idle-seconds", type=float, default=900)
    parser.add_argument("--heap", default="1g")
    parser.add_argument("--detach", action="store_true", help="serve in a process of its own")
    return parser


def _detach() -> None:
    """Go on in a child whose id is printed, so that nobody has to wait for our end."""
    child = os.fork()
    if child:
        os.write(1, f"{child}\n".encode())
        os._exit(0)
    os.dup2(2, 1)  # whoever reads the id waits for this pipe to be closed


def _take_lock(folder: Path) -> FileLock | None:
    """The right to serve the folder; None when another process got it and serves.

    The system gives it back when this process ends, however it ends.
    """
    lock = FileLock(folder / runtime_file.LOCK, timeout=0, mode=0o600)
    deadline = time.monotonic() + LOCK_LIMIT
    while True:
        try:
            lock.acquire()
            return lock
        except Timeout:
            runtime = runtime_file.read(folder)
            if runtime is not None and runtime.is_alive():
                return None
            if time.monotonic() > deadline:
                raise SystemExit("another server of this store neither serves nor ends") from None
        time.sleep(0.05)


def _listen_to_signals() -> int:
    """A file that becomes readable when we are asked to stop.

    Python runs handlers only between its own steps, and a handler that raises
    may do so in the middle of a call into Java: a pipe waits until we look.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return reader


def _start_log(folder: Path) -> None:
    """Write on to a fresh log, and keep the last one: it may tell of a crash."""
    log = folder / runtime_file.LOG
    with suppress(FileNotFoundError):
        os.replace(log, folder / runtime_file.OLD_LOG)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


class _Server:
    """ArcadeDB, from its start to its end."""

    def __init__(self, folder: Path, idle_seconds: float, heap: str) -> None:
        self.folder = folder
        self.root = folder / runtime_file.ENGINE
        self.idle_seconds = idle_seconds
        self.heap = heap
        self.passwords = {name: secrets.token_urlsafe(24) for name in (WRITER, READER)}
        self.server: Any = None  # kept, because ArcadeDB's wrapper stops it when forgotten
        self.runtime: Runtime | None = None

    def serve(self, wake: int) -> NoReturn:
        """Serve until it is time to stop, and end the process."""
        try:
            self._start()
            self._wait(wake)
        except BaseException as error:
            # Last in the log, where whoever started us looks for the reason.
            self._end(1, f"{type(error).__name__}: {' '.join(str(error).split())}")
        self._end(0)

    def _start(self) -> None:
        """Start ArcadeDB and publish how it is reached."""
        # Not at the top: 400 ms that a process which does not get the lock need not spend.
        from arcadedb_embedded._version import __version__  # type: ignore[import-untyped]
        from arcadedb_embedded.server import ArcadeDBServer  # type: ignore[import-untyped]

        self.root.mkdir(exist_ok=True)
        os.chdir(self.root)  # ArcadeDB writes some logs to the current folder
        shutil.rmtree(self.root / "config", ignore_errors=True)
        self.server = ArcadeDBServer(
            str(self.root),
            self.passwords[WRITER],
            config={"http_port": 0, "host": HOST},
            jvm_kwargs={"heap_size": self.heap, "jvm_args": self._java_arguments()},
        )
        self.server.start()
        self._open_database()
        self._make_reader()
        self.runtime = self._describe(__version__)
        runtime_file.write(self.folder, self.runtime)

    @property
    def _java(self) -> Any:
        return self.server._java_server

    def _java_arguments(self) -> list[str]:
        settings = SETTINGS | {"server.logsDirectory": str(self.root / "log")}
        return JAVA + [f"-Darcadedb.{name}={value}" for name, value in settings.items()]

    def _open_database(self) -> None:
        database = self._java.getDatabase(DATABASE, True, True)
        flush = _java_class("com.arcadedb.GlobalConfiguration").valueOf("TX_WAL_FLUSH")
        if database.getConfiguration().getValueAsInteger(flush) != SETTINGS["txWalFlush"]:
            raise RuntimeError("ArcadeDB does not flush its log at every commit")

    def _make_reader(self) -> None:
        to_java = _java_class("com.arcadedb.serializer.json.JSONObject")
        security = self._java.getSecurity()
        security.saveGroup(DATABASE, READER, to_java(json.dumps(READ_ONLY)))
        password = str(security.encodePassword(self.passwords[READER]))
        user = {"name": READER, "password": password, "databases": {DATABASE: [READER]}}
        security.createUser(to_java(json.dumps(user)))

    def _describe(self, version: str) -> Runtime:
        bolt = next(
            int(plugin.getPort())
            for plugin in self._java.getPlugins()
            if hasattr(plugin, "getPort")
        )
        # Asked for its port, the HTTP server answers 0, what it was told.
        http = next(port for port in _ports("LISTEN") if port != bolt)
        pid = os.getpid()
        return Runtime(
            pid=pid,
            birth=runtime_file.birth_of(pid) or "",
            bolt_port=bolt,
            http_port=http,
            username=WRITER,
            password=self.passwords[WRITER],
            reader_username=READER,
            reader_password=self.passwords[READER],
            version=version,
            started=datetime.now(UTC).isoformat(timespec="seconds"),
            idle_seconds=self.idle_seconds,
            heap=self.heap,
        )

    def _wait(self, wake: int) -> None:
        """Return when asked to stop, when idle for long, or when the runtime file has gone."""
        look = min(LONGEST_LOOK, self.idle_seconds / 4)
        heartbeat, since = self._heartbeat(), time.monotonic()
        while not select.select([wake], [], [], look)[0]:
            latest = self._heartbeat()
            if latest is None:
                return
            if len(_ports("LISTEN")) < len(("bolt", "http")):
                raise RuntimeError("ArcadeDB stopped listening")
            if latest != heartbeat or _ports("ESTABLISHED"):
                heartbeat, since = latest, time.monotonic()
            elif time.monotonic() - since >= self.idle_seconds and self._retire(heartbeat):
                return

    def _heartbeat(self) -> int | None:
        """The last time that somebody wanted us; None when the runtime file was removed."""
        try:
            return (self.folder / runtime_file.RUNTIME).stat().st_mtime_ns
        except OSError:
            return None

    def _retire(self, heartbeat: int | None) -> bool:
        """Take the runtime file away, unless somebody came at the last moment.

        Whoever touched it before it went is seen here in its time, and whoever
        comes later finds no file and starts a server, which waits for our lock.
        """
        path = self.folder / runtime_file.RUNTIME
        with open(path, "rb") as file:
            path.unlink()
            wanted = os.fstat(file.fileno()).st_mtime_ns != heartbeat
        if self.runtime is not None and (wanted or _ports("ESTABLISHED")):
            runtime_file.write(self.folder, self.runtime)
            return False
        return True

    def _end(self, code: int, message: str = "") -> NoReturn:
        """Stop serving and end the process, at once if ArcadeDB does not stop by itself.

        Without Python's own way out, which waits for every thread of Java's.
        """
        threading.Thread(target=_end_later, args=(STOP_LIMIT,), daemon=True).start()
        with suppress(Exception):
            if self.runtime is not None and runtime_file.read(self.folder) == self.runtime:
                (self.folder / runtime_file.RUNTIME).unlink(missing_ok=True)
        with suppress(Exception):
            if self.server is not None:
                self.server.stop()
        if message:
            os.write(2, f"\n{message}\n".encode())
        os._exit(code)


def _java_class(name: str) -> Any:
    # Comes with ArcadeDB, and is as late.
    from jpype import JClass  # type: ignore[import-untyped]

    return JClass(name)


def _ports(state: str) -> list[int]:
    """Our own ports of the connections in a state."""
    connections = psutil.Process().net_connections("tcp")
    return [connection.laddr.port for connection in connections if connection.status == state]


def _end_later(seconds: float) -> None:
    time.sleep(seconds)
    os.write(2, b"ended before the database was closed: it did not stop in time\n")
    os._exit(1)


if __name__ == "__main__":
    main()
