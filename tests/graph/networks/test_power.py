"""Power indices against every coalition and every order, and what is known of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.networks.power import EXACT, power_indices

Votes = dict[str, Fraction]
votes_of_few = st.lists(st.integers(1, 40), min_size=1, max_size=6).map(
    lambda parts: {f"h{number}": Fraction(part, 3) for number, part in enumerate(parts)}
)


def swings(votes: Votes, holder: str) -> Fraction:
    half, others = sum(votes.values()) / 2, [h for h in votes if h != holder]
    decided = 0
    for size in range(len(others) + 1):
        for some in combinations(others, size):
            before = sum(votes[h] for h in some)
            decided += before <= half < before + votes[holder]
    return Fraction(decided, 2 ** len(others))


def pivots(votes: Votes, holder: str) -> Fraction:
    half, decided = sum(votes.values()) / 2, 0
    for order in permutations(votes):
        before = sum((votes[h] for h in order[: order.index(holder)]), Fraction(0))
        decided += before <= half < before + votes[holder]
    return Fraction(decided, factorial(len(votes)))


@settings(max_examples=100, deadline=None)
@given(votes_of_few)
def test_power_is_that_of_all_coalitions_and_orders(votes: Votes) -> None:
    found = power_indices(votes)
    assert found.error is None
    for holder in votes:
        power = found.powers[holder]
        assert (power.swings, power.shapley_shubik) == (
            swings(votes, holder),
            pivots(votes, holder),
        )


@settings(max_examples=50, deadline=None)
@given(votes_of_few)
def test_power_of_all_is_one(votes: Votes) -> None:
    powers = power_indices(votes).powers.values()
    assert sum(power.banzhaf for power in powers) == 1
    assert sum(power.shapley_shubik for power in powers) == 1


def test_majority_has_all_the_power() -> None:
    found = power_indices({"a": Fraction(51), "b": Fraction(49)}).powers
    assert [found["a"].banzhaf, found["b"].banzhaf] == [1, 0]


def test_power_of_twenty_five_equal_holders_is_equal() -> None:
    found = power_indices({f"h{i:02}": Fraction(4) for i in range(EXACT)})
    assert found.error is None
    assert {power.shapley_shubik for power in found.powers.values()} == {Fraction(1, EXACT)}


def test_sampled_power_is_within_its_bound_and_always_the_same() -> None:
    votes = {f"h{i:02}": Fraction(1) for i in range(40)}
    found = power_indices(votes)
    assert found.error is not None
    for power in found.powers.values():
        assert float(power.shapley_shubik) == pytest.approx(1 / 40, abs=found.error)
    assert power_indices(votes) == found
