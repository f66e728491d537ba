"""Integrated ownership, against the series that defines it and an inverse in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.networks.ownership import (
    EXACT,
    Shares,
    closed_circles,
    integrated_shares,
    largest_shares,
)

F = Fraction
CYCLE = {"b": {"a": F(7, 10), "c": F(3, 10)}, "c": {"b": F(6, 10)}}


@st.composite
def ownership(draw: st.DrawFn, most: int = 20) -> dict[str, dict[str, Fraction]]:
    """Up to six companies whose recorded shares are at most the whole, cycles included."""
    ids = [f"c{number}" for number in range(draw(st.integers(2, 6)))]
    shares: dict[str, dict[str, Fraction]] = {}
    for company in ids:
        left = most
        for holder in draw(st.lists(st.sampled_from(ids), unique=True, max_size=4)):
            part = draw(st.integers(0, left))
            if part:
                shares.setdefault(company, {})[holder] = F(part, 20)
                left -= part
    return shares


def chance(shares: Shares, target: str, holder: str) -> Fraction | None:
    """The share by its own equations, solved by Cramer's rule; None where they have no one answer.

    What a holder has of a company is what it has directly, and what it has of the other holders.
    """
    others = sorted(({*shares} | {h for row in shares.values() for h in row}) - {holder})
    rows = [
        [F(one == other) - shares.get(one, {}).get(other, F(0)) for other in others]
        for one in others
    ]
    right = [shares.get(one, {}).get(holder, F(0)) for one in others]
    whole = determinant(rows)
    if whole == 0:
        return None
    known = {
        one: determinant([[*row[:i], b, *row[i + 1 :]] for row, b in zip(rows, right, strict=True)])
        / whole
        for i, one in enumerate(others)
    }
    known[holder] = F(1)
    return sum((share * known[h] for h, share in shares.get(target, {}).items()), F(0))


def determinant(rows: list[list[Fraction]]) -> Fraction:
    if not rows:
        return F(1)
    first, *others = rows
    return sum(
        (
            (-1) ** place
            * value
            * determinant([[*row[:place], *row[place + 1 :]] for row in others])
            for place, value in enumerate(first)
            if value
        ),
        F(0),
    )


@settings(max_examples=200, deadline=None)
@given(ownership())
def test_integrated_shares_are_those_of_their_equations(shares: Shares) -> None:
    for target in shares:
        found = integrated_shares(shares, target)
        for holder in {h for row in shares.values() for h in row}:
            wanted = chance(shares, target, holder)
            if wanted is not None:
                assert found.get(holder, F(0)) == wanted


@settings(max_examples=100, deadline=None)
@given(ownership())
def test_integrated_shares_never_exceed_the_whole(shares: Shares) -> None:
    for target in shares:
        found = integrated_shares(shares, target)
        assert all(0 < share <= 1 for share in found.values())
        tops = [share for holder, share in found.items() if not shares.get(holder)]
        assert sum(tops, F(0)) <= 1


@settings(max_examples=100, deadline=None)
@given(ownership(most=20))
def test_shares_at_the_top_are_the_whole_where_all_is_on_record(shares: Shares) -> None:
    full = {
        company: {**row, "public": 1 - sum(row.values(), F(0))} for company, row in shares.items()
    }
    full = {c: {h: s for h, s in row.items() if s} for c, row in full.items()}
    for target in full:
        assume(not closed_circles(full, target))
        found = integrated_shares(full, target)
        tops = [share for holder, share in found.items() if not full.get(holder)]
        assert sum(tops, F(0)) == 1


def test_integrated_shares_of_a_cycle() -> None:
    of_b, of_c = integrated_shares(CYCLE, "b")["a"], integrated_shares(CYCLE, "c")["a"]
    assert (of_b, of_c) == (F(35, 41), F(21, 41))
    assert (round(float(of_b), 4), round(float(of_c), 4)) == (0.8537, 0.5122)


def test_member_of_a_cycle_counts_its_own_share_once() -> None:
    assert integrated_shares(CYCLE, "c")["b"] == F(6, 10)
    assert integrated_shares(CYCLE, "b")["b"] == F(18, 100)


def test_closed_circle_is_reported_and_divides_by_nothing() -> None:
    shares = {"x": {"y": F(1)}, "y": {"x": F(1)}, "d": {"y": F(1, 2), "q": F(1, 2)}}
    assert closed_circles(shares, "d") == [("x", "y")]
    assert integrated_shares(shares, "d") == {"x": F(1, 2), "y": F(1, 2), "q": F(1, 2)}
    assert integrated_shares(shares, "x") == {"x": F(1), "y": F(1)}


def test_circle_with_an_outside_holder_is_not_closed() -> None:
    shares = {"x": {"y": F(1)}, "y": {"x": F(99, 100), "out": F(1, 100)}}
    assert closed_circles(shares, "x") == []
    assert integrated_shares(shares, "x")["out"] == 1


def test_circle_of_many_is_as_exact_as_floating_point() -> None:
    count = EXACT + 20
    ring = {
        f"n{i:03}": {f"n{(i + 1) % count:03}": F(1, 2), f"top{i:03}": F(1, 2)} for i in range(count)
    }
    found = integrated_shares(ring, "n000")
    assert float(found["top003"]) == pytest.approx(0.5**4, rel=1e-12)


def test_long_chain_needs_no_deep_stack() -> None:
    chain = {f"n{i:05}": {f"n{i + 1:05}": F(1)} for i in range(5000)}
    assert integrated_shares(chain, "n00000")["n05000"] == 1


@settings(max_examples=100, deadline=None)
@given(ownership(most=14), st.integers(0, 6))
def test_largest_shares_bound_every_table_between_the_bounds(low: Shares, more: int) -> None:
    """Tables between the bounds: some companies give all that is open to one of their holders."""
    high = {c: {h: s + F(more, 20) for h, s in row.items()} for c, row in low.items()}
    for favoured in range(3):
        table = {}
        for company, row in low.items():
            chosen = sorted(row)[favoured % len(row)]
            table[company] = {h: s + (F(more, 20) if h == chosen else 0) for h, s in row.items()}
        for target in low:
            found = integrated_shares(table, target)
            most = largest_shares(low, high, target, found)
            assert all(share <= F(most[holder]) for holder, share in found.items())


def test_largest_share_of_one_leaves_room_for_what_others_surely_have() -> None:
    low = {"b": {"other": F(83, 100)}}
    high = {"b": {"other": F(83, 100), "unknown": F(1)}}
    assert float(largest_shares(low, high, "b", ["unknown"])["unknown"]) == 0.17
