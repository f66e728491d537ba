"""Holdings told whole: the segments of a share that follow each other are one holding.

The graph keeps a segment for each share that a holder had. A reader asks since when it has held
any, and until when; what the share was in between is the holding's history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from graph.clocks import Period, period_of
from graph.elements import Relationship
from graph.queries.answers import LinkFact, tell_link
from graph.queries.wording import link_sentence, share_of, share_words
from ontology.values import Date


@dataclass(frozen=True)
class ShareSpan:
    """What the share of a holding was for a time; `seen` is when a source last saw it.

    `shown` where it is the share that the answer gives.
    """

    share: str | None
    valid_from: str | None
    valid_to: str | None
    seen: str | None
    deal_id: str | None
    sources: tuple[str, ...]
    shown: bool


@dataclass(frozen=True)
class HoldingFact(LinkFact):
    """A holding from its own beginning to its own end, with the share of the time asked for."""

    history: tuple[ShareSpan, ...] = ()


def spells(segments: Iterable[Relationship]) -> list[list[Relationship]]:
    """The segments of one pair in time, those without a gap between them together."""
    found: list[list[Relationship]] = []
    ends = 0
    for segment in sorted(segments, key=_in_time):
        period = period_of(segment)
        if found and (_follows(found[-1][-1], segment) or period.start_first <= ends):
            found[-1].append(segment)
            ends = max(ends, period.end_last)
        else:
            found.append([segment])
            ends = period.end_last
    return found


def spell_dates(spell: Sequence[Relationship]) -> tuple[str, str]:
    """When a holding began and when it ended, as texts; empty where unknown or open."""
    return spell[0].text("validFrom"), _last(spell).text("validTo")


def tell_spell(
    spell: Sequence[Relationship],
    shown: Relationship,
    names: Mapping[str, str],
    as_of: Date | None,
) -> HoldingFact:
    """A holding as one fact; its share is that of the segment `shown`."""
    begin, end = spell_dates(spell)
    whole = replace(shown, properties={**shown.properties, "validFrom": begin, "validTo": end})
    over = spell_period(spell).has_ended(as_of)
    told = tell_link(whole, names, as_of, period=spell_period(spell))
    closing = _last(spell).texts("endSourceIds") if over else []
    cited = [*shown.texts("sourceIds"), *spell[0].texts("sourceIds"), *closing]
    own = {f.name: getattr(told, f.name) for f in fields(LinkFact)}
    shares = {share_of(segment) for segment in spell}
    lastly = f"lastly {share_words(share_of(shown))}" if over and len(shares) > 1 else ""
    own |= {
        "sentence": link_sentence(whole, names, ended=over, share=lastly),
        "sources": tuple(dict.fromkeys(cited)),
    }
    return HoldingFact(
        **own, history=tuple(_span(segment, segment.id == shown.id) for segment in spell)
    )


def spell_period(spell: Sequence[Relationship]) -> Period:
    """The time of a whole holding."""
    periods = [period_of(segment) for segment in spell]
    first = min(periods, key=lambda p: (p.start_last, p.start_first))
    last = max(periods, key=lambda p: (p.end_last, p.end_first))
    return Period(first.start_first, first.start_last, last.end_first, last.end_last)


def shown_segment(spell: Sequence[Relationship], as_of: Date | None) -> Relationship:
    """The segment that surely holds at a date, or else may; the latest of several, or of all."""
    periods = {segment.id: period_of(segment) for segment in spell}

    def fits(segment: Relationship) -> tuple[int, int, int, str]:
        period = periods[segment.id]
        sure = ("no", "possible", "yes").index(period.holds(as_of))
        return sure, period.start_last, period.end_last, segment.id

    return max(spell, key=fits)


def _span(segment: Relationship, shown: bool) -> ShareSpan:
    return ShareSpan(
        share_of(segment) or None,
        segment.text("validFrom") or None,
        segment.text("validTo") or None,
        segment.text("shareAsOf") or None,
        segment.text("dealId") or None,
        tuple(segment.texts("sourceIds")),
        shown,
    )


def _last(spell: Sequence[Relationship]) -> Relationship:
    return max(spell, key=lambda s: (period_of(s).end_last, period_of(s).start_last, s.id))


def _follows(earlier: Relationship, later: Relationship) -> bool:
    return bool(later.text("validFrom")) and earlier.text("validTo") == later.text("validFrom")


def _in_time(link: Relationship) -> tuple[int, int, int, str]:
    period = period_of(link)
    return period.start_last, period.start_first, period.end_last, link.id
