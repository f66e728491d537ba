"""Who serves which market and when, read for all markets that a question touches at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from graph.clocks import Period, period_of
from graph.elements import Relationship
from graph.graphs import Graph
from graph.queries.periods import together
from graph.queries.scopes import Scope, market_scope, overlapping

OPERATING = ("OPERATES_IN",)


@dataclass(frozen=True)
class Operation:
    """An actor or a brand in a market, over a time."""

    operator: str
    market: Scope
    link: Relationship

    @cached_property
    def period(self) -> Period:
        """When it did."""
        return period_of(self.link)


@dataclass(frozen=True)
class Meeting:
    """Two operations in a market that both serve, and when they did at once."""

    market: Scope
    one: Operation
    other: Operation
    period: Period

    @property
    def steps(self) -> int:
        """How many steps of the taxonomies the recorded markets lie above the common one."""
        return sum(each.market.steps_to(self.market) for each in (self.one, self.other))


def read_operations(graph: Graph, scope: Scope | None) -> list[Operation]:
    """The operations in every market that has something in common with one; all without one."""
    return read_markets(graph, [scope or Scope(None, None)])


def narrower_markets(graph: Graph, market: str) -> list[str]:
    """The markets on record that lie in a market; none for what is no market."""
    scope = market_scope(market)
    if scope is None:
        return []
    found = overlapping(scope, (node.id for node in graph.labelled("Market")))
    return sorted(each for each, relation in found.items() if relation == "narrower")


def read_markets(graph: Graph, scopes: Collection[Scope]) -> list[Operation]:
    """The operations in every market that has something in common with one of several."""
    if not scopes:
        return []
    known = [node.id for node in graph.labelled("Market")]
    return operations_in(graph, {m for scope in scopes for m in overlapping(scope, known)})


def operations_in(graph: Graph, markets: Collection[str]) -> list[Operation]:
    """The operations in some markets."""
    links = graph.links(sorted(markets), OPERATING, direction="in") if markets else []
    return list(_operations(links))


def operations_of(graph: Graph, actors: Collection[str]) -> list[Operation]:
    """The operations of some actors and brands."""
    return list(_operations(graph.links(sorted(actors), OPERATING, direction="out")))


def meetings(
    some: Collection[Operation], others: Collection[Operation], within: Scope | None = None
) -> Iterator[Meeting]:
    """Where and when operations of the ones and of the others meet, within a market.

    They do where the market of the one lies in that of the other. Two that merely cross, as B2B
    trade in the world and e-commerce in Indonesia do, are not taken to compete.
    """
    for one in some:
        for other in others:
            met = one.market.meet(other.market)
            if met not in (one.market, other.market):
                continue
            met = met.meet(within) if met and within else met
            period = together(one.period, other.period)
            if met and period:
                yield Meeting(met, one, other, period)


def _operations(links: Collection[Relationship]) -> Iterator[Operation]:
    for link in links:
        market = market_scope(link.end)
        if market:
            yield Operation(link.start, market, link)
