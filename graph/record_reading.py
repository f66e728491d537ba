"""Plain records, typed: each value parsed by its field, with the sources that it rests on.

A value without sources of its own rests on those of its record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.records import (
    HOLDERS,
    STATUSES,
    Claims,
    Deal,
    Disclosure,
    Figures,
    Milestone,
    Move,
    Plain,
    Record,
    Research,
    Source,
    Sources,
    Span,
    Stakes,
    Subject,
    Valuation,
    Value,
    kind_of,
)
from ontology.values import Claim, Date, Money, Number, Share, Stake, split_sources


def read_record(plain: Plain) -> Record:
    """Type a plain record that was checked before; raises ValueFormatError on a bad value.

    >>> read_record({"source": "x", "url": "https://example.org", "publisher": "P",
    ...              "title": "T", "published": "2016-04", "kind": "press"}).published.text
    '2016-04'
    """
    kind = kind_of(plain)
    return _READERS.get(kind, _read_subject)(_Block(plain, plain[kind]))


@dataclass(frozen=True)
class _Block:
    """A mapping of a plain record, with its place in the record and the sources it inherits."""

    plain: Plain
    record: str
    path: str = ""
    inherited: Sources = ()

    @property
    def sources(self) -> Sources:
        return self.ids("sources") or self.inherited

    def text(self, key: str) -> str:
        return split_sources(str(self.plain.get(key, "")))[0]

    def flag(self, key: str) -> bool:
        return self.text(key) in ("yes", "true")

    def ids(self, key: str) -> tuple[str, ...]:
        return tuple(split_sources(text)[0] for text in _listed(self.plain.get(key)))

    def claims(self, key: str, parse: Callable[[str], Value]) -> Claims[Value]:
        """The claims of a field in the order of their ids, equal ones joined."""
        found: dict[str, Claim[Value]] = {}
        for item in _listed(self.plain.get(key)):
            claim = self._claim(key, item, parse)
            known = found.get(claim.id)
            joined = tuple(dict.fromkeys((*known.sources, *claim.sources))) if known else None
            found[claim.id] = claim.with_sources(joined) if joined else claim
        return tuple(found[claim_id] for claim_id in sorted(found))

    def date(self, key: str) -> Claim[Date] | None:
        """A date that is never disputed."""
        claims = self.claims(key, Date.parse)
        return claims[0] if claims else None

    def blocks(self, key: str) -> list[_Block]:
        """The mappings under a key, one or a list."""
        return [
            _Block(item, self.record, f"{self.path}{key}.{place}.", self.sources)
            for place, item in enumerate(_listed(self.plain.get(key)))
        ]

    def inner(self, key: str) -> _Block:
        """The mapping under a key, empty where there is none."""
        return _Block(self.plain.get(key, {}), self.record, f"{self.path}{key}.", self.sources)

    def fields(self) -> list[str]:
        return sorted(key for key in self.plain if key != "sources")

    def spans(self, key: str, other: str, words: str = "", start: str = "from") -> tuple[Span, ...]:
        """The dated entries under a key; a bare id is an entry without dates."""
        return tuple(
            self._span(item, place, key, other, words, start)
            for place, item in enumerate(_listed(self.plain.get(key)))
        )

    def _span(self, item: Any, place: int, key: str, other: str, words: str, start: str) -> Span:
        path = f"{self.path}{key}.{place}."
        if isinstance(item, str):
            name, own = split_sources(item)
            return Span(name, "", None, None, None, own or self.sources)
        block = _Block(item, self.record, path, self.sources)
        return Span(
            other=block.text(other),
            words=block.text(words) if words else "",
            start=block.date(start),
            end=block.date("to"),
            seen=block.date("seen"),
            sources=block.sources,
            why=block.text("why"),
        )

    def _claim(self, key: str, item: Any, parse: Callable[[str], Value]) -> Claim[Value]:
        extra = item if isinstance(item, Mapping) else {}
        text, own = split_sources(str(extra.get("value", "") if extra else item))
        own = own or tuple(_listed(extra.get("sources")))
        rank = str(extra.get("rank", "normal"))
        return Claim(
            id=f"{self.record}#{self.path}{key}={text}" + ("" if rank == "normal" else f" {rank}"),
            value=parse(text),
            sources=own or self.sources,
            rank=rank,
            reason=split_sources(str(extra.get("reason", "")))[0],
        )


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _read_subject(block: _Block) -> Subject:
    kind = kind_of(block.plain)
    begun, ended = ("launched", "closed") if kind == "brand" else ("founded", "dissolved")
    identifiers = block.inner("identifiers")
    return Subject(
        id=block.record,
        kind=kind,
        sources=block.sources,
        name=block.claims("name", str),
        founded=block.claims(begun, Date.parse),
        ended=block.claims(ended, Date.parse),
        names=block.spans("names", "name", "kind"),
        identifiers={key: identifiers.claims(key, str) for key in identifiers.fields()},
        country=block.claims("country", str),
        seats=block.spans("seat", "place"),
        founders=block.spans("founders", "who", "as", start="at"),
        controllers=block.spans("controlledBy", "who", "basis"),
        managers=block.spans("manager", "who"),
        operates=block.spans("operates", "market", "mode"),
        roles=block.spans("roles", "at", "title"),
        launched_by=block.claims("launchedBy", str),
        run_by=block.spans("runBy", "who"),
        sectors=block.ids("sectors"),
        researched=tuple(
            Research(b.text("topic"), Date.parse(b.text("until")), b.text("gaps"))
            for b in block.blocks("researched")
        ),
        different=block.spans("differentFrom", "other", "reason"),
        brand_kind=block.text("kind"),
        about=block.text("about"),
    )


def _read_deal(block: _Block) -> Deal:
    amounts = block.inner("amounts")
    statuses = {status: block.claims(status, Date.parse) for status in STATUSES}
    return Deal(
        id=block.record,
        type=block.text("type"),
        sources=block.sources,
        round=block.text("round"),
        statuses={status: claims for status, claims in statuses.items() if claims},
        lost_to=block.text("lostTo"),
        moves=tuple(_read_move(move) for move in block.blocks("moves")),
        stakes=_read_stakes(block.inner("stakes")),
        leads=block.ids("leads"),
        amounts={key: amounts.claims(key, Money.parse) for key in amounts.fields()},
        valuations=tuple(_read_valuation(value) for value in block.blocks("valuation")),
        parties=block.ids("parties"),
        merges=block.spans("merges", "who", "into"),
        bidders=block.ids("bidders"),
        advisers=block.ids("advisers"),
        checked=block.spans("checked", "finding", "reason"),
        different=block.spans("differentFrom", "other", "reason"),
        about=block.text("about"),
    )


def _read_move(block: _Block) -> Move:
    sellers, to = block.ids("from"), block.ids("to")
    of_holders = f"{HOLDERS} of "
    payment = block.text("for")
    in_money = " " in payment or payment in ("undisclosed", "unknown")
    return Move(
        of=block.text("of"),
        sellers=tuple(seller for seller in sellers if seller != HOLDERS),
        from_holders=HOLDERS in sellers,
        buyers=tuple(buyer for buyer in to if not buyer.startswith(of_holders)),
        to_holders_of=next(
            (b.removeprefix(of_holders) for b in to if b.startswith(of_holders)), ""
        ),
        share=block.claims("share", Share.parse),
        new=block.flag("new"),
        price=block.claims("for", Money.parse) if in_money else (),
        paid_with="" if in_money else payment,
        through=block.text("through"),
        option=block.flag("option"),
        sources=block.sources,
    )


def _read_stakes(block: _Block) -> tuple[Stakes, ...]:
    found = []
    for company in block.fields():
        inner = block.inner(company)
        for holder in inner.fields():
            claims = inner.claims(holder, Stake.parse)
            sides = {side: _side(claims, side) for side in ("before", "after")}
            found.append(Stakes(company, holder, sides["before"], sides["after"]))
    return tuple(found)


def _side(claims: Claims[Stake], side: str) -> Claims[Share]:
    """One side of the stakes, each a claim of its own; equal ones joined."""
    found: dict[str, Claim[Share]] = {}
    for claim in claims:
        share: Share | None = getattr(claim.value, side)
        if share is None:
            continue
        claim_id = f"{claim.id.split('=', 1)[0]}.{side}={share}"
        sources = (*found[claim_id].sources, *claim.sources) if claim_id in found else claim.sources
        unique = tuple(dict.fromkeys(sources))
        found[claim_id] = Claim(claim_id, share, unique, claim.rank, claim.reason)
    return tuple(found[claim_id] for claim_id in sorted(found))


def _read_valuation(block: _Block) -> Valuation:
    return Valuation(
        of=block.text("of"),
        amount=block.claims("amount", Money.parse),
        kind=block.text("kind") or "unknown",
        money=block.text("money") or "unknown",
        sources=block.sources,
    )


def _read_disclosure(block: _Block) -> Disclosure:
    holders = block.inner("holders")
    return Disclosure(
        id=block.record,
        company=block.text("company"),
        at=block.claims("at", Date.parse),
        complete=block.flag("complete"),
        holders={key: holders.claims(key, Share.parse) for key in holders.fields()},
        sources=block.sources,
        about=block.text("about"),
    )


def _read_figures(block: _Block) -> Figures:
    values, forecasts = block.inner("values"), block.inner("forecasts")
    return Figures(
        id=block.record,
        subject=block.text("subject"),
        measure=block.text("measure"),
        publisher=block.text("publisher"),
        edition=block.text("edition"),
        scope=block.text("scope"),
        values={key: values.claims(key, _quantity) for key in values.fields()},
        forecasts={key: forecasts.claims(key, _quantity) for key in forecasts.fields()},
        sources=block.sources,
        about=block.text("about"),
    )


def _quantity(text: str) -> Money | Number:
    return Money.parse(text) if " " in text or text == "undisclosed" else Number.parse(text)


def _read_milestone(block: _Block) -> Milestone:
    return Milestone(
        id=block.record,
        date=block.claims("date", Date.parse),
        kind=block.text("kind"),
        actors=block.ids("actors"),
        market=block.text("market"),
        place=block.text("place"),
        what=block.text("what"),
        sources=block.sources,
    )


def _read_source(block: _Block) -> Source:
    published = block.text("published")
    return Source(
        id=block.record,
        url=str(block.plain.get("url", "")),
        publisher=block.text("publisher"),
        title=block.text("title"),
        published=Date.parse(published) if published else None,
        kind=block.text("kind"),
        repeats=block.text("repeats"),
        language=block.text("language"),
    )


_READERS: Mapping[str, Callable[[_Block], Record]] = {
    "deal": _read_deal,
    "disclosure": _read_disclosure,
    "figures": _read_figures,
    "milestone": _read_milestone,
    "source": _read_source,
}
