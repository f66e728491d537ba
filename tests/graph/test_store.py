"""The contract of a store, on every engine: what is written comes back, and nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from small_graphs import small

from graph import cypher
from graph.elements import Node
from graph.engines.endpoint import Endpoint
from graph.errors import StoreRefused, StoreUnavailable
from graph.store import GraphChanged, Statement, Store
from loaders.syncing import apply, in_batches

THEIRS = "CREATE (a:Theirs {id: 'x'})-[:KNOWS]->(b:Theirs {id: 'y'}) RETURN 1"


@pytest.fixture
def store(empty_endpoint: Endpoint) -> Iterator[Store]:
    with Store.open(empty_endpoint, access="write") as opened:
        yield opened


def load_small(store: Store) -> None:
    apply(store, in_batches(small()), {"curated": "one"})


def test_elements_come_back_as_they_were_written(store: Store) -> None:
    load_small(store)
    assert store.elements() == small()
    assert store.graph_hash() == small().hash


def test_every_node_and_relationship_has_what_the_graph_promises(store: Store) -> None:
    load_small(store)
    wanted = "x.id IS NULL OR x.dataset IS NULL OR x.knownFrom IS NULL OR x.sourceIds IS NULL"
    for pattern in ("(x:Entrepot)", "(:Entrepot)-[x]->(:Entrepot)"):
        text = f"MATCH {pattern} WHERE {wanted} OR x.hash IS NULL RETURN count(x) AS n"
        assert store.read(text) == [{"n": 0}]


def test_empty_store_says_that_it_is_empty(store: Store) -> None:
    assert store.meta().version == ""
    assert store.elements().nodes == {}


def test_meta_says_what_was_loaded(store: Store) -> None:
    load_small(store)
    meta = store.meta()
    assert (meta.state, dict(meta.editions)) == ("complete", {"curated": "one"})


def test_every_write_gives_the_graph_a_new_version(store: Store) -> None:
    load_small(store)
    before = store.meta().version
    outcome = store.write([])
    assert outcome.version == store.meta().version != before


def test_write_that_expects_another_version_writes_nothing(store: Store) -> None:
    load_small(store)
    before = store.meta()
    text = "CREATE (n:Entrepot {id: 'new'}) RETURN 1 AS done"
    with pytest.raises(GraphChanged):
        store.write([Statement(text)], expected="another")
    assert store.meta() == before
    assert "new" not in store.elements().nodes


def test_write_that_does_less_than_it_must_writes_nothing(store: Store) -> None:
    load_small(store)
    rows = [{"id": "r9", "start": "acme", "end": "nobody", "properties": {"id": "r9"}}]
    text = cypher.with_type(cypher.CREATE_RELATIONSHIPS, "OWNS")
    good = "CREATE (n:Entrepot {id: 'new'}) RETURN 1 AS done"
    with pytest.raises(StoreRefused, match="1 of 1 elements"):
        store.write([Statement(good), Statement(text, {"rows": rows}, must_do=1)])
    assert "new" not in store.elements().nodes


def test_id_is_unique_over_all_kinds(store: Store) -> None:
    load_small(store)
    with pytest.raises(StoreRefused):
        store.write([Statement("CREATE (n:Entrepot:Source {id: 'acme'}) RETURN 1 AS done")])


def test_reading_statement_cannot_write(store: Store) -> None:
    load_small(store)
    with pytest.raises(StoreRefused):
        store.read("CREATE (n:Entrepot {id: 'new'})")
    assert "new" not in store.elements().nodes


def test_store_opened_for_reading_refuses_to_write(store: Store) -> None:
    load_small(store)
    with Store.open(store.endpoint) as reader:
        for write in (reader.ensure_schema, reader.wipe, lambda: reader.write([])):
            with pytest.raises(StoreRefused, match="reading only"):
                write()


def test_wrong_statement_is_refused_in_one_line(store: Store) -> None:
    with pytest.raises(StoreRefused) as caught:
        store.read("MATCH (n RETURN n")
    assert "\n" not in str(caught.value)


def test_rows_come_up_to_a_limit(store: Store) -> None:
    load_small(store)
    text = "MATCH (n:Entrepot) RETURN n.id AS id"
    assert len(store.read(text)) == 4
    assert len(store.read(text, limit=2)) == 2


def test_whole_nodes_relationships_and_paths_come_as_elements(store: Store) -> None:
    load_small(store)
    text = "MATCH p = (a:Entrepot {id: 'acme'})-[r:OWNS]->(b) RETURN a, r, p, [b.id] AS ids"
    (row,) = store.read(text)
    assert isinstance(row["a"], Node)
    assert row["a"].labels == ("Actor", "Company")
    assert (row["r"].type, row["r"].start, row["r"].end) == ("OWNS", "acme", "globex")
    assert [step.id for step in row["p"]] == ["acme", "r1", "globex"]
    assert row["ids"] == ["globex"]


def test_wipe_leaves_what_others_keep_in_the_database(store: Store) -> None:
    load_small(store)
    store.write([Statement(THEIRS)])
    assert store.wipe() == 5
    assert store.meta().version == ""
    assert store.read("MATCH (n) RETURN count(n) AS n") == [{"n": 2}]
    assert store.read("MATCH (:Theirs)-[r]->() RETURN count(r) AS n") == [{"n": 1}]


def test_graph_of_a_newer_version_is_refused_and_can_be_wiped(store: Store) -> None:
    load_small(store)
    store.write([], meta={"schemaVersion": "99"})
    with pytest.raises(StoreRefused, match="newer version"):
        store.meta()
    with pytest.raises(StoreRefused, match="newer version"):
        load_small(store)
    assert store.wipe() == 5


def test_wrong_password_is_one_line_that_says_so(endpoint: Endpoint) -> None:
    wrong = replace(endpoint, password="wrong", reader_password="wrong")
    with pytest.raises(StoreUnavailable, match="user name or the password") as caught:
        Store.open(wrong)
    assert "\n" not in str(caught.value)


def test_server_that_is_not_there_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(StoreUnavailable, match="no graph server answers") as caught:
        Store.open(Endpoint(f"bolt://127.0.0.1:{port}", "neo4j", "x", "neo4j"))
    assert "\n" not in str(caught.value)


def test_address_that_is_none_is_told() -> None:
    with pytest.raises(StoreUnavailable, match="no address of a graph server"):
        Store.open(Endpoint("http://example.org", "neo4j", "x", "neo4j"))


@pytest.mark.parametrize("label", ["Two Words", "A`) DETACH DELETE n //", "", "1st"])
def test_label_that_is_no_word_never_reaches_a_statement(label: str) -> None:
    with pytest.raises(StoreRefused):
        cypher.with_labels(cypher.CREATE_NODES, [label])
