"""Periods put together: when two things held at once, when one held without the other.

A period has four days (`graph.clocks.Period`), so that what comes of two imprecise periods is as
imprecise as they are.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import reduce

from graph.clocks import ALWAYS, NEVER, Period

EVER = Period(ALWAYS, ALWAYS, NEVER, NEVER)


def together(one: Period, other: Period) -> Period | None:
    """The time in which both hold; None where there cannot be a day of it."""
    # Compared by hand, for this is done for every pair of chains.
    begin = one.start_first if one.start_first > other.start_first else other.start_first
    end = one.end_last if one.end_last < other.end_last else other.end_last
    if begin >= end:
        return None
    last_begin = one.start_last if one.start_last > other.start_last else other.start_last
    first_end = one.end_first if one.end_first < other.end_first else other.end_first
    return Period(begin, last_begin, first_end, end)


def surely_holds(period: Period) -> bool:
    """Whether there surely is a day in it."""
    return period.start_last < period.end_first


def without(period: Period, other: Period) -> list[Period]:
    """What is left of a period when another is taken out: before it, and after it."""
    if together(period, other) is None:
        return [period]
    before = Period(
        period.start_first,
        period.start_last,
        min(period.end_first, other.start_first),
        min(period.end_last, other.start_last),
    )
    after = Period(
        max(period.start_first, other.end_first),
        max(period.start_last, other.end_last),
        period.end_first,
        period.end_last,
    )
    return [left for left in (before, after) if surely_holds(left)]


def without_all(period: Period, others: Iterable[Period]) -> list[Period]:
    """What is left of a period when several are taken out."""

    def take(left: list[Period], other: Period) -> list[Period]:
        return [piece for each in left for piece in without(each, other)]

    return reduce(take, others, [period])


def merged(periods: Iterable[Period]) -> list[Period]:
    """The periods in order, those that touch made one."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda p: (p.start_last, p.start_first, p.end_last)):
        if found and period.start_first <= found[-1].end_last:
            last = found[-1]
            first = min(last.start_first, period.start_first)
            ends = max((last.end_first, last.end_last), (period.end_first, period.end_last))
            found[-1] = Period(first, last.start_last, *ends)
        else:
            found.append(period)
    return found


def sure_days(period: Period, until: int) -> int:
    """On how many days it surely holds, those from a day on left out."""
    return max(0, min(period.end_first, until) - period.start_last)


def start_text(period: Period) -> str | None:
    """When it began, at the precision that is known.

    >>> start_text(Period(*(date(2017, 8, day).toordinal() for day in (1, 31)), NEVER, NEVER))
    '2017-08'
    """
    return moment(period.start_first, min(period.start_last, period.end_last))


def end_text(period: Period) -> str | None:
    """When it ended; None where it did not, as far as is known."""
    return moment(max(period.end_first, period.start_first), period.end_last)


def moment(first: int, last: int) -> str | None:
    """A day between two as a date: a day, a month, a quarter, a year, "by" or a range."""
    if last >= NEVER:
        return None
    if first <= ALWAYS:
        return f"by {date.fromordinal(last)}"
    begin, end = date.fromordinal(first), date.fromordinal(last)
    if first == last:
        return str(begin)
    whole = begin.day == 1 and end.day == monthrange(end.year, end.month)[1]
    if whole and begin.year == end.year:
        months = (begin.month, end.month)
        if months == (1, 12):
            return f"{begin.year}"
        if months[0] == months[1]:
            return f"{begin:%Y-%m}"
        if months[1] - months[0] == 2 and months[0] % 3 == 1:
            return f"{begin.year}-Q{months[1] // 3}"
    return f"{begin}..{end}"
