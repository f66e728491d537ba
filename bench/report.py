"""Lines of a report: what was measured, ours beside the yardstick of the same run, the target."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

WIDTH = 140  # of a table that goes to a file


@dataclass(frozen=True)
class Line:
    """One figure. `ratio` is ours over the yardstick; `met` is None where nothing was promised."""

    what: str
    ours: float
    unit: str
    yardstick: float | None = None
    yardstick_is: str = ""
    target: str = ""
    met: bool | None = None
    engine: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the yardstick."""
        return self.ours / self.yardstick if self.yardstick else None

    def of(self, engine: str) -> Line:
        """The same, on an engine."""
        return replace(self, engine=engine)


def below(what: str, ours: float, unit: str, limit: float) -> Line:
    """A line whose figure has to stay below a limit of its own."""
    return Line(what, ours, unit, target=f"< {limit:g} {unit}", met=ours < limit)


def against(
    what: str, ours: float, yardstick: float, yardstick_is: str, limit: float, unit: str = "s"
) -> Line:
    """A line whose ratio to a yardstick has to stay at or below a limit.

    >>> against("load", 12.0, 10.0, "by hand", 1.25).met
    True
    """
    met = ours <= limit * yardstick
    return Line(what, ours, unit, yardstick, yardstick_is, f"<= {limit:g} x", met)


def draw(title: str, lines: Iterable[Line], console: Console | None = None) -> None:
    """Print lines as a table."""
    console = console or plain_console()
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("what", overflow="fold")
    for heading in ("ours", "yardstick", "ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("yardstick is", "target", "met"):
        table.add_column(heading, no_wrap=True)
    for line in lines:
        table.add_row(*_cells(line))
    console.print(table)
    console.print()


def plain_console() -> Console:
    """A console as wide as its terminal, or wide enough where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def write_json(path: Path, about: dict[str, object], lines: Sequence[Line]) -> None:
    """Write the same figures as JSON."""
    told = [{**asdict(line), "ratio": line.ratio} for line in lines]
    content = {"about": about, "lines": told}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _cells(line: Line) -> tuple[str, ...]:
    yardstick = "" if line.yardstick is None else _figure(line.yardstick, line.unit)
    ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
    met = {True: "yes", False: "NO", None: ""}[line.met]
    ours = _figure(line.ours, line.unit)
    return line.what, ours, yardstick, ratio, line.yardstick_is, line.target, met


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
