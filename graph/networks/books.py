"""The book of a company: premises, and the rows of a linear program that rest on them.

See `graph.networks.premises` for what is written into it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from graph.claims import decide
from graph.corpus import Corpus
from graph.holdings import completion, derive_holdings
from graph.networks.linear import Row
from graph.records import Claims, Deal, Disclosure, Sources, Value
from ontology.values import Date

CAPITAL = "capital"


class Standing(IntEnum):
    """How firmly a premise stands; the highest goes first."""

    PRINTED = 0
    CAPITAL_KEPT = 1
    BYSTANDER = 2
    ALL_TOLD = 3
    NEW_HOLDER = 4
    NO_TRADE = 5
    WITHIN_GROUP = 6


@dataclass(frozen=True)
class Premise:
    """Something that rows rest on. `is_law` is arithmetic, which no record can be wrong about.

    `otherwise` says what happened where an assumption does not hold, and `span` when.
    """

    id: str
    standing: Standing
    words: str
    record: str = ""
    holder: str = ""
    sources: Sources = ()
    is_law: bool = False
    otherwise: str = ""
    span: tuple[str, str] | None = None


@dataclass(frozen=True)
class Event:
    """A completed deal or a disclosure, at its date."""

    when: Date
    record: Deal | Disclosure


@dataclass
class Book:
    """The rows and premises of one company, with the variables of the last stage.

    `seen` is for each holder the last event at which its share was printed, and how. `chapters`
    are after each event the number of rows so far, and the capital at the time.
    """

    company: str
    rows: list[Row] = field(default_factory=list)
    premises: dict[str, Premise] = field(default_factory=dict)
    holders: list[str] = field(default_factory=list)
    seen: dict[str, tuple[Event, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    above: Mapping[str, frozenset[str]] = field(default_factory=dict)
    stage: int = 0
    chapters: list[tuple[int, str]] = field(default_factory=list)

    def shares(self, holder: str, stage: int | None = None) -> str:
        return f"{holder}@{self.stage if stage is None else stage}"

    @property
    def capital(self) -> str:
        return self.shares(CAPITAL)

    def top(self) -> list[str]:
        """The holders that are not part of another holder's stake."""
        return [h for h in self.holders if not self.above[h] & set(self.holders)]

    def within(self, holder: str) -> str | None:
        """The holder whose stake contains another's."""
        return min(self.above[holder] & set(self.holders), default=None)


def events_of(corpus: Corpus, company: str, until: date | None = None) -> list[Event]:
    """The completed deals in a company's shares and the disclosures of its holders, in time."""
    found = []
    for deal in corpus.deals.values():
        done = completion(deal, corpus)
        touched = {m.of for m in deal.moves if not m.option} | {s.company for s in deal.stakes}
        if done and company in touched:
            found.append(Event(done.value, deal))
    for disclosure in corpus.disclosures.values():
        if disclosure.company == company:
            found.append(Event(decide(disclosure.at, corpus).winner.value, disclosure))
    begun = [e for e in found if until is None or (e.when.first or e.when.last) <= until]
    return sorted(begun, key=_in_time)


def _in_time(event: Event) -> tuple[date, bool, date, str]:
    when, is_disclosure = event.when, isinstance(event.record, Disclosure)
    return (when.first or when.last, is_disclosure, when.last, event.record.id)


def direct_groups(corpus: Corpus, company: str) -> dict[str, set[str]]:
    """For every actor who controls or manages it, and whose stake thus contains its own."""
    direct: dict[str, set[str]] = {}
    for subject in corpus.subjects.values():
        direct[subject.id] = {span.other for span in (*subject.controllers, *subject.managers)}
    for held in derive_holdings(corpus).segments:
        if held.share.is_control:
            direct.setdefault(held.company, set()).add(held.holder)
    return {own: above - {company} for own, above in direct.items()}


class Groups(dict[str, frozenset[str]]):
    """All above an actor, however many levels; computed when asked for."""

    def __init__(self, direct: Mapping[str, set[str]], apart: Collection[str]) -> None:
        super().__init__({holder: frozenset() for holder in apart})
        self._direct = direct

    def __missing__(self, holder: str) -> frozenset[str]:
        found: set[str] = set()
        frontier = {holder}
        while frontier:
            frontier = {up for own in frontier for up in self._direct.get(own, ())} - found
            found |= frontier
        self[holder] = frozenset(found - {holder})
        return self[holder]


def valid_claims(claims: Claims[Value]) -> Claims[Value]:
    """The preferred claims, else those that were not deprecated, else all."""
    for ranks in (("preferred",), ("normal",)):
        kept = tuple(claim for claim in claims if claim.rank in ranks)
        if kept:
            return kept
    return claims
