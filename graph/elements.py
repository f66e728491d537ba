"""Nodes and relationships: what is written to a store, and what is read back.

Properties are strings, integers, floats, booleans, dates and lists of strings, the kinds that come
back alike from every engine. The `hash` of an element covers its labels or type, its ends and its
properties; no clock and no machine enters it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

Property = str | int | float | bool | date | list[str]
BASE_LABEL = "Entrepot"


@dataclass(frozen=True)
class Node:
    """A node; `labels` without the common label `Entrepot`, most general first.

    >>> Node("lazada", ("Actor", "Company"), {"name": "Lazada"}).properties["name"]
    'Lazada'
    """

    id: str
    labels: tuple[str, ...]
    properties: Mapping[str, Property] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        return _digest(["node", self.id, sorted(self.labels), _plain(self.properties)])

    def text(self, key: str) -> str:
        """A property as text, empty where it is missing."""
        return str(self.properties.get(key, ""))


@dataclass(frozen=True)
class Relationship:
    """A relationship `start -[type]-> end`."""

    id: str
    type: str
    start: str
    end: str
    properties: Mapping[str, Property] = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        ends = [self.id, self.type, self.start, self.end]
        return _digest(["relationship", *ends, _plain(self.properties)])

    def text(self, key: str) -> str:
        """A property as text, empty where it is missing."""
        return str(self.properties.get(key, ""))

    def texts(self, key: str) -> list[str]:
        """A list property, empty where it is missing."""
        value = self.properties.get(key, [])
        return value if isinstance(value, list) else [str(value)]


@dataclass(frozen=True)
class Elements:
    """A whole graph, or a part of one: nodes and relationships by id."""

    nodes: dict[str, Node]
    relationships: dict[str, Relationship]

    @classmethod
    def of(cls, nodes: Iterable[Node], relationships: Iterable[Relationship]) -> Elements:
        return cls({n.id: n for n in nodes}, {r.id: r for r in relationships})

    @property
    def hash(self) -> str:
        """One hash over every element, whatever their order."""
        return combine_hashes(
            [f"{n.id} {n.hash}" for n in self.nodes.values()],
            [f"{r.id} {r.hash}" for r in self.relationships.values()],
        )


def combine_hashes(nodes: Iterable[str], relationships: Iterable[str]) -> str:
    """The hash of a graph, from lines `id hash` of its nodes and of its relationships."""
    return _digest([sorted(nodes), sorted(relationships)])


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(properties: Mapping[str, Property]) -> list[list[object]]:
    """Properties in the order of their names; dates as text, the hash itself left out."""
    return [
        [key, value.isoformat() if isinstance(value, date) else value]
        for key, value in sorted(properties.items())
        if key != "hash"
    ]
