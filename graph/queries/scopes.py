"""Markets as a sector in a place: which one a text means, what lies in what, where two meet.

A sector alone is that sector in every place, a place alone every sector there. Two markets meet
where their sectors and their places lie one in the other: fashion in Southeast Asia and e-commerce
in Singapore meet in fashion in Singapore.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from graph.errors import UnknownName
from graph.name_keys import name_key
from graph.taxonomies import MARKET_INFIX, split_market
from ontology.generated.vocabulary import (
    ALTERNATIVE_LABELS,
    PLACE_KINDS,
    PLACES,
    SECTORS,
    Concept,
)

Relation = Literal["same", "narrower", "broader", "crossing"]
WORLD = "world"
NEAR = 60
SHOWN = 5
HALF = Fraction(1, 2)
# Other words for a sector, as publishers have them.
SPELLINGS = {"e-commerce": ("online retail", "online shopping", "B2C sales", "ecommerce")}
_POSSESSIVE = re.compile(r"['’]s\b")


@dataclass(frozen=True)
class Scope:
    """A sector in a place; None is every sector, or every place."""

    sector: str | None
    place: str | None

    @property
    def id(self) -> str:
        """The id of the market, or of the sector or the place that stands alone."""
        return MARKET_INFIX.join(part for part in (self.sector, self.place) if part) or WORLD

    @property
    def name(self) -> str:
        """As it is called.

        >>> Scope("e-commerce", "singapore").name
        'E-commerce in Singapore'
        """
        labels = [SECTORS[self.sector].label if self.sector else ""]
        labels += [PLACES[self.place].label if self.place else ""]
        return " in ".join(filter(None, labels)) or "every market"

    def to_json(self) -> dict[str, str | None]:
        """As it stands in the question of an answer."""
        return {"id": self.id, "name": self.name, "sector": self.sector, "place": self.place}

    def meet(self, other: Scope) -> Scope | None:
        """The market in which both lie, None where there is none.

        >>> Scope("fashion", "southeast-asia").meet(Scope("e-commerce", "singapore")).id
        'fashion-in-singapore'
        """
        sector = _meet(self.sector, other.sector, SECTORS)
        place = _meet(self.place, other.place, PLACES)
        return Scope(sector[0], place[0]) if sector and place else None

    def relation(self, other: Scope) -> Relation | None:
        """How another market lies to this one; None where they have nothing in common."""
        met = self.meet(other)
        if met is None:
            return None
        if met == other:
            return "same" if met == self else "narrower"
        return "broader" if met == self else "crossing"

    def steps_to(self, narrower: Scope) -> int:
        """How many steps of the taxonomies lead from this market down to a narrower one."""
        pairs = ((self.sector, narrower.sector, SECTORS), (self.place, narrower.place, PLACES))
        return sum(_steps(one, other, concepts) for one, other, concepts in pairs)

    @property
    def specificity(self) -> Fraction:
        """How much it says to be in this market: a country counts 1, a region ½, the world ¼.

        A sector without a broader one counts half.
        """
        place = Fraction(1, 4)
        if self.place and self.place != WORLD:
            place = HALF if PLACE_KINDS[self.place] == "region" else Fraction(1)
        is_top = self.sector is None or not SECTORS[self.sector].broader
        return place * (HALF if is_top else 1)


def find_scope(text: str) -> Scope:
    """The market, the sector or the place that a text means; raises UnknownName.

    >>> find_scope("e-commerce in Singapore").id, find_scope("Viet Nam").place
    ('e-commerce-in-singapore', 'vietnam')
    """
    wanted = name_key(text.replace("-", " "))
    found = _known().get(wanted)
    if found:
        return found
    for sector, place in _cuts(wanted):
        one, other = _known().get(sector), _known().get(place)
        if one and other and one.sector and other.place and not one.place:
            return Scope(one.sector, other.place)
    raise _unknown(text, wanted)


def market_scope(market: str) -> Scope | None:
    """The scope of a market's id."""
    parts = split_market(market)
    return Scope(*parts) if parts else None


def overlapping(scope: Scope, markets: Iterable[str]) -> dict[str, Relation]:
    """Of markets, by id, those that have something in common with a scope, and how they lie."""
    scopes = ((market, market_scope(market)) for market in markets)
    related = ((market, scope.relation(other)) for market, other in scopes if other)
    return {market: relation for market, relation in related if relation}


def place_named(text: str) -> str | None:
    """The place that a phrase names, the longest name first: "share of platform GMV in SEA".

    >>> place_named("share of platform GMV in South-East Asia")
    'southeast-asia'
    """
    return _named(text, "place")


def sector_named(text: str) -> str | None:
    """The sector that a phrase names.

    >>> sector_named("online auctions in China")
    'auctions'
    """
    return _named(text, "sector")


def _named(text: str, part: Literal["sector", "place"]) -> str | None:
    words = f" {name_key(_POSSESSIVE.sub('', text).replace('-', ' '))} "
    found = [
        (len(key), getattr(scope, part))
        for key, scope in _known().items()
        if getattr(scope, part) and f" {key} " in words
    ]
    return max(found)[1] if found else None


@cache
def _known() -> dict[str, Scope]:
    """Every spelling of a sector or a place; where one means both, the place."""
    found: dict[str, Scope] = {}
    for sector, concept in SECTORS.items():
        plain = concept.label.removesuffix(" online")
        for spelling in (sector, concept.label, plain, *SPELLINGS.get(sector, ())):
            found[name_key(spelling.replace("-", " "))] = Scope(sector, None)
    for place, concept in PLACES.items():
        for spelling in (place, concept.label, *ALTERNATIVE_LABELS.get(place, ())):
            found[name_key(spelling.replace("-", " "))] = Scope(None, place)
    return found


def _cuts(key: str) -> Iterator[tuple[str, str]]:
    words = key.split()
    for cut, word in enumerate(words):
        if word == "in" and 0 < cut < len(words) - 1:
            rest = words[cut + 1 :]
            yield " ".join(words[:cut]), " ".join(rest[1:] if rest[0] == "the" else rest)


def _unknown(text: str, key: str) -> UnknownName:
    from rapidfuzz import fuzz, process  # loaded only when a name is wrong

    found = process.extract(
        key, sorted(_known()), scorer=fuzz.ratio, limit=2 * SHOWN, score_cutoff=NEAR
    )
    near = tuple(dict.fromkeys(_known()[match[0]].id for match in found))[:SHOWN]
    hint = f"the nearest: {', '.join(near)}" if near else "`entrepot markets` lists the markets"
    return UnknownName(f"no market, sector or place is called {text!r}", near, hint=hint)


def _meet(
    one: str | None, other: str | None, concepts: Mapping[str, Concept]
) -> tuple[str | None] | None:
    """The narrower of two, in a tuple; None where neither lies in the other."""
    if one is None or one == other:
        return (other,)
    if other is None or other in _above(one, concepts is SECTORS):
        return (one,)
    return (other,) if one in _above(other, concepts is SECTORS) else None


def _steps(broad: str | None, narrow: str | None, concepts: Mapping[str, Concept]) -> int:
    if broad == narrow or narrow is None:
        return 0
    above = _above(narrow, concepts is SECTORS)
    return above[broad] if broad else max(above.values(), default=0) + 1


@cache
def _above(concept: str, is_sector: bool) -> dict[str, int]:
    """Every broader concept, and how many steps up it is."""
    concepts = SECTORS if is_sector else PLACES
    found: dict[str, int] = {}
    level, steps = [concept], 0
    while level:
        steps += 1
        level = [b for each in level for b in concepts[each].broader if b not in found]
        found |= dict.fromkeys(level, steps)
    return found
