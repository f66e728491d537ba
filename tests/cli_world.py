"""What tests of the command line share: the small world on disk, and what a command did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from small_world import world


@dataclass(frozen=True)
class Done:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]


def write_world(folder: Path) -> Path:
    """The records of the small world as a curator would have them on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [dict(plain) for plain in world().plains.values()]
    text = yaml.safe_dump(records, sort_keys=False, allow_unicode=True)
    (folder / "world.yaml").write_text(text, encoding="utf-8")
    return folder
