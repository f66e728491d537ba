"""Deals by actor, market, period, type and status; rumours marked as what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks, day_range, meets
from graph.elements import Node
from graph.graphs import Graph
from graph.names import Resolved, resolve
from graph.queries.answers import Sources, cite, name_of, names_of, question, texts_of
from graph.views.rumours import FIRM, HEARSAY
from ontology.errors import EntrepotError
from ontology.generated.vocabulary import DEAL_TYPES, STATUSES
from ontology.values import Date

OVER = ("terminated", "lost")
SCOPES = ("Market", "Sector", "Place")


@dataclass(frozen=True)
class Status:
    """One status of a deal, with its date at its precision."""

    status: str
    date: str


@dataclass(frozen=True)
class Party:
    """Who took part, and as what."""

    id: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class DealRow:
    """A deal. `hearsay` is true where it never was more than rumour, talks or an offer."""

    id: str
    name: str
    type: str
    round: str | None
    status: str
    hearsay: bool
    date: str | None
    statuses: tuple[Status, ...]
    parties: tuple[Party, ...]
    amount: str | None
    valuation: str | None
    known_from: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class DealsAnswer:
    """The deals, by date."""

    question: dict[str, Any]
    deals: tuple[DealRow, ...]
    sources: Sources

    def __iter__(self) -> Iterator[DealRow]:
        return iter(self.deals)

    @property
    def found(self) -> bool:
        """Whether there is any deal."""
        return bool(self.deals)


@dataclass(frozen=True)
class DealFilter:
    """Which deals are wanted; what is None does not matter."""

    actor: str | None = None
    market: str | None = None
    period: str | None = None
    type: str | None = None
    status: str | None = None

    def checked(self) -> DealFilter:
        """This filter; raises EntrepotError on a type or a status that there is not."""
        for what, found, known in (
            ("type of deal", self.type, DEAL_TYPES),
            ("status", self.status, STATUSES),
        ):
            if found is not None and found not in known:
                hint = f"there are {', '.join(known)}"
                raise EntrepotError(f"there is no {what} {found!r}", hint=hint)
        return self


def find_deals(
    graph: Graph, wanted: DealFilter | None = None, clocks: Clocks | None = None
) -> DealsAnswer:
    """The deals that a filter lets through, by date; as of a date those that had begun by then."""
    wanted, clocks = (wanted or DealFilter()).checked(), clocks or Clocks()
    actor = resolve(graph, wanted.actor) if wanted.actor else None
    market = resolve(graph, wanted.market, SCOPES) if wanted.market else None
    period = Date.parse(wanted.period) if wanted.period else None
    rows = deal_rows(graph, _candidates(graph, actor, market), clocks.as_of)
    kept = [row for row in rows if _passes(row, wanted, period)]
    asked = question(
        "deals",
        clocks,
        actor=actor,
        market=market,
        period=period,
        type=wanted.type,
        status=wanted.status,
    )
    cited = [source for row in kept for source in row.sources]
    return DealsAnswer(asked, tuple(kept), cite(graph, cited))


def deal_rows(graph: Graph, nodes: Iterable[Node], as_of: Date | None = None) -> list[DealRow]:
    """Deals as rows, by date; as of a date without those that nobody had heard of."""
    deals = {node.id: node for node in nodes}
    roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for link in graph.links(sorted(deals), ["PARTY_TO"], direction="in") if deals else []:
        roles[link.end][link.start].append(link.text("role"))
    names = names_of(graph, {actor for found in roles.values() for actor in found})
    rows = [_row(node, roles[node.id], names, as_of) for node in deals.values()]
    return sorted((row for row in rows if row.statuses), key=_when)


def _candidates(graph: Graph, actor: Resolved | None, market: Resolved | None) -> list[Node]:
    if actor is None and market is None:
        return graph.labelled("Deal")
    sets = []
    if actor:
        sets.append({link.end for link in graph.links([actor.id], ["PARTY_TO"], direction="out")})
    if market:
        inside = sorted(_within(graph, market))
        links = graph.links(inside, ["PARTY_TO"], direction="out")
        sets.append({link.end for link in links if link.text("role") in ("target", "partner")})
    return list(graph.nodes(set.intersection(*sets)).values())


def _within(graph: Graph, market: Resolved) -> set[str]:
    """The actors and brands of a market, a sector or a place, the narrower ones included."""
    scopes = {market.id}
    frontier = [market.id]
    while frontier:
        narrower = graph.links(frontier, ["BROADER"], direction="in")
        frontier = sorted({link.start for link in narrower} - scopes)
        scopes.update(frontier)
    inside = graph.links(sorted(scopes), ["IN_SECTOR", "IN_PLACE", "OPERATES_IN"], direction="in")
    found = {link.start for link in inside}
    markets = [node.id for node in graph.nodes(found).values() if "Market" in node.labels]
    operating = graph.links(markets, ["OPERATES_IN"], direction="in") if markets else []
    return found | {link.start for link in operating}


def _passes(row: DealRow, wanted: DealFilter, period: Date | None) -> bool:
    if wanted.type not in (None, row.type) or wanted.status not in (None, row.status):
        return False
    if period is None:
        return True
    days = [day_range(Date.parse(status.date)) for status in row.statuses]
    # "by D" may have been long before: D itself is when it is on record.
    return any(meets(period, (first or last, last)) for first, last in days)


def _row(
    node: Node, roles: Mapping[str, list[str]], names: Mapping[str, str], as_of: Date | None
) -> DealRow:
    statuses = _statuses(node, as_of)
    reached = [status.status for status in statuses]
    status = _standing(reached)
    return DealRow(
        id=node.id,
        name=name_of(node),
        type=node.text("type"),
        round=node.text("round") or None,
        status=status,
        hearsay=not any(firm in reached for firm in FIRM),
        date=next((s.date for s in statuses if s.status == status), None),
        statuses=statuses,
        parties=tuple(
            Party(actor, names.get(actor, actor), tuple(sorted(roles[actor])))
            for actor in sorted(roles)
        ),
        amount=node.text("totalText") or None,
        valuation=node.text("valuationText") or None,
        known_from=node.text("knownFrom") or None,
        sources=texts_of(node),
    )


def _statuses(node: Node, as_of: Date | None) -> tuple[Status, ...]:
    """The statuses that a deal had by a date, in the order of the statuses."""
    last = day_range(as_of)[1] if as_of else None
    found = [Status(status, node.text(status)) for status in STATUSES if node.text(status)]
    return tuple(s for s in found if last is None or _begins(s) <= last)


def _begins(status: Status) -> int:
    first, last = day_range(Date.parse(status.date))
    return first or last


def _standing(reached: list[str]) -> str:
    over = next((status for status in OVER if status in reached), "")
    return over or (reached[-1] if reached else "unknown")


def _when(row: DealRow) -> tuple[Any, ...]:
    dates = [Date.parse(status.date).sort_key for status in row.statuses]
    return (*(Date.parse(row.date).sort_key if row.date else min(dates)), row.id)


def is_hearsay(status: str) -> bool:
    """Whether a status is rumour, talks or an offer."""
    return status in HEARSAY
