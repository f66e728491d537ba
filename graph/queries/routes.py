"""The best routes between two nodes of a view: simple, in exact order, none enumerated in vain.

First the distance, from both ends level by level, always the side with fewer links to look at. Then
for each length from the distance on: what a route still costs from every node in its reach is
computed backwards, exactly, and routes are grown forwards from the best. A route's cost is fewer
hops, then fewer ended hops, fewer merely possible ones, the weakness of its links (that of their
type, then how few links join the same two) with what its steps cost as hubs, then ids.

Where a route must go through some nodes, what is left to pay depends on which of them are still to
come: a node of a layer is then a node and the set of those that lie on the way from it.

The remaining cost of a node is also kept for the case that its best next step is where the route
came from, or a hub would send the search back and forth through all its neighbours.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, pairwise
from typing import Any, Literal, NamedTuple

import numpy as np

from graph.clocks import ALWAYS, NEVER, day_range
from graph.views.links import POINT, STRENGTHS, TYPES, Column, LinkView, is_event
from graph.views.rumours import RUMOURED
from ontology.values import Date

FAR = np.iinfo(np.int64).max // 4
ENDED = 1 << 32
POSSIBLE = 1 << 24
MOST_BONDS = POINT - 1  # less than one of strength
UNSEEN = -1
BARRED = -2
TRIES = 200
_Step = tuple[int, int, int]
Route = tuple[int, ...]
STRONGEST = max(STRENGTHS.values(), default=0)
# Weaker links cost more; hearsay costs most.
WEAKNESS = np.array([STRONGEST - STRENGTHS.get(name, -1) for name in TYPES], dtype=np.int64)
TYPE_COSTS = WEAKNESS * POINT
EVENT_TYPES = is_event()


@dataclass(frozen=True)
class Choice:
    """Which links and nodes a route may use, and which it must go through.

    `owning` keeps to chains of holdings and control, `down` from the start or `up` from it; `live`
    to links that have not ended. `loosely` heeds only one end of the links' times: that they have
    begun by `as_of`, or that they last until then.
    """

    as_of: Date | None = None
    types: frozenset[str] = frozenset(TYPES) - {RUMOURED}
    avoid: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()
    owning: Literal["", "down", "up"] = ""
    live: bool = False
    loosely: Literal["", "begun", "lasting"] = ""


@dataclass
class Filter:
    """A choice made ready for one view: what links cost, and which there are at all."""

    view: LinkView
    choice: Choice
    allowed: Column = field(init=False)

    def __post_init__(self) -> None:
        self.allowed = np.array([name in self.choice.types for name in TYPES])

    def usable(self, links: Column) -> Column:
        """Whether each link may be used and possibly holds."""
        usable = self.allowed[self.view.types[links]]
        if self.choice.live:
            return self.costs(links) < FAR
        if self.choice.as_of is None:
            return np.asarray(usable)
        event = EVENT_TYPES[self.view.types[links]]
        return usable & self._holds(links, event, *day_range(self.choice.as_of))[1]

    def costs(self, links: Column) -> Column:
        """What each link costs, FAR where it may not be used or does not hold."""
        view, kinds = self.view, self.view.types[links]
        costs = TYPE_COSTS[kinds] + MOST_BONDS - np.minimum(view.bonds[links], MOST_BONDS)
        ends_last = view.ends_last[links]
        if self.choice.as_of is None:
            ended = ends_last < NEVER
            costs = costs + ENDED * ended
            return np.where(self.allowed[kinds] & ~(ended & self.choice.live), costs, FAR)
        first, last = day_range(self.choice.as_of)
        sure, maybe = self._holds(links, EVENT_TYPES[kinds], first, last)
        ended = ends_last <= first
        costs = costs + ENDED * ended + POSSIBLE * ~sure
        return np.where(self.allowed[kinds] & maybe & ~(ended & self.choice.live), costs, FAR)

    def leads(self, links: Column, earlier: Column | int) -> Column:
        """Whether each link may be gone along from the earlier of its ends."""
        if not self.choice.owning:
            return np.ones(len(links), dtype=bool)
        side = self.view.starts if self.choice.owning == "down" else self.view.ends
        return np.asarray(side[links] == earlier)

    def _holds(self, links: Column, event: Column, first: int, last: int) -> tuple[Column, Column]:
        """Whether each link surely, and whether it possibly holds on one of the days."""
        view, loosely = self.view, self.choice.loosely
        begun, ended = (view.begins_first[links], view.ends_last[links])
        ended = np.where(event, NEVER, ended)
        if loosely == "begun":
            return begun <= last, begun <= last
        if loosely == "lasting":
            return ended > first, ended > first
        surely_ended = np.where(event, NEVER, view.ends_first[links])
        sure = _overlap(view.begins_last[links], surely_ended, first, last)
        return sure, _overlap(begun, ended, first, last)

    def places(self, ids: Iterable[str]) -> list[int]:
        """The places of those nodes that have links."""
        return [place for node in sorted(ids) if (place := self.view.nodes.find(node)) >= 0]


@dataclass
class _Side:
    """The ball around one end: how far each node in it is."""

    distances: Column
    frontier: Column
    radius: int = 0

    @property
    def is_whole(self) -> bool:
        """Nothing lies beyond."""
        return not len(self.frontier)


class Ranked(NamedTuple):
    """A route and its cost; routes sort by them."""

    hops: int
    cost: int
    route: Route

    @property
    def ended(self) -> int:
        """How many hops of it have ended."""
        return self.cost // ENDED

    @property
    def possible(self) -> int:
        """How many hops of it hold only possibly."""
        return self.cost % ENDED // POSSIBLE


class Search:
    """Routes between two nodes of a view, found one by one, best first; `barred` are avoided."""

    def __init__(
        self,
        view: LinkView,
        start: int,
        goal: int,
        choice: Choice | None = None,
        barred: Iterable[int] = (),
    ) -> None:
        self.view = view
        self.start, self.goal = start, goal
        self.filter = Filter(view, choice or Choice())
        self._barred = [*self.filter.places(self.filter.choice.avoid), *barred]
        through = self.filter.choice.through
        found = self.filter.places(through)
        self.is_closed = len(found) < len(through)  # one without links is on no route
        self.through = [place for place in found if place not in (start, goal)]
        self._sides = (self._side(start), self._side(goal))
        self._shortest: int | None = None
        self._tried = 0

    def distance(self, max_hops: int) -> int | None:
        """The number of hops of the shortest route, None where it takes more than `max_hops`."""
        while self._shortest is None and self._tried < max_hops:
            self._tried += 1
            if not self._grow(self._tried):
                self._tried = NEVER
            elif self._meets(self._tried):
                self._shortest = self._tried
        is_near = self._shortest is not None and self._shortest <= max_hops
        return self._shortest if is_near else None

    def routes(self, max_hops: int, min_hops: int = 1) -> Iterator[Ranked]:
        """Every simple route of so many hops, best first."""
        shortest = None if self.is_closed else self.distance(max_hops)
        if shortest is None:
            return
        for hops in range(max(shortest, min_hops, len(self.through) + 1), max_hops + 1):
            self._grow(hops)
            yield from _Remaining(self, hops).routes()

    def within(self, nodes: Column, steps: int) -> Column:
        """Of these nodes, those that may lie so many steps from the start."""
        near = self._sides[0]
        distances = near.distances[nodes]
        known = (distances >= 0) & (distances <= steps)
        if steps > near.radius and not near.is_whole:
            known = known | (distances == UNSEEN)
        return np.asarray(known)

    def _side(self, node: int) -> _Side:
        distances = np.full(len(self.view.nodes), UNSEEN, dtype=np.int8)
        distances[self._barred] = BARRED
        distances[node] = 0
        return _Side(distances, np.array([node]))

    def _grow(self, hops: int) -> bool:
        """Widen the balls until together they reach so far; False where they can no further."""
        while sum(side.radius for side in self._sides) < hops:
            open_sides = [side for side in self._sides if not side.is_whole]
            if len(open_sides) < len(self._sides):
                return False
            self._widen(min(open_sides, key=lambda side: self.view.degree(side.frontier)))
        return True

    def _widen(self, side: _Side) -> None:
        owners, neighbours, links = self.view.touching(side.frontier)
        fresh = np.flatnonzero(side.distances[neighbours] == UNSEEN)
        if self.filter.choice.owning:
            forwards = side is self._sides[0]
            earlier = side.frontier[owners] if forwards else neighbours
            fresh = fresh[self.filter.leads(links[fresh], earlier[fresh])]
        reached = neighbours[fresh[self.filter.usable(links[fresh])]]
        side.radius += 1
        side.distances[reached] = side.radius
        # Sorting a few is faster than looking through all nodes, and the other way round.
        few = len(reached) * 200 < len(side.distances)
        side.frontier = np.unique(reached) if few else np.flatnonzero(side.distances == side.radius)

    def _meets(self, hops: int) -> bool:
        """Whether a node lies within both balls, `hops` from end to end."""
        small, large = sorted(self._sides, key=lambda side: len(side.frontier))
        beyond = large.distances[small.frontier]
        return bool(((beyond >= 0) & (beyond + small.radius == hops)).any())


@dataclass(frozen=True)
class _Layer:
    """The nodes from which the goal is so many hops away, sorted, and what is left to pay.

    `following` is the best next node of each, `aside` what is left without it.
    """

    nodes: Column
    left: Column
    following: Column
    aside: Column

    @classmethod
    def of(cls, nodes: Column, behind: Column, costs: Column) -> _Layer:
        """The layer of these steps: from a node, to one of the layer behind, at a cost in all."""
        # By cost first and node last: a node's first row is then its best.
        order = np.lexsort((costs, nodes))
        nodes, behind, costs = nodes[order], behind[order], costs[order]
        first = np.flatnonzero(np.diff(nodes, prepend=UNSEEN))
        following = np.repeat(behind[first], np.diff(first, append=len(nodes)))
        other = np.where(behind == following, FAR, costs)
        aside = np.minimum.reduceat(other, first) if len(first) else other
        return cls(nodes[first], costs[first], behind[first], aside)

    def left_from(self, nodes: Column, came_from: int = UNSEEN) -> Column:
        """What is left to pay from nodes when one must not be next; FAR outside of the layer."""
        if not len(self.nodes):
            return np.full(len(nodes), FAR)
        places = np.minimum(np.searchsorted(self.nodes, nodes), len(self.nodes) - 1)
        turning = self.following[places] == came_from
        left = np.where(turning, self.aside[places], self.left[places])
        return np.where(self.nodes[places] == nodes, left, FAR)


class _Remaining:
    """For one number of hops: what is left to pay from each node, by how many hops are left.

    A node of a layer is a place, and above the places one bit for each node that must be gone
    through and lies between it and the goal, itself included.
    """

    def __init__(self, search: Search, hops: int) -> None:
        self.search, self.hops = search, hops
        self._places = len(search.view.nodes)
        goal = np.array([search.goal])
        self._layers = [_Layer(goal, np.array([0]), np.array([UNSEEN]), np.array([FAR]))]
        for step in range(hops - 1, -1, -1):
            self._layers.insert(0, self._before(step, self._layers[0]))

    def routes(self) -> Iterator[Ranked]:
        """The simple routes of this number of hops, best first.

        Of the next nodes of a route only the best waits in the queue; the one after it follows
        when that has had its turn.
        """
        queue: list[tuple[int, Route, int, Iterator[_Step]]] = []
        _put(queue, (), self._first())
        while queue:
            cost, route, paid, others = heapq.heappop(queue)
            _put(queue, route[:-1], others)
            if len(route) == self.hops + 1:
                yield Ranked(self.hops, cost, route)
            else:
                _put(queue, route, self._steps(route, paid))

    def _first(self) -> Iterator[_Step]:
        start = self.search.start + self._places * self._missing(())
        left = self._layers[0].left_from(np.array([start]))
        if left[0] < FAR:
            yield int(left[0]), self.search.start, 0

    def _missing(self, route: Route) -> int:
        """The bits of those nodes that must be gone through and are not on a route."""
        return sum(1 << bit for bit, node in enumerate(self.search.through) if node not in route)

    def _bits(self, nodes: Column) -> Column:
        """For each node its bit, nothing for those that need not be gone through."""
        return sum(
            (
                (nodes == node).astype(np.int64) << bit
                for bit, node in enumerate(self.search.through)
            ),
            np.zeros(len(nodes), dtype=np.int64),
        )

    def _before(self, step: int, layer: _Layer) -> _Layer:
        """The nodes one step before a layer, and what they have to pay."""
        search, places = self.search, layer.nodes % self._places
        owners, nodes, links = search.view.touching(places)
        usable = search.within(nodes, step) & (nodes != search.goal)
        if search.filter.choice.owning:
            usable &= search.filter.leads(links, nodes)
        chosen = np.flatnonzero(usable & ((nodes == search.start) == (step == 0)))
        costs = search.filter.costs(links[chosen])
        chosen, costs = chosen[costs < FAR], costs[costs < FAR]
        if step:
            costs = costs + search.view.hubs[nodes[chosen]]
        behind, nodes = owners[chosen], nodes[chosen]
        if search.through:
            bits, ahead = self._bits(nodes), layer.nodes[behind] // self._places
            # Who passes one of them twice is no simple route.
            once = np.flatnonzero((bits & ahead) == 0)
            behind, costs = behind[once], costs[once]
            nodes = nodes[once] + self._places * (bits | ahead)[once]
        return _Layer.of(nodes, places[behind], layer.left[behind] + costs)

    def _steps(self, route: Route, paid: int) -> Iterator[_Step]:
        """The next nodes of a route: what it costs in all, the node, what is paid by then."""
        view, here = self.search.view, route[-1]
        slice_ = slice(int(view.pointers[here]), int(view.pointers[here + 1]))
        ahead = self._places * self._missing(route)
        left = self._layers[len(route)].left_from(
            view.neighbours[slice_].astype(np.int64) + ahead, here
        )
        near = np.flatnonzero((left < FAR) & self.search.filter.leads(view.links[slice_], here))
        nodes, left = view.neighbours[slice_][near], left[near]
        costs = self.search.filter.costs(view.links[slice_][near])
        seen = set(route)
        for place in np.lexsort((nodes, costs + left)):
            node, cost = int(nodes[place]), int(costs[place])
            if cost < FAR and node not in seen:
                seen.add(node)
                hub = 0 if node == self.search.goal else int(view.hubs[node])
                yield paid + cost + int(left[place]), node, paid + cost + hub


def _put(
    queue: list[tuple[int, Route, int, Iterator[_Step]]],
    route: Route,
    steps: Iterator[_Step],
) -> None:
    """Queue the best of the next steps of a route."""
    step = next(steps, None)
    if step:
        heapq.heappush(queue, (step[0], (*route, step[1]), step[2], steps))


def best_routes(
    view: LinkView, start: int, goal: int, choice: Choice, *, max_hops: int, limit: int
) -> list[Route]:
    """The best routes as places of nodes, at most `limit`; all hops of one hold on one day."""
    routes = Search(view, start, goal, choice).routes(max_hops)
    together = (found.route for found in routes if common_days(view, found.route, choice))
    return list(islice(together, limit))


def common_days(view: LinkView, route: Route, choice: Choice) -> list[tuple[int, int]]:
    """The spans of days, half-open and within the date asked for, on which all hops may hold.

    Without a date the hops of a route need not have held at once, but those of a chain must.
    """
    if choice.as_of is None and not choice.owning:
        return [(ALWAYS, NEVER)]
    first, last = day_range(choice.as_of) if choice.as_of else (ALWAYS, NEVER - 1)
    spans = [(first, last + 1)]
    for one, other in pairwise(route):
        links = np.array(links_between(view, one, other, choice))
        event = EVENT_TYPES[view.types[links]]
        ends = np.where(event, NEVER, view.ends_last[links])
        hop = _joined(zip(view.begins_first[links].tolist(), ends.tolist(), strict=True))
        spans = [(max(a, c), min(b, d)) for a, b in spans for c, d in hop if max(a, c) < min(b, d)]
    return spans


def links_between(view: LinkView, one: int, other: int, choice: Choice) -> list[int]:
    """The links that join two nodes and may be used, the one to show first in front."""
    slice_ = slice(int(view.pointers[one]), int(view.pointers[one + 1]))
    links = view.links[slice_][view.neighbours[slice_] == other]
    chosen = Filter(view, choice)
    links = links[chosen.leads(links, one)]
    costs = chosen.costs(links)
    found = [(cost, link) for cost, link in zip(costs.tolist(), links.tolist(), strict=True)]
    return [link for cost, link in sorted(found) if cost < FAR]


def nearest_days(
    view: LinkView, start: int, goal: int, choice: Choice, max_hops: int
) -> tuple[date | None, date | None]:
    """The last day before `choice.as_of` with a route, and the first one after it."""
    assert choice.as_of is not None
    first, last = day_range(choice.as_of)
    begins, ends = np.unique(view.begins_first), np.unique(view.ends_last)
    later = [int(day) for day in begins if last < day < NEVER]
    sooner = [int(day) - 1 for day in ends[::-1] if day <= first]

    def has_route(day: int, loosely: Literal["", "begun", "lasting"]) -> bool:
        moment = Date.parse(date.fromordinal(day).isoformat())
        on_day = replace(choice, as_of=moment, loosely=loosely)
        search = Search(view, start, goal, on_day)
        if choice.through:  # the distance does not tell whether a route goes through them
            return any(True for _ in search.routes(max_hops))
        return search.distance(max_hops) is not None

    return (
        _first_day(sooner, lambda day: has_route(day, "lasting"), lambda day: has_route(day, "")),
        _first_day(later, lambda day: has_route(day, "begun"), lambda day: has_route(day, "")),
    )


def _first_day(
    days: list[int], loosely: Callable[[int], bool], exactly: Callable[[int], bool]
) -> date | None:
    """The first of the days that passes exactly.

    A day that passes loosely is followed only by such days, so halving finds the first of them;
    none before it can pass exactly.
    """
    place = bisect_left(days, True, key=loosely)
    found = next((day for day in days[place : place + TRIES] if exactly(day)), None)
    return date.fromordinal(found) if found else None


def _overlap(begin: Column, end: Column, first: int, last: int) -> Any:
    """Whether [begin, end) and the days from first to last have one in common."""
    return np.maximum(begin, first) < np.minimum(end, last + 1)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of days without those that overlap."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined
