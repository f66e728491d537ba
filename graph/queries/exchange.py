"""Exchange rates at a date, for holding printed amounts of two currencies against each other.

Money is never converted in answers; it is only asked whether US$20bn and 5.3bn yuan can be said of
the same thing. The rates are the lowest and the highest of each quarter, by the European Central
Bank. Currencies that it does not quote are not compared.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from graph.networks.intervals import Interval, hull

RATES = Path(__file__).with_name("exchange_rates.csv")
EURO = "EUR"


def rate(one: str, other: str, first: date, last: date) -> Interval | None:
    """Units of another currency for a unit of one, between two days; None where unknown.

    >>> found = rate("USD", "SGD", date(2016, 4, 12), date(2016, 4, 12))
    >>> f"{float(found.low):.2f} to {float(found.high):.2f}"
    '1.29 to 1.42'
    """
    if one == other:
        return Interval.exactly(1)
    quarters = [key for key in _rates() if _quarter(first) <= key <= _quarter(last)]
    found = [each for key in quarters if (each := _within(key, one, other))]
    return hull(found) if found else None


def _within(quarter: str, one: str, other: str) -> Interval | None:
    euro = {EURO: Interval.exactly(1), **_rates()[quarter]}
    return euro[other] / euro[one] if one in euro and other in euro else None


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


@cache
def _rates() -> dict[str, dict[str, Interval]]:
    """For each quarter the units of each currency for one euro."""
    lines = RATES.read_text(encoding="ascii").splitlines()
    header, *rows = (line.split(",") for line in lines if not line.startswith("#"))
    return {
        row[0]: {name: _read(cell) for name, cell in zip(header[1:], row[1:], strict=True) if cell}
        for row in rows
    }


def _read(cell: str) -> Interval:
    low, high = cell.split()
    return Interval(Fraction(low), Fraction(high))
