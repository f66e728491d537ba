"""A user's own Cypher, run so that it can neither write nor run for ever.

The guard reads the text, the server enforces what it can, and limits of rows and of time hold
whatever the statement does. An answer that was cut says so.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.engines.embedded import restart, terminate_running
from graph.engines.endpoint import NEO4J
from graph.errors import StoreRefused, StoreUnavailable
from graph.guard import check_read_only
from graph.store import Row, Statement, Store

MAX_ROWS = 1000
SECONDS = 30.0
_GRACE = 2.0  # a server that ends a statement by itself needs a moment to say so


@dataclass(frozen=True)
class Rows:
    """The rows of a statement; `is_cut` says that there were more than were asked for."""

    rows: tuple[Row, ...]
    is_cut: bool = False


def read_statement(
    store: Store,
    statement: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    max_rows: int = MAX_ROWS,
    seconds: float = SECONDS,
) -> Rows:
    """Run a statement that only reads; at most `max_rows` rows and `seconds` seconds.

    Raises StoreRefused where the statement is not allowed or reached its limit of time, and
    StoreUnavailable where the store cannot be reached.
    """
    check_read_only(statement)
    if store.endpoint.engine == NEO4J:
        _check_type(store, statement, parameters)
    marker = f"entrepot:{uuid.uuid4().hex}"
    marked = f"{statement.rstrip().rstrip(';')}\n/* {marker} */"
    job = _Job(store, marked, parameters, max_rows + 1, seconds)
    job.start()
    job.join(seconds if store.endpoint.engine != NEO4J else seconds + _GRACE)
    if job.is_alive():
        raise StoreRefused(
            f"the statement was ended at its limit of {seconds:g} seconds", hint=_end(store, marker)
        )
    rows = job.result()
    return Rows(tuple(rows[:max_rows]), len(rows) > max_rows)


def write_statement(
    store: Store, statement: str, parameters: Mapping[str, Any] | None = None
) -> Rows:
    """Run one statement that may write; the graph gets a new version by it."""
    outcome = store.write([Statement(statement, dict(parameters or {}))])
    return Rows(tuple(outcome.rows[0]))


class _Job(threading.Thread):
    """A statement on its way; a daemon, so that a command can end before it does."""

    def __init__(
        self,
        store: Store,
        statement: str,
        parameters: Mapping[str, Any] | None,
        limit: int,
        seconds: float,
    ) -> None:
        super().__init__(daemon=True)
        self._ask = (store, statement, parameters, limit, seconds)
        self._rows: list[Row] = []
        self._error: Exception | None = None

    def run(self) -> None:
        store, statement, parameters, limit, seconds = self._ask
        try:
            self._rows = store.read(statement, parameters, timeout=seconds, limit=limit)
        except Exception as error:  # handed to whoever asks for the result
            self._error = error

    def result(self) -> list[Row]:
        if self._error is not None:
            raise self._error
        return self._rows


def _check_type(store: Store, statement: str, parameters: Mapping[str, Any] | None) -> None:
    kind = store.statement_type(statement, parameters)
    if kind != "r":
        raise StoreRefused(
            "the server says that this statement does more than read",
            hint="`entrepot cypher --write` writes",
        )


def _end(store: Store, marker: str) -> str:
    """End a statement that goes on, and say what became of it."""
    if store.endpoint.engine == NEO4J:
        return (
            "the server may still be busy with it: end it there (SHOW and TERMINATE TRANSACTIONS)"
        )
    if terminate_running(store.endpoint, marker):
        return "ask for less, or give it more time with --timeout"
    if store.folder is None:
        raise StoreUnavailable(
            "the embedded store is busy with it", hint="entrepot db stop ends it"
        )
    restart(store.folder)
    return "the embedded store was restarted, which lost nothing; ask for less"
