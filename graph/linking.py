"""Links that follow from records: holdings and control, events, roles, operations.

Each link says from which record it follows, when it held, what it rests on and from which day it
was known. Nobody curates a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, groupby

from graph.claims import decide, shown, shown_sources
from graph.corpus import Corpus
from graph.elements import Property, Relationship
from graph.holdings import (
    Holdings,
    Outcome,
    completion,
    derive_holdings,
    settled_from,
)
from graph.ledgers import Holding
from graph.records import Claims, Deal, Move, Sources, Span, Subject
from ontology.values import Claim, Date, Money, Share

EVENT_TIME = "date"
STATES = frozenset({"OWNS", "CONTROLS", "MANAGES", "HELD_ROLE", "RUNS", "OPERATES_IN"})
PARTNERSHIPS = frozenset({"partnership", "joint-venture"})


def derive_links(corpus: Corpus, holdings: Holdings | None = None) -> list[Relationship]:
    """Every derived link of a corpus, by id; equal for equal records in any order.

    `holdings` are those of the corpus, where they have been derived already.
    """
    holdings = holdings or derive_holdings(corpus)
    drafts = [
        *_ownership(corpus, holdings),
        *_control(corpus, holdings),
        *_events(corpus, holdings),
        *_subjects(corpus),
        *_running(corpus),
    ]
    return _numbered(corpus, drafts)


@dataclass(frozen=True)
class Draft:
    """A link before it has an id: `record` is the deal or record that it follows from."""

    type: str
    start: str
    end: str
    record: str
    sources: Sources
    properties: tuple[tuple[str, Property | None], ...]
    known: date | None = None


def _numbered(corpus: Corpus, drafts: Iterable[Draft]) -> list[Relationship]:
    """Give each link its id; several of one pair, type and record are numbered in time."""
    between_two = (draft for draft in drafts if draft.start != draft.end)
    ordered = sorted((_within_life(corpus, draft) for draft in between_two), key=_draft_key)
    links = []
    for stem, group in groupby(ordered, key=_stem):
        for number, draft in enumerate(group, start=1):
            link_id = stem if number == 1 else f"{stem}:{number}"
            links.append(_relationship(corpus, link_id, draft))
    return links


def _stem(draft: Draft) -> str:
    return f"{draft.type.lower()}:{draft.start}:{draft.end}:{draft.record}"


def _draft_key(draft: Draft) -> tuple[str, str]:
    return (_stem(draft), repr([(k, str(v)) for k, v in draft.properties]))


def _within_life(corpus: Corpus, draft: Draft) -> Draft:
    """A state ends with whichever of its two ends ceases to exist."""
    if draft.type not in STATES or dict(draft.properties).get("validTo"):
        return draft
    subjects = (corpus.subjects.get(i) for i in (draft.start, draft.end))
    ends = [
        decide(subject.ended, corpus).winner for subject in subjects if subject and subject.ended
    ]
    if not ends:
        return draft
    end = min(ends, key=lambda claim: claim.value.sort_key)
    told = corpus.known_from(end.sources, end.value)
    return replace(
        draft,
        properties=(
            *draft.properties,
            *_end_of(end.value),
            ("endSourceIds", sorted(set(end.sources))),
            ("endKnownFrom", told.isoformat() if told else None),
        ),
    )


def _relationship(corpus: Corpus, link_id: str, draft: Draft) -> Relationship:
    given = {key: value for key, value in draft.properties if value is not None}
    is_deal = draft.record in corpus.deals
    known = draft.known or corpus.known_from(draft.sources)
    properties: dict[str, Property] = {
        "id": link_id,
        "dataset": corpus.datasets[draft.record],
        "knownFrom": known.isoformat() if known else "",
        "sourceIds": sorted(set(draft.sources)),
        "recordId": draft.record,
        **({"dealId": draft.record} if is_deal else {}),
        **given,
    }
    return Relationship(link_id, draft.type, draft.start, draft.end, properties)


def interval(
    start: Date | None,
    end: Date | None,
    *,
    seen: Date | None = None,
    not_before: date | None = None,
) -> list[tuple[str, Property | None]]:
    """The properties of a time, as texts and as days.

    `fromDay` is the first possible day, absent where nobody knows; `toDay` the day after the last
    possible one, absent while it lasts. `endsNotBefore` says of an end "by D" what its text does
    not: that it lies after an announcement.
    """
    first = start.first if start else None
    return [
        ("validFrom", start.text if start else ""),
        ("fromDay", first or not_before),
        *_end_of(end),
        ("seen", seen.text if seen else None),
    ]


def _end_of(end: Date | None) -> list[tuple[str, Property | None]]:
    return [
        ("validTo", end.text if end else ""),
        ("toDay", end.after if end else None),
        ("endsNotBefore", end.first if end and end.text.startswith("by ") else None),
    ]


def _ownership(corpus: Corpus, holdings: Holdings) -> Iterator[Draft]:
    for holding in holdings.segments:
        share = holding.share
        times = interval(holding.start, holding.end, not_before=_begun(corpus, holding))
        yield Draft(
            "OWNS", holding.holder, holding.company, holding.record, holding.sources,
            (
                *times,
                ("share", float(share.exact) if share.exact is not None else None),
                ("shareMin", float(share.low)),
                ("shareMax", float(share.high)),
                ("shareText", share.text),
                ("votes", float(share.votes) if share.votes is not None else None),
                ("shareAsOf", holding.seen.text),
                ("shareAsOfDay", holding.seen.last),
                ("endKnownFrom", holding.end_known.isoformat() if holding.end_known else None),
                ("endRecordId", holding.end_record or None),
                ("endSourceIds", sorted(set(holding.end_sources)) if holding.end else None),
            ),
            holding.known,
        )  # fmt: skip


def _begun(corpus: Corpus, holding: Holding) -> date | None:
    """The day before which a holding of unknown start can't have been: nobody existed yet."""
    days = []
    for subject_id in (holding.company, holding.holder):
        subject = corpus.subjects.get(subject_id)
        founded = shown(subject.founded, corpus) if subject else None
        if founded and founded.first:
            days.append(founded.first)
    seen = holding.seen.first or holding.seen.last
    return max((day for day in days if day <= seen), default=None)


def _control(corpus: Corpus, holdings: Holdings) -> Iterator[Draft]:
    """Control by majority, one link for as long as it lasts, and control that was declared."""
    brands = {s.id for s in corpus.subjects.values() if s.kind == "brand"}
    held = (h for h in holdings.segments if h.company not in brands)  # a brand is run: RUNS says so
    deciding = [h for h in held if h.share.is_control]
    for pair, group in groupby(deciding, key=lambda h: (h.holder, h.company)):
        for run in _runs(list(group)):
            first, last = run[0], run[-1]
            yield Draft(
                "CONTROLS", *pair, first.record, tuple(s for h in run for s in h.sources),
                (
                    *interval(first.start, last.end, not_before=_begun(corpus, first)),
                    ("basis", "majority"),
                    ("seen", last.seen.text),
                    ("endKnownFrom", last.end_known.isoformat() if last.end_known else None),
                    ("endSourceIds", sorted(set(last.end_sources)) if last.end else None),
                ),
                first.known,
            )  # fmt: skip
    for subject in corpus.subjects.values():
        for span in subject.controllers:
            yield _state(corpus, "CONTROLS", span.other, subject.id, subject.id, span, "basis")


def _runs(segments: list[Holding]) -> list[list[Holding]]:
    """Segments of one pair, those that follow each other without a gap together."""
    runs: list[list[Holding]] = []
    for segment in segments:
        if runs and runs[-1][-1].end == segment.start:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return runs


def _events(corpus: Corpus, holdings: Holdings) -> Iterator[Draft]:
    for deal in corpus.deals.values():
        done = completion(deal, corpus)
        if done:
            yield from _completed(corpus, deal, done, holdings)
        else:
            yield from _agreed(corpus, deal)
        yield from _partners(corpus, deal, done)


def _completed(
    corpus: Corpus, deal: Deal, done: Claim[Date], holdings: Holdings
) -> Iterator[Draft]:
    when = _event(done.value)
    acquired: set[tuple[str, str]] = set()
    extra: tuple[tuple[str, Property | None], ...]
    for move in deal.moves:
        if move.option:
            continue
        for buyer in move.buyers:
            outcome = holdings.outcomes.get((deal.id, move.of, buyer))
            rests_on, known = _premises(corpus, _share_sources(deal, move, corpus), done)
            if _passes_control(deal, move, outcome, corpus):
                if (buyer, move.of) not in acquired:
                    acquired.add((buyer, move.of))
                    decision = holdings.decisions.get((deal.id, move.of, buyer))
                    told = decision.winner.sources if decision else move.sources
                    rests_on, known = _premises(corpus, told, done)
                    share = outcome.after if outcome else None
                    price = _money(deal, _price(deal, move, buyer), corpus)
                    extra = (*_share("share", share), *price)
                    yield Draft(
                        "ACQUIRED", buyer, move.of, deal.id, rests_on, (*when, *extra), known
                    )
            elif not move.new:
                extra = (
                    *_share("share", _moved(deal, move, corpus)),
                    *_money(deal, move.price, corpus),
                )
                yield Draft(
                    "BOUGHT_STAKE_IN", buyer, move.of, deal.id, rests_on, (*when, *extra), known
                )
            if move.new:
                extra = (*_money(deal, move.price, corpus), ("lead", buyer in deal.leads))
                yield Draft(
                    "INVESTED_IN", buyer, move.of, deal.id, rests_on, (*when, *extra), known
                )
        for seller in move.sellers if _is_sale(deal, move) else ():
            sold = move if len(move.sellers) == 1 else replace(move, share=(), price=())
            extra = (
                *_share("shareSold", _moved(deal, sold, corpus)),
                *_money(deal, sold.price, corpus),
            )
            rests_on, known = _premises(corpus, _share_sources(deal, sold, corpus), done)
            yield Draft("SOLD_STAKE_IN", seller, move.of, deal.id, rests_on, (*when, *extra), known)
    for merge in deal.merges:
        rests_on, known = _premises(corpus, merge.sources, done)
        yield Draft("MERGED_INTO", merge.other, merge.words, deal.id, rests_on, when, known)


def _is_sale(deal: Deal, move: Move) -> bool:
    """Whether shares were sold: not issued, nor handed out or brought in without a price."""
    is_handed_on = deal.type in ("spin-off", "restructuring") and not move.price
    return not (move.new or move.to_holders_of or is_handed_on)


def _share_sources(deal: Deal, move: Move, corpus: Corpus) -> Sources:
    """What says how much a move was, else what says that there was one."""
    settled = settled_from(deal, corpus)
    return shown_sources(move.share, corpus, settled) or move.sources


def _price(deal: Deal, move: Move, buyer: str) -> Claims[Money]:
    """What a purchase cost, where it is printed of the move or of the whole deal."""
    moves = [m for m in deal.moves if not m.option]
    if len([m for m in moves if m.of == move.of and buyer in m.buyers]) == 1 and move.price:
        return move.price
    is_whole = all(m.of == move.of and m.buyers == (buyer,) for m in moves)
    return deal.amounts.get("total", ()) if is_whole else ()


def _premises(corpus: Corpus, sources: Sources, done: Claim[Date]) -> tuple[Sources, date | None]:
    """What a completed move rests on, and when the later of its two premises was known."""
    days = (corpus.known_from(sources), corpus.known_from(done.sources, done.value))
    return (*sources, *done.sources), max((day for day in days if day), default=None)


def _passes_control(deal: Deal, move: Move, outcome: Outcome | None, corpus: Corpus) -> bool:
    """Whether the buyer controls now and did not before; a controller's top-up is no takeover."""
    if outcome is None:
        moved = _moved(deal, move, corpus)
        return moved is not None and moved.is_control and not move.new
    had = outcome.before is not None and outcome.before.is_control
    return not had and outcome.after is not None and outcome.after.is_control


def _agreed(corpus: Corpus, deal: Deal) -> Iterator[Draft]:
    """What was announced, and is not done: it ends where the deal fell through."""
    announced = deal.statuses.get("announced", ())
    if not announced:
        return
    day = decide(announced, corpus).winner
    fell = [*deal.statuses.get("terminated", ()), *deal.statuses.get("lost", ())]
    end = decide(fell, corpus).winner if fell else None
    times = [*interval(day.value, end.value if end else None), (EVENT_TIME, day.value.text)]
    for move in deal.moves:
        for buyer in move.buyers if not move.option else ():
            sources = (*move.sources, *day.sources, *(end.sources if end else ()))
            extra = (
                *_share("share", _moved(deal, move, corpus)),
                *_money(deal, move.price, corpus),
            )
            known = corpus.known_from(day.sources, day.value)
            yield Draft("AGREED_TO_BUY", buyer, move.of, deal.id, sources, (*times, *extra), known)


def _partners(corpus: Corpus, deal: Deal, done: Claim[Date] | None) -> Iterator[Draft]:
    announced = deal.statuses.get("announced", ())
    if deal.type not in PARTNERSHIPS or not (done or announced):
        return
    day = done or decide(announced, corpus).winner
    fell = deal.statuses.get("terminated", ())
    end = decide(fell, corpus).winner.value if fell else None
    for one, other in combinations(sorted(deal.parties), 2):
        times = [*interval(day.value, end), (EVENT_TIME, day.value.text)]
        yield Draft("PARTNERED_WITH", one, other, deal.id, day.sources, tuple(times))


def _subjects(corpus: Corpus) -> Iterator[Draft]:
    for subject in corpus.subjects.values():
        for founder in subject.founders:
            link_type = "INCUBATED" if founder.words == "incubator" else "FOUNDED"
            yield _founding(corpus, link_type, subject, founder)
        for manager in subject.managers:
            yield _state(corpus, "MANAGES", manager.other, subject.id, subject.id, manager)
        for role in subject.roles:
            yield _state(corpus, "HELD_ROLE", subject.id, role.other, subject.id, role, "title")
        for operation in subject.operates:
            yield _state(
                corpus, "OPERATES_IN", subject.id, operation.other, subject.id, operation, "mode"
            )


def _founding(corpus: Corpus, link_type: str, subject: Subject, founder: Span) -> Draft:
    """A founding, at its own date, else at the date the subject was founded."""
    date_claim = founder.start or (
        decide(subject.founded, corpus).winner if subject.founded else None
    )
    when = date_claim.value if date_claim else None
    known = corpus.known_from(founder.sources, when)
    sources = (*founder.sources, *(date_claim.sources if date_claim else ()))
    return Draft(link_type, founder.other, subject.id, subject.id, sources, _event(when), known)


def _running(corpus: Corpus) -> Iterator[Draft]:
    """Who runs each brand: its launcher until it is sold or closed, and what was recorded."""
    for brand in corpus.subjects.values():
        if brand.kind == "brand":
            for span, record in _tenures(corpus, brand):
                yield _state(corpus, "RUNS", span.other, brand.id, record, span)


def _tenures(corpus: Corpus, brand: Subject) -> list[tuple[Span, str]]:
    begun = decide(brand.founded, corpus).winner if brand.founded else None
    closed = decide(brand.ended, corpus).winner if brand.ended else None
    found = [(span, brand.id) for span in brand.run_by]
    if not found and brand.launched_by:
        launcher = decide(brand.launched_by, corpus).winner
        span = Span(launcher.value, "", begun, None, None, launcher.sources)
        found = [(span, brand.id)]
    for done, buyer, deal in _sales(corpus, brand):
        if found and found[-1][0].end is None:
            found[-1] = (_ended(found[-1][0], done), found[-1][1])
        found.append((Span(buyer, "", done, None, None, done.sources), deal))
    if closed and found and found[-1][0].end is None:
        found[-1] = (_ended(found[-1][0], closed), found[-1][1])
    return found


def _sales(corpus: Corpus, brand: Subject) -> list[tuple[Claim[Date], str, str]]:
    """Completed deals in which the whole brand, or control of it, went to one buyer."""
    sales = []
    for deal in corpus.deals.values():
        whole = [m for m in deal.moves if m.of == brand.id and not (m.option or m.new)]
        moves = [m for m in whole if len(m.buyers) == 1]
        done = completion(deal, corpus) if moves else None
        for move in moves if done else ():
            moved = _moved(deal, move, corpus)
            if done and moved is not None and moved.is_control:
                sales.append((done, move.buyers[0], deal.id))
    return sorted(sales, key=lambda sale: (sale[0].value.sort_key, sale[2]))


def _ended(span: Span, end: Claim[Date]) -> Span:
    return Span(span.other, span.words, span.start, end, span.seen, span.sources, span.why)


def _state(
    corpus: Corpus, link_type: str, start: str, end: str, record: str, span: Span, words: str = ""
) -> Draft:
    """A link for an entry that held over a time."""
    begin = span.start.value if span.start else None
    stop = span.end.value if span.end else None
    told = corpus.known_from(span.end.sources, stop) if span.end else None
    return Draft(
        link_type, start, end, record, _span_sources(span),
        (
            *interval(begin, stop, seen=span.seen.value if span.seen else None),
            *([(words, span.words)] if words and span.words else []),
            *([("why", span.why)] if span.why else []),
            ("endSourceIds", sorted(set(span.end.sources)) if span.end else None),
            ("endKnownFrom", told.isoformat() if told else None),
        ),
        corpus.known_from(span.sources, begin),
    )  # fmt: skip


def _span_sources(span: Span) -> Sources:
    """What an entry rests on, its end apart."""
    start = span.start.sources if span.start else ()
    return tuple(dict.fromkeys((*start, *span.sources)))


def _event(when: Date | None) -> tuple[tuple[str, Property | None], ...]:
    return (*interval(when, None), (EVENT_TIME, when.text if when else ""))


def _moved(deal: Deal, move: Move, corpus: Corpus) -> Share | None:
    return shown(move.share, corpus, completed=settled_from(deal, corpus))


def _share(key: str, share: Share | None) -> list[tuple[str, Property | None]]:
    if share is None or share.is_unknown:
        return []
    exact = float(share.exact) if share.exact is not None else None
    return [(key, exact), ("shareText", share.text)]


def _money(deal: Deal, price: Claims[Money], corpus: Corpus) -> list[tuple[str, Property | None]]:
    money = shown(price, corpus, completed=settled_from(deal, corpus))
    if money is None or not money.currency:
        return []
    amount = money.low if money.low is not None else money.high
    return [
        ("amount", float(amount) if amount is not None else None),
        ("currency", money.currency),
        ("amountText", money.text),
    ]
