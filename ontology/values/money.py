"""Money in the currency that was printed. A conversion is never made here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from ontology.errors import ValueFormatError
from ontology.values.numbers import bounds

EXPECTED = 'money such as 137m USD, ~1bn USD, ">500m EUR", 100..150m USD or undisclosed'
_MONEY = re.compile(
    r"(?P<sign>~|[<>]=?)?(?P<low>-?\d+(?:\.\d+)?)(?:\.\.(?P<high>-?\d+(?:\.\d+)?))?"
    r"(?P<scale>k|m|bn|tn)? (?P<currency>[A-Z]{3})"
)


@dataclass(frozen=True)
class Money:
    """An amount between `low` and `high` in `currency`; None where a side is open or undisclosed.

    >>> money = Money.parse("1.02bn USD")
    >>> money.low, money.currency
    (Decimal('1020000000'), 'USD')
    >>> Money.parse("undisclosed").low is None
    True
    """

    text: str
    low: Decimal | None
    high: Decimal | None
    currency: str = ""

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read money; raises ValueFormatError."""
        text = " ".join(text.split())
        if text in ("undisclosed", "unknown"):
            return cls(text, None, None)
        match = _MONEY.fullmatch(text)
        if not match:
            raise ValueFormatError(text, EXPECTED)
        low, high = bounds(match["sign"], match["low"], match["high"], match["scale"])
        return cls(text, low, high, match["currency"])

    @property
    def middle(self) -> Decimal | None:
        """The amount, or the middle of a range; None where a side is open."""
        if self.low is None or self.high is None:
            return None
        return (self.low + self.high) / 2

    @property
    def is_about(self) -> bool:
        return self.text.startswith("~")

    def __str__(self) -> str:
        return self.text
