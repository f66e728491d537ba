"""Linear programs whose answers are exact.

HiGHS finds the optimal basis in floating point; the solution that the basis stands for, and the
multipliers that prove it optimal, are then computed anew in fractions. Where this proof fails, a
plain simplex in fractions decides. So a bound is never a rounding error, and a set of rows that is
said to be contradictory is. Every variable is at least zero.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from graph.networks.simplex import minimise

ZERO = Fraction(0)
_IIS_FROM_LP_IRREDUCIBLE = 7  # others return empty sets, or sets that can be reduced
_BASIC = "kBasic"

Terms = Mapping[str, Fraction]


@dataclass(frozen=True)
class Row:
    """`low` <= the sum of the terms <= `high`; None is an open side. `of` says whose row it is."""

    of: Hashable
    terms: Terms
    low: Fraction | None = None
    high: Fraction | None = None

    def allows(self, value: Fraction) -> bool:
        """Whether the sum may have a value."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Optimum:
    """The lowest value of a goal, where it is reached, and whose rows prove that it is no lower."""

    value: Fraction
    point: Mapping[str, Fraction]
    because: frozenset[Hashable]


class LinearProgram:
    """Rows over variables that are at least zero.

    >>> x, y = {"x": Fraction(1)}, {"x": Fraction(1), "y": Fraction(1)}
    >>> program = LinearProgram([Row("half", x, Fraction(1, 2)), Row("sum", y, high=Fraction(1))])
    >>> program.lowest({"y": Fraction(-1)}).value
    Fraction(-1, 2)
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)

    def lowest(self, goal: Terms) -> Optimum | None:
        """The lowest value of a goal that has one; None where the rows contradict each other."""
        same, rows = self._joined
        wanted = _renamed(goal, same)
        found = _by_highs(rows, wanted) or minimise(rows, wanted)
        if found is None:
            return None
        value, point, because = found
        full = {name: point.get(same.get(name, name), ZERO) for name in _names(self.rows)}
        return Optimum(value, full, frozenset(rows[place].of for place in because))

    @property
    def is_feasible(self) -> bool:
        """Whether some point keeps all rows."""
        return self.lowest({}) is not None

    def contradiction(self) -> tuple[Hashable, ...]:
        """Whose rows cannot all hold, such that none can be dropped; empty where all can.

        Proved in fractions: the rows of all contradict each other, and without any one of them
        they do not.
        """
        owners = list(dict.fromkeys(row.of for row in self.rows))
        near = set(_suspects(self.rows))
        if self._without(set(owners) - near).is_feasible:
            if self.is_feasible:
                return ()
            near = set(owners)
        kept = [owner for owner in owners if owner in near]
        for owner in list(kept):
            rest = [other for other in kept if other != owner]
            if not self._without(set(owners) - set(rest)).is_feasible:
                kept = rest
        return tuple(kept)

    def _without(self, dropped: set[Hashable]) -> LinearProgram:
        return LinearProgram(row for row in self.rows if row.of not in dropped)

    @cached_property
    def _joined(self) -> tuple[dict[str, str], list[Row]]:
        """Variables that some row makes equal as one, and the rows that are left."""
        same: dict[str, str] = {}
        for row in self.rows:
            pair = _equal_pair(row)
            if pair:
                one, other = (_root(same, name) for name in pair)
                if one != other:
                    same[max(one, other)] = min(one, other)
        roots = {name: _root(same, name) for name in same}
        rows = [Row(r.of, _renamed(r.terms, roots), r.low, r.high) for r in self.rows]
        return roots, [row for row in rows if row.terms or not row.allows(ZERO)]


def _equal_pair(row: Row) -> tuple[str, str] | None:
    if len(row.terms) != 2 or row.low != 0 or row.high != 0:
        return None
    (one, a), (other, b) = row.terms.items()
    return (one, other) if a + b == 0 else None


def _root(same: Mapping[str, str], name: str) -> str:
    while name in same:
        name = same[name]
    return name


def _renamed(terms: Terms, same: Mapping[str, str]) -> dict[str, Fraction]:
    """The terms with equal variables joined; those that cancel out are gone."""
    found: dict[str, Fraction] = {}
    for name, factor in terms.items():
        root = same.get(name, name)
        found[root] = found.get(root, ZERO) + factor
    return {name: factor for name, factor in found.items() if factor}


def _names(rows: Iterable[Row]) -> list[str]:
    return sorted({name for row in rows for name in row.terms})


# ---- HiGHS


def _model(rows: Sequence[Row], goal: Terms) -> tuple[Any, list[str]]:
    """The rows as a model of HiGHS that is silent and runs on one thread."""
    import highspy

    names = sorted({*_names(rows), *goal})
    places = {name: place for place, name in enumerate(names)}
    infinity = highspy.kHighsInf
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    for name in names:
        solver.addCol(float(goal.get(name, ZERO)), 0.0, infinity, 0, [], [])
    for row in rows:
        low = -infinity if row.low is None else float(row.low)
        high = infinity if row.high is None else float(row.high)
        indices = [places[name] for name in row.terms]
        solver.addRow(low, high, len(indices), indices, [float(f) for f in row.terms.values()])
    return solver, names


def _suspects(rows: Sequence[Row]) -> list[Hashable]:
    """Whose rows HiGHS takes for contradictory; to be proved."""
    solver, _ = _model(rows, {})
    solver.setOptionValue("iis_strategy", _IIS_FROM_LP_IRREDUCIBLE)
    solver.run()
    _, found = solver.getIis()
    return [rows[place].of for place in found.row_index_]


Proved = tuple[Fraction, dict[str, Fraction], list[int]]


def _by_highs(rows: Sequence[Row], goal: Terms) -> Proved | None:
    """The optimum by the basis that HiGHS ends with, if fractions prove it; else None."""
    if any(not row.terms for row in rows):
        return None
    solver, names = _model(rows, goal)
    solver.run()
    basis = solver.getBasis()
    if not basis.valid:
        return None
    basic = [n for n, status in zip(names, basis.col_status, strict=True) if status.name == _BASIC]
    sides = {
        place: row.high if status.name == "kUpper" or row.low is None else row.low
        for place, (row, status) in enumerate(zip(rows, basis.row_status, strict=True))
        if status.name != _BASIC
    }
    if any(side is None for side in sides.values()) or len(basic) != len(sides):
        return None
    point = _solved([({n: rows[p].terms.get(n, ZERO) for n in basic}, sides[p]) for p in sides])
    tight = {str(place): place for place in sides}
    columns = [
        ({t: rows[p].terms.get(name, ZERO) for t, p in tight.items()}, goal.get(name, ZERO))
        for name in basic
    ]
    prices = _solved(columns)
    if point is None or prices is None:
        return None
    weights = {place: prices.get(text, ZERO) for text, place in tight.items()}
    if not _is_allowed(rows, point) or not _is_proof(rows, goal, names, weights, sides):
        return None
    value = sum((factor * point.get(name, ZERO) for name, factor in goal.items()), ZERO)
    return value, point, [place for place, weight in weights.items() if weight]


def _is_allowed(rows: Sequence[Row], point: Mapping[str, Fraction]) -> bool:
    return all(value >= 0 for value in point.values()) and all(
        row.allows(sum((f * point.get(n, ZERO) for n, f in row.terms.items()), ZERO))
        for row in rows
    )


def _is_proof(
    rows: Sequence[Row],
    goal: Terms,
    names: Sequence[str],
    weights: Mapping[int, Fraction],
    sides: Mapping[int, Fraction | None],
) -> bool:
    """Whether the weighted rows together say that the goal cannot be lower."""
    for place, weight in weights.items():
        row = rows[place]
        if row.low != row.high and weight * (1 if sides[place] == row.low else -1) < 0:
            return False
    left = {name: goal.get(name, ZERO) for name in names}
    for place, weight in weights.items():
        for name, factor in rows[place].terms.items():
            left[name] -= weight * factor
    return all(value >= 0 for value in left.values())


def _solved(equations: list[tuple[dict[str, Fraction], Any]]) -> dict[str, Fraction] | None:
    """The one solution of as many equations as unknowns, by elimination; None where there is none.

    The shortest equation is used first, so that few others fill up.
    """
    left = [({n: f for n, f in terms.items() if f}, Fraction(side)) for terms, side in equations]
    used: list[tuple[str, dict[str, Fraction], Fraction]] = []
    while left:
        place = min(range(len(left)), key=lambda p: len(left[p][0]))
        terms, side = left.pop(place)
        if not terms:
            return None
        name = min(terms)
        factor = terms[name]
        terms = {n: f / factor for n, f in terms.items() if n != name}
        side /= factor
        used.append((name, terms, side))
        left = [_reduced(other, name, terms, side) for other in left]
    found: dict[str, Fraction] = {}
    for name, terms, side in reversed(used):
        found[name] = side - sum((f * found.get(n, ZERO) for n, f in terms.items()), ZERO)
    return found


def _reduced(
    equation: tuple[dict[str, Fraction], Fraction],
    name: str,
    terms: Mapping[str, Fraction],
    side: Fraction,
) -> tuple[dict[str, Fraction], Fraction]:
    """An equation without a variable that is `side` less the terms."""
    own, value = equation
    factor = own.get(name)
    if not factor:
        return equation
    found = {n: f for n, f in own.items() if n != name}
    for other, times in terms.items():
        changed = found.get(other, ZERO) - factor * times
        if changed:
            found[other] = changed
        else:
            found.pop(other, None)
    return found, value - factor * side
