"""Shares of a company in percent, and the stakes before and after a deal.

A share is an interval of percent; what a source prints in words ("majority") is one too. Unknown
is the whole interval, never zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ontology.errors import ValueFormatError

EXPECTED = 'a share such as 51, ">50", 30..40, all, majority, minority, unknown or 51 (60 votes)'
HUNDRED = Decimal(100)
_WORDS = {
    "all": (HUNDRED, HUNDRED, False, False),
    "majority": (Decimal(50), HUNDRED, True, False),
    "minority": (Decimal(0), Decimal(50), True, True),
    "unknown": (Decimal(0), HUNDRED, False, False),
}
_NUMBER = r"\d+(?:\.\d+)?"
_SHARE = re.compile(
    rf"(?P<body>all|majority|minority|unknown|~?{_NUMBER}|[<>]=?{_NUMBER}|{_NUMBER}\.\.{_NUMBER})"
    rf"(?: \((?P<votes>{_NUMBER}) votes\))?(?: (?P<basis>issued|diluted))?"
)


@dataclass(frozen=True)
class Share:
    """Percent of a company's capital: at least `low`, at most `high`.

    >>> Share.parse("51").exact
    Decimal('51')
    >>> share = Share.parse("majority")
    >>> share.low, share.low_open, share.is_control
    (Decimal('50'), True, True)
    """

    text: str
    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False
    votes: Decimal | None = None
    basis: str = ""

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read a share; raises ValueFormatError where it is none, or above 100."""
        text = " ".join(text.split())
        match = _SHARE.fullmatch(text)
        if not match:
            raise ValueFormatError(text, EXPECTED)
        low, high, low_open, high_open = _bounds(match["body"])
        votes = Decimal(match["votes"]) if match["votes"] else None
        if high > HUNDRED or low > high or (votes or 0) > HUNDRED:
            raise ValueFormatError(text, EXPECTED, hint="shares lie between 0 and 100, low to high")
        return cls(text, low, high, low_open, high_open, votes, match["basis"] or "")

    @classmethod
    def between(cls, low: Decimal, high: Decimal) -> Share:
        """A share computed rather than printed."""
        if low == high:
            return cls(_plain(low), low, high)
        if low == 0 and high == HUNDRED:
            return UNKNOWN
        return cls(f"{_plain(low)}..{_plain(high)}", low, high)

    @property
    def exact(self) -> Decimal | None:
        """The number, where it is one."""
        return self.low if self.low == self.high else None

    @property
    def is_control(self) -> bool:
        """Whether it is more than half of the capital, or of the votes where they are known."""
        deciding = self.votes if self.votes is not None else self.low
        half = Decimal(50)
        return deciding > half or (self.votes is None and self.low == half and self.low_open)

    @property
    def is_unknown(self) -> bool:
        return self.low == 0 and self.high == HUNDRED

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Stake:
    """What a holder had before and after a deal; either side may be missing.

    >>> str(Stake.parse("17.9 -> 8.8").after)
    '8.8'
    >>> Stake.parse("-> 0").before is None
    True
    """

    before: Share | None
    after: Share | None

    @classmethod
    def parse(cls, text: str) -> Stake:
        """Read `before -> after`; raises ValueFormatError without an arrow or without a side."""
        if "->" not in text:
            raise ValueFormatError(text, "a stake such as 17.9 -> 8.8, -> 8.8 or 17.9 ->")
        left, right = (part.strip() for part in text.split("->", 1))
        if not left and not right:
            raise ValueFormatError(text, "a share before or after the arrow")
        return cls(
            Share.parse(left) if left else None,
            Share.parse(right) if right else None,
        )

    def __str__(self) -> str:
        return " ".join(str(p) for p in (self.before, "->", self.after) if p is not None)


def _bounds(body: str) -> tuple[Decimal, Decimal, bool, bool]:
    if body in _WORDS:
        return _WORDS[body]
    if ".." in body:
        low, high = body.split("..")
        return Decimal(low), Decimal(high), False, False
    number = Decimal(body.lstrip("~<>="))
    if body.startswith(">"):
        return number, HUNDRED, "=" not in body, False
    if body.startswith("<"):
        return Decimal(0), number, False, "=" not in body
    return number, number, False, False


def _plain(number: Decimal) -> str:
    """A decimal without exponent or trailing zeros: 8.80 -> 8.8, 1E+1 -> 10."""
    text = f"{number.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


UNKNOWN = Share("unknown", Decimal(0), HUNDRED)
ALL = Share("all", HUNDRED, HUNDRED)
NONE = Share("0", Decimal(0), Decimal(0))
