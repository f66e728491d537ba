"""Control and integrated ownership of generated networks, whole and of one company at a time.

    python -m bench.control

Beside ours stands the same in plain networkx, where it ends in reasonable time: groups grown by one
company after the other, and shares passed on until nothing changes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator
from statistics import quantiles
from typing import TypeVar

import networkx as nx
import numpy as np

from bench.networks import make_network
from bench.report import Line, below, draw
from graph.elements import Node, Property, Relationship
from graph.networks.columns import Columns, portfolios, ultimate_controllers
from graph.queries.control import find_control

SIZES = (10_000, 100_000, 1_000_000)
YARDSTICK_UP_TO = 100_000
LIMIT = 5.0
ASKED = 20
CHANGE = 1e-9
Result = TypeVar("Result")


class ColumnsGraph:
    """A network of holdings as a graph to ask, which makes only the links that are asked for."""

    version = "generated"

    def __init__(self, network: Columns) -> None:
        self.network = network
        self.read = 0
        self._by: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for side, column in (("in", network.companies), ("out", network.holders)):
            order = np.argsort(column, kind="stable")
            counts = np.bincount(column, minlength=network.size)
            self._by[side] = order, np.concatenate([[0], np.cumsum(counts)])

    def nodes(self, ids: Collection[str]) -> dict[str, Node]:
        """Every number is a company."""
        known = sorted(i for i in ids if i.isdecimal())
        return {i: Node(i, ("Actor", "Company"), {"name": i}) for i in known}

    def labelled(self, label: str) -> list[Node]:
        """None: nothing is asked for by label."""
        return []

    def links(
        self, ids: Collection[str], types: Collection[str], *, direction: str = "both"
    ) -> list[Relationship]:
        """The holdings of these companies, or of what they hold."""
        if "OWNS" not in types:
            return []
        order, begins = self._by[direction]
        places = [
            int(place)
            for i in sorted(set(ids))
            if i.isdecimal()
            for place in order[begins[int(i)] : begins[int(i) + 1]]
        ]
        self.read += len(places)
        return [self._link(place) for place in places]

    def relationships(self, addresses: Collection[tuple[str, str]]) -> list[Relationship]:
        """None: no link is asked for by its id."""
        return []

    def all_links(self, types: Collection[str]) -> list[Relationship]:
        """None: one company is asked for without the rest."""
        return []

    def link_times(self, types: Collection[str]) -> list[Relationship]:
        """None, for the same reason."""
        return []

    def _link(self, place: int) -> Relationship:
        holder, company = self.network.holders[place], self.network.companies[place]
        share = round(float(self.network.shares[place]) * 100, 4)
        bounds: dict[str, Property] = {"share": share, "shareMin": share, "shareMax": share}
        about = {**bounds, "validFrom": "2010"}
        return Relationship(f"owns:{place}", "OWNS", str(holder), str(company), about)


def measure_control(scale: int = 1) -> Iterator[Line]:
    """Whole networks of three sizes, how time grows with size, and one company in the largest."""
    seconds = {}
    for size in (size // scale for size in SIZES):
        network = make_network(size)
        control, _ = _quickest(lambda n=network: ultimate_controllers(n))  # type: ignore[misc]
        shares, _ = _quickest(lambda n=network: portfolios(n))  # type: ignore[misc]
        seconds[size] = control + shares
        plain = _plain(network) if size <= YARDSTICK_UP_TO else (None, None)
        told = f"of {len(network.shares):,} holdings"
        yard = "networkx" if plain[0] else ""
        yield Line(f"control of everybody {told}", control, "s", plain[0], yard)
        yield Line(f"integrated ownership of everybody {told}", shares, "s", plain[1], yard)
    small, large = sorted(seconds)[1:]
    yield below(f"both, of {large:,}", seconds[large], "s", LIMIT)
    growth = seconds[large] / seconds[small]
    told = f"growth from {small:,} to {large:,} holdings, ten times as many"
    yield Line(told, growth, "x", target="near 10 x", met=growth < 20)
    yield from _one_by_one(make_network(SIZES[-1] // scale))


def _one_by_one(network: Columns) -> Iterator[Line]:
    """`control` of single companies, which reads only what is above and below them."""
    graph = ColumnsGraph(network)
    held = np.unique(network.companies)
    chosen = random.Random(1).sample(held.tolist(), ASKED)
    times, read = [], []
    for company in chosen:
        before = graph.read
        seconds, _ = _timed(lambda c=company: find_control(graph, str(c)))  # type: ignore[misc]
        times.append(1000 * seconds)
        read.append(graph.read - before)
    for name, place in (("p50", 49), ("p95", 94)):
        spent = quantiles(times, n=100)[place]
        count = quantiles(read, n=100)[place]
        yield Line(f"control of one company, {name}, {count:,.0f} holdings read", spent, "ms")


def _plain(network: Columns) -> tuple[float, float]:
    """Both in plain networkx; making its graph is not counted."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    rows = zip(
        network.holders.tolist(), network.companies.tolist(), network.shares.tolist(), strict=True
    )
    graph.add_weighted_edges_from(rows)
    return _timed(lambda: _plain_control(graph))[0], _timed(lambda: _plain_shares(graph))[0]


def _plain_control(graph: nx.DiGraph[int]) -> dict[int, set[int]]:
    """The companies of everybody, each group grown as long as a company can be added."""
    found = {}
    for head in graph:
        group, work, votes = {head}, [head], dict[int, float]()
        while work:
            for company, holding in graph[work.pop()].items():
                votes[company] = votes.get(company, 0) + holding["weight"]
                if votes[company] > 0.5 and company not in group:
                    group.add(company)
                    work.append(company)
        found[head] = group - {head}
    return found


def _plain_shares(graph: nx.DiGraph[int]) -> dict[int, float]:
    """What everybody has, passed on until nothing changes."""
    found = dict.fromkeys(graph, 0.0)
    while True:
        change = 0.0
        for holder in graph:
            value = sum(h["weight"] * (1 + found[c]) for c, h in graph[holder].items())
            change = max(change, abs(value - found[holder]))
            found[holder] = value
        if change < CHANGE:
            return found


def _quickest(work: Callable[[], Result]) -> tuple[float, Result]:
    """The quicker of two runs: others may keep the machine busy."""
    return min((_timed(work) for _ in range(2)), key=lambda run: run[0])


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    since = time.perf_counter()
    result = work()
    return time.perf_counter() - since, result


if __name__ == "__main__":
    draw("control and integrated ownership", measure_control())
