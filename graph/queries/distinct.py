"""The best routes that differ in substance: what only repeats an earlier one stands under it.

A route repeats an earlier one where it passes through the same groups, or through all of them and
more: a company's manager who worked for both sides, or a fund that holds a bit of each, adds
nothing to the holding that it goes around. The groups of a route are its steps, each folded into
the parent, manager or runner that controls it: a vehicle, a unit or a brand that only holds for
its group is the group. A step that others than its group hold shares of, found or run stands for
itself, for it is what the route meets in. A route that is live never stands under an ended one.

Routes are looked for by length. What repeats a route goes through its steps: where there is much of
that, one step of every route found is avoided, in every way there is, which takes as many searches
as there are smallest sets of nodes that meet all of those routes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from graph.queries.routes import (
    FAR,
    Choice,
    Filter,
    Ranked,
    Route,
    Search,
    common_days,
    links_between,
)
from graph.views.links import TYPES, LinkView

GROUPING = frozenset({"CONTROLS", "MANAGES", "RUNS"})
MUTUAL = frozenset({"MERGED_INTO", "PARTNERED_WITH"})
MOST_SEARCHES = 128
MOST_REPEATS = 30
MOST_LISTED = 8
Key = frozenset[int]


@dataclass(frozen=True)
class Repeat:
    """A route that repeats another; `extra` are the steps that it has beside the other's groups."""

    found: Ranked
    extra: tuple[int, ...]


@dataclass
class Distinct:
    """A route that differs from all before it, and what repeats it."""

    found: Ranked
    groups: Key
    keys: list[Key]
    repeats: list[Repeat] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        """Whether no hop of it has ended."""
        return not self.found.ended

    def is_repeated_by(self, groups: Key, steps: Key) -> bool:
        """Whether a route of these groups and steps says nothing else."""
        same = self.groups <= groups if self.groups else not groups
        return same or any(key <= steps for key in self.keys)


class Groups:
    """The groups to which nodes belong at a date."""

    def __init__(self, view: LinkView, choice: Choice) -> None:
        self.view, self.choice = view, choice
        grouping = Choice(choice.as_of, GROUPING)
        self._filter = Filter(view, grouping)
        self._parents: dict[int, int | None] = {}

    def top(self, node: int) -> int:
        """Who controls, manages or runs a node in the end; itself where nobody, or several do."""
        seen = {node}
        while (parent := self.parent(node)) is not None and parent not in seen:
            seen.add(parent)
            node = parent
        return node

    def parent(self, node: int) -> int | None:
        """The one who controls, manages or runs a node; of those who did, if nobody does."""
        if node not in self._parents:
            view = self.view
            slice_ = slice(int(view.pointers[node]), int(view.pointers[node + 1]))
            links, others = view.links[slice_], view.neighbours[slice_]
            inward = view.ends[links] == node
            costs = self._filter.costs(links[inward])
            ended = costs >> 32
            best = others[inward][(costs < FAR) & (ended == ended.min(initial=1))]
            parents = {int(other) for other in best}
            self._parents[node] = parents.pop() if len(parents) == 1 else None
        return self._parents[node]

    def of(self, route: Route) -> dict[int, int]:
        """The steps of a route that are more than a way through their neighbour, by their group."""
        found: dict[int, int] = {}
        for before, step, after in zip(route, route[1:], route[2:], strict=False):
            group = self._group(step, (before, after))
            if group == step or group not in (before, after, route[0], route[-1]):
                found[step] = group
        return found

    def _group(self, step: int, neighbours: tuple[int, int]) -> int:
        top = self.top(step)
        if top == step:
            return step
        others = [other for other in neighbours if self.top(other) != top]
        return step if any(self._is_held(step, other) for other in others) else top

    def _is_held(self, step: int, other: int) -> bool:
        """Whether the step is on the receiving side of what joins the two."""
        free = replace(self.choice, owning="")
        links = links_between(self.view, step, other, free)
        return bool(links) and (
            int(self.view.ends[links[0]]) == step
            and TYPES[int(self.view.types[links[0]])] not in MUTUAL
        )


class _Finder:
    """The search for one question."""

    def __init__(self, view: LinkView, start: int, goal: int, choice: Choice) -> None:
        self.view, self.ends, self.choice = view, (start, goal), choice
        self.groups = Groups(view, choice)
        self.through = {view.nodes.find(node) for node in choice.through}
        self.found: list[Distinct] = []
        self._seen: set[Route] = set()
        self._searches: dict[tuple[Key, bool], Search] = {}

    def look(self, max_hops: int, limit: int) -> None:
        shortest = self._search(frozenset()).distance(max_hops)
        for hops in range(shortest or max_hops + 1, max_hops + 1):
            is_done = len(self.found) == limit or self._look_at(hops, limit)
            while not is_done:  # too many that repeat others: look again, without them
                is_done = self._look_at(hops, limit, avoiding=True)

    def _look_at(self, hops: int, limit: int, *, avoiding: bool = False) -> bool:
        """Go through the routes of one length; False where it was broken off."""
        repeats = 0
        for found in self._routes(hops) if avoiding else self._new(self._of_length(hops)):
            if not self._place(found):
                repeats += 1
            if len(self.found) == limit or repeats == MOST_REPEATS:
                return len(self.found) == limit
        return True

    def _routes(self, hops: int) -> Iterator[Ranked]:
        """New routes of one length, best first, without those that are sure to repeat others."""
        every = [key for each in self.found for key in each.keys]
        live = [key for each in self.found if each.is_live for key in each.keys]
        searches = [self._of_length(hops, barred) for barred in hitting_sets(every)]
        if len(live) < len(every):
            searches += [self._of_length(hops, barred, live=True) for barred in hitting_sets(live)]
        return self._new(heapq.merge(*searches))

    def _new(self, routes: Iterable[Ranked]) -> Iterator[Ranked]:
        """Those that were not seen before, and whose hops all hold on one day."""
        for found in routes:
            if found.route not in self._seen:
                self._seen.add(found.route)
                if common_days(self.view, found.route, self.choice):
                    yield found

    def _of_length(
        self, hops: int, barred: Key = frozenset(), *, live: bool = False
    ) -> Iterator[Ranked]:
        return self._search(barred, live=live).routes(hops, hops)

    def _search(self, barred: Key, *, live: bool = False) -> Search:
        """A search without these nodes; its distances are kept for longer routes."""
        key = (barred, live)
        if key not in self._searches:
            choice = replace(self.choice, live=True) if live else self.choice
            self._searches[key] = Search(self.view, *self.ends, choice, barred)
        return self._searches[key]

    def _place(self, found: Ranked) -> bool:
        """Put a route under the one that it repeats, or else among those that differ."""
        folded = {s: g for s, g in self.groups.of(found.route).items() if s not in self.through}
        steps = frozenset(found.route[1:-1]) - self.through
        groups = frozenset(folded.values())
        for earlier in self.found:
            if earlier.found.ended and not found.ended:
                continue
            if earlier.is_repeated_by(groups, steps):
                self._repeat(earlier, found, folded, steps)
                return False
        key = frozenset(folded) or steps
        self.found.append(Distinct(found, groups, [key] if key else []))
        return True

    def _repeat(self, earlier: Distinct, found: Ranked, folded: dict[int, int], steps: Key) -> None:
        if earlier.groups and earlier.groups <= frozenset(folded.values()):
            firsts = {group: step for step, group in reversed(folded.items())}
            key = frozenset(firsts[group] for group in earlier.groups)
        else:
            key = next((key for key in earlier.keys if key <= steps), steps)
        if key and key not in earlier.keys:
            earlier.keys.append(key)
        known = set(earlier.found.route)
        extra = tuple(step for step in found.route[1:-1] if step not in known)
        if len(earlier.repeats) < MOST_LISTED:
            earlier.repeats.append(Repeat(found, extra))


def distinct_routes(
    view: LinkView, start: int, goal: int, choice: Choice, *, max_hops: int, limit: int
) -> list[Distinct]:
    """The best routes that differ in substance, at most `limit`, each with what repeats it."""
    finder = _Finder(view, start, goal, choice)
    finder.look(max_hops, limit)
    return finder.found


def hitting_sets(keys: Iterable[Key]) -> list[Key]:
    """The smallest sets that have something of every key; none fits an empty one.

    Of many only the smallest are kept, so that a search ends: then a route may be missed.

    >>> [sorted(found) for found in hitting_sets([frozenset({1, 2}), frozenset({2, 3})])]
    [[2], [1, 3]]
    """
    found: list[Key] = [frozenset()]
    for key in sorted(set(keys), key=_by_size):
        grown = {old if old & key else old | {new} for old in found for new in key}
        found = _smallest(sorted(grown, key=_by_size))[:MOST_SEARCHES]
    return found


def _smallest(sets: Sequence[Key]) -> list[Key]:
    kept: list[Key] = []
    for each in sets:
        if not any(old <= each for old in kept):
            kept.append(each)
    return kept


def _by_size(key: Key) -> tuple[int, list[int]]:
    return len(key), sorted(key)
