"""The node of each kind of record, with the properties that Cypher users see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from graph.claims import decide, shown
from graph.corpus import Corpus
from graph.elements import Node, Property
from graph.holdings import completion, settled_from
from graph.records import (
    STATUSES,
    Claims,
    Deal,
    Disclosure,
    Figures,
    Milestone,
    Plain,
    Record,
    Source,
    Sources,
    Subject,
)
from ontology.generated.vocabulary import DEAL_TYPES, RECORD_LABELS
from ontology.values import Claim, Date, Money

Properties = dict[str, Property]


def record_nodes(record: Record, corpus: Corpus, *, investor: bool = False) -> list[Node]:
    """The nodes of a record: its own, and one for each figure of a table of figures."""
    match record:
        case Subject():
            return [_subject(record, corpus, investor)]
        case Deal():
            return [_node(record, corpus, ("Deal",), _deal(record, corpus))]
        case Disclosure():
            return [_node(record, corpus, ("Disclosure",), _disclosure(record, corpus))]
        case Figures():
            table = _node(record, corpus, ("FigureTable",), _table(record))
            return [table, *_figures(record, corpus)]
        case Milestone():
            return [_node(record, corpus, ("Milestone",), _milestone(record, corpus))]
        case Source():
            return [_node(record, corpus, ("Source",), _source(record))]


def rests_on(record: Record) -> Sources:
    """Every source that a record cites, its own and those of its values."""
    if isinstance(record, Source):
        return ()
    found: dict[str, None] = dict.fromkeys(record.sources)
    for part in _parts_with_sources(record):
        found.update(dict.fromkeys(part))
    return tuple(found)


def _parts_with_sources(value: Any) -> Iterator[Sources]:
    if isinstance(value, tuple):
        for item in value:
            yield from _parts_with_sources(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _parts_with_sources(item)
    elif hasattr(value, "__dataclass_fields__"):
        yield getattr(value, "sources", ())
        for name in value.__dataclass_fields__:
            if name != "sources":
                yield from _parts_with_sources(getattr(value, name))


def common(
    node_id: str, dataset: str, sources: Sources, corpus: Corpus, known: str | None = None
) -> Properties:
    """The properties that every element has."""
    day = corpus.known_from(sources)
    told = known if known is not None else day.isoformat() if day else ""
    return {"id": node_id, "dataset": dataset, "knownFrom": told, "sourceIds": sorted(set(sources))}


def canonical_json(plain: Plain) -> str:
    """The plain record as text, in its own order of keys."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def day_properties(prefix: str, when: Date | None) -> Properties:
    """A date as text at its precision, and as its first and last day."""
    if when is None:
        return {}
    days: Properties = {prefix: when.text, f"{prefix}To": when.last}
    return {**days, f"{prefix}From": when.first} if when.first else days


def _node(record: Record, corpus: Corpus, labels: tuple[str, ...], own: Properties) -> Node:
    sources = rests_on(record)
    if isinstance(record, Source):
        known = record.published.last.isoformat() if record.published else ""
        shared = common(record.id, corpus.datasets[record.id], (), corpus, known)
    else:
        shared = common(record.id, corpus.datasets[record.id], sources, corpus)
    plain = canonical_json(corpus.plains[record.id])
    return Node(record.id, labels, {**shared, **own, "record": plain})


def _subject(subject: Subject, corpus: Corpus, investor: bool) -> Node:
    labels = RECORD_LABELS[subject.kind] + (("Investor",) if investor else ())
    begun, ended = ("launched", "closed") if subject.kind == "brand" else ("founded", "dissolved")
    own: Properties = {"name": str(shown(subject.name, corpus)), "kind": subject.kind}
    own |= day_properties(begun, shown(subject.founded, corpus))
    own |= day_properties(ended, shown(subject.ended, corpus))
    own |= _texts(
        country=shown(subject.country, corpus) or "",
        seat=_latest_seat(subject),
        brandKind=subject.brand_kind,
        about=subject.about,
    )
    if subject.sectors:
        own["sectors"] = sorted(subject.sectors)
    if subject.researched:
        own["researched"] = [f"{r.topic} until {r.until.text}" for r in subject.researched]
    for scheme, claims in sorted(subject.identifiers.items()):
        values = sorted({claim.value for claim in claims})
        own[scheme] = values if scheme == "ticker" else values[0]
    return _node(subject, corpus, labels, own)


def _latest_seat(subject: Subject) -> str:
    """Where it sits by the latest entry that has not ended."""
    lasting = [seat for seat in subject.seats if seat.end is None]
    dated = sorted(lasting, key=lambda s: s.start.value.sort_key[0].isoformat() if s.start else "")
    return dated[-1].other if dated else ""


def _deal(deal: Deal, corpus: Corpus) -> Properties:
    own: Properties = {
        "type": deal.type,
        "status": status_of(deal),
        "name": deal_name(deal, corpus),
    }
    for status in STATUSES:
        own |= day_properties(status, shown(deal.statuses.get(status, ()), corpus))
    done = completion(deal, corpus)
    when = done.value if done else latest_date(deal, corpus)
    own |= day_properties("date", when)
    own |= _texts(
        round=deal.round, lostToId=deal.lost_to if "lost" in deal.statuses else "", about=deal.about
    )
    settled = settled_from(deal, corpus)
    for kind, claims in deal.amounts.items():
        own |= _money(kind, claims, corpus, settled)
    for valuation in deal.valuations[:1]:
        own |= _money("valuation", valuation.amount, corpus, settled)
        own |= {"valuationKind": valuation.kind, "valuationMoney": valuation.money}
    return own


def status_of(deal: Deal) -> str:
    """The status that stands: lost or terminated, else the furthest that was reached."""
    for status in ("lost", "terminated"):
        if status in deal.statuses:
            return status
    reached = [status for status in STATUSES[:6] if status in deal.statuses]
    return reached[-1] if reached else "unknown"


def latest_date(deal: Deal, corpus: Corpus) -> Date | None:
    """The date of the status that stands."""
    return shown(deal.statuses.get(status_of(deal), ()), corpus)


def deal_name(deal: Deal, corpus: Corpus) -> str:
    """Who, what, whom: `Alibaba: acquisition of Lazada`."""
    buyers = list(dict.fromkeys(buyer for move in deal.moves for buyer in move.buyers))
    moved = list(dict.fromkeys(move.of for move in deal.moves))
    # In a swap the buyer's own shares move too; it is not what the deal is about.
    targets = [company for company in moved if company not in buyers] or moved
    targets = targets or list(dict.fromkeys(stakes.company for stakes in deal.stakes))
    targets = targets or [merge.other for merge in deal.merges]
    who = buyers or list(deal.parties) or [merge.words for merge in deal.merges]
    what = deal.round or DEAL_TYPES[deal.type]
    named = ", ".join(subject_name(i, corpus) for i in who[:3]) + (" and others" if who[3:] else "")
    of = ", ".join(subject_name(i, corpus) for i in targets)
    return f"{named}: {what}" + (f" of {of}" if of else "") if named else f"{of}: {what}"


def subject_name(subject_id: str, corpus: Corpus) -> str:
    """The name that is shown for an id, the id itself where nothing has it."""
    subject = corpus.subjects.get(subject_id)
    return str(shown(subject.name, corpus)) if subject and subject.name else subject_id


def _disclosure(disclosure: Disclosure, corpus: Corpus) -> Properties:
    own: Properties = {"company": disclosure.company, "complete": disclosure.complete}
    own["name"] = f"Holders of {subject_name(disclosure.company, corpus)}"
    return {
        **own,
        **day_properties("date", shown(disclosure.at, corpus)),
        **_texts(about=disclosure.about),
    }


def _table(figures: Figures) -> Properties:
    own: Properties = {"subject": figures.subject, "measure": figures.measure}
    return own | _texts(
        publisher=figures.publisher,
        edition=figures.edition,
        scope=figures.scope,
        about=figures.about,
    )


def _figures(figures: Figures, corpus: Corpus) -> Iterator[Node]:
    dataset = corpus.datasets[figures.id]
    for forecast, table in ((False, figures.values), (True, figures.forecasts)):
        for period, claims in table.items():
            chosen = decide(claims, corpus).winner
            kind = "forecast" if forecast else "value"
            node_id = f"{figures.id}:{kind}:{period}"
            own = {
                "recordId": figures.id,
                "period": period,
                "forecast": forecast,
                **_table(figures),
            }
            shared = common(node_id, dataset, chosen.sources, corpus)
            yield Node(node_id, ("Figure",), {**shared, **own, **_quantity(chosen)})


def _quantity(claim: Claim[Any]) -> Properties:
    value = claim.value
    number = value.low if value.low is not None else value.high
    own: Properties = {"text": value.text}
    if number is not None:
        own["value"] = float(number)
    unit = value.currency if isinstance(value, Money) else value.unit
    return {**own, "unit": unit} if unit else own


def _milestone(milestone: Milestone, corpus: Corpus) -> Properties:
    own: Properties = {"kind": milestone.kind, "what": milestone.what}
    own |= _texts(place=milestone.place, market=milestone.market)
    return own | day_properties("date", shown(milestone.date, corpus))


def _source(source: Source) -> Properties:
    own: Properties = {"url": source.url, "publisher": source.publisher, "kind": source.kind}
    own["name"] = f"{source.publisher}: {source.title or source.url}"
    own |= _texts(title=source.title, repeats=source.repeats, language=source.language)
    return own | day_properties("published", source.published)


def _money(prefix: str, claims: Claims[Money], corpus: Corpus, settled: date | None) -> Properties:
    money = shown(claims, corpus, completed=settled)
    if money is None:
        return {}
    amount = money.low if money.low is not None else money.high
    own: Properties = {f"{prefix}Text": money.text}
    return {**own, prefix: float(amount), f"{prefix}Currency": money.currency} if amount else own


def _texts(**values: str) -> Properties:
    """The texts that are not empty."""
    return {key: value for key, value in values.items() if value}
