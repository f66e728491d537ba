"""Control by majority, against brute force and the classic example, and its three readings."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.networks.control import READINGS, Declaration, Votes, VotingNetwork

Shares = dict[str, dict[str, int]]


def network(shares: Shares) -> VotingNetwork:
    return VotingNetwork(
        {c: {h: Votes.exactly(s) for h, s in holders.items()} for c, holders in shares.items()}
    )


@st.composite
def networks(draw: st.DrawFn) -> Shares:
    """Up to seven companies, shares of at most 100 percent together, cycles included."""
    ids = [f"c{number}" for number in range(draw(st.integers(2, 7)))]
    shares: Shares = {}
    for company in ids:
        left = 100
        for holder in draw(st.lists(st.sampled_from(ids), unique=True, max_size=4)):
            part = draw(st.integers(0, left))
            if holder != company and part:
                shares.setdefault(company, {})[holder] = part
                left -= part
    return shares


def by_brute_force(shares: Shares, head: str) -> set[str]:
    """The rule as it is written: again and again, until nothing is added."""
    found: set[str] = set()
    while True:
        new = {
            company
            for company, holders in shares.items()
            if company not in found | {head}
            and sum(part for holder, part in holders.items() if holder in found | {head}) > 50
        }
        if not new:
            return found
        found |= new


@settings(max_examples=300, deadline=None)
@given(networks())
def test_control_is_that_of_brute_force_where_shares_are_added(shares: Shares) -> None:
    found = network(shares)
    actors = {*shares, *(holder for holders in shares.values() for holder in holders)}
    for head in actors:
        wanted = by_brute_force(shares, head)
        assert found.controlled({head}, "possible").keys() == wanted
        assert found.controlled({head}, "certain").keys() <= wanted


@settings(max_examples=200, deadline=None)
@given(networks())
def test_control_is_certain_where_no_group_holds_twice(shares: Shares) -> None:
    found = network(shares)
    actors = {*shares, *(holder for holders in shares.values() for holder in holders)}
    for head in actors:
        wanted = by_brute_force(shares, head)
        group = {*wanted, head}
        if all(len(group & shares[company].keys()) <= 1 for company in wanted):
            assert found.controlled({head}, "certain").keys() == wanted


@settings(max_examples=200, deadline=None)
@given(networks())
def test_proof_is_the_smallest_there_is(shares: Shares) -> None:
    found = network(shares)
    for head in sorted(shares):
        for company, step in found.controlled({head}, "possible").items():
            assert step.cost == smallest_proof(shares, head, company)


def smallest_proof(shares: Shares, head: str, company: str) -> int | None:
    """The size of the smallest tree, by trying every set of holders, deeper and deeper."""
    sizes: dict[str, int] = {head: 0}
    for _ in range(len(shares) + 1):
        for each, holders in shares.items():
            if each == head:
                continue
            known = [holder for holder in holders if holder in sizes]
            costs = [
                sum(sizes[holder] + 1 for holder in some)
                for count in range(1, len(known) + 1)
                for some in combinations(known, count)
                if sum(holders[holder] for holder in some) > 50
            ]
            if costs:
                sizes[each] = min(sizes.get(each, 10**9), *costs, 10**9)
    return sizes.get(company)


def test_control_of_the_classic_example() -> None:
    found = network({"2": {"1": 80}, "3": {"2": 80}, "1": {"3": 20}})
    pairs = [(head, company) for head in "123" for company in sorted(found.controlled({head}))]
    assert pairs == [("1", "2"), ("1", "3"), ("2", "3")]


def test_half_of_the_votes_is_no_majority() -> None:
    assert not network({"b": {"a": 50}}).controlled({"a"}, "open")


def test_majority_in_words_is_one() -> None:
    votes = Votes(Fraction(50), Fraction(100), above=True)
    assert list(VotingNetwork({"b": {"a": votes}}).controlled({"a"})) == ["b"]


def test_shares_of_a_group_are_not_surely_added() -> None:
    overlap = network({"sub": {"parent": 60}, "target": {"parent": 30, "sub": 25}})
    assert "target" in overlap.controlled({"parent"}, "possible")
    assert "target" not in overlap.controlled({"parent"}, "certain")


def test_shares_of_sisters_are_added() -> None:
    sisters = network({"one": {"p": 60}, "two": {"p": 60}, "target": {"one": 30, "two": 25}})
    step = sisters.controlled({"p"})["target"]
    assert step.members == ("one", "two")
    assert [step.least, step.cost] == [55, 4]


def test_unknown_share_is_no_control_but_open() -> None:
    found = VotingNetwork({"b": {"a": Votes(Fraction(0), Fraction(100))}})
    assert not found.controlled({"a"}, "possible")
    assert list(found.controlled({"a"}, "open")) == ["b"]


def test_unknown_share_is_bounded_by_what_others_surely_have() -> None:
    unknown = Votes(Fraction(0), Fraction(100))
    found = VotingNetwork({"b": {"a": unknown, "other": Votes.exactly(83)}})
    assert not found.controlled({"a"}, "open")


def test_range_around_half_is_possible() -> None:
    votes = Votes(Fraction(45), Fraction(60), stated=Fraction(60))
    found = VotingNetwork({"b": {"a": votes}})
    assert list(found.controlled({"a"}, "possible")) == ["b"]
    assert not found.controlled({"a"}, "certain")


@pytest.mark.parametrize(("sure", "readings"), [(True, 3), (False, 2)])
def test_declared_control_needs_no_votes(sure: bool, readings: int) -> None:
    found = VotingNetwork({}, {"b": {"a": Declaration("contractual", sure)}})
    holds = [r for r in READINGS if "b" in found.controlled({"a"}, r)]
    assert len(holds) == readings


def test_joint_controllers_control_together_and_not_alone() -> None:
    found = VotingNetwork({"c": {"b": Votes.exactly(70)}}, {}, {"b": (frozenset("xy"), True)})
    assert list(found.controlled({"x", "y"})) == ["b", "c"]
    assert not found.controlled({"x"}, "open")


def test_many_holders_still_give_a_proof_without_a_needless_one() -> None:
    shares = {f"h{number:02}": {"p": 100} for number in range(20)}
    found = network({**shares, "target": dict.fromkeys(shares, 4)})
    assert len(found.controlled({"p"})["target"].members) == 13
