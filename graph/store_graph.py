"""A store as a graph to ask: few statements with parameters, and the order of ids.

It answers as `MemoryGraph` does for the same elements, whatever the engine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import reduce
from typing import Any

from graph import cypher
from graph.clocks import TIME_DAYS, TIMES
from graph.corpus import Corpus
from graph.elements import Node, Relationship
from graph.rows import read_node, read_relationship
from graph.store import Store

_MARK = "\x1f"  # the separator of units, which is in no text of ours
_SLICE = 10_000


class StoreGraph:
    """The graph of a store; keeps the contract of `graph.graphs.Graph`."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def nodes(self, ids: Collection[str]) -> dict[str, Node]:
        """The nodes of these ids; ids that are not there are left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        rows = self.store.read(cypher.NODES_BY_ID, {"ids": wanted, "meta": cypher.META_ID})
        return {node.id: node for node in _nodes(rows)}

    def labelled(self, label: str) -> list[Node]:
        """All nodes with a label."""
        text = cypher.with_labels(cypher.NODES_BY_LABEL, [label])
        return _nodes(self.store.read(text, {"meta": cypher.META_ID}))

    def links(
        self, ids: Collection[str], types: Collection[str], *, direction: str = "both"
    ) -> list[Relationship]:
        """Relationships of these types that touch one of these nodes: `out`, `in` or `both`."""
        asked = {"ids": sorted(set(ids)), "types": sorted(set(types))}
        texts = {
            "out": [cypher.LINKS_OUT],
            "in": [cypher.LINKS_IN],
            "both": [cypher.LINKS_OUT, cypher.LINKS_IN],
        }[direction]
        if not all(asked.values()):
            return []
        return _relationships(row for text in texts for row in self.store.read(text, asked))

    def relationships(self, addresses: Collection[tuple[str, str]]) -> list[Relationship]:
        """The relationships of these addresses: the start node's id, and their own id."""
        wanted = set(addresses)
        if not wanted:
            return []
        starts = sorted({start for start, _ in wanted})
        asked = {"starts": starts, "ids": sorted({own for _, own in wanted})}
        found = _relationships(self.store.read(cypher.LINKS_BY_ADDRESS, asked))
        return [link for link in found if (link.start, link.id) in wanted]

    def all_links(self, types: Collection[str]) -> list[Relationship]:
        """Every relationship of these types."""
        rows = self.store.stream(cypher.LINKS_OF_TYPES, {"types": sorted(set(types))})
        return _relationships(rows)

    def link_times(self, types: Collection[str]) -> list[Relationship]:
        """Every relationship of these types, with nothing but its times and its deal."""
        asked = {"types": sorted(set(types)), "mark": _MARK, "slice": _SLICE}
        slices = self.store.stream(cypher.LINK_TIMES, asked)
        lines = (line for row in slices for line in row["lines"])
        return sorted(map(_timed, lines), key=lambda link: link.id)

    @property
    def version(self) -> str:
        """Changes whenever the graph does."""
        return self.store.meta().version


def stored_corpus(store: Store) -> Corpus:
    """All records of a store, read back from the nodes that keep them."""
    plains: dict[str, list[Any]] = {}
    for row in store.stream(cypher.RECORDS):
        plains.setdefault(row["dataset"], []).append(json.loads(row["record"]))
    corpora = [Corpus.of(plains[dataset], dataset) for dataset in sorted(plains)]
    return reduce(Corpus.joined, corpora) if corpora else Corpus({}, {}, {})


def _timed(line: str) -> Relationship:
    own, kind, start, end, *values = line.split(_MARK)
    told = {key: value for key, value in zip(TIMES, values, strict=True) if value}
    days = {key: date.fromisoformat(told[key]) for key in TIME_DAYS if key in told}
    return Relationship(own, kind, start, end, {**told, **days})


def _nodes(rows: Iterable[Mapping[str, Any]]) -> list[Node]:
    return sorted((read_node(row) for row in rows), key=lambda node: node.id)


def _relationships(rows: Iterable[Mapping[str, Any]]) -> list[Relationship]:
    found = {link.id: link for link in map(read_relationship, rows)}
    return [found[link_id] for link_id in sorted(found)]
