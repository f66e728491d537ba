"""The best routes between two nodes of a view: simple, in exact order, none enumerated in vain.

First the distance, from both ends level by level, always the side with fewer links to look at. Then
for each length from the distance on: what a route still costs from every node in its reach is
computed backwards, exactly, and routes are grown forwards from the best. A route's cost is fewer
hops, then fewer ended hops, fewer merely possible ones, the strength of its links (that of their
type, then how many links join the same two), then ids.

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
from typing import Any, Literal

import numpy as np

from graph.clocks import ALWAYS, NEVER, day_range
from graph.views.links import STRENGTHS, TYPES, Column, LinkView, is_event
from graph.views.rumours import RUMOURED
from ontology.values import Date

FAR = np.iinfo(np.int64).max // 4
ENDED = 1 << 32
POSSIBLE = 1 << 24
MOST_BONDS = 63
UNSEEN = -1
BARRED = -2
TRIES = 200
_Step = tuple[int, int, int]
STRONGEST = max(STRENGTHS.values(), default=0)
# Weaker links cost more; hearsay costs most.
WEAKNESS = np.array([STRONGEST - STRENGTHS.get(name, -1) for name in TYPES], dtype=np.int64)
TYPE_COSTS = WEAKNESS * (MOST_BONDS + 1)
EVENT_TYPES = is_event()


@dataclass(frozen=True)
class Choice:
    """Which links and nodes a route may use.

    `loosely` heeds only one end of the links' times: that they have begun by `as_of`, or that they
    last until then.
    """

    as_of: Date | None = None
    types: frozenset[str] = frozenset(TYPES) - {RUMOURED}
    avoid: frozenset[str] = frozenset()
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
            costs = costs + ENDED * (ends_last < NEVER)
            return np.where(self.allowed[kinds], costs, FAR)
        first, last = day_range(self.choice.as_of)
        sure, maybe = self._holds(links, EVENT_TYPES[kinds], first, last)
        costs = costs + ENDED * (ends_last <= first) + POSSIBLE * ~sure
        return np.where(self.allowed[kinds] & maybe, costs, FAR)

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

    def barred(self) -> list[int]:
        """The nodes that are to be avoided."""
        return [place for node in self.choice.avoid if (place := self.view.nodes.find(node)) >= 0]


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


class Search:
    """Routes between two nodes of a view, found one by one, best first."""

    def __init__(self, view: LinkView, start: int, goal: int, choice: Choice | None = None) -> None:
        self.view = view
        self.start, self.goal = start, goal
        self.filter = Filter(view, choice or Choice())
        self._sides = (self._side(start), self._side(goal))

    def distance(self, max_hops: int) -> int | None:
        """The number of hops of the shortest route, None where it takes more than `max_hops`."""
        for hops in range(1, max_hops + 1):
            if not self._grow(hops):
                return None
            if self._meets(hops):
                return hops
        return None

    def routes(self, max_hops: int) -> Iterator[tuple[int, ...]]:
        """Every simple route of at most so many hops as its nodes, best first."""
        shortest = self.distance(max_hops)
        if shortest is None:
            return
        for hops in range(shortest, max_hops + 1):
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
        distances[self.filter.barred()] = BARRED
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
        _, neighbours, links = self.view.touching(side.frontier)
        fresh = np.flatnonzero(side.distances[neighbours] == UNSEEN)
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
    """For one number of hops: what is left to pay from each node, by how many hops are left."""

    def __init__(self, search: Search, hops: int) -> None:
        self.search, self.hops = search, hops
        goal = np.array([search.goal])
        self._layers = [_Layer(goal, np.array([0]), np.array([UNSEEN]), np.array([FAR]))]
        for step in range(hops - 1, -1, -1):
            self._layers.insert(0, self._before(step, self._layers[0]))

    def routes(self) -> Iterator[tuple[int, ...]]:
        """The simple routes of this number of hops, best first.

        Of the next nodes of a route only the best waits in the queue; the one after it follows
        when that has had its turn.
        """
        queue: list[tuple[int, tuple[int, ...], int, Iterator[_Step]]] = []
        _put(queue, (), self._first())
        while queue:
            _, route, paid, others = heapq.heappop(queue)
            _put(queue, route[:-1], others)
            if len(route) == self.hops + 1:
                yield route
            else:
                _put(queue, route, self._steps(route, paid))

    def _first(self) -> Iterator[_Step]:
        left = self._layers[0].left_from(np.array([self.search.start]))
        if left[0] < FAR:
            yield int(left[0]), self.search.start, 0

    def _before(self, step: int, layer: _Layer) -> _Layer:
        """The nodes one step before a layer, and what they have to pay."""
        search = self.search
        owners, nodes, links = search.view.touching(layer.nodes)
        usable = search.within(nodes, step) & (nodes != search.goal)
        chosen = np.flatnonzero(usable & ((nodes == search.start) == (step == 0)))
        costs = search.filter.costs(links[chosen])
        chosen, costs = chosen[costs < FAR], costs[costs < FAR]
        behind = owners[chosen]
        return _Layer.of(nodes[chosen], layer.nodes[behind], layer.left[behind] + costs)

    def _steps(self, route: tuple[int, ...], paid: int) -> Iterator[_Step]:
        """The next nodes of a route: what it costs in all, the node, what is paid by then."""
        view, here = self.search.view, route[-1]
        slice_ = slice(int(view.pointers[here]), int(view.pointers[here + 1]))
        left = self._layers[len(route)].left_from(view.neighbours[slice_], here)
        near = np.flatnonzero(left < FAR)
        nodes, left = view.neighbours[slice_][near], left[near]
        costs = self.search.filter.costs(view.links[slice_][near])
        seen = set(route)
        for place in np.lexsort((nodes, costs + left)):
            node, cost = int(nodes[place]), int(costs[place])
            if cost < FAR and node not in seen:
                seen.add(node)
                yield paid + cost + int(left[place]), node, paid + cost


def _put(
    queue: list[tuple[int, tuple[int, ...], int, Iterator[_Step]]],
    route: tuple[int, ...],
    steps: Iterator[_Step],
) -> None:
    """Queue the best of the next steps of a route."""
    step = next(steps, None)
    if step:
        heapq.heappush(queue, (step[0], (*route, step[1]), step[2], steps))


def best_routes(
    view: LinkView, start: int, goal: int, choice: Choice, *, max_hops: int, limit: int
) -> list[tuple[int, ...]]:
    """The best routes as places of nodes, at most `limit`; all hops of one hold on one day."""
    routes = Search(view, start, goal, choice).routes(max_hops)
    together = (route for route in routes if common_days(view, route, choice))
    return list(islice(together, limit))


def common_days(view: LinkView, route: tuple[int, ...], choice: Choice) -> list[tuple[int, int]]:
    """The spans of days, half-open and within the date asked for, on which all hops may hold."""
    if choice.as_of is None:
        return [(ALWAYS, NEVER)]
    first, last = day_range(choice.as_of)
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
    costs = Filter(view, choice).costs(links)
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
        return Search(view, start, goal, on_day).distance(max_hops) is not None

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
