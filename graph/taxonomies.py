"""Sectors, places and the markets that they make: nodes that need no record."""

from __future__ import annotations

from collections.abc import Iterable

from graph.elements import Node, Relationship
from ontology.generated.vocabulary import PLACES, SECTORS

ONTOLOGY = "ontology"
MARKET_INFIX = "-in-"


def split_market(market: str) -> tuple[str, str] | None:
    """The sector and the place of a market's id; None where it is none.

    >>> split_market("e-commerce-in-singapore")
    ('e-commerce', 'singapore')
    """
    pieces = market.split(MARKET_INFIX)
    for cut in range(1, len(pieces)):
        sector, place = MARKET_INFIX.join(pieces[:cut]), MARKET_INFIX.join(pieces[cut:])
        if sector in SECTORS and place in PLACES:
            return sector, place
    return None


def taxonomy() -> tuple[list[Node], list[Relationship]]:
    """Every sector and place, and which is broader."""
    nodes, links = [], []
    for label, concepts in (("Sector", SECTORS), ("Place", PLACES)):
        for concept_id, concept in concepts.items():
            notation = {"notation": concept.notation} if concept.notation else {}
            nodes.append(_node(concept_id, label, concept.label, notation))
            links += [_link("BROADER", concept_id, broader) for broader in concept.broader]
    return nodes, links


def markets(ids: Iterable[str]) -> tuple[list[Node], list[Relationship]]:
    """The markets of these ids, each in its sector and its place."""
    nodes, links = [], []
    for market in sorted(set(ids)):
        parts = split_market(market)
        if parts:
            sector, place = parts
            name = f"{SECTORS[sector].label} in {PLACES[place].label}"
            nodes.append(_node(market, "Market", name, {"sector": sector, "place": place}))
            links += [_link("IN_SECTOR", market, sector), _link("IN_PLACE", market, place)]
    return nodes, links


def _node(node_id: str, label: str, name: str, extra: dict[str, str]) -> Node:
    properties = {"id": node_id, "dataset": ONTOLOGY, "knownFrom": "", "name": name, **extra}
    return Node(node_id, (label,), {**properties, "sourceIds": []})


def _link(link_type: str, start: str, end: str) -> Relationship:
    link_id = f"{link_type.lower()}:{start}:{end}"
    common = {"id": link_id, "dataset": ONTOLOGY, "knownFrom": ""}
    return Relationship(link_id, link_type, start, end, {**common, "sourceIds": []})
