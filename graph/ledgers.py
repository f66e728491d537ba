"""Ledgers: the open holdings of one company, and the segments that have ended.

An event opens, restates and closes holdings; a ledger keeps the segments of a holder in their
order, so that they never overlap. A company is no holder of itself: shares that it bought back are
nobody's. What an event means for whom is decided elsewhere (`graph.holdings`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from graph.records import Deal, Disclosure, Sources
from ontology.values import Date, Share


@dataclass(frozen=True)
class Holding:
    """A share of `company` that `holder` had from `start` to before `end`.

    `seen` is when the share was last observed. `start` is None where nobody knows. `sources` bear
    out the share and the start, `end_sources` the end.
    """

    holder: str
    company: str
    share: Share
    seen: Date
    record: str
    sources: Sources
    start: Date | None = None
    end: Date | None = None
    end_sources: Sources = ()
    end_record: str = ""
    known: date | None = None
    end_known: date | None = None


@dataclass(frozen=True)
class Event:
    """A completed deal or a disclosure, at its date."""

    when: Date
    record: Deal | Disclosure
    sources: Sources
    known: date | None


@dataclass
class Ledger:
    """The open holdings of one company, and those that have ended."""

    company: str
    open: dict[str, Holding] = field(default_factory=dict)
    closed: list[Holding] = field(default_factory=list)

    def share_of(self, holder: str) -> Share | None:
        return self.open[holder].share if holder in self.open else None

    def observe(
        self, holder: str, share: Share, event: Event, sources: Sources, known: date | None
    ) -> None:
        """Take a share as it was at an event; the earlier segment ends there (1)."""
        if holder == self.company:
            return
        self._tighten(holder, event)
        current = self.open.get(holder)
        if current and current.share == share:
            joined = tuple(dict.fromkeys((*current.sources, *sources)))
            self.open[holder] = replace(current, seen=event.when, sources=joined)
            return
        start = event.when
        if current:
            start = self.close(holder, event)
        elif isinstance(event.record, Disclosure):
            start = by_then(event.when)
        if share.high > 0:
            rests_on = tuple(dict.fromkeys((*sources, *event.sources)))
            self.open[holder] = Holding(
                holder, self.company, share, event.when, event.record.id, rests_on, start,
                known=latest(known, event.known),
            )  # fmt: skip

    def close(self, holder: str, event: Event, end: Date | None = None) -> Date:
        """End a holding at an event (6); returns when."""
        self._tighten(holder, event)
        ending = self.open.pop(holder)
        end = _after_it_was_seen(end or event.when, ending)
        self.closed.append(
            replace(
                ending,
                end=end,
                end_sources=event.sources,
                end_record=event.record.id,
                end_known=latest(ending.known, event.known),
            )
        )
        return end

    def _tighten(self, holder: str, event: Event) -> None:
        """A holding that some event found open had begun by then."""
        current = self.open.get(holder)
        if current is None or current.start is None or current.start.last <= event.when.last:
            return
        start = by_then(event.when, current.start)
        self.open[holder] = replace(current, start=start)
        self.closed = [
            replace(h, end=start) if h.holder == holder and h.end == current.start else h
            for h in self.closed
        ]

    def _returned(self, holder: str, event: Event) -> Date | None:
        """When a holder that had left came back, unseen, before an event."""
        left = [h.end for h in self.closed if h.holder == holder and h.end]
        return between(max(left, key=lambda end: end.sort_key), event.when) if left else None

    def reveal(
        self, holder: str, share: Share, event: Event, sources: Sources, known: date | None
    ) -> None:
        """Take a share that a holder turns out to have had just before an event (4)."""
        if holder == self.company:
            return
        current = self.open.get(holder)
        if share.high == 0:
            if current:
                self.close(holder, event)
            return
        fresh = Holding(
            holder, self.company, share, event.when, event.record.id, sources,
            start=self._returned(holder, event), known=known,
        )  # fmt: skip
        if current is None:
            self.open[holder] = fresh
        elif current.share == share:
            joined = tuple(dict.fromkeys((*current.sources, *sources)))
            later = latest(current.known, known)
            self.open[holder] = replace(
                current, share=share, seen=event.when, sources=joined, known=later
            )
        else:
            turned = self.close(holder, event, between(current.seen, event.when))
            self.open[holder] = replace(fresh, start=turned)

    def change(self, holder: str, share: Share, event: Event) -> None:
        """A share that follows from the event without being printed: it was seen before (1)."""
        current = self.open[holder]
        self.observe(holder, share, event, current.sources, current.known)
        if holder in self.open:
            self.open[holder] = replace(self.open[holder], seen=current.seen)


def _after_it_was_seen(end: Date, holding: Holding) -> Date:
    """An imprecise end, without the days before the share began or was last seen."""
    begun = holding.start.first if holding.start else None
    since = max((day for day in (holding.seen.first, begun) if day), default=None)
    if end.first is None or since is None or not end.first < since <= end.last:
        return end
    return Date(f"{since.isoformat()}..{end.last.isoformat()}", since, end.last)


def by_then(when: Date, since: Date | None = None) -> Date:
    """Some day up to `when`, not before `since`."""
    point = when.last.isoformat() if ".." in when.text else when.text.removeprefix("by ")
    return Date(f"by {point}", since.first if since else None, when.last)


def between(one: Date, other: Date) -> Date:
    """Some day between two dates."""
    first = min(one.last, other.last)
    return Date(f"{first.isoformat()}..{other.last.isoformat()}", first, other.last)


def latest(*days: date | None) -> date | None:
    known = [day for day in days if day is not None]
    return max(known, default=None)
