"""Rivals, investors on both sides of a market, and owners, in generated networks and in a store.

    python -m bench.rivals

Networks are those of `bench.networks`; a part of the companies serves markets, a few markets by
hundreds and most by a handful, as on record. Beside `entangled` stands plain networkx, which keeps
the whole network in memory and knows neither dates nor chains; in a store of the packaged records
one Cypher statement, which knows direct holdings alone.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import combinations
from statistics import quantiles
from typing import Any

import networkx as nx
import numpy as np

from bench.control import ColumnsGraph
from bench.engines import NAMES, started
from bench.networks import make_network
from bench.report import Line, below, draw
from graph.clocks import Clocks
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.networks.columns import Columns
from graph.queries.entangled import find_entangled
from graph.queries.markets import find_market
from graph.queries.ownership import find_owners
from graph.queries.rivals import find_rivals
from graph.store import Store
from graph.store_graph import StoreGraph
from loaders.loading import load
from ontology.generated.vocabulary import PLACE_KINDS, SECTORS

SIZES = (10_000, 100_000, 1_000_000)
YARDSTICK_UP_TO = 100_000
ASKED, REPEATS = 40, 3
LIMIT = 100
OPERATING, FEWEST = 0.002, 200  # of the companies
COUNTRIES, PARTS = 40, 4
MAJORITY = 0.5
AS_OF = "2018-06-30"
SHOWN = 20
DIRECT = """
MATCH (i:Actor)-[x:OWNS]->(a)-[:OPERATES_IN]->(m:Market {id: $market})<-[:OPERATES_IN]-(b)
MATCH (i)-[y:OWNS]->(b) WHERE a.id < b.id
RETURN DISTINCT i.id AS investor, a.id AS one, b.id AS other
"""
OF_RECORD = ("e-commerce-in-indonesia", "e-commerce-in-china", "e-commerce-in-southeast-asia")
SUBJECTS = ("lazada", "alibaba", "shopee", "tokopedia")


class MarketsGraph(ColumnsGraph):
    """A network of holdings in which companies serve markets, and majorities control."""

    def __init__(self, network: Columns, seed: int = 1) -> None:
        super().__init__(network)
        chance = np.random.Generator(np.random.PCG64(seed))
        countries = [place for place, kind in sorted(PLACE_KINDS.items()) if kind == "country"]
        places = countries[:: len(countries) // COUNTRIES]
        within = [s for s, concept in sorted(SECTORS.items()) if "e-commerce" in concept.broader]
        sectors = within[:PARTS]
        names = [f"{sector}-in-{place}" for place in places for sector in ("e-commerce", *sectors)]
        self.markets = [names[int(i)] for i in chance.permutation(len(names))]
        self.serving: dict[str, list[str]] = defaultdict(list)
        self.served: dict[str, list[str]] = defaultdict(list)
        companies = np.unique(network.companies)
        count = min(max(int(len(companies) * OPERATING), FEWEST), len(companies))
        for company in chance.choice(companies, count, replace=False):
            for _ in range(int(min(chance.zipf(1.8), 8))):
                # The cube makes a few markets crowded.
                market = self.markets[int(chance.random() ** 3 * len(names))]
                self.serving[market].append(str(company))
                self.served[str(company)].append(market)

    def labelled(self, label: str) -> list[Node]:
        """The markets; nothing else is asked for by label."""
        if label != "Market":
            return []
        return [Node(market, ("Market",), {"name": market}) for market in sorted(self.serving)]

    def links(
        self, ids: Collection[str], types: Collection[str], *, direction: str = "both"
    ) -> list[Relationship]:
        """Holdings, the control that goes with majorities, and operations."""
        found: list[Relationship] = []
        if "OPERATES_IN" in types:
            inwards = direction == "in"
            ends = ((i, o) for i in ids for o in (self.serving if inwards else self.served)[i])
            found += [_operation(o, i) if inwards else _operation(i, o) for i, o in set(ends)]
        if {"OWNS", "CONTROLS"} & set(types):
            held = super().links(ids, ["OWNS"], direction=direction)
            found += held if "OWNS" in types else []
            found += [_control(link) for link in held if _is_majority(link)]
        return sorted(found, key=lambda link: link.id)


def measure_rivals(scale: int = 1) -> Iterator[Line]:
    """Questions of one market or company, in networks of three sizes."""
    for size in (size // scale for size in SIZES):
        network = make_network(size)
        graph = MarketsGraph(network)
        told = f"of {len(network.shares):,} holdings"
        yard = _plain(graph) if size <= YARDSTICK_UP_TO else None
        chance = random.Random(1)
        markets = _crowded(graph, chance)
        companies = chance.sample(sorted(graph.served), min(ASKED, len(graph.served)))
        clocks = Clocks.read(AS_OF)
        held = chance.sample(np.unique(network.companies).tolist(), ASKED)
        yield from _lines(
            f"entangled, a market, {told}",
            [partial(find_entangled, graph, m, clocks, limit=SHOWN) for m in markets],
            [partial(yard, m) for m in markets] if yard else (),
        )
        rivals = [partial(find_rivals, graph, c, clocks, limit=SHOWN) for c in companies]
        yield from _lines(f"rivals, a company, {told}", rivals)
        owners = [partial(find_owners, graph, str(c), clocks) for c in held]
        yield from _lines(f"owners, a company, {told}", owners)


def measure_stored(graph: Graph, store: Store) -> Iterator[Line]:
    """The same of the packaged records in a store, beside Cypher where it can be written."""
    yield from _lines(
        "entangled, a market on record",
        [partial(find_entangled, graph, m, limit=SHOWN) for m in OF_RECORD],
        [partial(store.read, DIRECT, {"market": m}) for m in OF_RECORD],
        yard="Cypher: direct holdings, no dates",
    )
    whole = min(_timed(lambda: find_entangled(graph, limit=SHOWN)) for _ in range(REPEATS))
    yield Line("entangled, every market on record", whole, "ms")
    for what, asked in (
        ("rivals", [partial(find_rivals, graph, name, limit=SHOWN) for name in SUBJECTS]),
        ("owners", [partial(find_owners, graph, name) for name in SUBJECTS]),
        ("market", [partial(find_market, graph, name) for name in OF_RECORD]),
    ):
        yield from _lines(f"{what} on record", asked)


def stored_lines(names: Collection[str] = NAMES) -> Iterator[Line]:
    """Engines with the packaged records."""
    for name in names:
        with started(name) as endpoint:
            if endpoint:
                with Store.open(endpoint, access="write") as store:
                    load(store)
                with Store.open(endpoint) as store:
                    for line in measure_stored(StoreGraph(store), store):
                        yield line.of(name)


def _crowded(graph: MarketsGraph, chance: random.Random) -> list[str]:
    """Markets to ask of, the most crowded of all among them."""
    by_size = sorted(graph.serving, key=lambda m: (-len(set(graph.serving[m])), m))
    return [*by_size[:5], *chance.sample(by_size[5:], min(ASKED, len(by_size)) - 5)]


def _plain(graph: MarketsGraph) -> Callable[[str], set[tuple[str, str, str]]]:
    """Direct holders of two companies of one market in networkx; making its graph is not counted.

    A market here is only itself: what lies within it is not looked at.
    """
    whole: nx.DiGraph[str] = nx.DiGraph()
    columns = (graph.network.holders.tolist(), graph.network.companies.tolist())
    whole.add_edges_from((str(a), str(b)) for a, b in zip(*columns, strict=True))

    def ask(market: str) -> set[tuple[str, str, str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for company in sorted(set(graph.serving[market])):
            for holder in whole.predecessors(company) if company in whole else ():
                found[holder].append(company)
        return {(i, a, b) for i, held in found.items() for a, b in combinations(held, 2)}

    return ask


def _lines(
    what: str,
    asked: Collection[Callable[[], Any]],
    yardstick: Collection[Callable[[], Any]] = (),
    yard: str = "networkx: direct holdings",
) -> Iterator[Line]:
    """The median, and the 95th percentile against the limit."""
    ours, theirs = _times(asked), _times(yardstick)
    known = _percentile(theirs, 49) if theirs else None
    yield Line(f"{what}, p50", _percentile(ours, 49), "ms", known, yard if theirs else "")
    yield below(f"{what}, p95", _percentile(ours, 94), "ms", LIMIT)


def _times(asked: Collection[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each, the quickest of a few: others may keep the machine busy."""
    return [min(_timed(ask) for _ in range(REPEATS)) for ask in asked]


def _timed(ask: Callable[[], Any]) -> float:
    since = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - since)


def _percentile(values: list[float], place: int) -> float:
    return quantiles(values, n=100, method="inclusive")[place]


def _operation(operator: str, market: str) -> Relationship:
    own = f"operates_in:{operator}:{market}"
    year = 2000 + (len(market) * 7 + int(operator)) % 18
    return Relationship(own, "OPERATES_IN", operator, market, {"validFrom": str(year)})


def _is_majority(link: Relationship) -> bool:
    share = link.properties["share"]
    return isinstance(share, float) and share > 100 * MAJORITY


def _control(link: Relationship) -> Relationship:
    about = {"validFrom": link.text("validFrom"), "basis": "majority"}
    return Relationship(f"controls:{link.id}", "CONTROLS", link.start, link.end, about)


if __name__ == "__main__":
    draw("rivals, entangled and owners", measure_rivals())
    draw("the same on the packaged records", stored_lines())
