"""A store answers as memory does: the same elements in the same order, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import corpus
from small_graphs import TYPES, graphs, link, node

from graph.building import build
from graph.corpus import Corpus
from graph.elements import Elements, Property
from graph.engines.endpoint import Endpoint
from graph.graphs import Graph, MemoryGraph
from graph.store import Store
from graph.store_graph import StoreGraph, stored_corpus
from loaders.syncing import apply, in_batches


@pytest.fixture(scope="module")
def store(endpoint: Endpoint) -> Iterator[Store]:
    with Store.open(endpoint, access="write") as opened:
        opened.wipe()
        yield opened


def answers(graph: Graph, ids: list[str], types: list[str]) -> list[object]:
    links = {way: graph.links(ids, types, direction=way) for way in ("out", "in", "both")}
    return [
        list(graph.nodes(ids).items()),
        [graph.labelled(label) for label in ("Actor", "Brand", "Investor", "Nothing")],
        links,
        graph.relationships([(link.start, link.id) for link in links["both"][:3]]),
        graph.relationships([("nobody", "nothing")]),
        graph.all_links(types),
    ]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    elements=graphs(),
    ids=st.lists(st.sampled_from("abcdefz"), max_size=4),
    types=st.lists(st.sampled_from([*TYPES, "NEVER"]), max_size=3),
)
def test_store_answers_as_memory_does(
    store: Store, elements: Elements, ids: list[str], types: list[str]
) -> None:
    apply(store, in_batches(elements), {"curated": ""})
    assert answers(StoreGraph(store), ids, types) == answers(MemoryGraph(elements), ids, types)


def test_version_changes_with_the_graph(store: Store) -> None:
    graph = StoreGraph(store)
    apply(store, in_batches(Elements.of([], [])), {"curated": ""})
    before = graph.version
    assert graph.version == before
    store.write([])
    assert graph.version != before


RECORDS = """
- company: acme
  name: Acme
  founded: [2010 @early, 2011 @s2016]
- company: globex
  name: Globex
- deal: globex-acme-2016
  type: acquisition
  completed: 2016-04-12
  moves:
    - {of: acme, to: globex, share: all, for: 100m USD}
"""


def test_records_come_back_from_the_store_as_they_were(store: Store) -> None:
    first: Corpus = corpus(RECORDS)
    apply(store, in_batches(build(first)), {"curated": "", "ontology": ""})
    back = stored_corpus(store)
    assert dict(back.plains) == dict(first.plains)
    assert dict(back.datasets) == dict(first.datasets)
    assert build(back) == build(first)


def test_times_of_links_come_back_as_they_were(store: Store) -> None:
    day = date(2016, 4, 12)
    ends: dict[str, Property] = {
        "validFrom": "2016-04-12",
        "validTo": "by 2018",
        "fromDay": day,
        "endsNotBefore": day,
    }
    links = [
        link("r1", "a", "b", extra={**ends, "share": 51.0, "shareAsOf": "2017", "dealId": "d"}),
        link("r2", "b", "a", "ACQUIRED", extra={"date": "2016-Q2", "recordId": "d"}),
        link("r3", "a", "b", "ABOUT"),
    ]
    elements = Elements.of([node("a"), node("b")], links)
    apply(store, in_batches(elements), {"curated": "", "ontology": ""})
    found = StoreGraph(store).link_times(["OWNS", "ACQUIRED"])
    assert found == MemoryGraph(elements).link_times(["OWNS", "ACQUIRED"])
    assert found[0].properties == {**ends, "shareAsOf": "2017", "dealId": "d"}
    assert StoreGraph(store).link_times(["NEVER"]) == []
