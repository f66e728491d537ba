"""How concentrated a market is, from shares that one publisher printed for one period.

The Herfindahl–Hirschman index is the sum of the squares of the shares in percent, CR4 the sum of
the four largest. Shares on record seldom make 100: what is missing may belong to very many, who add
nothing to the index, or to one, who adds the most. Both bounds are given, with the coverage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from graph.queries.estimates import Estimate
from graph.queries.scopes import Scope, place_named, sector_named
from ontology.errors import ValueFormatError
from ontology.values import Number

Level = Literal["low", "moderate", "high"]
WHOLE = Fraction(100)
MODERATE, HIGH = 1000, 1800  # of the Merger Guidelines of 2023
LARGEST = 4


@dataclass(frozen=True)
class PrintedShare:
    """A share of a market as printed, and between which bounds it lies."""

    id: str
    name: str
    value: str
    share_min: Decimal
    share_max: Decimal
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Concentration:
    """The indices of one publisher's shares for one period, between bounds.

    `coverage` is the sum of the shares. `level` is of the Merger Guidelines, None where the bounds
    lie in several.
    """

    publisher: str | None
    edition: str | None
    scope: str | None
    period: str
    forecast: bool
    shares: tuple[PrintedShare, ...]
    coverage_min: Decimal
    coverage_max: Decimal
    hhi_min: Decimal
    hhi_max: Decimal
    cr4_min: Decimal
    cr4_max: Decimal
    level: Level | None
    sources: tuple[str, ...]


def concentrations(
    scope: Scope,
    shares: Iterable[Estimate],
    operating: Mapping[str, Collection[Scope]],
    names: Mapping[str, str],
) -> tuple[Concentration, ...]:
    """The concentration by each publisher and period whose shares are of this market."""
    groups: dict[tuple[str, str, str, str, bool], dict[str, Estimate]] = defaultdict(dict)
    for share in shares:
        if _is_of(share, scope, operating.get(share.market, ())):
            key = (share.publisher or "", share.edition or "", share.scope or "", share.period)
            groups[(*key, share.forecast)][share.market] = share
    found = (_concentration(list(group.values()), names) for group in groups.values())
    return tuple(
        sorted(
            (each for each in found if each),
            key=lambda c: (c.period, c.forecast, -c.coverage_min, c.publisher or "", c.scope or ""),
        )
    )


def share_scope(share: Estimate, operating: Collection[Scope]) -> Scope | None:
    """Of which market a share is, by its words, and by where its subject works where they are few.

    A sector that is not named is None: any that the subject serves in the place.
    """
    text = share.scope or ""
    places = {market.place for market in operating}
    place = place_named(text) or (next(iter(places)) if len(places) == 1 else None)
    return Scope(sector_named(text), place) if place else None


def hhi_bounds(shares: Collection[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """The least and the greatest index that shares between bounds allow.

    >>> low, high = hhi_bounds([(Fraction(50), Fraction(50)), (Fraction(30), Fraction(30))])
    >>> int(low), int(high)
    (3400, 3800)
    """
    rest = max(WHOLE - sum((low for low, _ in shares), Fraction(0)), Fraction(0))
    least = sum((low**2 for low, _ in shares), Fraction(0))
    spread = any(low != high for low, high in shares)
    # Of ranges each may be at its top, and what is left may still be one more: never too low.
    most = sum((high**2 for _, high in shares), Fraction(0)) + rest**2
    return least, min(most, WHOLE**2) if spread else most


def cr4_bounds(shares: Collection[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    """The least and the greatest sum of the four largest that shares between bounds allow."""
    rest = max(WHOLE - sum((low for low, _ in shares), Fraction(0)), Fraction(0))
    least = sum(sorted((low for low, _ in shares), reverse=True)[:LARGEST], Fraction(0))
    highest = sorted([*(high for _, high in shares), rest], reverse=True)
    return least, min(sum(highest[:LARGEST], Fraction(0)), WHOLE)


def _is_of(share: Estimate, scope: Scope, operating: Collection[Scope]) -> bool:
    found = share_scope(share, operating)
    if found is None or found.place != scope.place:
        return False
    if found.sector is not None:
        return found.sector == scope.sector
    return any(scope.relation(market) in ("same", "narrower") for market in operating)


def _concentration(group: list[Estimate], names: Mapping[str, str]) -> Concentration | None:
    shares = sorted(_printed(group, names), key=lambda s: (-s.share_min, -s.share_max, s.id))
    if not shares:
        return None
    ranges = [(Fraction(share.share_min), Fraction(share.share_max)) for share in shares]
    hhi, cr4 = hhi_bounds(ranges), cr4_bounds(ranges)
    first = group[0]
    cited = (source for share in shares for source in share.sources)
    return Concentration(
        publisher=first.publisher,
        edition=first.edition,
        scope=first.scope,
        period=first.period,
        forecast=first.forecast,
        shares=tuple(shares),
        coverage_min=_rounded(sum((low for low, _ in ranges), Fraction(0))),
        coverage_max=_rounded(min(sum((high for _, high in ranges), Fraction(0)), WHOLE)),
        hhi_min=_rounded(hhi[0], 0),
        hhi_max=_rounded(hhi[1], 0),
        cr4_min=_rounded(cr4[0]),
        cr4_max=_rounded(cr4[1]),
        level=_level(*hhi),
        sources=tuple(dict.fromkeys(cited)),
    )


def _printed(group: Iterable[Estimate], names: Mapping[str, str]) -> Iterator[PrintedShare]:
    for share in group:
        try:
            number = Number.parse(share.value)
        except ValueFormatError:
            continue
        low, high = number.low or Decimal(0), number.high
        yield PrintedShare(
            id=share.market,
            name=names.get(share.market, share.market),
            value=share.value,
            share_min=low,
            share_max=high if high is not None else Decimal(100),
            sources=share.sources,
        )


def _level(low: Fraction, high: Fraction) -> Level | None:
    levels = {_one_level(value) for value in (low, high)}
    return levels.pop() if len(levels) == 1 else None


def _one_level(index: Fraction) -> Level:
    if index > HIGH:
        return "high"
    return "moderate" if index >= MODERATE else "low"


def _rounded(value: Fraction, places: int = 2) -> Decimal:
    return Decimal(round(value * 10**places)).scaleb(-places).normalize() + 0
