"""The driver's errors as errors for people: one line that says what to do next.

Kept apart from the store, because its codes and messages are the part that differs by engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from graph.errors import StoreRefused, StoreUnavailable
from ontology.errors import EntrepotError

if TYPE_CHECKING:
    from neo4j.exceptions import Neo4jError

_NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"


@contextmanager
def translated(uri: str) -> Iterator[None]:
    """Errors of the driver inside the block become StoreUnavailable or StoreRefused."""
    # Imported here because the driver costs 165 ms, and help must not pay for it.
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    try:
        yield
    except AuthError as error:
        raise StoreUnavailable(
            f"{uri} refused the user name or the password",
            hint="set NEO4J_USERNAME and NEO4J_PASSWORD",
        ) from error
    except Neo4jError as error:
        raise _of_server(uri, error) from error
    except DriverError as error:
        raise StoreUnavailable(
            f"no graph server answers at {uri}",
            hint=f"start it, or correct the address ({_first_line(str(error))})",
        ) from error


def _of_server(uri: str, error: Neo4jError) -> EntrepotError:
    message = _first_line(error.message or str(error))
    if error.code == _NO_DATABASE:
        return StoreUnavailable(f"{uri}: {message}", hint="set NEO4J_DATABASE")
    if error.code and ".ClientError.Security." in error.code:
        return StoreRefused(f"the store does not allow this: {message}")
    if error.code and ".TransientError." in error.code:
        return StoreUnavailable(f"the store is busy: {message}", hint="try again")
    return StoreRefused(f"the store refused the statement: {message}")


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "no reason given")
    return line if len(line) <= 300 else line[:297] + "..."
