"""How a long job shows how far it is: a bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


def progress_for(stream: TextIO, *, quiet: bool = False) -> Bar | Lines:
    """A bar where somebody watches, lines where a file or a pipe does."""
    return Bar() if stream.isatty() and not quiet else Lines(quiet=quiet)


class Lines:
    """A line for each part of the job, or nothing at all."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def begin(self, what: str, total: int | None) -> None:
        """Say what begins."""
        if not self._quiet:
            click.echo(what if total is None else f"{what}: {total}", err=True)

    def advance(self, steps: int) -> None:
        """Say nothing: lines are not drawn over."""

    def close(self) -> None:
        """Nothing is left to be done."""


class Bar:
    """A bar for each part of the job, drawn by rich."""

    def __init__(self) -> None:
        self._bars: RichProgress | None = None
        self._task: TaskID | None = None

    def begin(self, what: str, total: int | None) -> None:
        """Begin a bar; the one before is full."""
        self._finish()
        if self._bars is None:
            self._bars = _start()
        self._task = self._bars.add_task(what, total=total)

    def advance(self, steps: int) -> None:
        """Move the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, steps)

    def close(self) -> None:
        """Leave the bars as they are, and the terminal to others."""
        self._finish()
        if self._bars is not None:
            self._bars.stop()
            self._bars = None

    def _finish(self) -> None:
        if self._bars is None or self._task is None:
            return
        task: Any = next(task for task in self._bars.tasks if task.id == self._task)
        total = task.total if task.total is not None else max(task.completed, 1)
        self._bars.update(self._task, total=total, completed=total)
        self._task = None


def _start() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn())
    bars = Progress(*columns, console=Console(stderr=True))
    bars.start()
    return bars
