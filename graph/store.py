"""The store: one small class over the official driver, the same for every engine.

A graph in a store has a node of its own (`:Entrepot:Graph`) with its version, its state and the
editions of its data sets. Every write is one transaction that first takes its turn on that node
and gives the graph a new version: two writers that expect the same version cannot both find it,
and a view built from an older version is known to be old.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from graph import cypher
from graph.elements import Elements, combine_hashes
from graph.engines.store_folder import check_space
from graph.errors import StoreRefused, StoreUnavailable
from graph.faults import translated
from graph.rows import plain_row, read_node, read_relationship
from ontology.errors import EntrepotError
from ontology.generated.vocabulary import CONSTRAINTS, INDEXES, SCHEMA_VERSION

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

    from graph.engines.endpoint import Endpoint

Row = dict[str, Any]
LOADING = "loading"
COMPLETE = "complete"
_HASH_LENGTH = 32
_SLICE = 10_000
_WIPE_BATCH = 5_000
_RETRY_SECONDS = 10.0
_CONNECT_SECONDS = 10.0


class GraphChanged(StoreRefused):
    """The graph is no longer of the version that a writer expected."""


@dataclass(frozen=True)
class Meta:
    """What the graph says of itself; an empty `version` means that nothing was ever loaded."""

    version: str = ""
    schema_version: str = ""
    state: str = ""
    editions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_older(self) -> bool:
        """Whether an older version wrote the graph, which is then built anew."""
        return bool(self.version) and int(self.schema_version) < int(SCHEMA_VERSION)

    @property
    def is_newer(self) -> bool:
        """Whether a newer version wrote the graph, which we may not understand."""
        return bool(self.version) and int(self.schema_version) > int(SCHEMA_VERSION)


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters; `must_do` rows have to be done, or none is."""

    text: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    must_do: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The graph's new version after a write, and the rows of each statement."""

    version: str
    rows: tuple[list[Row], ...]


class Store:
    """A graph on a server. Open it with `Store.open`, and use it in a `with` block.

    Reading uses the server's read access mode, and on engines that do not enforce it an account
    that cannot write. Errors are StoreUnavailable and StoreRefused, never the driver's own.
    """

    def __init__(self, endpoint: Endpoint, *, access: str, folder: Path | None) -> None:
        self.endpoint = endpoint
        self.access = access
        self.folder = folder
        self._drivers: dict[str, Driver] = {}

    @classmethod
    def open(cls, endpoint: Endpoint, *, access: str = "read", folder: Path | None = None) -> Store:
        """Connect, which fails at once where nothing answers; `access` is `read` or `write`.

        `folder` is that of an embedded store, whose disk is looked at before each write.
        """
        store = cls(endpoint, access=access, folder=folder)
        try:
            with translated(endpoint.uri):
                store._driver("read").verify_connectivity()
        except EntrepotError:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the connections; the server goes on."""
        for driver in self._drivers.values():
            driver.close()
        self._drivers.clear()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> list[Row]:
        """The rows of a statement that only reads, at most `limit` of them.

        Nodes and relationships come as elements, dates as Python's. `timeout` is in seconds, and
        kept by the server where its engine can.
        """
        from neo4j import unit_of_work

        @unit_of_work(timeout=timeout)
        def work(transaction: ManagedTransaction) -> list[Row]:
            result = transaction.run(statement, dict(parameters or {}))
            records = result if limit is None else result.fetch(limit)
            return [plain_row(record) for record in records]

        with translated(self.endpoint.uri), self._session("read") as session:
            return session.execute_read(work)

    def statement_type(self, statement: str, parameters: Mapping[str, Any] | None = None) -> str:
        """What the server says a statement would do, without running it: `r` for reading."""
        with translated(self.endpoint.uri), self._session("read") as session:
            result = session.run(f"EXPLAIN {statement}", dict(parameters or {}))
            return result.consume().query_type or ""

    def stream(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """The rows of a statement as they arrive, so that memory stays flat."""
        with translated(self.endpoint.uri), self._session("read") as session:
            for record in session.run(statement, dict(parameters or {})):
                yield plain_row(record)

    def write(
        self,
        statements: Sequence[Statement],
        *,
        expected: str = "",
        meta: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Run statements in one transaction, and give the graph a new version.

        Where `expected` is given and the graph has another version, nothing is written and
        GraphChanged is raised. `meta` are properties to set on the graph's own node.
        """
        self._check_writable()
        turn = {"id": cypher.META_ID, "expected": expected}

        def work(transaction: ManagedTransaction) -> Outcome:
            version = uuid.uuid4().hex
            taken = transaction.run(cypher.TAKE_TURN, {**turn, "next": version}).single(strict=True)
            if not taken["turns"]:
                raise GraphChanged("the graph was changed by another", hint="try again")
            rows = tuple(_run(transaction, statement) for statement in statements)
            if meta:
                setting = {"id": cypher.META_ID, "properties": dict(meta)}
                transaction.run(cypher.SET_META, setting).consume()
            return Outcome(version, rows)

        try:
            with translated(self.endpoint.uri), self._session("write") as session:
                return session.execute_write(work)
        except StoreRefused as error:
            # On ArcadeDB another's elements show before the turn is known to be lost.
            if expected and self.meta().version != expected:
                raise GraphChanged("the graph was changed by another", hint="try again") from error
            raise

    def meta(self) -> Meta:
        """The graph's version, state, schema version and editions; a newer schema is refused."""
        rows = self.read(cypher.READ_META, {"id": cypher.META_ID})
        meta = _read_meta(rows[0]["meta"]) if rows else Meta()
        if meta.is_newer:
            raise StoreRefused(
                f"the graph at {self.endpoint.uri} was written by a newer version of Entrepôt",
                hint="use that version, or wipe the graph and load it again",
            )
        return meta

    def ensure_schema(self) -> Meta:
        """Make sure of the ontology's constraints and indexes, and of the graph's own node."""
        self._check_writable()
        self.meta()
        with translated(self.endpoint.uri), self._session("write") as session:
            for text in (*CONSTRAINTS.values(), *INDEXES.values()):
                session.run(text).consume()
            _create_meta(session)
        return self.meta()

    def hashes(self, kind: str, datasets: Sequence[str] = ()) -> Iterator[list[tuple[str, str]]]:
        """Slices of (id, hash) of all `nodes` or `relationships` of some data sets, or of all."""
        text = cypher.NODE_HASHES if kind == "nodes" else cypher.RELATIONSHIP_HASHES
        asked = {"datasets": list(datasets), "slice": _SLICE, "meta": cypher.META_ID}
        for row in self.stream(text, asked):
            yield [(line[_HASH_LENGTH:], line[:_HASH_LENGTH]) for line in row["hashes"]]

    def elements(self) -> Elements:
        """The whole graph, as it was loaded."""
        nodes = self.stream(cypher.ALL_NODES, {"meta": cypher.META_ID})
        relationships = self.stream(cypher.ALL_RELATIONSHIPS)
        return Elements.of(map(read_node, nodes), map(read_relationship, relationships))

    def graph_hash(self) -> str:
        """One hash over every element in the store; equal graphs have equal ones."""
        lines = (
            (f"{i} {h}" for part in self.hashes(kind) for i, h in part)
            for kind in ("nodes", "relationships")
        )
        return combine_hashes(*lines)

    def wipe(self) -> int:
        """Remove everything of ours, in batches; what others keep in the database stays.

        Killed in the middle it leaves a graph that says of itself that it is not complete.
        """
        self._check_writable()
        asked = {"meta": cypher.META_ID, "limit": _WIPE_BATCH}
        removed = 0
        with translated(self.endpoint.uri), self._session("write") as session:
            unfinished = {"state": LOADING, "version": uuid.uuid4().hex}
            session.run(cypher.SET_META, {"id": cypher.META_ID, "properties": unfinished})
            for text in (cypher.WIPE_RELATIONSHIPS, cypher.WIPE_NODES):
                while done := session.run(text, asked).single(strict=True)["done"]:
                    removed += done
            session.run(cypher.WIPE_META, asked).consume()
        return removed

    def _check_writable(self) -> None:
        if self.access != "write":
            raise StoreRefused("the store was opened for reading only")
        if self.folder:
            check_space(self.folder)  # ArcadeDB hides a full disk behind other errors

    def _session(self, access: str) -> Session:
        mode = "READ" if access == "read" else "WRITE"
        database = self.endpoint.database or None
        return self._driver(access).session(database=database, default_access_mode=mode)

    def _driver(self, access: str) -> Driver:
        """The driver for an access; one serves both where the server itself keeps them apart."""
        point = self.endpoint
        is_reader = access == "read" and bool(point.reader_username)
        login = (
            (point.reader_username, point.reader_password)
            if is_reader
            else (point.username, point.password)
        )
        if login[0] not in self._drivers:
            self._drivers[login[0]] = _connect(point.uri, login)
        return self._drivers[login[0]]


def _connect(uri: str, login: tuple[str, str]) -> Driver:
    import neo4j
    from neo4j.exceptions import ConfigurationError

    no_address = StoreUnavailable(
        f"{uri!r} is no address of a graph server", hint="such as neo4j://localhost:7687"
    )
    # The driver also takes http, as a preview that warns and that we do not test.
    if uri.partition(":")[0].partition("+")[0] not in ("neo4j", "bolt"):
        raise no_address

    # What matters of a failure is raised; the rest is pages of notices on labels not there yet.
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)
    try:
        return neo4j.GraphDatabase.driver(
            uri,
            auth=login,
            connection_timeout=_CONNECT_SECONDS,
            max_transaction_retry_time=_RETRY_SECONDS,
        )
    except (ConfigurationError, ValueError) as error:
        raise no_address from error


def _run(transaction: ManagedTransaction, statement: Statement) -> list[Row]:
    rows = [plain_row(r) for r in transaction.run(statement.text, dict(statement.parameters))]
    if statement.must_do is not None and rows[0]["done"] != statement.must_do:
        missing = statement.must_do - int(rows[0]["done"])
        raise StoreRefused(
            f"{missing} of {statement.must_do} elements are not where they were expected",
            hint="nothing of this batch was written",
        )
    return rows


def _create_meta(session: Session) -> None:
    from neo4j.exceptions import ConstraintError

    if session.run(cypher.READ_META, {"id": cypher.META_ID}).peek():
        return
    properties = {
        "id": cypher.META_ID,
        "dataset": "",
        "knownFrom": "",
        "sourceIds": [],
        "hash": "",
        "version": uuid.uuid4().hex,
        "schemaVersion": SCHEMA_VERSION,
        "state": LOADING,
        "editions": [],
    }
    try:
        session.run(cypher.CREATE_META, {"properties": properties}).consume()
    except ConstraintError:
        return  # another writer was a moment earlier


def _read_meta(properties: Mapping[str, Any]) -> Meta:
    pairs = (text.partition("=") for text in properties.get("editions", []))
    return Meta(
        version=properties["version"],
        schema_version=properties["schemaVersion"],
        state=properties["state"],
        editions={name: edition for name, _, edition in pairs},
    )
