"""Errors of the graph: its store, and the names that it is asked for."""

from __future__ import annotations

from ontology.errors import EntrepotError


class StoreUnavailable(EntrepotError):
    """No store can be reached, opened or started."""


class StoreRefused(EntrepotError):
    """The store, or the guard before it, refused a statement."""


class UnknownName(EntrepotError):
    """A name that nothing has, or that several things have: `candidates` says which are near."""

    def __init__(self, message: str, candidates: tuple[str, ...], *, hint: str = "") -> None:
        self.candidates = candidates
        super().__init__(message, hint=hint)
