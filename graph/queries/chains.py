"""Chains of holdings and control: what of the far end comes down them, in exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from graph.elements import Relationship
from graph.queries.answers import LinkFact
from graph.queries.wording import share_of
from ontology.errors import ValueFormatError
from ontology.values import Share

WHOLE = Fraction(100)
PLACES = Decimal("0.000001")


@dataclass(frozen=True)
class Chain:
    """The direction of a chain of ownership, and the product of its shares in percent.

    `down` leads from the first of the two asked for to the other, `up` the other way. The bounds
    are None where a hop is control without a share; `exact` has the product as a fraction where
    every share is one number. `controlled` are the ids of links that only say control.
    """

    direction: Literal["down", "up"]
    share_min: Decimal | None
    share_max: Decimal | None
    exact: str | None
    controlled: tuple[str, ...]


def chain_of(
    direction: Literal["", "down", "up"],
    hops: Sequence[tuple[LinkFact, Sequence[Relationship]]],
) -> Chain:
    """The chain of these hops, each with the segments that may hold at its time.

    A brand belongs whole to whom runs it.
    """
    way: Literal["down", "up"] = "up" if direction == "up" else "down"
    controlled = tuple(f.id for f, _ in hops if f.type not in ("OWNS", "RUNS"))
    if controlled:
        return Chain(way, None, None, None, controlled)
    low = high = Fraction(1)
    for fact, segments in hops:
        shares = [_share(each) for each in segments] if fact.type == "OWNS" else [(WHOLE, WHOLE)]
        low *= min(share[0] for share in shares) / WHOLE
        high *= max(share[1] for share in shares) / WHOLE
    exact = str(low) if low == high else None
    return Chain(way, _percent(low), _percent(high), exact, ())


def _share(link: Relationship) -> tuple[Fraction, Fraction]:
    try:
        share = Share.parse(share_of(link)) if share_of(link) else None
    except ValueFormatError:
        share = None
    return (Fraction(share.low), Fraction(share.high)) if share else (Fraction(0), WHOLE)


def _percent(part: Fraction) -> Decimal:
    value = Decimal(part.numerator) / Decimal(part.denominator) * 100
    return value.quantize(PLACES).normalize() + 0
