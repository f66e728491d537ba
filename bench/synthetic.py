"""A generated graph of any size: the same for the same seed, and never in memory as a whole.

Nodes and links have the labels, types and properties of curated ones. Degrees are heavy-tailed, as
they are where a few investors hold shares of thousands: of n nodes, the busiest has about
n ** (2/3) times the links of the others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from graph.elements import Elements, Node, Property, Relationship

DATASET = "bench"
BATCH = 5_000
FIRST_DAY = date(1995, 1, 1)
DAYS = 10_000
LABELS = {
    ("Actor", "Company"): 60,
    ("Actor", "Company", "Investor"): 15,
    ("Actor", "Person"): 10,
    ("Actor", "Fund", "Investor"): 5,
    ("Brand",): 10,
}
TYPES = {
    "OWNS": 40,
    "INVESTED_IN": 30,
    "HELD_ROLE": 10,
    "BOUGHT_STAKE_IN": 7,
    "CONTROLS": 6,
    "ACQUIRED": 4,
    "SOLD_STAKE_IN": 3,
}
STATES = frozenset({"OWNS", "HELD_ROLE", "CONTROLS"})


@dataclass(frozen=True)
class Generated:
    """A graph of so many nodes and links; calling it gives the batches, from the first on.

    >>> sum(len(batch.relationships) for batch in Generated(nodes=10, links=20)())
    20
    """

    nodes: int
    links: int
    seed: int = 1

    def __call__(self) -> Iterator[Elements]:
        """All nodes, then all links, in batches."""
        nodes, links = self.make_nodes(), self.make_links()
        while some := list(islice(nodes, BATCH)):
            yield Elements.of(some, [])
        while others := list(islice(links, BATCH)):
            yield Elements.of([], others)

    def make_nodes(self) -> Iterator[Node]:
        """Every node."""
        chance = random.Random(self.seed)
        kinds, weights = list(LABELS), list(LABELS.values())
        for number in range(self.nodes):
            labels = chance.choices(kinds, weights)[0]
            own: dict[str, Property] = {
                "name": f"{labels[-1]} {number}",
                "country": chance.choice(("CN", "DE", "ID", "SG", "US")),
                "founded": _day(chance).isoformat(),
            }
            yield Node(node_id(number), labels, {**_common(node_id(number), chance), **own})

    def make_links(self) -> Iterator[Relationship]:
        """Every link, between two different nodes."""
        chance = random.Random(self.seed + 1)
        kinds, weights = list(TYPES), list(TYPES.values())
        for number in range(self.links):
            kind = chance.choices(kinds, weights)[0]
            start = int(self.nodes * chance.random() ** 3)
            end = (start + 1 + chance.randrange(self.nodes - 1)) % self.nodes
            own = f"{kind.lower()}:{number:08d}"
            properties = {**_common(own, chance), **_dated(kind, chance)}
            yield Relationship(own, kind, node_id(start), node_id(end), properties)


def node_id(number: int) -> str:
    """The id of a node, by its number."""
    return f"actor-{number:07d}"


def _common(own: str, chance: random.Random) -> dict[str, Property]:
    sources = [f"source-{chance.randrange(10_000)}" for _ in range(2)]
    known = _day(chance).isoformat()
    return {"id": own, "dataset": DATASET, "knownFrom": known, "sourceIds": sources}


def _dated(kind: str, chance: random.Random) -> dict[str, Property]:
    begins, share = _day(chance), round(chance.uniform(0.1, 99), 1)
    deal: dict[str, Property] = {"dealId": f"deal-{chance.randrange(50_000)}", "fromDay": begins}
    if kind not in STATES:
        return {**deal, "date": begins.isoformat(), "share": share}
    shares: dict[str, Property] = {"share": share, "shareMin": share, "shareMax": share}
    day = begins.isoformat()
    state = {**deal, **shares, "shareAsOf": day, "validFrom": day, "validTo": ""}
    if chance.random() < 0.5:
        return state
    ended = begins + timedelta(days=chance.randrange(30, 3000))
    return {**state, "validTo": ended.isoformat(), "toDay": ended}


def _day(chance: random.Random) -> date:
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS))
