"""The graph that the packaged records make is the one that the ontology describes."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

import pytest
from samples import corpus

from graph.building import build
from graph.corpus import Corpus
from graph.elements import Elements, Node, Relationship
from loaders.checking import PACKAGED, check
from ontology.generated.vocabulary import NODE_LABELS, RELATIONSHIP_TYPES


@cache
def packaged() -> tuple[Corpus, Elements]:
    records = check(PACKAGED).corpus
    return records, build(records)


def test_labels_and_types_are_those_of_the_ontology() -> None:
    _, elements = packaged()
    labels = {label for node in elements.nodes.values() for label in node.labels}
    types = {link.type for link in elements.relationships.values()}
    assert labels == set(NODE_LABELS), "a label is not described, or none has it"
    assert types <= set(RELATIONSHIP_TYPES)


def test_relationships_join_what_the_ontology_says() -> None:
    _, elements = packaged()
    wrong = []
    for link in elements.relationships.values():
        kind = RELATIONSHIP_TYPES[link.type]
        start, end = elements.nodes[link.start], elements.nodes[link.end]
        if not set(start.labels) & set(kind.from_labels) or not set(end.labels) & set(
            kind.to_labels
        ):
            wrong.append(f"{link.id}: {start.labels} to {end.labels}")
    assert wrong == []


def test_every_element_says_whence_it_is() -> None:
    _, elements = packaged()
    found: list[Node | Relationship] = [*elements.nodes.values(), *elements.relationships.values()]
    for element in found:
        assert element.properties["id"] == element.id
        assert element.properties["dataset"]
        assert isinstance(element.properties["sourceIds"], list)
        assert element.properties["knownFrom"] == "" or date.fromisoformat(
            element.text("knownFrom")
        )


def test_every_derived_link_names_its_record_and_its_sources() -> None:
    records, elements = packaged()
    for link in elements.relationships.values():
        if RELATIONSHIP_TYPES[link.type].kind != "recorded":
            assert link.text("recordId") in records.records
            assert set(link.texts("sourceIds")) <= set(records.sources)
            assert link.texts("sourceIds"), link.id


def test_every_recorded_value_can_be_recovered_from_the_nodes() -> None:
    records, elements = packaged()
    plains = [
        json.loads(node.text("record"))
        for node in elements.nodes.values()
        if "record" in node.properties
    ]
    assert build(Corpus.of(plains)).hash == elements.hash
    assert len(plains) == len(records.plains)


WORLD = """
- company: a
  name: Alpha Holdings
  names: [{name: Alfa, kind: former, to: 2015}]
  identifiers: {ticker: NYSE:ALF, domain: alpha.example.org}
- company: target
  name: Target
  operates:
    - {market: e-commerce-in-singapore, from: 2014, to: 2020-06, mode: marketplace, why: closed}
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  moves: [{of: target, from: b, to: a, share: majority, for: 137m USD}]
"""


def test_investor_is_who_put_money_into_another() -> None:
    nodes = build(corpus(WORLD)).nodes
    assert "Investor" in nodes["a"].labels
    assert "Investor" not in nodes["target"].labels


@pytest.mark.parametrize("key", ["alpha", "alfa", "nyse alf", "alf", "alphaexampleorg"])
def test_actor_is_found_under_all_its_names(key: str) -> None:
    elements = build(corpus(WORLD))
    assert f"names:name:{key}:a" in elements.relationships


def test_operation_joins_a_market_of_its_sector_and_place() -> None:
    elements = build(corpus(WORLD)).relationships
    (operates,) = [link for link in elements.values() if link.type == "OPERATES_IN"]
    assert (operates.end, operates.text("validTo"), operates.text("why")) == (
        "e-commerce-in-singapore",
        "2020-06",
        "closed",
    )
    assert "in_place:e-commerce-in-singapore:singapore" in elements
    assert "in_sector:e-commerce-in-singapore:e-commerce" in elements


def test_disputed_value_says_who_won_by_which_rule() -> None:
    nodes = build(
        corpus("""
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  stakes: {target: {a: [-> 51 @filing-2019, -> 67 @s2017]}}
""")
    ).nodes
    stem = "a-target-2016#stakes.target.a.after"
    found = {i: n for i, n in nodes.items() if i.startswith(stem)}
    assert {i: (n.text("status"), n.text("rule")) for i, n in found.items()} == {
        f"{stem}=51": ("winner", "source-kind"),
        f"{stem}=67": ("loser", "source-kind"),
    }


def test_less_precise_value_agrees_and_makes_no_dispute() -> None:
    nodes = build(
        corpus("""
- {company: a, name: A, founded: [2012-03 @filing-2019, 2012 @s2017, 2011 @s2016]}
""")
    ).nodes
    found = {n.text("value"): n.text("status") for n in nodes.values() if "Claim" in n.labels}
    assert found == {"A": "only", "2012-03": "winner", "2012": "agrees", "2011": "loser"}


def test_terms_seen_after_a_deal_go_before_what_was_rumoured() -> None:
    nodes = build(
        corpus("""
- {company: a, name: A}
- {company: target, name: Target}
- deal: a-target-2017
  type: funding-round
  completed: 2017-06-28
  moves: [{of: target, to: a, new: yes, for: [500m USD @filing-2015, 1.1bn USD @s2017]}]
  amounts: {total: [500m USD @filing-2015, 1.1bn USD @s2017]}
- source: filing-2015
  url: https://example.org/2015
  publisher: Acme
  published: 2015
  kind: filing
""")
    )
    assert nodes.nodes["a-target-2017"].properties["total"] == 1.1e9
    invested = [r for r in nodes.relationships.values() if r.type == "INVESTED_IN"]
    assert [link.properties["amount"] for link in invested] == [1.1e9]
