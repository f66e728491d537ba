"""A question about two resolved nodes, ready to be searched in the view."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from typing import Any, Literal

from graph.clocks import Clocks
from graph.graphs import Graph
from graph.names import Resolved
from graph.queries.answers import question
from graph.queries.distinct import Distinct, distinct_routes
from graph.queries.routes import Choice, Search
from graph.views.links import PATH_TYPES, TYPES, LinkView
from graph.views.rumours import RUMOURED
from ontology.errors import EntrepotError
from ontology.values import Date

MOST_HOPS = 12
MOST_THROUGH = 6
CHAIN_TYPES = frozenset({"OWNS", "CONTROLS", "RUNS", "MANAGES"})
Way = Literal["", "down", "up"]


@dataclass(frozen=True)
class PathOptions:
    """What a path may use and must pass through, and how many are wanted.

    `owning` keeps to chains of holdings and control, from one end down to the other.
    """

    max_hops: int = 6
    limit: int = 3
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    rumours: bool = False
    through: tuple[str, ...] = ()
    owning: bool = False

    def checked(self) -> PathOptions:
        """These options; raises EntrepotError on a type that is no step, or a senseless number."""
        for name in (*self.only, *self.without):
            if name not in TYPES:
                raise EntrepotError(
                    f"no step of a path has the type {name!r}",
                    hint=f"the types are {', '.join(PATH_TYPES)}",
                )
        if not 1 <= self.max_hops <= MOST_HOPS or self.limit < 1:
            raise EntrepotError(f"a path has 1 to {MOST_HOPS} hops, and the limit is at least 1")
        if len(self.through) > MOST_THROUGH:
            raise EntrepotError(f"a path goes through {MOST_THROUGH} at most that are asked for")
        return self

    @property
    def types(self) -> frozenset[str]:
        """The types of links that may be used."""
        hearsay = {RUMOURED} if self.rumours or RUMOURED in self.only else set()
        allowed = set(self.only) or {*PATH_TYPES, *hearsay}
        chosen = frozenset((allowed | hearsay) - set(self.without))
        return chosen & CHAIN_TYPES if self.owning else chosen

    @property
    def filters(self) -> bool:
        """Whether these leave out any link, or demand a step."""
        return bool(self.only or self.without or self.avoid or self.through or self.owning)


@dataclass(frozen=True)
class Found:
    """A route that differs from those before it; `way` says along which direction of ownership."""

    distinct: Distinct
    way: Way


@dataclass(frozen=True)
class Asked:
    """The question: two ends, both clocks, options; `avoided` and `through` are ids."""

    graph: Graph
    view: LinkView
    start: Resolved
    goal: Resolved
    clocks: Clocks
    options: PathOptions
    avoided: frozenset[str]
    through: frozenset[str]

    def choice(self, way: Way = "") -> Choice:
        """What a route may use; `way` is needed where ownership is gone along."""
        types = self.options.types
        return Choice(self.clocks.as_of, types, self.avoided, self.through, way)

    @property
    def ways(self) -> tuple[Way, ...]:
        """The directions in which is searched."""
        return ("down", "up") if self.options.owning else ("",)

    @property
    def ends(self) -> tuple[int, int]:
        """The places of both ends, -1 for one without links."""
        return self.view.nodes.find(self.start.id), self.view.nodes.find(self.goal.id)

    @property
    def is_hopeless(self) -> bool:
        """Whether an end has no links, or is to be avoided."""
        return min(self.ends) < 0 or bool({self.start.id, self.goal.id} & self.avoided)

    def routes(self, limit: int | None = None) -> list[Found]:
        """The best routes that differ, best first."""
        if self.is_hopeless:
            return []
        most = limit or self.options.limit
        limits = {"max_hops": self.options.max_hops, "limit": most}
        found = [
            [
                Found(each, way)
                for each in distinct_routes(self.view, *self.ends, self.choice(way), **limits)
            ]
            for way in self.ways
        ]
        return list(heapq.merge(*found, key=lambda each: each.distinct.found))[:most]

    def has_route(self) -> bool:
        """Whether there is any."""
        return bool(self.routes(limit=1))

    def distance(self) -> int | None:
        """The number of hops of the shortest route, whatever the limit."""
        if self.is_hopeless:
            return None
        if self.through or self.options.owning:
            longer = replace(self, options=replace(self.options, max_hops=MOST_HOPS))
            found = longer.routes(limit=1)
            return found[0].distinct.found.hops if found else None
        return Search(self.view, *self.ends, self.choice()).distance(MOST_HOPS)

    def at(self, moment: Date | None) -> Asked:
        """The same question at another date."""
        return replace(self, clocks=replace(self.clocks, as_of=moment))

    def question(self) -> dict[str, Any]:
        """What was asked, as the answer has it."""
        options = self.options
        return question(
            "path",
            self.clocks,
            from_=self.start,
            to=self.goal,
            max_hops=options.max_hops,
            limit=options.limit,
            only=options.only,
            without=options.without,
            avoid=sorted(self.avoided),
            through=sorted(self.through),
            owning=options.owning,
            rumours=options.rumours,
        )
