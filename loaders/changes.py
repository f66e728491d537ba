"""The statements that make a batch of elements so in a store: few, and large.

Elements are grouped by labels or type, since neither can be a parameter. New ones are created with
all their labels at once; changed ones are found by their id, relationships from their start, which
is the quick way on every engine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from graph import cypher
from graph.elements import Node, Relationship
from graph.store import Row, Statement

Item = TypeVar("Item")
Place = tuple[str, str, str]  # type, start, id


def create_nodes(nodes: Iterable[Node]) -> list[Statement]:
    """Statements that create nodes."""
    groups = _grouped((cypher.with_base(node.labels), _properties(node)) for node in nodes)
    return [
        _rows(cypher.with_labels(cypher.CREATE_NODES, labels), rows)
        for labels, rows in sorted(groups.items())
    ]


def change_nodes(
    nodes: Sequence[Node], labels: Mapping[str, Iterable[str]]
) -> list[list[Statement]]:
    """Statements that change nodes, in one or two transactions; `labels` are those in the store.

    ArcadeDB makes a node anew where its labels change, and can do so once in a transaction. The
    hash is set last: a change that was cut off is found again.
    """
    added, removed = [], []
    for node in nodes:
        wanted, found = set(cypher.with_base(node.labels)), set(labels[node.id])
        if more := tuple(sorted(wanted - found)):
            added.append((more, {"id": node.id}))
        if less := tuple(sorted(found - wanted)):
            removed.append((less, {"id": node.id}))
    adding = _relabel(cypher.ADD_LABELS, added)
    changing = _rows(cypher.CHANGE_NODES, [_properties(node) for node in nodes])
    rest = [*_relabel(cypher.REMOVE_LABELS, removed), changing]
    return [adding, rest] if adding else [rest]


def remove_nodes(ids: Sequence[str]) -> list[Statement]:
    """Statements that remove nodes which have no relationships any more."""
    return [Statement(cypher.REMOVE_NODES, {"ids": list(ids)})] if ids else []


def create_relationships(relationships: Iterable[Relationship]) -> list[Statement]:
    """Statements that create relationships; both ends have to be there."""
    groups = _grouped((r.type, _ends(r)) for r in relationships)
    return [
        _rows(cypher.with_type(cypher.CREATE_RELATIONSHIPS, name), rows)
        for name, rows in sorted(groups.items())
    ]


def change_relationships(relationships: Iterable[Relationship]) -> list[Statement]:
    """Statements that change relationships; each tells the ids of those that it found."""
    groups = _grouped((r.type, {"id": r.id, **_ends(r)}) for r in relationships)
    return [
        Statement(cypher.with_type(cypher.CHANGE_RELATIONSHIPS, name), {"rows": rows})
        for name, rows in sorted(groups.items())
    ]


def remove_relationships(places: Iterable[Place]) -> list[Statement]:
    """Statements that remove relationships from where they are."""
    groups = _grouped((name, {"start": start, "id": i}) for name, start, i in places)
    return [
        Statement(cypher.with_type(cypher.REMOVE_RELATIONSHIPS, name), {"rows": rows})
        for name, rows in sorted(groups.items())
    ]


def _relabel(template: str, pairs: Iterable[tuple[tuple[str, ...], Row]]) -> list[Statement]:
    return [
        _rows(cypher.with_labels(template, labels), rows)
        for labels, rows in sorted(_grouped(pairs).items())
    ]


def _rows(text: str, rows: list[Row]) -> Statement:
    return Statement(text, {"rows": rows}, must_do=len(rows))


def _properties(element: Node | Relationship) -> dict[str, Any]:
    return {**element.properties, "id": element.id, "hash": element.hash}


def _ends(link: Relationship) -> Row:
    return {"start": link.start, "end": link.end, "properties": _properties(link)}


def _grouped(pairs: Iterable[tuple[Item, Row]]) -> dict[Item, list[Row]]:
    groups: dict[Item, list[Row]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups
