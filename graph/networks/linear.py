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
from itertools import accumulate
from math import lcm
from typing import Any

from graph.networks.simplex import minimise

ZERO = Fraction(0)
_IIS_FROM_LP_IRREDUCIBLE = 7  # others return empty sets, or sets that can be reduced
_BASIC = "kBasic"
_SMALL = 24  # rows up to which the plain simplex is the quicker

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
        found = self._solver.lowest(wanted) if len(rows) > _SMALL else None
        found = found or minimise(rows, wanted)
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

    @cached_property
    def _solver(self) -> _Solver:
        return _Solver(self._joined[1])

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


def _model(rows: Sequence[Row], names: Sequence[str]) -> Any:
    """The rows as a model of HiGHS that is silent and runs on one thread."""
    import highspy

    places = {name: place for place, name in enumerate(names)}
    infinity = highspy.kHighsInf
    model: Any = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(names), len(rows)
    model.col_cost_ = [0.0] * len(names)
    model.col_lower_, model.col_upper_ = [0.0] * len(names), [infinity] * len(names)
    model.row_lower_ = [-infinity if row.low is None else float(row.low) for row in rows]
    model.row_upper_ = [infinity if row.high is None else float(row.high) for row in rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = [0, *accumulate(len(row.terms) for row in rows)]
    model.a_matrix_.index_ = [places[name] for row in rows for name in row.terms]
    model.a_matrix_.value_ = [float(factor) for row in rows for factor in row.terms.values()]
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def _suspects(rows: Sequence[Row]) -> list[Hashable]:
    """Whose rows HiGHS takes for contradictory; to be proved."""
    solver = _model(rows, _names(rows))
    solver.run()
    if solver.getModelStatus().name == "kOptimal":
        return []
    solver.setOptionValue("iis_strategy", _IIS_FROM_LP_IRREDUCIBLE)
    _, found = solver.getIis()
    return [rows[place].of for place in found.row_index_]


Proved = tuple[Fraction, dict[str, Fraction], list[int]]


class _Solver:
    """Rows whose optimum HiGHS finds for one goal after the other, each from where it stands."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.names = _names(rows)
        self.whole = [_in_whole_numbers(row) for row in rows]
        self._model = _model(rows, self.names) if all(row.terms for row in rows) else None

    def lowest(self, goal: Terms) -> Proved | None:
        """The optimum by the basis that HiGHS ends with, if fractions prove it; else None."""
        if self._model is None or not set(goal) <= set(self.names):
            return None
        for place, name in enumerate(self.names):
            self._model.changeColCost(place, float(goal.get(name, ZERO)))
        self._model.run()
        basis = self._model.getBasis()
        if not basis.valid:
            return None
        pairs = zip(self.names, basis.col_status, strict=True)
        basic = [name for name, status in pairs if status.name == _BASIC]
        return self._proved(goal, basic, self._sides(basis.row_status))

    def _sides(self, statuses: Sequence[Any]) -> dict[int, Fraction | None]:
        """The rows that are tight, each with the side at which it is."""
        return {
            place: row.high if status.name == "kUpper" or row.low is None else row.low
            for place, (row, status) in enumerate(zip(self.rows, statuses, strict=True))
            if status.name != _BASIC
        }

    def _proved(
        self, goal: Terms, basic: list[str], sides: Mapping[int, Fraction | None]
    ) -> Proved | None:
        """The point and the prices of a basis, if they keep all rows and prove each other."""
        if any(side is None for side in sides.values()) or len(basic) != len(sides):
            return None
        inside = set(basic)
        lines = {p: {n: f for n, f in self.rows[p].terms.items() if n in inside} for p in sides}
        columns: dict[str, dict[str, Fraction]] = {name: {} for name in basic}
        for place, terms in lines.items():
            for name, factor in terms.items():
                columns[name][str(place)] = factor
        point = _solved([(lines[p], sides[p]) for p in sides])
        prices = _solved([(columns[name], goal.get(name, ZERO)) for name in basic])
        if point is None or prices is None or not self._is_allowed(point):
            return None
        weights = {place: weight for place in sides if (weight := prices.get(str(place), ZERO))}
        if not self._is_proof(goal, weights, sides):
            return None
        value = sum((factor * point.get(name, ZERO) for name, factor in goal.items()), ZERO)
        return value, point, list(weights)

    def _is_allowed(self, point: Mapping[str, Fraction]) -> bool:
        """Whether a point keeps all rows; in whole numbers, which is many times quicker."""
        if any(value < 0 for value in point.values()):
            return False
        scale = lcm(*(value.denominator for value in point.values()))
        whole = {n: v.numerator * (scale // v.denominator) for n, v in point.items()}
        for terms, low, high in self.whole:
            total = sum(factor * whole.get(name, 0) for name, factor in terms)
            if (low is not None and total < low * scale) or (
                high is not None and total > high * scale
            ):
                return False
        return True

    def _is_proof(
        self,
        goal: Terms,
        weights: Mapping[int, Fraction],
        sides: Mapping[int, Fraction | None],
    ) -> bool:
        """Whether the weighted rows together say that the goal cannot be lower."""
        left = dict(goal)
        for place, weight in weights.items():
            row = self.rows[place]
            if row.low != row.high and weight * (1 if sides[place] == row.low else -1) < 0:
                return False
            for name, factor in row.terms.items():
                left[name] = left.get(name, ZERO) - weight * factor
        return all(value >= 0 for value in left.values())


def _in_whole_numbers(row: Row) -> tuple[list[tuple[str, int]], int | None, int | None]:
    """A row with all its numbers multiplied until they are whole."""
    sides = [side for side in (row.low, row.high) if side is not None]
    scale = lcm(*(number.denominator for number in (*row.terms.values(), *sides)))
    terms = [(name, int(factor * scale)) for name, factor in row.terms.items()]
    low = None if row.low is None else int(row.low * scale)
    return terms, low, None if row.high is None else int(row.high * scale)


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
