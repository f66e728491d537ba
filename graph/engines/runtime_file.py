"""The runtime file of an embedded server: who serves a store folder, and how it is reached.

    FOLDER/entrepot-store.json   says that the folder is a store of ours
    FOLDER/server.json           the runtime file, there while a server runs; mode 600
    FOLDER/server.lock           held by the server process as long as it lives
    FOLDER/server.log(.1)        what this server, and the one before it, had to say
    FOLDER/arcadedb/             the server's root: config, databases, log

Every command reads this file on its way to an answer, so reading it imports
nothing heavy and costs well under a millisecond. Its modification time is the
heartbeat: whoever is about to connect touches it, and the server stops when
nobody has for long. Only the server writes it and, idle, takes it away, so a
touch that finds the file gone means: start one.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.engines.endpoint import EMBEDDED, Endpoint

MARKER = "entrepot-store.json"
RUNTIME = "server.json"
DRAFT = "server.json.new"
LOCK = "server.lock"
LOG = "server.log"
OLD_LOG = "server.log.1"
ENGINE = "arcadedb"

DATABASE = "entrepot"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Runtime:
    """What the runtime file says of a server."""

    pid: int
    birth: str
    bolt_port: int
    http_port: int
    username: str
    password: str
    reader_username: str
    reader_password: str
    version: str
    started: str
    idle_seconds: float
    heap: str

    @property
    def endpoint(self) -> Endpoint:
        """The same, as the rest of the code wants it."""
        return Endpoint(
            uri=f"bolt://{HOST}:{self.bolt_port}",
            username=self.username,
            password=self.password,
            database=DATABASE,
            reader_username=self.reader_username,
            reader_password=self.reader_password,
            engine=EMBEDDED,
            http_url=f"http://{HOST}:{self.http_port}",
        )

    def is_alive(self) -> bool:
        """Whether the very process that wrote this still runs."""
        return birth_of(self.pid) == self.birth


def read(folder: Path) -> Runtime | None:
    """The runtime file's content; None where there is none, or none that can be read."""
    try:
        with open(folder / RUNTIME, encoding="utf-8") as file:
            return Runtime(**json.load(file))
    except (OSError, ValueError, TypeError):
        return None


def write(folder: Path, runtime: Runtime) -> None:
    """Write the runtime file in one step, for the owner's eyes only."""
    draft = folder / DRAFT
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(runtime), file, indent=1)
    os.replace(draft, folder / RUNTIME)


def touch(folder: Path) -> bool:
    """Tell the server that it is wanted; False when it has just taken its file away."""
    try:
        os.utime(folder / RUNTIME)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # a store that is read-only by now is still served
    return True


def birth_of(pid: int) -> str | None:
    """When a process began, as text that no other process shares; None if it has ended.

    Process ids are used again, so an id alone may name a stranger. On Linux the
    answer is the boot and the clock tick within it, because the wall-clock time
    that psutil computes moves when the clock is set.

    >>> birth_of(os.getpid()) == birth_of(os.getpid())
    True
    """
    if sys.platform == "linux":
        return _birth_on_linux(pid)
    import psutil  # 20 ms, and needed only where there is no /proc

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.Error:
        return None


def _birth_on_linux(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            # The second field is the command in parentheses, and may hold blanks.
            fields = file.read().rpartition(")")[2].split()
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
    except OSError:
        return None
    ended = fields[0] in "ZX"
    return None if ended else f"{boot}/{fields[19]}"
