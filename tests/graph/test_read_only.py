"""Read-only is a promise: what attackers try, on every engine.

First with the guard, as users run statements; then past it, where the server alone stands.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks import REFUSED
from servers import empty

from graph.elements import Node
from graph.engines import embedded
from graph.engines.endpoint import EMBEDDED, Endpoint
from graph.errors import StoreRefused
from graph.statements import read_statement, write_statement
from graph.store import Statement, Store

BUSY = """
RETURN reduce(s = 0, x IN range(1, 500000) |
    s + reduce(t = 0, y IN range(1, 500000) | t + x * y % 7)) AS s
"""
CROSS = """
MATCH (a:Thing), (b:Thing), (c:Thing), (d:Thing)
WHERE a.id + b.id + c.id + d.id = 'x' RETURN count(*) AS found
"""
WRITES = {
    "create": "CREATE (n:Evil {id: 'evil'})",
    "merge": "MERGE (n:Evil {id: 'evil'})",
    "set": "MATCH (n:Thing) SET n.name = 'evil'",
    "delete": "MATCH (n:Thing) DETACH DELETE n",
    "remove": "MATCH (n:Thing) REMOVE n.name",
    "in a subquery": "CALL { CREATE (n:Evil {id: 'evil'}) RETURN n } RETURN n",
    "foreach": "FOREACH (x IN [1] | CREATE (n:Evil {id: 'evil'}))",
    "index": "CREATE INDEX evil IF NOT EXISTS FOR (n:Thing) ON (n.name)",
}
THINGS = "MATCH (n) WHERE n:Thing OR n:Evil RETURN count(n) AS found, min(n.name) AS name"


@pytest.fixture(scope="module")
def filled(endpoint: Endpoint) -> Endpoint:
    """Each engine in turn, with 200 things in it."""
    empty(endpoint)
    _fill(endpoint)
    return endpoint


@pytest.fixture
def store(filled: Endpoint) -> Iterator[Store]:
    """A store opened for reading, which nothing may have written to in the end."""
    with Store.open(filled) as opened:
        yield opened
        assert opened.read(THINGS) == [{"found": 200, "name": "thing"}], "something was written"


def _fill(endpoint: Endpoint) -> None:
    with Store.open(endpoint, access="write") as opened:
        opened.ensure_schema()
        create = "UNWIND range(1, 200) AS x CREATE (n:Thing {id: 'thing-' + x, name: 'thing'})"
        opened.write([Statement(create)])


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_attack_is_refused(store: Store, statement: str) -> None:
    with pytest.raises(StoreRefused):
        read_statement(store, statement)


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES.keys())
def test_write_past_the_guard_is_refused_by_the_server(store: Store, statement: str) -> None:
    with pytest.raises(StoreRefused):
        store.read(statement)


def test_parameter_that_looks_like_cypher_is_only_a_text(store: Store) -> None:
    evil = "x'}) DETACH DELETE n //"
    found = read_statement(
        store, "MATCH (n:Thing) WHERE n.name <> $name RETURN $name AS name LIMIT 1", {"name": evil}
    )
    assert found.rows == ({"name": evil},)


def test_result_without_end_is_cut_and_says_so(store: Store) -> None:
    begun = time.monotonic()
    found = read_statement(store, "UNWIND range(1, 3000000) AS x RETURN x", max_rows=10)
    assert [row["x"] for row in found.rows] == list(range(1, 11))
    assert found.is_cut
    assert time.monotonic() - begun < 20


def test_result_as_long_as_the_limit_is_whole(store: Store) -> None:
    found = read_statement(store, "UNWIND range(1, 10) AS x RETURN x", max_rows=10)
    assert (len(found.rows), found.is_cut) == (10, False)


def test_statement_past_its_time_is_ended(store: Store) -> None:
    begun = time.monotonic()
    with pytest.raises(StoreRefused, match=r"limit|timed? ?out|terminated"):
        read_statement(store, CROSS, seconds=1)
    assert time.monotonic() - begun < 15
    assert store.read("RETURN 1 AS one") == [{"one": 1}]


def test_loop_that_never_ends_is_left_by_a_restart_of_the_embedded_store(tmp_path: Path) -> None:
    endpoint = embedded.ensure_started(tmp_path / "store", idle_seconds=60, heap="256m")
    try:
        _fill(endpoint)
        with (
            Store.open(endpoint, folder=tmp_path / "store") as store,
            pytest.raises(StoreRefused, match="restarted"),
        ):
            read_statement(store, BUSY, seconds=1)
        again = embedded.ensure_started(tmp_path / "store")
        with Store.open(again) as store:
            assert store.read(THINGS) == [{"found": 200, "name": "thing"}]
    finally:
        embedded.stop(tmp_path / "store")


def test_loop_that_never_ends_ends_the_command_on_neo4j(neo4j_current: Endpoint) -> None:
    begun = time.monotonic()
    with (
        Store.open(neo4j_current) as store,
        pytest.raises(StoreRefused, match=r"limit|timed? ?out|terminated"),
    ):
        read_statement(store, "UNWIND range(1, 100000000) AS x RETURN sum(x % 7) AS s", seconds=1)
    assert time.monotonic() - begun < 15


def test_reader_of_the_embedded_store_cannot_load_files(tmp_path: Path, endpoint: Endpoint) -> None:
    if endpoint.engine != EMBEDDED:
        pytest.skip("Neo4j reads files in read mode: there the guard alone refuses")
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\n")
    with Store.open(endpoint) as store, pytest.raises(StoreRefused):
        store.read(f"LOAD CSV FROM 'file://{secret}' AS line RETURN line")


def test_writing_statement_writes_where_it_is_asked_to(empty_endpoint: Endpoint) -> None:
    _fill(empty_endpoint)
    with Store.open(empty_endpoint, access="write") as store:
        before = store.meta().version
        found = write_statement(store, "CREATE (n:Thing {id: $id}) RETURN n", {"id": "new"})
        assert found.rows == ({"n": Node("new", ("Thing",), {"id": "new"})},)
        assert store.meta().version != before
