"""A market: who serves it and who left, what it is estimated at, how concentrated it is.

Sectors and places lie in each other. Who serves a narrower market serves this one; who serves a
broader one may or may not, and is marked. Numbers of narrower markets are shown apart, for no
publisher promises that they add up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks, Holds, holds, period_of
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.names import kind_of_node
from graph.queries.answers import (
    LinkFact,
    Sources,
    cite,
    name_of,
    names_of,
    question,
    tell_link,
)
from graph.queries.concentration import Concentration, concentrations
from graph.queries.estimates import (
    Comparison,
    Estimate,
    Refusal,
    compare,
    estimate_of,
    in_order,
    is_due,
    refuse_broader,
)
from graph.queries.operations import Operation, operations_in, operations_of, read_operations
from graph.queries.scopes import Relation, Scope, find_scope, market_scope
from ontology.values import Date

SHARES = "market-share"
TARGETS = ("partner", "target")
WITHIN = ("same", "narrower")


@dataclass(frozen=True)
class Presence:
    """One time in one market: by which mode, and why it ended."""

    market: str
    market_name: str
    mode: str | None
    why: str | None
    link: LinkFact


@dataclass(frozen=True)
class Runner:
    """Who runs a brand."""

    id: str
    name: str
    link: LinkFact


@dataclass(frozen=True)
class Operator:
    """Who serves the market, or did. `run_by` has who runs a brand at the date.

    `relation` says how the markets that it serves lie to the one asked about.
    """

    id: str
    name: str
    kind: str
    relation: Relation
    run_by: tuple[Runner, ...]
    since: str | None
    until: str | None
    holds: Holds
    presences: tuple[Presence, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class MarketAnswer:
    """One market. `operators` serve it or a narrower one, `broader` one in which it may lie.

    `estimates` are about the market itself, `narrower` about parts of it; `comparisons` hold
    forecasts against what was reported later, and `refusals` say what is not compared, and why.
    """

    question: dict[str, Any]
    id: str
    name: str
    operators: tuple[Operator, ...]
    broader: tuple[Operator, ...]
    left: tuple[Operator, ...]
    estimates: tuple[Estimate, ...]
    narrower: tuple[Estimate, ...]
    comparisons: tuple[Comparison, ...]
    refusals: tuple[Refusal, ...]
    concentration: tuple[Concentration, ...]
    sources: Sources

    @property
    def found(self) -> bool:
        """Whether anything is on record about the market."""
        told = (self.operators, self.left, self.estimates, self.narrower, self.concentration)
        return any(told)


@dataclass(frozen=True)
class MarketRow:
    """A market in a list: how many serve it, left it, and what else is on record."""

    id: str
    name: str
    sector: str
    place: str
    operators: int
    left: int
    estimates: int
    deals: int


@dataclass(frozen=True)
class MarketsAnswer:
    """The markets, those that most serve first."""

    question: dict[str, Any]
    markets: tuple[MarketRow, ...]
    sources: Sources

    def __iter__(self) -> Iterator[MarketRow]:
        return iter(self.markets)

    @property
    def found(self) -> bool:
        """Whether there is any."""
        return bool(self.markets)


def find_market(graph: Graph, market: str, clocks: Clocks | None = None) -> MarketAnswer:
    """Who serves a market, a sector or a place, and what is published about it."""
    clocks = clocks or Clocks()
    scope = find_scope(market)
    operations = read_operations(graph, scope)
    table = _Operators(graph, scope, operations, clocks.as_of)
    figures = [estimate_of(node) for node in graph.labelled("Figure")]
    due = [estimate for estimate in figures if is_due(estimate, clocks.as_of)]
    own = in_order(e for e in due if _relation(scope, e) == "same")
    parts = in_order(e for e in due if _relation(scope, e) == "narrower")
    around = [e for e in due if _relation(scope, e) == "broader"]
    compared, refused = compare((*own, *parts))
    shares = _shares(graph, scope, due)
    rows = table.rows()
    answer = MarketAnswer(
        question=question("market", clocks, market=scope),
        id=scope.id,
        name=scope.name,
        operators=tuple(r for r in rows if r.relation in WITHIN and not _has_left(r)),
        broader=tuple(r for r in rows if r.relation not in WITHIN and not _has_left(r)),
        left=tuple(r for r in rows if r.relation in WITHIN and _has_left(r)),
        estimates=own,
        narrower=parts,
        comparisons=compared,
        refusals=(*refused, *refuse_broader(scope, own, around)),
        concentration=shares,
        sources={},
    )
    return _with_sources(graph, answer)


def find_markets(
    graph: Graph,
    clocks: Clocks | None = None,
    *,
    sector: str | None = None,
    place: str | None = None,
) -> MarketsAnswer:
    """Every market on record, or those of a sector and of a place, narrower ones included."""
    clocks = clocks or Clocks()
    chosen = _filter(sector, place)
    scopes = {node.id: market_scope(node.id) for node in graph.labelled("Market")}
    kept = {i: s for i, s in scopes.items() if s and chosen.relation(s) in WITHIN}
    operations = operations_in(graph, kept.keys())
    figures = [estimate_of(node) for node in graph.labelled("Figure")]
    published = Counter(e.market for e in figures if is_due(e, clocks.as_of))
    deals = _deals(graph, operations)
    by_market: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_market[operation.market.id].append(operation)
    rows = []
    for market, scope in kept.items():
        own = by_market[market]
        serving, left = _serving(own, clocks.as_of)
        row = MarketRow(
            id=market,
            name=scope.name,
            sector=scope.sector or "",
            place=scope.place or "",
            operators=len(serving),
            left=len(left - serving),
            estimates=published[market],
            deals=len({deal for o in own for deal in deals[o.operator]}),
        )
        rows.append(row)
    rows.sort(key=lambda r: (-r.operators, -r.left, -r.estimates, -r.deals, r.id))
    asked = question("markets", clocks, sector=sector, place=place)
    return MarketsAnswer(asked, tuple(rows), {})


def _filter(sector: str | None, place: str | None) -> Scope:
    """The scope of a filter: a sector, a place, or both."""
    return Scope(
        find_scope(sector).sector if sector else None, find_scope(place).place if place else None
    )


def _serving(operations: Iterable[Operation], as_of: Date | None) -> tuple[set[str], set[str]]:
    """Who serves at a date, and who had left by then."""
    serving, left = set(), set()
    for operation in operations:
        if operation.period.has_ended(as_of):
            left.add(operation.operator)
        elif operation.period.holds(as_of) != "no":
            serving.add(operation.operator)
    return serving, left


def _deals(graph: Graph, operations: Iterable[Operation]) -> dict[str, set[str]]:
    """The deals about each operator, those that came to nothing included."""
    found: dict[str, set[str]] = defaultdict(set)
    operators = sorted({operation.operator for operation in operations})
    for link in graph.links(operators, ["PARTY_TO"], direction="out") if operators else ():
        if link.text("role") in TARGETS:
            found[link.start].add(link.end)
    return found


def _relation(scope: Scope, estimate: Estimate) -> Relation | None:
    other = market_scope(estimate.market)
    return scope.relation(other) if other else None


def _shares(graph: Graph, scope: Scope, estimates: Iterable[Estimate]) -> tuple[Concentration, ...]:
    """The concentration that printed shares of actors and brands give."""
    shares = [e for e in estimates if e.measure == SHARES and market_scope(e.market) is None]
    subjects = sorted({share.market for share in shares})
    operating: dict[str, set[Scope]] = defaultdict(set)
    for operation in operations_of(graph, subjects) if subjects else ():
        operating[operation.operator].add(operation.market)
    found = concentrations(scope, shares, operating, {})
    named = names_of(graph, {share.id for each in found for share in each.shares})
    return concentrations(scope, shares, operating, named) if named else found


@dataclass(frozen=True)
class _Operators:
    graph: Graph
    scope: Scope
    operations: list[Operation]
    as_of: Date | None

    def rows(self) -> list[Operator]:
        """A row for each operator, and another for what it serves beside the market."""
        groups: dict[tuple[str, bool], list[Operation]] = defaultdict(list)
        for operation in self.operations:
            begun = operation.period.has_ended(self.as_of) or self._holds(operation) != "no"
            if begun:
                inside = self.scope.relation(operation.market) in WITHIN
                groups[(operation.operator, inside)].append(operation)
        nodes = self.graph.nodes({operator for operator, _ in groups})
        brands = [node.id for node in nodes.values() if "Brand" in node.labels]
        running = self.graph.links(brands, ["RUNS"], direction="in") if brands else []
        ends = {link.start for link in running} | {o.market.id for o in self.operations}
        names = {**names_of(self.graph, ends), **{n.id: name_of(n) for n in nodes.values()}}
        rows = [
            self._row(nodes[operator], found, [r for r in running if r.end == operator], names)
            for (operator, _), found in groups.items()
            if operator in nodes
        ]
        return sorted(rows, key=_order)

    def _row(
        self, node: Node, found: list[Operation], running: list[Relationship], names: dict[str, str]
    ) -> Operator:
        ordered = sorted(found, key=lambda o: (o.period.start_last, o.link.id))
        serving = [o for o in ordered if not o.period.has_ended(self.as_of)]
        shown = serving or ordered
        relations = {self.scope.relation(o.market) for o in shown}
        told = tuple(self._presence(operation, names) for operation in ordered)
        sure = any(self._holds(operation) == "yes" for operation in shown)
        runs = tuple(
            Runner(
                link.start, names.get(link.start, link.start), tell_link(link, names, self.as_of)
            )
            for link in self._running(running)
        )
        cited = [source for p in told for source in p.link.sources]
        cited += [source for runner in runs for source in runner.link.sources]
        last = max(shown, key=lambda o: (o.period.end_last, o.period.end_first))
        return Operator(
            id=node.id,
            name=name_of(node),
            kind=kind_of_node(node),
            relation=next(r for r in ("same", "narrower", "broader", "crossing") if r in relations),
            run_by=runs,
            since=_since(shown[0].link),
            until=last.link.text("validTo") or None,
            holds="yes" if sure or not serving else "possible",
            presences=told,
            sources=tuple(dict.fromkeys(cited)),
        )

    def _holds(self, operation: Operation) -> Holds:
        return holds(operation.link, self.as_of)

    def _presence(self, operation: Operation, names: dict[str, str]) -> Presence:
        link = operation.link
        return Presence(
            market=operation.market.id,
            market_name=operation.market.name,
            mode=link.text("mode") or None,
            why=link.text("why") or None,
            link=tell_link(link, names, self.as_of),
        )

    def _running(self, running: list[Relationship]) -> Collection[Relationship]:
        """Who runs a brand at the date, or ran it last."""
        if not running:
            return ()
        current = [
            link
            for link in running
            if period_of(link).holds(self.as_of) != "no"
            and not period_of(link).has_ended(self.as_of)
        ]
        return current or [max(running, key=lambda r: (period_of(r).start_last, r.id))]


def _since(link: Relationship) -> str | None:
    seen = link.text("seen")
    return link.text("validFrom") or (f"by {seen}" if seen else None)


def _has_left(row: Operator) -> bool:
    return all(presence.link.ended for presence in row.presences)


def _order(row: Operator) -> tuple[Any, ...]:
    """What serves the market itself first, then whoever was there first."""
    order = ("same", "narrower", "broader", "crossing").index(row.relation)
    since = row.since.removeprefix("by ") if row.since else "9"
    return (order, since, row.id)


def _with_sources(graph: Graph, answer: MarketAnswer) -> MarketAnswer:
    rows = (*answer.operators, *answer.broader, *answer.left)
    cited = [source for row in rows for source in row.sources]
    cited += [source for e in (*answer.estimates, *answer.narrower) for source in e.sources]
    cited += [source for each in answer.concentration for source in each.sources]
    return MarketAnswer(**{**answer.__dict__, "sources": cite(graph, cited)})
