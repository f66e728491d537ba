"""Whether the embedded store has to be filled or refreshed before it can answer.

Only what was loaded from the package by itself is refreshed by itself: records that somebody
loaded from a folder of their own stay, whatever the package brings.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import loaders
from graph.store import COMPLETE, Meta

PACKAGED = Path(loaders.__file__).parent / "records"


class Upkeep:
    """What is remembered of the packaged records beside an embedded store's views."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "packaged.json"

    def reason(self, meta: Meta) -> str:
        """Why the packaged records have to be loaded, empty where they need not."""
        if not meta.version:
            return "the store is empty: loading the packaged records"
        if meta.is_older:
            return "the store is of an older version: building it anew from the packaged records"
        if meta.state != COMPLETE:
            return "a load did not come to its end: loading the packaged records"
        known = self._read()
        is_ours = known.get("edition") in meta.editions.values()
        if not is_ours or known.get("files") == _fingerprint():
            return ""
        if _edition() == known["edition"]:
            self.remember()
            return ""
        return "the package has newer records: loading them"

    def remember(self) -> None:
        """Note that the store has the packaged records as they are now."""
        content = {"edition": _edition(), "files": _fingerprint()}
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self.file.write_text(json.dumps(content))

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self.file.read_text())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def kept_hash(folder: Path, version: str, compute: Callable[[], str]) -> str:
    """The hash of a graph of this version: read once from the store, then from a file beside it."""
    file = folder / "hash.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text())
        if kept["version"] == version:
            return str(kept["hash"])
    found = compute()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({"version": version, "hash": found}))
        partial.replace(file)  # another process may be reading it
    return found


def _edition() -> str:
    from loaders.loading import edition_of  # slow to import, and seldom needed

    return edition_of(PACKAGED)


def _fingerprint() -> str:
    """What tells without reading them whether the record files may have changed."""
    stats = [path.stat() for path in sorted(PACKAGED.rglob("*.yaml"))]
    return " ".join(f"{stat.st_size}:{stat.st_mtime_ns}" for stat in stats)
