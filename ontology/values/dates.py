"""Dates that keep their precision.

A date is the set of days that it may be: `2016` is 366 days, `by 2016-06` every day up to the end
of June. "2016" never turns into 1 January.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ontology.errors import ValueFormatError

EXPECTED = "a date such as 2016-04-12, 2016-04, 2016-Q2, 2016, by 2016-06 or 2016-04..2016-06"
_POINT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")


@dataclass(frozen=True, order=False)
class Date:
    """A day, month, quarter, year, range, or "by" one of them.

    `first` is the first possible day (None: unknown, for "by"), `last` the last possible one.

    >>> Date.parse("2016-Q2").last
    datetime.date(2016, 6, 30)
    >>> Date.parse("by 2016-06").first is None
    True
    >>> str(Date.parse("2016-04..2016-06"))
    '2016-04..2016-06'
    """

    text: str
    first: date | None
    last: date

    @classmethod
    def parse(cls, text: str) -> Date:
        """Read a date; raises ValueFormatError where it is none, or no day of the calendar."""
        text = " ".join(text.split())
        if text.startswith("by "):
            return cls(text, None, _point(text[3:], text)[1])
        if ".." in text:
            start, end = text.split("..", 1)
            first, last = _point(start, text)[0], _point(end, text)[1]
            if last < first:
                raise ValueFormatError(text, EXPECTED, hint="the end lies before the start")
            return cls(text, first, last)
        first, last = _point(text, text)
        return cls(text, first, last)

    @property
    def is_exact(self) -> bool:
        """True for a single day."""
        return self.first == self.last

    @property
    def after(self) -> date:
        """The day after the last possible one."""
        return self.last + timedelta(days=1) if self.last < date.max else date.max

    @property
    def sort_key(self) -> tuple[date, date, str]:
        """Orders by the last possible day, then the first: "by 2016" comes after "2016-04"."""
        return (self.last, self.first or date.min, self.text)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=8192)  # a few thousand days stand for all dates of the records
def _point(text: str, whole: str) -> tuple[date, date]:
    """The first and last day of a day, month, quarter or year."""
    match = _POINT.fullmatch(text.strip())
    if not match:
        raise ValueFormatError(whole, EXPECTED)
    year, quarter, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        if day is not None and month is not None:
            exact = date(year, month, day)
            return exact, exact
        if month is not None:
            return _months(year, month, month)
        if quarter is not None:
            return _months(year, 3 * quarter - 2, 3 * quarter)
        return _months(year, 1, 12)
    except ValueError as error:
        raise ValueFormatError(whole, EXPECTED, hint=f"not in the calendar: {error}") from None


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
