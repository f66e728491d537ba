"""The root of the error tree; every package extends it.

EntrepotError
├── ValueFormatError      a value is not of its type's forms       (ontology)
├── StoreUnavailable      no store can be reached or opened        (graph)
├── StoreRefused          the store refused a statement            (graph)
├── UnknownName           nothing, or several things, have a name  (graph)
└── RecordsInvalid        records that do not check                (loaders)
"""

from __future__ import annotations


class EntrepotError(Exception):
    """An error for people: what went wrong in one line, and what to do next.

    >>> str(EntrepotError("no such folder: x", hint="create it first"))
    'no such folder: x; create it first'
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class ValueFormatError(EntrepotError):
    """A value that is not written in one of its type's forms."""

    def __init__(self, found: str, expected: str, *, hint: str = "") -> None:
        self.found = found
        self.expected = expected
        super().__init__(f"found {found!r}, expected {expected}", hint=hint)
