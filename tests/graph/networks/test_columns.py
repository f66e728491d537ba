"""Whole networks in columns, against the exact functions for one company at a time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.networks import make_network
from graph.networks.columns import (
    Columns,
    columns_of,
    integrated_column,
    portfolios,
    ultimate_controllers,
)
from graph.networks.control import Votes, VotingNetwork
from graph.networks.ownership import integrated_shares

Rows = list[tuple[str, str, float]]


@st.composite
def registers(draw: st.DrawFn) -> Rows:
    """Up to eight companies, their shares in twentieths, cycles included."""
    ids = [f"c{number}" for number in range(draw(st.integers(2, 8)))]
    rows: Rows = []
    for company in ids:
        left = 20
        for holder in draw(st.lists(st.sampled_from(ids), unique=True, max_size=4)):
            part = draw(st.integers(0, left))
            if holder != company and part:
                rows.append((holder, company, part / 20))
                left -= part
    return rows


def fractions(rows: Rows) -> dict[str, dict[str, Fraction]]:
    shares: dict[str, dict[str, Fraction]] = {}
    for holder, company, share in rows:
        shares.setdefault(company, {})[holder] = Fraction(round(share * 20), 20)
    return shares


@settings(max_examples=200, deadline=None)
@given(registers())
def test_ultimate_controllers_are_those_found_one_by_one(rows: Rows) -> None:
    if not rows:
        return
    columns, ids = columns_of(rows)
    shares = fractions(rows)
    network = VotingNetwork(
        {c: {h: Votes.exactly(s * 100) for h, s in row.items()} for c, row in shares.items()}
    )
    below = {head: network.controlled({head}, "possible").keys() for head in ids}
    for company, top in zip(ids, ultimate_controllers(columns), strict=True):
        above = {company, *(head for head in ids if company in below[head])}
        ultimate = {h for h in above if all(o in below[h] for o in ids if h in below[o])}
        assert ids[int(top)] in ultimate


@settings(max_examples=150, deadline=None)
@given(registers())
def test_portfolios_are_the_sums_of_exact_shares(rows: Rows) -> None:
    if not rows:
        return
    columns, ids = columns_of(rows)
    shares = fractions(rows)
    found = portfolios(columns)
    in_circles = {ids[member] for circle in found.circles for member in circle}
    exact = {target: integrated_shares(shares, target) for target in ids}
    for holder, value in zip(ids, found.values, strict=True):
        if holder not in in_circles:
            wanted = sum(
                (exact[t].get(holder, Fraction(0)) for t in ids if t != holder), Fraction(0)
            )
            assert value == pytest.approx(float(wanted), abs=1e-9)


def test_closed_circle_is_named_and_the_rest_is_computed() -> None:
    columns, ids = columns_of([("x", "y", 1.0), ("y", "x", 1.0), ("a", "b", 0.5)])
    found = portfolios(columns)
    assert [[ids[member] for member in circle] for circle in found.circles] == [["x", "y"]]
    assert found.values[ids.index("a")] == 0.5


def test_nearly_closed_circle_is_still_exact() -> None:
    part = 1 - 1e-9
    columns, ids = columns_of([("x", "y", 1.0), ("y", "x", part), ("out", "x", 1 - part)])
    assert portfolios(columns).values[ids.index("out")] == pytest.approx(2, rel=1e-6)


def test_column_of_a_cycle_is_that_of_the_inverse() -> None:
    columns, ids = columns_of([("a", "b", 0.7), ("c", "b", 0.3), ("b", "c", 0.6)])
    column = integrated_column(columns, ids.index("b"))
    assert column[ids.index("a")] == pytest.approx(0.8537, abs=1e-4)
    assert integrated_column(columns, ids.index("c"))[ids.index("a")] == pytest.approx(
        0.5122, abs=1e-4
    )


def test_circle_of_control_is_told_by_its_first_member() -> None:
    columns, ids = columns_of([("b", "a", 0.6), ("a", "b", 0.6), ("b", "c", 0.9)])
    assert [ids[int(top)] for top in ultimate_controllers(columns)] == ["a", "a", "a"]


def test_generated_network_has_no_company_of_more_than_the_whole() -> None:
    network = make_network(5_000)
    held = np.bincount(network.companies, network.shares, minlength=network.size)
    assert held.max() <= 1 + 1e-9
    assert len(network.shares) == pytest.approx(5_000, rel=0.15)


def test_empty_network_has_no_controllers() -> None:
    nothing = np.array([], dtype=np.int64)
    empty = Columns(nothing, nothing, np.array([]), 3)
    assert ultimate_controllers(empty).tolist() == [0, 1, 2]
    assert portfolios(empty).values.tolist() == [0, 0, 0]
