"""The folder of an embedded store: made ours before anything is written, and removed with care.

A folder is ours when it holds our marker. One that holds other people's files
and no marker is never written to, and of ours only what we know is removed, so
that a mistyped `--store ~` costs nobody a file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.engines.runtime_file import DRAFT, ENGINE, LOCK, LOG, MARKER, OLD_LOG, RUNTIME
from graph.errors import StoreUnavailable

VIEWS = "views"  # kept here by graph.views, beside the data that they were built from

OURS = (ENGINE, VIEWS, RUNTIME, DRAFT, LOG, OLD_LOG, LOCK, MARKER)

# ArcadeDB recovers from a full disk, but hides the reason from Bolt.
MINIMUM_FREE = 50_000_000

CHOOSE = "choose another folder with --store or ENTREPOT_STORE"


@contextmanager
def naming(folder: Path) -> Iterator[None]:
    """Turn a refusal of the file system into an error that names the folder and a way out."""
    try:
        yield
    except TimeoutError:  # waiting for a lock
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreUnavailable(
            f"cannot write to the store's folder {folder} ({reason})", hint=CHOOSE
        ) from error


def prepare(folder: Path) -> None:
    """Make sure that the folder is there, ours, writable, and on a disk with room."""
    with naming(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_ours(folder):
            _adopt(folder)
        if not os.access(folder, os.W_OK | os.X_OK):  # true of read-only mounts even for root
            raise PermissionError(0, "it is read-only")
    check_space(folder)


def is_ours(folder: Path) -> bool:
    """Whether the folder is a store of ours."""
    return (folder / MARKER).is_file()


def _adopt(folder: Path) -> None:
    if any(entry.name not in OURS for entry in folder.iterdir()):
        raise StoreUnavailable(
            f"{folder} holds other files and is no store of Entrepôt", hint=CHOOSE
        )
    folder.chmod(0o700)
    (folder / MARKER).write_text(json.dumps({"store": "entrepot", "format": 1}) + "\n")


def check_space(folder: Path) -> None:
    """Refuse to go on when the disk below the folder is nearly full."""
    free = shutil.disk_usage(folder).free
    if free < MINIMUM_FREE:
        raise StoreUnavailable(
            f"only {free / 1e6:.0f} MB are free on the disk of the store {folder}",
            hint=f"free at least {MINIMUM_FREE / 1e6:.0f} MB, or {CHOOSE}",
        )


def size_of(folder: Path) -> int:
    """Bytes that the store's own files take up.

    >>> size_of(Path("no/such/folder"))
    0
    """
    return sum(_size(folder / name) for name in OURS)


def _size(path: Path) -> int:
    try:
        if path.is_dir() and not path.is_symlink():
            return sum(_size(entry) for entry in path.iterdir())
        return path.lstat().st_size
    except FileNotFoundError:  # a running server makes and removes files meanwhile
        return 0


def remove(folder: Path) -> None:
    """Remove what is ours, marker last, and then the folder if nothing else is in it."""
    for name in OURS:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
