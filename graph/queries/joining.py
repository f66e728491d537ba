"""The smallest part of the graph that joins several nodes: a Steiner tree, approximated.

After Kou, Markowsky and Berman (A fast algorithm for Steiner trees, Acta Informatica 15, 1981): the
best route between every two, a smallest spanning tree of those, a smallest spanning tree of the
links that they use, without the leaves that nobody asked for. Its weight is at most 2 (1 - 1/l)
times the least, l the number of leaves of the best tree. A node that neighbours three or more of
the nodes to be joined is then tried as one more of them, and kept where that makes the tree
lighter, so that what all of them share is not missed.

Weights are those of a path: fewer hops, then fewer that have ended, then stronger links and steps
that are no hubs. Routes are searched in the view, so that nothing grows with the graph.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise

from graph.queries.routes import (
    FAR,
    Choice,
    Filter,
    Ranked,
    Search,
    common_days,
)
from graph.views.links import LinkView

Edge = tuple[int, int]
HOP = 1 << 44  # more than all that hops may cost otherwise
MOST_TRIED = 24


@dataclass(frozen=True)
class Joined:
    """A tree for each group of nodes that can be joined, as edges; who is apart is alone."""

    groups: tuple[tuple[int, ...], ...]
    edges: tuple[Edge, ...]
    weight: int


def join_nodes(view: LinkView, nodes: Sequence[int], choice: Choice, max_hops: int) -> Joined:
    """The lightest tree found that joins nodes, each two by at most `max_hops`."""
    builder = _Builder(view, choice, max_hops)
    wanted = sorted(set(nodes))
    best = builder.tree(wanted, wanted)
    for extra in builder.meeting_points(wanted):
        found = builder.tree([*wanted, extra], wanted)
        if (len(found.groups), found.weight) < (len(best.groups), best.weight):
            best = found
    return best


class _Builder:
    """Trees of one view under one choice; routes are searched once."""

    def __init__(self, view: LinkView, choice: Choice, max_hops: int) -> None:
        self.view, self.choice, self.max_hops = view, choice, max_hops
        self._filter = Filter(view, choice)
        self._route = cache(self._best)
        self._cost = cache(self._link_cost)

    def tree(self, nodes: Sequence[int], wanted: Sequence[int]) -> Joined:
        """The tree of Kou, Markowsky and Berman for these nodes, pruned to the wanted ones."""
        routes = {pair: found for pair in combinations(nodes, 2) if (found := self._route(*pair))}
        closure = _spanning(routes, lambda pair: (_weight(routes[pair]), routes[pair].route))
        used = {edge for pair in closure for edge in _edges(routes[pair])}
        spanning = _spanning(used, lambda edge: (self.edge_weight(edge, wanted), edge))
        kept = _pruned(spanning, set(wanted))
        weight = sum(self.edge_weight(edge, wanted) for edge in kept)
        return Joined(_groups(wanted, kept), tuple(sorted(kept)), weight)

    def edge_weight(self, edge: Edge, wanted: Sequence[int]) -> int:
        """A hop, what its link costs, and half of what each of its ends costs as a hub."""
        hubs = sum(int(self.view.hubs[node]) for node in edge if node not in wanted)
        return 2 * (HOP + self._cost(*edge)) + hubs

    def meeting_points(self, wanted: Sequence[int]) -> list[int]:
        """The nodes that neighbour the most of the wanted ones, three at least."""
        counts: Counter[int] = Counter()
        for node in wanted:
            counts.update(self._neighbours(node) - set(wanted))
        found = [node for node, count in counts.items() if count > 2]
        ranked = sorted(found, key=lambda node: (-counts[node], int(self.view.hubs[node]), node))
        return ranked[:MOST_TRIED]

    def _neighbours(self, node: int) -> set[int]:
        slice_ = slice(int(self.view.pointers[node]), int(self.view.pointers[node + 1]))
        usable = self._filter.costs(self.view.links[slice_]) < FAR
        avoided = set(self._filter.places(self.choice.avoid))
        return set(self.view.neighbours[slice_][usable].tolist()) - avoided

    def _best(self, one: int, other: int) -> Ranked | None:
        found = Search(self.view, one, other, self.choice).routes(self.max_hops)
        return next((r for r in found if common_days(self.view, r.route, self.choice)), None)

    def _link_cost(self, one: int, other: int) -> int:
        slice_ = slice(int(self.view.pointers[one]), int(self.view.pointers[one + 1]))
        links = self.view.links[slice_][self.view.neighbours[slice_] == other]
        return int(self._filter.costs(links).min())


def _weight(found: Ranked) -> int:
    return found.hops * HOP + found.cost


def _edges(found: Ranked) -> Iterator[Edge]:
    for one, other in pairwise(found.route):
        yield (min(one, other), max(one, other))


def _spanning(edges: Iterable[Edge], key: Callable[[Edge], tuple[object, ...]]) -> list[Edge]:
    """The edges of a smallest spanning forest, by Kruskal."""
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        while (parent := parents.get(node, node)) != node:
            node = parent
        return node

    kept = []
    for one, other in sorted(edges, key=key):
        ends = root(one), root(other)
        if ends[0] != ends[1]:
            parents[max(ends)] = min(ends)
            kept.append((one, other))
    return kept


def _pruned(edges: Iterable[Edge], wanted: set[int]) -> set[Edge]:
    """A tree without the leaves, and what hangs on them alone, that nobody wants."""
    kept = set(edges)
    while True:
        degrees = Counter(node for edge in kept for node in edge)
        bare = {e for e in kept if any(degrees[n] == 1 and n not in wanted for n in e)}
        if not bare:
            return kept
        kept -= bare


def _groups(wanted: Sequence[int], edges: Iterable[Edge]) -> tuple[tuple[int, ...], ...]:
    """The wanted nodes that the edges join, group by group."""
    around: dict[int, set[int]] = defaultdict(set)
    for one, other in edges:
        around[one].add(other)
        around[other].add(one)
    left, groups = set(wanted), []
    for node in wanted:
        if node in left:
            reached, front = {node}, {node}
            while front:
                front = {n for each in front for n in around[each]} - reached
                reached |= front
            groups.append(tuple(n for n in wanted if n in reached))
            left -= reached
    return tuple(groups)


def outward(edges: Iterable[Edge], starts: Sequence[int]) -> list[Edge]:
    """The edges of a forest as they are met from its first node on, each away from it."""
    around: dict[int, list[int]] = defaultdict(list)
    for one, other in sorted(edges):
        around[one].append(other)
        around[other].append(one)
    told: list[Edge] = []
    seen: set[int] = set()
    for start in starts:
        stack = [] if start in seen else [start]
        seen.add(start)
        while stack:
            node = stack.pop()
            new = [other for other in around[node] if other not in seen]
            told += [(node, other) for other in new]
            seen |= set(new)
            stack += reversed(new)
    return told
