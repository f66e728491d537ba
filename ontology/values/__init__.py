"""The grammar of values: dates, shares, stakes, money, numbers, and the sources that follow them.

Every type is a frozen dataclass with `parse(text)` and a canonical `str()`; `parse(str(x)) == x`.
"""

from ontology.values.claims import Claim, split_sources
from ontology.values.dates import Date
from ontology.values.money import Money
from ontology.values.numbers import Number
from ontology.values.shares import Share, Stake

__all__ = ["Claim", "Date", "Money", "Number", "Share", "Stake", "split_sources"]
