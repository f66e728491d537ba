"""What was only rumoured, talked about or offered, as links: used by a path when asked for.

The graph has no such links, because rumour is not fact; its deals and their parties say enough to
make them when somebody wants them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from graph.elements import Node, Property, Relationship
from graph.graphs import Graph

RUMOURED = "RUMOURED"
HEARSAY = ("rumoured", "talks", "offered")
FIRM = ("announced", "approved", "completed")
SEEKING = ("bidder", "buyer", "investor", "lead")
SENTENCES: Mapping[str, str] = {
    "rumoured": "{from} was rumoured to seek shares of {to}[, {date}]",
    "talks": "{from} was in talks about shares of {to}[, {date}]",
    "offered": "{from} made an offer for shares of {to}[, {date}]",
}


def rumoured_links(graph: Graph, deals: Iterable[str] | None = None) -> list[Relationship]:
    """A link from each seeker to what it sought, of all deals or of these."""
    nodes = graph.labelled("Deal") if deals is None else graph.nodes(list(deals)).values()
    unsure = {node.id: node for node in nodes if _hearsay(node)}
    if not unsure:
        return []
    roles: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for link in graph.links(sorted(unsure), ["PARTY_TO"], direction="in"):
        roles[link.end].append((link.start, link.text("role")))
    return [link for deal in sorted(unsure) for link in _links(unsure[deal], roles[deal])]


def deal_of(link_id: str) -> str:
    """The deal that a link of hearsay follows from."""
    return link_id.split(":")[1]


def _hearsay(deal: Node) -> str:
    """How far a deal that never became firm is said to have come; empty where it became so."""
    if any(deal.text(status) for status in FIRM):
        return ""
    return next((status for status in reversed(HEARSAY) if deal.text(status)), "")


def _links(deal: Node, roles: list[tuple[str, str]]) -> Iterator[Relationship]:
    seekers = sorted({actor for actor, role in roles if role in SEEKING})
    sought = sorted({actor for actor, role in roles if role == "target"})
    partners = sorted({actor for actor, role in roles if role == "partner"})
    pairs = [(one, other) for one in seekers for other in sought]
    pairs += [(one, other) for one in partners for other in partners if one < other]
    for start, end in pairs:
        if start != end:
            link_id = f"rumour:{deal.id}:{start}:{end}"
            yield Relationship(link_id, RUMOURED, start, end, _properties(deal))


def _properties(deal: Node) -> dict[str, Property]:
    status = _hearsay(deal)
    first = deal.properties.get(f"{status}From")
    return {
        "status": status,
        "date": deal.text(status),
        "validFrom": deal.text(status),
        "validTo": deal.text("terminated") or deal.text("lost"),
        "dealId": deal.id,
        "knownFrom": deal.text("knownFrom"),
        "sourceIds": deal.properties.get("sourceIds", []),
        **({"fromDay": first} if first else {}),
    }
