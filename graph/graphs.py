"""The one way in which questions read: a small contract, kept by a store and by memory alike.

Without `--known-at` the stored links are read (`StoreGraph`); under `--known-at` and in what-if
they are derived afresh from the stored records (`MemoryGraph`). A question never knows which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Protocol, TypeVar

from graph.clocks import TIMES
from graph.elements import Elements, Node, Relationship

Element = TypeVar("Element", Node, Relationship)


class Graph(Protocol):
    """What a question may ask of a graph. Every answer comes in the order of ids."""

    def nodes(self, ids: Collection[str]) -> dict[str, Node]:
        """The nodes of these ids; ids that are not there are left out."""

    def labelled(self, label: str) -> list[Node]:
        """All nodes with a label."""

    def links(
        self, ids: Collection[str], types: Collection[str], *, direction: str = "both"
    ) -> list[Relationship]:
        """Relationships of these types that touch one of these nodes: `out`, `in` or `both`."""

    def relationships(self, addresses: Collection[tuple[str, str]]) -> list[Relationship]:
        """The relationships of these addresses: the start node's id, and their own id.

        Both, because every engine finds a relationship by its start node at once, and by its own
        id alone only after a search.
        """

    def all_links(self, types: Collection[str]) -> list[Relationship]:
        """Every relationship of these types."""

    def link_times(self, types: Collection[str]) -> list[Relationship]:
        """Every relationship of these types, with nothing but its times and its deal (TIMES)."""

    @property
    def version(self) -> str:
        """Changes whenever the graph does; equal versions mean equal graphs."""


class MemoryGraph:
    """A graph held in memory, built from elements."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._out: dict[str, list[Relationship]] = defaultdict(list)
        self._in: dict[str, list[Relationship]] = defaultdict(list)
        for relationship in elements.relationships.values():
            self._out[relationship.start].append(relationship)
            self._in[relationship.end].append(relationship)

    def nodes(self, ids: Collection[str]) -> dict[str, Node]:
        found = self.elements.nodes
        return {i: found[i] for i in sorted(set(ids)) if i in found}

    def labelled(self, label: str) -> list[Node]:
        return _by_id(n for n in self.elements.nodes.values() if label in n.labels)

    def links(
        self, ids: Collection[str], types: Collection[str], *, direction: str = "both"
    ) -> list[Relationship]:
        sides = {"out": [self._out], "in": [self._in], "both": [self._out, self._in]}[direction]
        wanted = set(types)
        found = {r.id: r for side in sides for i in ids for r in side.get(i, ())}
        return _by_id(r for r in found.values() if r.type in wanted)

    def relationships(self, addresses: Collection[tuple[str, str]]) -> list[Relationship]:
        found = (self.elements.relationships.get(own) for _, own in addresses)
        return _by_id({link.id: link for link in found if link}.values())

    def all_links(self, types: Collection[str]) -> list[Relationship]:
        wanted = set(types)
        return _by_id(r for r in self.elements.relationships.values() if r.type in wanted)

    def link_times(self, types: Collection[str]) -> list[Relationship]:
        return [_timed(link) for link in self.all_links(types)]

    @cached_property
    def version(self) -> str:
        return self.elements.hash


def _timed(link: Relationship) -> Relationship:
    told = {key: link.properties[key] for key in TIMES if link.properties.get(key, "") != ""}
    return Relationship(link.id, link.type, link.start, link.end, told)


def _by_id(items: Iterable[Element]) -> list[Element]:
    return sorted(items, key=lambda item: item.id)
