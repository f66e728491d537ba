"""Resemblance: what looks like one thing is told until a curator has judged it."""

from __future__ import annotations

import pytest
from samples import corpus

from loaders.resemblance import find_likenesses


def alike(text: str) -> list[tuple[str, str]]:
    return [(each.one, each.other) for each in find_likenesses(corpus(text))]


def company(record: str, name: str, more: str = "") -> str:
    return f"- company: {record}\n  name: {name}\n{more}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Goldman Sachs", "GOLDMAN SACHS Group, Inc."),
        ("Goldman Sachs", "Goldmann Sachs"),
        ("Société Générale", "Societe Generale"),
    ],
)
def test_companies_of_one_name_are_alike(one: str, other: str) -> None:
    assert alike(company("a", one) + company("b", f'"{other}"')) == [("a", "b")]


@pytest.mark.parametrize(
    ("one", "other"), [("Sequoia Capital", "Sequoia Capital India"), ("Line", "Lime")]
)
def test_companies_of_other_names_are_not_alike(one: str, other: str) -> None:
    assert alike(company("a", one) + company("b", other)) == []


def test_former_name_counts() -> None:
    former = "  names: [{name: Globex, kind: former}]\n"
    assert alike(company("a", "Acme", former) + company("b", "Globex")) == [("a", "b")]


def test_person_may_have_the_name_of_a_company() -> None:
    assert alike(company("a", "Jane Doe") + "- person: b\n  name: Jane Doe\n") == []


def test_same_domain_is_alike_unless_one_is_the_others_brand() -> None:
    domain = "  identifiers: {domain: acme.example}\n"
    brand = "- brand: c\n  name: Shop\n  launchedBy: a\n" + domain
    assert alike(company("a", "Acme", domain) + company("b", "Globex", domain)) == [("a", "b")]
    assert alike(company("a", "Acme", domain) + brand) == []


def deal(record: str, fields: str) -> str:
    return f"- deal: {record}\n  type: funding-round\n  {fields}\n"


BOUGHT = "completed: 2016-04\n  moves: [{of: acme, to: globex, new: yes}]"


def test_deal_told_twice_is_alike() -> None:
    again = "completed: 2016-05-20\n  moves: [{of: acme, to: [globex, initech], new: yes}]"
    assert alike(deal("d", BOUGHT) + deal("e", again)) == [("d", "e")]


@pytest.mark.parametrize(
    "other",
    [
        "completed: 2017-04\n  moves: [{of: acme, to: globex, new: yes}]",
        "completed: 2016-04\n  moves: [{of: acme, to: initech, new: yes}]",
        "completed: 2016-04\n  moves: [{of: initech, to: globex, new: yes}]",
        "completed: 2016-04\n  moves: [{of: acme, from: globex}]",
    ],
    ids=["later", "another-investor", "another-company", "a-sale"],
)
def test_other_deals_are_not_alike(other: str) -> None:
    assert alike(deal("d", BOUGHT) + deal("e", other)) == []


def test_deals_of_other_amounts_or_rounds_are_not_alike() -> None:
    small, large = (f"{BOUGHT}\n  amounts: {{total: {n}m USD}}" for n in (5, 50))
    assert alike(deal("d", small) + deal("e", large)) == []
    first, second = (f"round: Series {letter}\n  {BOUGHT}" for letter in "AB")
    assert alike(deal("d", first) + deal("e", second)) == []


def test_judgement_of_a_curator_settles_it() -> None:
    judged = "  differentFrom: [{other: a, reason: a shop in another country}]\n"
    assert alike(company("a", "Acme") + company("b", "Acme", judged)) == []
