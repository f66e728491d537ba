"""Plain numbers as sources print them: 37.5m, ~2bn, 66%, and ranges of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ontology.errors import ValueFormatError

EXPECTED = 'a number such as 37, 37.5m, ~2bn, ">600", 30..40 or 66%'
SCALES = {"": 0, "k": 3, "m": 6, "bn": 9, "tn": 12}
_NUMBER = re.compile(
    r"(?P<sign>~|[<>]=?)?(?P<low>-?\d+(?:\.\d+)?)(?:\.\.(?P<high>-?\d+(?:\.\d+)?))?"
    r"(?P<scale>k|m|bn|tn)?(?P<percent>%)?"
)


@dataclass(frozen=True)
class Number:
    """A quantity between `low` and `high`; None where a side is open.

    >>> Number.parse("37.5m").low
    Decimal('37500000')
    >>> Number.parse("66%").unit
    '%'
    """

    text: str
    low: Decimal | None
    high: Decimal | None
    unit: str = ""

    @classmethod
    def parse(cls, text: str) -> Number:
        """Read a number; raises ValueFormatError."""
        text = text.strip()
        match = _NUMBER.fullmatch(text)
        if not match:
            raise ValueFormatError(text, EXPECTED)
        low, high = bounds(match["sign"], match["low"], match["high"], match["scale"])
        return cls(text, low, high, match["percent"] or "")

    @property
    def middle(self) -> Decimal | None:
        """The number itself, or the middle of a range; None where a side is open."""
        if self.low is None or self.high is None:
            return None
        return (self.low + self.high) / 2

    def __str__(self) -> str:
        return self.text


def bounds(
    sign: str | None, low: str, high: str | None, scale: str | None
) -> tuple[Decimal | None, Decimal | None]:
    """The two ends of a printed number; "over" and "under" leave one end open."""
    first = Decimal(low).scaleb(SCALES[scale or ""])
    last = Decimal(high).scaleb(SCALES[scale or ""]) if high else first
    first, last = _plain(first), _plain(last)
    if sign and sign[0] == ">":
        return first, None
    if sign and sign[0] == "<":
        return None, last
    return first, last


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()
