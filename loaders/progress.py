"""How a long job tells how far it is, without knowing who draws it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by a job what it does; a terminal draws a bar, a pipe gets plain lines."""

    def begin(self, what: str, total: int | None) -> None:
        """A part of the job begins; `total` steps, where that is known."""

    def advance(self, steps: int) -> None:
        """So many more steps are done."""


class Silent:
    """Tells nobody."""

    def begin(self, what: str, total: int | None) -> None:
        """Do nothing."""

    def advance(self, steps: int) -> None:
        """Do nothing."""
