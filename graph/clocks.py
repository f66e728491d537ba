"""The two clocks, and whether a link holds on a date.

Dates are imprecise, so a link's time is four days: the first and the last on which it may have
begun, the first and the last on which it may have ended. Whether it holds on a day is then "yes",
"possible" or "no", and no answer is more certain than its dates. Days are ordinals, so that the
same few comparisons serve one link and a column of a million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from graph.elements import Relationship
from ontology.errors import ValueFormatError
from ontology.values import Date

Holds = Literal["yes", "possible", "no"]
Pair = tuple[str, str]
Run = tuple[set[str], int, tuple[int, int]]  # deals, first day, first and last day of the end

ALWAYS = 0
NEVER = date.max.toordinal() + 1
FACTS = frozenset({"FOUNDED", "INCUBATED", "MERGED_INTO"})
PARTINGS = frozenset({"SOLD_STAKE_IN"})
OPENING = frozenset({"ACQUIRED", "BOUGHT_STAKE_IN", "INVESTED_IN"})
AGREED = "AGREED_TO_BUY"
ENDED_BY_DATE = frozenset({AGREED, "PARTNERED_WITH"})
EVENTS = FACTS | PARTINGS | OPENING | ENDED_BY_DATE
OPENED = frozenset({"OWNS", "CONTROLS", "RUNS"})
# Every property that is read here: a view is built from these alone. Days are dates, not texts.
TIME_DAYS = ("fromDay", "endsNotBefore")
TIMES = (
    *("validFrom", "validTo", "date", "shareAsOf", "seen", "knownFrom", "dealId", "recordId"),
    *TIME_DAYS,
)


@dataclass(frozen=True)
class Clocks:
    """The date that a question is about, and the day whose knowledge answers it."""

    as_of: Date | None = None
    known_at: Date | None = None

    @classmethod
    def read(cls, as_of: str | None = None, known_at: str | None = None) -> Clocks:
        """Both clocks from texts; raises ValueFormatError.

        >>> Clocks.read(as_of="2016-06").as_of
        Date(text='2016-06', first=datetime.date(2016, 6, 1), last=datetime.date(2016, 6, 30))
        """
        return cls(_moment(as_of), _moment(known_at))


@dataclass(frozen=True)
class Period:
    """When something held, half-open: the first and last day of its start, and of its end."""

    start_first: int
    start_last: int
    end_first: int
    end_last: int

    def holds(self, as_of: Date | None) -> Holds:
        """Whether it holds on some day of a date; a time that is over still did, without a date."""
        if as_of is None:
            return "yes"
        first, last = day_range(as_of)
        if max(self.start_last, first) < min(self.end_first, last + 1):
            return "yes"
        return "possible" if max(self.start_first, first) < min(self.end_last, last + 1) else "no"

    def covers(self, as_of: Date) -> bool:
        """Whether it surely holds on every day of a date."""
        first, last = day_range(as_of)
        return self.start_last <= first and last < self.end_first

    def has_ended(self, as_of: Date | None) -> bool:
        """Whether its end is on record, or lies before every day of a date."""
        return self.end_last < NEVER if as_of is None else self.end_last <= day_range(as_of)[0]


def day_range(moment: Date) -> tuple[int, int]:
    """The first and the last day of a date, as ordinals."""
    return (moment.first.toordinal() if moment.first else ALWAYS, moment.last.toordinal())


def meets(period: Date, days: tuple[int, int]) -> bool:
    """Whether days, from the first to the last as ordinals, have one in common with a period."""
    first, last = day_range(period)
    return days[0] <= last and days[1] >= first


def period_of(link: Relationship) -> Period:
    """The time of a link, from its dates as texts.

    A start that nobody knows lies before the day on which the link was first seen, or told of, and
    not before `fromDay`, which the load sets to the founding of the subject where nothing better
    is known.
    """
    start, end = _read(link.text("validFrom") or link.text("date")), _read(link.text("validTo"))
    seen = _read(link.text("shareAsOf") or link.text("seen"))
    start_first = _ordinal(link.properties.get("fromDay"), ALWAYS)
    if start:
        start_last = start.last.toordinal()
        start_first = max(start_first, day_range(start)[0])
    else:
        told = seen or _read(link.text("knownFrom"))
        start_last = told.last.toordinal() if told else NEVER
    not_before = max(start_first, _ordinal(link.properties.get("endsNotBefore"), ALWAYS))
    end_first, end_last = _end(end, seen, not_before)
    # Whoever told of it later knew that it had held until its end.
    start_last = min(start_last, max(end_first - 1, start_first))
    return Period(start_first, start_last, end_first, end_last)


def holds(link: Relationship, as_of: Date | None) -> Holds:
    """Whether a link holds at a date: an event does from its own date on.

    >>> time = {"validFrom": "2016-04-12", "validTo": "2018-03"}
    >>> link = Relationship("x", "OWNS", "a", "b", time)
    >>> [holds(link, Date.parse(day)) for day in ("2016-04-11", "2016-04-12", "2018-03-15")]
    ['no', 'yes', 'possible']
    """
    period = period_of(link)
    return (_lasting(period) if link.type in EVENTS else period).holds(as_of)


def surely_holds(segments: Sequence[Relationship], as_of: Date | None) -> bool:
    """Whether one of the segments of a state, in their order in time, surely holds at a date.

    Where each follows the one before, it is one or the other; but the first of them may begin too
    late, and the last end too soon.
    """
    if as_of is None or any(holds(segment, as_of) == "yes" for segment in segments):
        return True
    if any(a.text("validTo") != b.text("validFrom") for a, b in pairwise(segments)):
        return False
    first, last = period_of(segments[0]), period_of(segments[-1])
    start = _read(segments[0].text("validFrom"))
    begun = start.last.toordinal() if start else first.start_last
    whole = Period(first.start_first, begun, last.end_first, last.end_last)
    return whole.holds(as_of) == "yes"


def live_periods(links: Iterable[Relationship]) -> dict[str, Period]:
    """For each link, the time in which it is live, by id.

    A state is live while it holds; an event while a state that its deal opened for the same pair
    does, and what followed that state without a gap; a founding for ever, for it never ends; a sale
    never, for it opens nothing; an agreement to buy until it ends, and no longer than what the
    buyer held then or later. A start that nobody knows counts from when it was first seen: what
    is merely not excluded is no step of a path. Where one segment of a pair follows another inside
    one imprecise date, one or the other surely holds, so that both count as sure.
    """
    links = list(links)
    ends_at = {(link.type, link.start, link.end, link.text("validTo")) for link in links}
    periods = {link.id: period_of(link) for link in links}
    runs = _runs((link for link in links if link.type in OPENED), periods)
    live = {}
    for link in links:
        period = periods[link.id]
        start = _read(link.text("validFrom") or link.text("date"))
        begins = period.start_first if start and start.first else period.start_last
        ends = (period.end_first, period.end_last)
        if link.type in FACTS:
            ends = (NEVER, NEVER)
        elif link.type in PARTINGS:
            ends = (begins, period.start_last)
        elif link.type == AGREED and ends[1] == NEVER:
            opened = runs.get((link.start, link.end), ())
            found = [end for _, _, end in opened if end[1] >= period.start_last]
            ends = max(found, default=ends, key=lambda end: end[1])
        elif link.type in OPENING:
            opened = runs.get((link.start, link.end), ())
            found = [end for deals, _, end in opened if _deal(link) in deals]
            found = found or [
                end for _, begin, end in opened if begin <= period.start_last <= end[1]
            ]
            ends = max(found, default=(NEVER, NEVER), key=lambda end: end[1])
        follows = (link.type, link.start, link.end, link.text("validFrom")) in ends_at
        live[link.id] = Period(begins, begins if follows else period.start_last, *ends)
    return live


def _runs(
    states: Iterable[Relationship], periods: Mapping[str, Period]
) -> Mapping[Pair, list[Run]]:
    """By pair, the states that follow each other without a gap: their deals, beginning and end."""
    by_pair: dict[Pair, list[tuple[Period, str]]] = defaultdict(list)
    for state in states:
        by_pair[(state.start, state.end)].append((periods[state.id], _deal(state)))
    found: dict[Pair, list[Run]] = {}
    for pair, members in by_pair.items():
        runs: list[Run] = []
        for period, deal in sorted(members, key=lambda m: (m[0].start_first, m[0].end_last, m[1])):
            end = (period.end_first, period.end_last)
            if runs and period.start_first <= runs[-1][2][1]:
                deals, begin, before = runs[-1]
                runs[-1] = (deals | {deal}, begin, max(before, end, key=lambda e: e[1]))
            else:
                runs.append(({deal}, period.start_first, end))
        found[pair] = runs
    return found


def _deal(link: Relationship) -> str:
    return link.text("dealId") or link.text("recordId")


def _lasting(period: Period) -> Period:
    return Period(period.start_first, period.start_last, NEVER, NEVER)


def _end(end: Date | None, seen: Date | None, not_before: int) -> tuple[int, int]:
    """The first and last day on which it may have ended; "by D" not before it was last seen."""
    if end is None:
        return NEVER, NEVER
    if end.first is not None:
        return end.first.toordinal(), end.last.toordinal()
    lasted = day_range(seen)[0] + 1 if seen else not_before
    return min(max(lasted, not_before), end.last.toordinal()), end.last.toordinal()


def _moment(text: str | None) -> Date | None:
    return Date.parse(text) if text else None


@lru_cache(maxsize=65536)
def _read(text: str) -> Date | None:
    """A date of the graph; what is no date counts as unknown, for others may write here too."""
    try:
        return Date.parse(text) if text else None
    except ValueFormatError:
        return None


def _ordinal(value: object, default: int) -> int:
    if isinstance(value, date):
        return value.toordinal()
    return date.fromisoformat(value).toordinal() if isinstance(value, str) and value else default
