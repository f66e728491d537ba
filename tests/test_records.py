"""The gate for the packaged records: what a release must hold of them, told by file and line.

A finding that is right all the same is recorded as such in the records (`checked`, `differentFrom`,
a deprecated claim), never here. The floors are those below which the set would be of little use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from graph.building import build
from graph.elements import Elements
from graph.graphs import MemoryGraph
from graph.queries.captable import find_captable
from graph.queries.claims import contests_about
from graph.records import Subject
from graph.taxonomies import split_market
from loaders.checking import PACKAGED, CheckResult, check
from loaders.formatting import format_files
from ontology.generated.vocabulary import PLACES

# What there is at least; a fact that is not sure stays out all the same.
FLOORS = {
    "actors and brands": 500,
    "in southeast-asia": 150,
    "in china": 80,
    "in india": 45,
    "in japan or south-korea": 45,
    "in europe": 45,
    "in latin-america": 30,
    "in africa": 30,
    "in middle-east": 30,
    "investors": 100,
    "deals": 400,
    "deals rumoured, in talks, lost or terminated": 30,
    "deals of several moves": 60,
    "deals with shares before or after": 100,
    "disclosures": 100,
    "companies with disclosures": 60,
    "operations": 180,
    "operations that ended": 50,
    "figures": 300,
    "milestones": 100,
    "sources": 600,
    "disputed fields": 60,
}
REGIONS = {
    region: tuple(region.removeprefix("in ").split(" or "))
    for region in FLOORS
    if region.startswith("in ")
}


@cache
def result() -> CheckResult:
    return check()


@cache
def elements() -> Elements:
    return build(result().demand())


def test_check_finds_nothing_at_all() -> None:
    assert [str(finding) for finding in result().findings] == []


def test_files_are_in_canonical_form() -> None:
    changed = [str(f.path) for f in format_files([PACKAGED], write=False) if f.is_changed]
    assert changed == [], "`entrepot records format` rewrites them"


def test_claims_on_each_company_leave_a_table_of_holders() -> None:
    corpus = result().demand()
    companies = {stakes.company for each in corpus.deals.values() for stakes in each.stakes}
    companies |= {each.company for each in corpus.disclosures.values()}
    told = {
        company: [conflict.sentence for conflict in found]
        for company in sorted(companies)
        if (found := find_captable(corpus, company).conflicts)
    }
    assert told == {}, "mend a claim, or deprecate it with its reason"


@pytest.mark.parametrize("what", FLOORS)
def test_there_is_at_least(what: str) -> None:
    assert counts()[what] >= FLOORS[what]


@cache
def counts() -> Counter[str]:
    """How much there is of each thing, as a user would count it in the graph."""
    corpus = result().demand()
    found = Counter(dict(_of_deals()))
    found["actors and brands"] = len(corpus.subjects)
    for name, places in REGIONS.items():
        found[name] = sum(bool(_region(s) & set(places)) for s in corpus.subjects.values())
    labels = Counter(label for node in elements().nodes.values() for label in node.labels)
    links = [r for r in elements().relationships.values() if r.type == "OPERATES_IN"]
    found["investors"] = labels["Investor"]
    found["figures"] = labels["Figure"]
    found["operations"] = len(links)
    found["operations that ended"] = sum(bool(link.text("validTo")) for link in links)
    found["disclosures"] = len(corpus.disclosures)
    found["companies with disclosures"] = len({d.company for d in corpus.disclosures.values()})
    found["milestones"] = len(corpus.milestones)
    found["sources"] = len(corpus.sources)
    found["disputed fields"] = _disputed()
    return found


def _of_deals() -> Iterator[tuple[str, int]]:
    deals = result().demand().deals.values()
    hearsay = {"rumoured", "talks", "lost", "terminated"}
    undone = [d for d in deals if hearsay & d.statuses.keys() and "completed" not in d.statuses]
    yield "deals", len(deals)
    yield "deals rumoured, in talks, lost or terminated", len(undone)
    yield "deals of several moves", sum(len(deal.moves) > 1 for deal in deals)
    yield "deals with shares before or after", sum(bool(deal.stakes) for deal in deals)


def _region(subject: Subject) -> set[str]:
    """The places that a subject belongs to: of its country, else of its seat or its business."""
    corpus = result().demand()
    codes = {claim.value for claim in subject.country}
    own = {place for place, concept in PLACES.items() if concept.notation in codes - {""}}
    own = own or {seat.other for seat in subject.seats}
    own = own or {split[1] for o in subject.operates if (split := split_market(o.other))}
    if subject.kind == "person":
        held = {role.other for role in subject.roles}
        founded = {i for i, s in corpus.subjects.items() if subject.id in _founders(s)}
        at = (corpus.subjects[i] for i in held | founded if i in corpus.subjects)
        return set().union(*(_region(each) for each in at if each.kind != "person"))
    return _with_broader(own)


def _founders(subject: Subject) -> set[str]:
    return {span.other for span in subject.founders}


def _with_broader(places: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += PLACES[place].broader
    return found


def _disputed() -> int:
    """Fields of which sources print different values."""
    found = contests_about(MemoryGraph(elements()), result().demand().records)
    return len({(each.record, each.field) for each in found if each.disputed})
