"""Rows of the driver as plain data: dates as Python's, nodes and relationships as elements.

Labels come back in another order from every engine; here they get one, the most general first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from graph.elements import BASE_LABEL, Node, Relationship

if TYPE_CHECKING:
    from neo4j import Record

_SIMPLE = (str, int, float, bool, type(None))
_RANK = {"Actor": 0, "Investor": 2}


def plain_row(record: Record) -> dict[str, Any]:
    """A record as a dictionary of plain values."""
    return {key: _plain(value) for key, value in dict(record).items()}


def read_node(row: Mapping[str, Any]) -> Node:
    """A node from a row with its `labels` and `properties`."""
    properties = dict(row["properties"])
    properties.pop("hash", None)
    return Node(str(properties["id"]), order_labels(row["labels"]), properties)


def read_relationship(row: Mapping[str, Any]) -> Relationship:
    """A relationship from a row with its `type`, `startId`, `endId` and `properties`."""
    properties = dict(row["properties"])
    properties.pop("hash", None)
    return Relationship(
        str(properties["id"]), row["type"], row["startId"], row["endId"], properties
    )


def order_labels(labels: list[str]) -> tuple[str, ...]:
    """Labels in one order, the common one left out.

    >>> order_labels(["Company", "Investor", "Entrepot", "Actor"])
    ('Actor', 'Company', 'Investor')
    """
    own = (label for label in labels if label != BASE_LABEL)
    return tuple(sorted(own, key=lambda label: (_RANK.get(label, 1), label)))


def _plain(value: Any) -> Any:
    if isinstance(value, _SIMPLE):
        return value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "to_native"):
        return value.to_native()
    return _element(value)


def _element(value: Any) -> Any:
    """What a statement returns as a whole: a node, a relationship or a path."""
    from neo4j import graph as drawn

    if isinstance(value, drawn.Node):
        properties = _plain(dict(value))
        return Node(_own_id(value), order_labels(list(value.labels)), properties)
    if isinstance(value, drawn.Relationship):
        ends = [_own_id(end) if end else "" for end in value.nodes]
        return Relationship(_own_id(value), value.type, ends[0], ends[1], _plain(dict(value)))
    if isinstance(value, drawn.Path):
        hops = zip(value.nodes[1:], value.relationships, strict=True)
        steps = [step for node, link in hops for step in (link, node)]
        return [_element(step) for step in (value.nodes[0], *steps)]
    return value


def _own_id(element: Any) -> str:
    return str(element.get("id", element.element_id))
