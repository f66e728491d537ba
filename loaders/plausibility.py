"""What records say together against the calendar and against arithmetic.

An error is what cannot be; a warning is what is likely a slip of the pen. Where claims disagree,
only what no claim allows is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from graph.corpus import Corpus
from graph.holdings import derive_holdings, group_by_company
from graph.ledgers import Holding
from graph.queries.reconciliation import check_deals
from graph.records import HOLDERS, Claims, Deal, Span, Subject
from loaders.findings import ERROR, WARNING
from loaders.reading import Step
from loaders.resemblance import find_likenesses
from ontology.values import Date

_ROUNDING = Decimal("0.5")  # printed shares are rounded, and a few of them add up
_BEFORE = ("rumoured", "talks", "offered", "announced", "approved")
_CONTROLLING = frozenset({"acquisition"})


@dataclass(frozen=True)
class Doubt:
    """What is doubtful about a record, at a field of it."""

    record: str
    path: tuple[Step, ...]
    found: str
    expected: str
    hint: str = ""
    severity: str = ERROR


def check_plausibility(corpus: Corpus) -> Iterator[Doubt]:
    """All that is doubtful in a corpus of records that are right each by itself."""
    for subject in corpus.subjects.values():
        yield from _subject(subject)
    for deal in corpus.deals.values():
        yield from _order(deal)
        yield from _foretold(deal, corpus)
        yield from _lifetimes(deal, corpus)
        yield from _pointless(deal)
        yield from _unnamed(deal)
    holdings = derive_holdings(corpus).segments
    yield from _overfull(corpus, holdings)
    yield from _sold_by_others(corpus, holdings)
    yield from _alike(corpus)
    yield from _reckoned(corpus)


def _subject(subject: Subject) -> Iterator[Doubt]:
    begun, ended = ("launched", "closed") if subject.kind == "brand" else ("founded", "dissolved")
    if _is_after(subject.founded, subject.ended):
        told = _told(subject.ended)
        yield Doubt(subject.id, (ended,), told, f"a date after {begun} {_told(subject.founded)}")
    for field, spans in _spans(subject):
        for place, span in enumerate(spans):
            if span.start and span.end and _is_reversed(span.start.value, span.end.value):
                expected = f"a date after {span.start.value}"
                yield Doubt(subject.id, (field, place, "to"), str(span.end.value), expected)


def _spans(subject: Subject) -> Iterator[tuple[str, Sequence[Span]]]:
    yield from (
        ("names", subject.names),
        ("seat", subject.seats),
        ("controlledBy", subject.controllers),
        ("manager", subject.managers),
        ("operates", subject.operates),
        ("roles", subject.roles),
        ("runBy", subject.run_by),
    )


def _is_reversed(start: Date, end: Date) -> bool:
    return start.first is not None and end.last < start.first


def _order(deal: Deal) -> Iterator[Doubt]:
    done = deal.statuses.get("completed", ())
    for status in _BEFORE:
        if _is_after(deal.statuses.get(status, ()), done):
            expected = f"a date before its completion {_told(done)}"
            yield Doubt(deal.id, (status,), _told(deal.statuses[status]), expected)
    if done and deal.statuses.get("terminated"):
        expected = "a deal that is either completed or terminated"
        yield Doubt(deal.id, ("terminated",), _told(deal.statuses["terminated"]), expected)


def _foretold(deal: Deal, corpus: Corpus) -> Iterator[Doubt]:
    """A completion that nobody reports who could have seen it."""
    done = deal.statuses.get("completed", ())
    for claim in done:
        out = [s.published for i in claim.sources if (s := corpus.sources.get(i)) and s.published]
        first = claim.value.first or claim.value.last
        if out and len(out) == len(claim.sources) and all(day.last < first for day in out):
            expected = "a source that was published after it"
            hint = (
                "an expected date is no completion: leave it out, or write 'by' the source's date"
            )
            yield Doubt(deal.id, ("completed",), str(claim.value), expected, hint)


def _lifetimes(deal: Deal, corpus: Corpus) -> Iterator[Doubt]:
    """Companies that trade before they are there, or after they are gone."""
    dates = tuple(c for name in ("completed", "announced") for c in deal.statuses.get(name, ()))
    if not dates:
        return
    for place, move in enumerate(deal.moves):
        for field, name in [
            ("of", move.of),
            *_each("from", move.sellers),
            *_each("to", move.buyers),
        ]:
            subject = corpus.subjects.get(name)
            if subject and _is_after(subject.founded, dates):
                expected = f"a deal after {name} was founded, {_told(subject.founded)}"
                yield Doubt(deal.id, ("moves", place, field), _told(dates), expected)
            elif subject and _is_after(dates, subject.ended):
                expected = f"a deal before {name} ended, {_told(subject.ended)}"
                at = ("moves", place, field)
                yield Doubt(deal.id, at, _told(dates), expected, severity=WARNING)


def _each(field: str, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(field, name) for name in names]


def _pointless(deal: Deal) -> Iterator[Doubt]:
    """A completed acquisition in which nothing says that control passed."""
    if deal.type not in _CONTROLLING or not deal.statuses.get("completed"):
        return
    shares = [c.value for m in deal.moves for c in m.share]
    afters = [c.value for s in deal.stakes for c in s.after]
    if not any(share.is_control for share in (*shares, *afters)) and not deal.merges:
        expected = "a share by which control passes"
        hint = "write 'share: all' or the stake after it, or 'type: stake-purchase'"
        yield Doubt(deal.id, ("type",), deal.type, expected, hint, WARNING)


def _unnamed(deal: Deal) -> Iterator[Doubt]:
    """Buyers called `holders`: of which company is not said."""
    for place, move in enumerate(deal.moves):
        if HOLDERS in move.buyers:
            expected = "a buyer, or the holders of some company"
            hint = "write 'holders of X', or leave it out where buyers are not named"
            yield Doubt(deal.id, ("moves", place, "to"), HOLDERS, expected, hint)


def _overfull(corpus: Corpus, holdings: tuple[Holding, ...]) -> Iterator[Doubt]:
    """Companies more than all of which is held at one time."""
    for company, segments in sorted(group_by_company(holdings).items()):
        direct = [s for s in segments if not _is_contained(s, segments, corpus)]
        for day in sorted({day for s in direct if (day := _sure_from(s))}):
            held = [s for s in direct if _is_sure_on(s, day)]
            total = sum((s.share.low for s in held), Decimal(0))
            if total > 100 + _ROUNDING:
                parts = ", ".join(f"{s.holder} {s.share} ({s.record})" for s in held)
                last = max(held, key=lambda s: (_sure_from(s) or date.min, s.record))
                expected = f"holders of {company} with at most 100% together on {day}"
                yield Doubt(last.record, _at_company(corpus, last), f"{total}%", expected, parts)
                break


def _sold_by_others(corpus: Corpus, holdings: tuple[Holding, ...]) -> Iterator[Doubt]:
    """Sales of shares in a company all of which belonged to somebody else's group."""
    above = _above(corpus, holdings)
    whole = [s for s in holdings if s.share.low == 100 and s.end is None and s.start]
    owners = {s.company: s for s in whole}
    for deal in corpus.deals.values():
        days = [
            claim.value.first for claim in deal.statuses.get("completed", ()) if claim.value.first
        ]
        for place, move in enumerate(deal.moves):
            owned = owners.get(move.of)
            if owned is None or not days or min(days) <= (_sure_from(owned) or date.max):
                continue
            for seller in move.sellers:
                if not _is_one_group(seller, owned.holder, above):
                    expected = f"a sale by {owned.holder}, which has all of {move.of}"
                    hint = f"record how {owned.holder} sold, or that {seller} belongs to it"
                    yield Doubt(deal.id, ("moves", place, "from"), seller, expected, hint, WARNING)


def _above(corpus: Corpus, holdings: tuple[Holding, ...]) -> dict[str, set[str]]:
    """Who controls, manages or has most of each, at whatever time."""
    above: dict[str, set[str]] = {segment.company: set() for segment in holdings}
    for segment in holdings:
        if segment.share.is_control:
            above[segment.company].add(segment.holder)
    for subject in corpus.subjects.values():
        spans = (*subject.controllers, *subject.managers)
        above.setdefault(subject.id, set()).update(span.other for span in spans)
    return above


def _is_one_group(one: str, other: str, above: Mapping[str, set[str]]) -> bool:
    return bool(_with_above(one, above) & _with_above(other, above))


def _with_above(name: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += above.get(each, ())
    return found


def _alike(corpus: Corpus) -> Iterator[Doubt]:
    """Records that look like one thing, and that nobody has judged to be two."""
    for each in find_likenesses(corpus):
        expected = f"another thing than {each.one}, with which it shares {each.common}"
        hint = (
            f"bring both under one id, or say 'differentFrom: [{{other: {each.one}, reason: …}}]'"
        )
        yield Doubt(each.other, (), each.other, expected, hint, WARNING)


def _reckoned(corpus: Corpus) -> Iterator[Doubt]:
    """Numbers of a deal that do not fit each other, and that nobody has recorded as known."""
    for check in check_deals(corpus):
        for line in check.findings:
            steps = tuple(int(step) if step.isdigit() else step for step in line.field.split("."))
            expected = line.expected or f"a number that fits the others of {check.deal}"
            told = f"{line.why}; " if line.why else ""
            hint = f"{told}mend it, or say 'checked: [{{finding: {line.field}, reason: …}}]'"
            yield Doubt(check.deal, steps, line.printed, expected, hint, WARNING)


def _is_contained(segment: Holding, segments: Sequence[Holding], corpus: Corpus) -> bool:
    """Whether the holder belongs to another holder, whose share contains its own."""
    holder = corpus.subjects.get(segment.holder)
    if holder is None:
        return False
    above = {span.other for span in (*holder.controllers, *holder.managers)}
    return any(other.holder in above for other in segments)


def _sure_from(segment: Holding) -> date | None:
    """The first day on which it is sure that the share was held."""
    return segment.start.last if segment.start else None


def _is_sure_on(segment: Holding, day: date) -> bool:
    start = _sure_from(segment) or segment.seen.last
    end = (segment.end.first or start) if segment.end else None
    return start <= day and (end is None or day < end)


def _at_company(corpus: Corpus, segment: Holding) -> tuple[Step, ...]:
    if segment.record in corpus.disclosures:
        return ("holders", segment.holder)
    plain = corpus.plains.get(segment.record, {})
    return ("stakes", segment.company) if segment.company in plain.get("stakes", {}) else ("moves",)


def _is_after(one: Claims[Date], other: Claims[Date]) -> bool:
    """Whether every claim of one lies wholly after every claim of the other."""
    if not one or not other or any(claim.value.first is None for claim in one):
        return False
    return min(c.value.first or date.min for c in one) > max(c.value.last for c in other)


def _told(claims: Claims[Date]) -> str:
    return " or ".join(sorted({str(claim.value) for claim in claims}))
