"""Typed records: what people wrote, read from the plain form that files and stores keep.

The plain form is a nested mapping of texts (`{"deal": "x", "type": "ipo", ...}`), already checked
against the record schema. Every value carries the sources it rests on: its own, else those of the
block it stands in, else those of its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ontology.values import Claim, Date, Money, Number, Share

Plain = Mapping[str, Any]
Sources = tuple[str, ...]
Value = TypeVar("Value")
Claims = tuple[Claim[Value], ...]

ACTOR_KINDS = ("company", "fund", "person", "public_body")
SUBJECT_KINDS = (*ACTOR_KINDS, "brand")
KINDS = (*SUBJECT_KINDS, "deal", "disclosure", "figures", "milestone", "source")
STATUSES = (
    "rumoured",
    "talks",
    "offered",
    "announced",
    "approved",
    "completed",
    "terminated",
    "lost",
)
HOLDERS = "holders"


@dataclass(frozen=True)
class Span:
    """Something that held over a time: a role, an operation, a seat, a tenure.

    `other` is whom or what it concerns, `words` its title, mode, basis or kind.
    `seen` is a day on which it was known to hold; start and end may be unknown.
    """

    other: str
    words: str
    start: Claim[Date] | None
    end: Claim[Date] | None
    seen: Claim[Date] | None
    sources: Sources
    why: str = ""


@dataclass(frozen=True)
class Research:
    """A topic that curators looked into, until when, and what they did not find."""

    topic: str
    until: Date
    gaps: str


@dataclass(frozen=True)
class Subject:
    """An actor or a brand."""

    id: str
    kind: str
    sources: Sources
    name: Claims[str]
    founded: Claims[Date] = ()
    ended: Claims[Date] = ()
    names: tuple[Span, ...] = ()
    identifiers: Mapping[str, Claims[str]] = field(default_factory=dict)
    country: Claims[str] = ()
    seats: tuple[Span, ...] = ()
    founders: tuple[Span, ...] = ()
    controllers: tuple[Span, ...] = ()
    managers: tuple[Span, ...] = ()
    operates: tuple[Span, ...] = ()
    roles: tuple[Span, ...] = ()
    launched_by: Claims[str] = ()
    run_by: tuple[Span, ...] = ()
    sectors: tuple[str, ...] = ()
    researched: tuple[Research, ...] = ()
    different: tuple[Span, ...] = ()
    brand_kind: str = ""
    about: str = ""


@dataclass(frozen=True)
class Move:
    """Shares `of` a company going `sellers` → `buyers`; see docs/records.md.

    `from_holders` says that everybody who held them sells.
    """

    of: str
    sellers: tuple[str, ...]
    from_holders: bool
    buyers: tuple[str, ...]
    to_holders_of: str
    share: Claims[Share]
    new: bool
    price: Claims[Money]
    paid_with: str
    through: str
    option: bool
    sources: Sources


@dataclass(frozen=True)
class Stakes:
    """What one holder had of one company before and after a deal, as printed."""

    company: str
    holder: str
    before: Claims[Share]
    after: Claims[Share]


@dataclass(frozen=True)
class Valuation:
    of: str
    amount: Claims[Money]
    kind: str
    money: str
    sources: Sources


@dataclass(frozen=True)
class Deal:
    id: str
    type: str
    sources: Sources
    round: str = ""
    statuses: Mapping[str, Claims[Date]] = field(default_factory=dict)
    lost_to: str = ""
    moves: tuple[Move, ...] = ()
    stakes: tuple[Stakes, ...] = ()
    leads: tuple[str, ...] = ()
    amounts: Mapping[str, Claims[Money]] = field(default_factory=dict)
    valuations: tuple[Valuation, ...] = ()
    parties: tuple[str, ...] = ()
    merges: tuple[Span, ...] = ()
    bidders: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    checked: tuple[Span, ...] = ()
    different: tuple[Span, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Disclosure:
    id: str
    company: str
    at: Claims[Date]
    complete: bool
    holders: Mapping[str, Claims[Share]]
    sources: Sources
    about: str = ""


@dataclass(frozen=True)
class Figures:
    id: str
    subject: str
    measure: str
    publisher: str
    edition: str
    scope: str
    values: Mapping[str, Claims[Money | Number]]
    forecasts: Mapping[str, Claims[Money | Number]]
    sources: Sources
    about: str = ""


@dataclass(frozen=True)
class Milestone:
    id: str
    date: Claims[Date]
    kind: str
    actors: tuple[str, ...]
    market: str
    place: str
    what: str
    sources: Sources


@dataclass(frozen=True)
class Source:
    id: str
    url: str
    publisher: str
    title: str
    published: Date | None
    kind: str
    repeats: str = ""
    language: str = ""


Record = Subject | Deal | Disclosure | Figures | Milestone | Source


def kind_of(plain: Plain) -> str:
    """The kind of a plain record: its first key.

    >>> kind_of({"deal": "a-b-2016", "type": "ipo"})
    'deal'
    """
    return next(key for key in plain if key in KINDS)
