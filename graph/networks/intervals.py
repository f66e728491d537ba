"""What a printed number can stand for, in fractions.

A number in a report is rounded: 51 may be anything from 50.5 to 51.5, "about 20" a twentieth more
or less. Arithmetic on printed numbers is arithmetic on such intervals, so that a misfit is one that
no rounding explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ontology.values import Money, Share

HUNDRED = Fraction(100)
ABOUT = Fraction(1, 20)  # "about" is taken as up to a twentieth either way
COARSEST = Fraction(1, 40)  # US$500m is round, but not to the next 100m
_EXACT_WORDS = frozenset({"all", "0", "100"})
_DIGITS = re.compile(r"\d+(?:\.(?P<after>\d+))?(?P<scale>k|m|bn|tn)?")
_SCALES = {None: 0, "k": 3, "m": 6, "bn": 9, "tn": 12}


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`; None is an open side. Numbers here are never negative.

    >>> Interval(Fraction(1), Fraction(2)) + Interval(Fraction(3), None)
    Interval(low=Fraction(4, 1), high=None)
    """

    low: Fraction
    high: Fraction | None

    @classmethod
    def exactly(cls, value: Fraction | int) -> Interval:
        return cls(Fraction(value), Fraction(value))

    @property
    def is_known(self) -> bool:
        """Whether it says anything, on both sides."""
        return self.high is not None

    @property
    def middle(self) -> Fraction:
        return self.low if self.high is None else (self.low + self.high) / 2

    def __add__(self, other: Interval) -> Interval:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Interval(self.low + other.low, high)

    def __sub__(self, other: Interval) -> Interval:
        low = Fraction(0) if other.high is None else max(self.low - other.high, Fraction(0))
        return Interval(low, None if self.high is None else max(self.high - other.low, Fraction(0)))

    def __mul__(self, other: Interval) -> Interval:
        high = None if self.high is None or other.high is None else self.high * other.high
        return Interval(self.low * other.low, high)

    def __truediv__(self, other: Interval) -> Interval:
        low = Fraction(0) if other.high is None or other.high == 0 else self.low / other.high
        return Interval(low, None if self.high is None or not other.low else self.high / other.low)

    def meets(self, other: Interval) -> bool:
        """Whether some number is in both."""
        return (other.high is None or self.low <= other.high) and (
            self.high is None or other.low <= self.high
        )

    def gap(self, other: Interval) -> Fraction:
        """How far the two are apart; zero where they meet."""
        if other.high is not None and self.low > other.high:
            return self.low - other.high
        if self.high is not None and other.low > self.high:
            return other.low - self.high
        return Fraction(0)

    def widened(self, part: Fraction) -> Interval:
        """Both sides moved out by a part of themselves."""
        return Interval(
            self.low * (1 - part), None if self.high is None else self.high * (1 + part)
        )


def hull(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval that holds all of several."""
    found = list(intervals)
    highs = [each.high for each in found]
    known = [high for high in highs if high is not None]
    return Interval(
        min(each.low for each in found), max(known) if len(known) == len(highs) else None
    )


def share_interval(share: Share) -> Interval:
    """The percents that a printed share can stand for, between 0 and 100.

    >>> share_interval(Share.parse("8.8 diluted"))
    Interval(low=Fraction(35, 4), high=Fraction(177, 20))
    >>> share_interval(Share.parse("~20")).low, share_interval(Share.parse("majority")).low
    (Fraction(19, 1), Fraction(50, 1))
    """
    body = share.text.split(" ", maxsplit=1)[0]
    low, high = Fraction(share.low), Fraction(share.high)
    if share.exact is None or body in _EXACT_WORDS:
        return Interval(low, high)
    slack = max(_half_unit(body), low * ABOUT if body.startswith("~") else Fraction(0))
    return Interval(max(low - slack, Fraction(0)), min(high + slack, HUNDRED))


def money_interval(money: Money) -> Interval:
    """The amounts that printed money can stand for.

    >>> money_interval(Money.parse("137m USD"))
    Interval(low=Fraction(136500000, 1), high=Fraction(137500000, 1))
    """
    low, high = _fraction(money.low) or Fraction(0), _fraction(money.high)
    if money.low is None or high is None or low != high:
        return Interval(low, high)
    if money.is_about:
        return Interval(low * (1 - ABOUT), high * (1 + ABOUT))
    slack = min(_half_unit(money.text), low * COARSEST)
    return Interval(low - slack, high + slack)


def _half_unit(text: str) -> Fraction:
    """Half of what the last printed digit counts."""
    found = _DIGITS.search(text)
    if not found:
        return Fraction(0)
    digits = len(found["after"] or "") - _SCALES[found["scale"]]
    return Fraction(10) ** -digits / 2


def _fraction(number: Decimal | None) -> Fraction | None:
    return None if number is None else Fraction(number)
