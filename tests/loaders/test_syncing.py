"""Syncing: the store ends as the elements say, from wherever it was, and only where it may."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from small_graphs import graphs, link, node, small

from graph import cypher
from graph.elements import Elements
from graph.engines.endpoint import Endpoint
from graph.errors import StoreRefused
from graph.store import Statement, Store
from loaders.changes import create_nodes
from loaders.syncing import Difference, apply, in_batches, plan

CURATED = {"curated": "one"}
BOTH = {"curated": "one", "mine": "two"}


@pytest.fixture(scope="module")
def server(endpoint: Endpoint) -> Iterator[Store]:
    with Store.open(endpoint, access="write") as opened:
        opened.wipe()
        yield opened


@pytest.fixture
def store(server: Store) -> Store:
    apply(server, in_batches(Elements.of([], [])), {}, whole=True)
    return server


def joined(*parts: Elements) -> Elements:
    nodes = [n for part in parts for n in part.nodes.values()]
    return Elements.of(nodes, [r for part in parts for r in part.relationships.values()])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=graphs(), second=graphs())
def test_store_ends_as_the_elements_say_whatever_it_held(
    server: Store, first: Elements, second: Elements
) -> None:
    apply(server, in_batches(first), CURATED)
    told = plan(server, in_batches(second), ["curated"])
    done = apply(server, in_batches(second), CURATED)
    assert dict(done.counts) == dict(told.counts)
    assert server.elements() == second
    assert server.graph_hash() == second.hash
    assert plan(server, in_batches(second), ["curated"]) == Difference()


def test_second_apply_changes_nothing_and_writes_nothing(store: Store) -> None:
    apply(store, in_batches(small()), CURATED)
    before = store.meta()
    assert str(apply(store, in_batches(small()), CURATED)) == "nothing changes"
    assert store.meta() == before


def test_plan_tells_each_element_and_writes_nothing(store: Store) -> None:
    apply(store, in_batches(small()), CURATED)
    before = store.meta()
    changed = node("acme", extra={"name": "Acme renamed"})
    wanted = Elements.of([changed, node("globex"), node("new")], [link("r1", "acme", "new")])
    found = plan(store, in_batches(wanted), ["curated"])
    assert {(c.action, c.id) for c in found.changes} == {
        ("add", "new"),
        ("change", "acme"),
        ("change", "globex"),
        ("change", "r1"),
        ("remove", "shop"),
        ("remove", "r2"),
    }
    assert store.meta() == before
    assert store.elements() == small()


def test_relationship_with_other_ends_or_another_type_is_made_anew(store: Store) -> None:
    apply(store, in_batches(small()), CURATED)
    nodes = list(small().nodes.values())
    moved = [link("r1", "globex", "acme", "OWNS"), link("r2", "globex", "shop", "ABOUT")]
    wanted = Elements.of(nodes, moved)
    assert apply(store, in_batches(wanted), CURATED).counts == {("change", "relationships"): 2}
    assert store.elements() == wanted


def test_labels_of_a_node_come_and_go_and_its_relationships_stay(store: Store) -> None:
    apply(store, in_batches(small()), CURATED)
    nodes = [node("acme", "Brand"), node("globex"), node("shop", "Actor", "Fund", "Investor")]
    wanted = Elements.of(nodes, small().relationships.values())
    apply(store, in_batches(wanted), CURATED)
    assert store.elements() == wanted


def test_other_data_sets_are_not_touched(store: Store) -> None:
    mine = small("mine", prefix="my-")
    across = Elements.of([], [link("across", "my-acme", "acme", dataset="mine")])
    apply(store, in_batches(joined(small(), mine, across)), BOTH)
    changed = Elements.of(list(small().nodes.values()), [])
    assert apply(store, in_batches(changed), CURATED).counts == {("remove", "relationships"): 2}
    assert store.elements() == joined(changed, mine, across)
    assert dict(store.meta().editions) == BOTH


def test_node_that_another_data_set_refers_to_is_not_removed(store: Store) -> None:
    across = Elements.of(
        [node("theirs", dataset="mine")], [link("across", "theirs", "shop", dataset="mine")]
    )
    apply(store, in_batches(joined(small(), across)), BOTH)
    without = Elements.of([n for n in small().nodes.values() if n.id != "shop"], [])
    with pytest.raises(StoreRefused, match="shop is no longer in the records, but mine refers"):
        apply(store, in_batches(without), CURATED)
    assert "shop" in store.elements().nodes


def test_what_others_keep_in_the_database_is_not_touched(store: Store) -> None:
    theirs = "CREATE (:Theirs {id: 'acme', dataset: 'curated'})-[:KNOWS {id: 'r1'}]->(:Theirs)"
    store.write([Statement(theirs)])
    apply(store, in_batches(small()), CURATED)
    apply(store, in_batches(Elements.of([], [])), CURATED)
    assert store.read("MATCH (:Theirs)-[r:KNOWS]->(:Theirs) RETURN count(r) AS n") == [{"n": 1}]
    store.write([Statement("MATCH (n:Theirs) DETACH DELETE n")])


def test_relationship_to_nowhere_is_refused(store: Store) -> None:
    wanted = Elements.of([node("acme")], [link("r1", "acme", "nobody")])
    with pytest.raises(StoreRefused, match="1 of 1 elements are not where they were expected"):
        apply(store, in_batches(wanted), CURATED)


def test_load_that_was_cut_off_says_so_and_is_completed_by_the_next(store: Store) -> None:
    version = store.ensure_schema().version
    some = [n for n in small().nodes.values() if n.id != "shop"]
    store.write(create_nodes(some), expected=version, meta={"state": "loading"})
    assert store.meta().state == "loading"
    done = apply(store, in_batches(small()), CURATED)
    assert done.counts == {("add", "nodes"): 1, ("add", "relationships"): 2}
    assert store.meta().state == "complete"
    assert store.elements() == small()


def test_more_than_one_batch_is_written(store: Store) -> None:
    nodes = [node(f"n{number}", "Source") for number in range(5_100)]
    links = [link(f"r{number}", f"n{number}", "n0") for number in range(100)]
    apply(store, in_batches(Elements.of(nodes, links)), CURATED)
    assert store.graph_hash() == Elements.of(nodes, links).hash


def test_two_loads_at_once_end_as_one(store: Store) -> None:
    wanted = Elements.of(
        [node(f"n{number}", "Source") for number in range(400)],
        [link(f"r{number}", f"n{number}", "n0") for number in range(400)],
    )

    def in_small_batches() -> Iterator[Elements]:
        nodes, links = list(wanted.nodes.values()), list(wanted.relationships.values())
        for at in range(0, 400, 50):
            yield Elements.of(nodes[at : at + 50], links[at : at + 50])

    failures: list[BaseException] = []

    def load() -> None:
        try:
            with Store.open(store.endpoint, access="write") as own:
                apply(own, in_small_batches, CURATED)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.graph_hash() == wanted.hash
    assert store.meta().state == "complete"
    assert store.read("MATCH (n:Entrepot) WHERE n.id = $id RETURN count(n) AS n", {"id": "n7"}) == [
        {"n": 1}
    ]


def test_writer_that_comes_between_is_noticed_and_the_load_goes_on(store: Store) -> None:
    parts = [Elements.of([node("first")], []), Elements.of([node("second")], [])]
    interruptions = iter([True, False])

    def interrupted() -> Iterator[Elements]:
        yield parts[0]
        if next(interruptions):
            with Store.open(store.endpoint, access="write") as other:
                other.write([], meta={"state": "complete"})
        yield parts[1]

    apply(store, interrupted, CURATED)
    assert store.elements() == joined(*parts)
    assert store.meta().state == "complete"


def test_statement_for_the_graphs_own_node_is_not_among_the_elements(store: Store) -> None:
    apply(store, in_batches(small()), CURATED)
    assert cypher.META_ID not in store.elements().nodes
    assert not any(own == cypher.META_ID for part in store.hashes("nodes") for own, _ in part)
