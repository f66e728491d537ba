"""Linear programs: two ways of solving agree, and contradictions are proved and irreducible."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.networks.linear import LinearProgram, Row
from graph.networks.simplex import minimise

NAMES = ("a", "b", "c", "d")
numbers = st.fractions(min_value=-3, max_value=3, max_denominator=7)


@st.composite
def programs(draw: st.DrawFn) -> list[Row]:
    """Up to seven random rows; no variable is above 100, so that every goal has a lowest value."""
    rows = [Row("all", dict.fromkeys(NAMES, Fraction(1)), high=Fraction(100))]
    for place in range(draw(st.integers(0, 6))):
        terms = {name: factor for name in NAMES if (factor := draw(numbers))}
        low, high = draw(st.none() | numbers), draw(st.none() | numbers)
        if low is not None and high is not None:
            low, high = min(low, high), max(low, high)
        if terms:
            rows.append(Row(f"r{place}", terms, low, high))
    return rows


def total(row: Row, point: dict[str, Fraction]) -> Fraction:
    return sum((f * point.get(n, Fraction(0)) for n, f in row.terms.items()), Fraction(0))


@settings(max_examples=150, deadline=None)
@given(programs(), st.dictionaries(st.sampled_from(NAMES), numbers, min_size=1))
def test_lowest_value_is_that_of_the_plain_simplex(
    rows: list[Row], goal: dict[str, Fraction]
) -> None:
    # Repeated, so that there are more rows than the plain simplex is used for.
    found = LinearProgram(rows * 25).lowest(goal)
    plain = minimise(rows, goal)
    assert (found.value if found else None) == (plain[0] if plain else None)
    if found:
        assert all(row.allows(total(row, dict(found.point))) for row in rows)
        assert found.value == total(Row("", goal), dict(found.point))


@settings(max_examples=100, deadline=None)
@given(programs(), st.dictionaries(st.sampled_from(NAMES), numbers, min_size=1))
def test_rows_that_prove_a_bound_suffice_for_it(rows: list[Row], goal: dict[str, Fraction]) -> None:
    found = LinearProgram(rows).lowest(goal)
    if found:
        proof = [row for row in rows if row.of in found.because]
        below = Row("below", goal, high=found.value - Fraction(1, 1000))
        assert minimise([*proof, below], {}) is None


@settings(max_examples=150, deadline=None)
@given(programs())
def test_contradiction_holds_and_none_of_it_can_be_dropped(rows: list[Row]) -> None:
    found = LinearProgram(rows).contradiction()
    assert bool(found) == (minimise(rows, {}) is None)
    kept = [row for row in rows if row.of in found]
    if found:
        assert minimise(kept, {}) is None
    for dropped in found:
        assert minimise([row for row in kept if row.of != dropped], {}) is not None


def test_contradiction_is_by_owner_not_by_row() -> None:
    half = {"x": Fraction(1)}
    rows = [
        Row("a", half, low=Fraction(51)),
        Row("a", {"y": Fraction(1)}, low=Fraction(1)),
        Row("b", half, high=Fraction(50)),
        Row("c", {"y": Fraction(1)}, high=Fraction(9)),
    ]
    assert LinearProgram(rows).contradiction() == ("a", "b")


def test_a_difference_too_small_for_floating_point_is_still_a_contradiction() -> None:
    x = {"x": Fraction(1)}
    tiny = Fraction(1, 10**12)
    rows = [Row("a", x, low=Fraction(50) + tiny), Row("b", x, high=Fraction(50))]
    assert LinearProgram(rows).contradiction() == ("a", "b")
    assert LinearProgram(rows[1:]).contradiction() == ()
