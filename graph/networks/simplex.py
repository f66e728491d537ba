"""The simplex method in fractions, for small programs and for proofs.

Two phases with Bland's rule, which never runs in circles. Slower than floating point by orders of
magnitude, and never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Protocol

ZERO, ONE = Fraction(0), Fraction(1)
Vector = dict[int, Fraction]


class Bounded(Protocol):
    """A row: a sum of terms between two sides, of which one may be open (None)."""

    @property
    def terms(self) -> Mapping[str, Fraction]: ...
    @property
    def low(self) -> Fraction | None: ...
    @property
    def high(self) -> Fraction | None: ...


class Unbounded(ArithmeticError):
    """The goal has no lowest value."""


def minimise(
    rows: Sequence[Bounded], goal: Mapping[str, Fraction]
) -> tuple[Fraction, dict[str, Fraction], list[int]] | None:
    """The lowest value of a goal, the point, and the rows that prove it; None if there is no point.

    Raises Unbounded where the goal has no lowest value.
    """
    names = sorted({name for row in rows for name in row.terms} | set(goal))
    places = {name: place for place, name in enumerate(names)}
    table = _Table(len(names))
    owners = []
    for place, row in enumerate(rows):
        terms = {places[name]: factor for name, factor in row.terms.items() if factor}
        for side, slack in _sides(row):
            table.add(terms, side, slack)
            owners.append(place)
    if not table.find_point():
        return None
    prices = table.improve({places[name]: factor for name, factor in goal.items()})
    point = {name: table.value(places[name]) for name in names}
    value = sum((factor * point[name] for name, factor in goal.items()), ZERO)
    return value, point, sorted({owners[place] for place in prices})


def _sides(row: Bounded) -> list[tuple[Fraction, int]]:
    """Each side as an equation: its value, and the sign of its slack (0 without)."""
    if row.low is not None and row.low == row.high:
        return [(row.low, 0)]
    found = [] if row.low is None else [(row.low, -1)]
    return found if row.high is None else [*found, (row.high, 1)]


class _Table:
    """Equations in the form of a basis: each is solved for one variable.

    Every equation has an artificial variable, which makes the first basis and whose reduced cost
    is in the end the price of the equation.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[Vector] = []
        self.values: list[Fraction] = []
        self.basis: list[int] = []
        self.artificial: list[int] = []

    def add(self, terms: Mapping[int, Fraction], side: Fraction, slack: int) -> None:
        sign = -1 if side < 0 else 1
        line = {place: sign * factor for place, factor in terms.items()}
        if slack:
            line[self._new()] = Fraction(sign * slack)
        artificial = self._new()
        line[artificial] = ONE
        self.lines.append(line)
        self.values.append(sign * side)
        self.basis.append(artificial)
        self.artificial.append(artificial)

    def find_point(self) -> bool:
        """Drive the artificial variables to zero; whether that is possible."""
        self._run(dict.fromkeys(self.artificial, ONE), barred=frozenset())
        wrong = set(self.artificial)
        total = (v for v, b in zip(self.values, self.basis, strict=True) if b in wrong)
        return sum(total, ZERO) == 0

    def improve(self, goal: Mapping[int, Fraction]) -> list[int]:
        """Go to the lowest value of a goal; returns the equations that have a price."""
        self._leave_artificials()
        reduced = self._run(goal, barred=frozenset(self.artificial))
        return [place for place, own in enumerate(self.artificial) if reduced.get(own)]

    def value(self, variable: int) -> Fraction:
        return self.values[self.basis.index(variable)] if variable in self.basis else ZERO

    def _new(self) -> int:
        self.width += 1
        return self.width - 1

    def _leave_artificials(self) -> None:
        """Artificial variables that are zero leave the basis wherever another can take the place.

        Where none can, the equation follows from others and its line holds no other variable.
        """
        wrong = set(self.artificial)
        for place, variable in enumerate(self.basis):
            if variable in wrong:
                entering = min((p for p in self.lines[place] if p not in wrong), default=None)
                if entering is not None:
                    self._pivot(place, entering)

    def _run(self, goal: Mapping[int, Fraction], barred: frozenset[int]) -> Vector:
        """Pivot until nothing lowers the goal; `barred` variables may not enter."""
        reduced = {place: factor for place, factor in goal.items() if factor}
        for line, variable in zip(self.lines, self.basis, strict=True):
            _subtract(reduced, line, reduced.get(variable, ZERO))
        while True:
            entering = min((p for p, f in reduced.items() if f < 0 and p not in barred), default=-1)
            if entering < 0:
                return reduced
            place = self._leaving(entering)
            self._pivot(place, entering)
            _subtract(reduced, self.lines[place], reduced.get(entering, ZERO))

    def _leaving(self, entering: int) -> int:
        ratios = [
            (value / factor, variable, place)
            for place, (line, value, variable) in enumerate(
                zip(self.lines, self.values, self.basis, strict=True)
            )
            if (factor := line.get(entering, ZERO)) > 0
        ]
        if not ratios:
            raise Unbounded
        return min(ratios)[2]

    def _pivot(self, place: int, entering: int) -> None:
        factor = self.lines[place][entering]
        line = {p: f / factor for p, f in self.lines[place].items()}
        value = self.values[place] / factor
        for other, own in enumerate(self.lines):
            times = own.get(entering, ZERO)
            if other != place and times:
                _subtract(own, line, times)
                self.values[other] -= times * value
        self.lines[place], self.values[place] = line, value
        self.basis[place] = entering


def _subtract(own: Vector, line: Mapping[int, Fraction], times: Fraction) -> None:
    """Take a multiple of a line away, in place."""
    if not times:
        return
    for place, factor in line.items():
        changed = own.get(place, ZERO) - times * factor
        if changed:
            own[place] = changed
        else:
            own.pop(place, None)
