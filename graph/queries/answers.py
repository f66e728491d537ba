"""What all answers share: links with their sentence and sources, and the form as JSON.

Keys of JSON are the fields' names in lowerCamel; unknown is null, never an empty text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from graph.clocks import Clocks, Holds, Period, holds, period_of
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.queries.wording import link_sentence, share_of
from ontology.values import Date


@dataclass(frozen=True)
class Source:
    """A page that an answer rests on."""

    url: str
    publisher: str
    title: str
    published: str | None
    kind: str | None


@dataclass(frozen=True)
class LinkFact:
    """One link as an answer tells it. `holds` is `possible` where its dates leave it open."""

    id: str
    type: str
    start: str
    end: str
    valid_from: str | None
    valid_to: str | None
    ended: bool
    holds: Holds
    share: str | None
    share_as_of: str | None
    deal_id: str | None
    known_from: str | None
    sentence: str
    sources: tuple[str, ...]


Sources = dict[str, Source]


def tell_link(
    link: Relationship,
    names: Mapping[str, str],
    as_of: Date | None = None,
    *,
    period: Period | None = None,
) -> LinkFact:
    """A link with its sentence; `period` where it is live at other times than its own dates say."""
    over = (period or period_of(link)).has_ended(as_of)
    held = period.holds(as_of) if period and not over else holds(link, as_of)
    cited = [*link.texts("sourceIds"), *(link.texts("endSourceIds") if over else [])]
    return LinkFact(
        id=link.id,
        type=link.type,
        start=link.start,
        end=link.end,
        valid_from=link.text("validFrom") or link.text("date") or None,
        valid_to=link.text("validTo") or None,
        ended=over,
        holds=held,
        share=share_of(link) or None,
        share_as_of=link.text("shareAsOf") or None,
        deal_id=link.text("dealId") or None,
        known_from=link.text("knownFrom") or None,
        sentence=link_sentence(link, names, ended=over),
        sources=tuple(dict.fromkeys(cited)),
    )


def names_of(graph: Graph, ids: Collection[str]) -> dict[str, str]:
    """The names that are shown for ids."""
    return {node.id: name_of(node) for node in graph.nodes(ids).values()}


def name_of(node: Node) -> str:
    return node.text("name") or node.text("what") or node.id


def texts_of(node: Node, key: str = "sourceIds") -> tuple[str, ...]:
    """A list property of a node, by default its sources."""
    value = node.properties.get(key, [])
    return tuple(value) if isinstance(value, list) else (str(value),)


def cite(graph: Graph, ids: Iterable[str]) -> Sources:
    """The sources of these ids, in the order in which an answer first names them."""
    wanted = list(dict.fromkeys(ids))
    nodes = graph.nodes(wanted) if wanted else {}
    return {i: _source(nodes[i]) for i in wanted if i in nodes}


def question(kind: str, clocks: Clocks, **asked: Any) -> dict[str, Any]:
    """What was asked, as it stands in front of every answer."""
    times = {
        "asOf": str(clocks.as_of) if clocks.as_of else None,
        "knownAt": str(clocks.known_at) if clocks.known_at else None,
    }
    return {"kind": kind, **{_camel(key): to_json(value) for key, value in asked.items()}, **times}


def to_json(value: Any) -> Any:
    """Plain data of an answer, in the order of its fields.

    >>> to_json(Source("https://example.org", "P", "T", None, "press"))["published"] is None
    True
    """
    own = getattr(value, "to_json", None)
    if own is not None:
        return own()
    if is_dataclass(value) and not isinstance(value, type | Date):
        return {_camel(f.name): to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [to_json(item) for item in items]
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, Date | date) else value


def _source(node: Node) -> Source:
    return Source(
        url=node.text("url"),
        publisher=node.text("publisher"),
        title=node.text("title"),
        published=node.text("published") or None,
        kind=node.text("kind") or None,
    )


def _camel(name: str) -> str:
    """`valid_from` -> `validFrom`, `from_` -> `from`.

    >>> _camel("valid_from"), _camel("from_")
    ('validFrom', 'from')
    """
    first, *others = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in others)
