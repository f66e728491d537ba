"""What was researched about an actor or a brand, until when, and what of it is on record.

A graph that holds no link between two companies may say so for two reasons: nobody found one, or
nobody looked. Coverage is the curators' own word on which it is, topic by topic; under the
knowledge clock it stays what it is today, because it tells of the research and not of the world.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.names import kind_of_node, resolve
from graph.queries.answers import name_of, question
from ontology.generated.vocabulary import RESEARCH_TOPICS

# By which links, and at which end, a topic is on record.
_RECORDED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "names": (("NAMES",), "in"),
    "founders": (("FOUNDED", "INCUBATED"), "in"),
    "owners": (("OWNS", "CONTROLS", "RUNS"), "in"),
    "holdings": (("OWNS", "CONTROLS", "RUNS"), "out"),
    "deals": (("PARTY_TO",), "out"),
    "operations": (("OPERATES_IN",), "out"),
    "figures": (("ABOUT",), "in"),
}


@dataclass(frozen=True)
class Research:
    """One topic: until when it was researched (None: it was not), and what was not found.

    `on_record` counts what the graph holds: names, founders, owners, holdings, deals, markets or
    figures; None where it was not counted.
    """

    topic: str
    until: str | None
    gaps: str | None
    on_record: int | None = None


@dataclass(frozen=True)
class CoverageRow:
    """The topics of one actor or brand, those that were not researched included."""

    id: str
    name: str
    kind: str
    topics: tuple[Research, ...]


@dataclass(frozen=True)
class CoverageAnswer:
    """One row for what was asked for, or one for each actor and brand that was researched.

    `subjects` counts all actors and brands on record, researched or not.
    """

    question: dict[str, Any]
    rows: tuple[CoverageRow, ...]
    subjects: int

    def __iter__(self) -> Iterator[CoverageRow]:
        return iter(self.rows)

    @property
    def found(self) -> bool:
        """Whether any topic was researched."""
        return any(topic.until for row in self.rows for topic in row.topics)


def find_coverage(
    graph: Graph, about: str | None = None, clocks: Clocks | None = None
) -> CoverageAnswer:
    """What was researched about one actor or brand, or about each."""
    clocks = clocks or Clocks()
    if about is None:
        nodes = {node.id: node for label in ("Actor", "Brand") for node in graph.labelled(label)}
        told = [_row(nodes[i], research_of(nodes[i])) for i in sorted(nodes)]
        rows = tuple(row for row in told if any(topic.until for topic in row.topics))
        return CoverageAnswer(question("coverage", clocks, of=None), rows, len(nodes))
    thing = resolve(graph, about)
    node = graph.nodes([thing.id])[thing.id]
    counted = _counted(graph, node)
    return CoverageAnswer(question("coverage", clocks, of=thing), (_row(node, counted),), 1)


def research_of(node: Node) -> tuple[Research, ...]:
    """What was researched about a node, every topic in the order of the ontology."""
    record = json.loads(node.text("record") or "{}")
    listed = record.get("researched", [])
    entries = {
        str(entry["topic"]): entry for entry in ([listed] if isinstance(listed, dict) else listed)
    }
    return tuple(
        Research(topic, entries[topic]["until"], entries[topic].get("gaps"))
        if topic in entries
        else Research(topic, None, None)
        for topic in RESEARCH_TOPICS
    )


def research_on(graph: Graph, subject: str, topic: str) -> Research:
    """What was researched about one topic of an actor or a brand."""
    node = graph.nodes([subject])[subject]
    return next(each for each in research_of(node) if each.topic == topic)


def _row(node: Node, topics: tuple[Research, ...]) -> CoverageRow:
    return CoverageRow(node.id, name_of(node), kind_of_node(node), topics)


def _counted(graph: Graph, node: Node) -> tuple[Research, ...]:
    """The topics with what of each is on record, in two statements."""
    found: list[Relationship] = []
    for direction in ("in", "out"):
        types = {t for kinds, side in _RECORDED.values() if side == direction for t in kinds}
        found += graph.links([node.id], sorted(types), direction=direction)
    figures = [link.start for link in found if link.type == "ABOUT" and link.end == node.id]
    labels = {i: n.labels for i, n in graph.nodes(figures).items()}
    kept = [r for r in found if r.type != "ABOUT" or "Figure" in labels.get(r.start, ())]
    return tuple(
        Research(each.topic, each.until, each.gaps, len(_others(node, kept, each.topic)))
        for each in research_of(node)
    )


def _others(node: Node, links: Sequence[Relationship], topic: str) -> set[str]:
    """Whom or what the links of a topic lead to."""
    types, side = _RECORDED[topic]
    chosen = [link for link in links if link.type in types]
    if side == "in":
        return {link.start for link in chosen if link.end == node.id}
    return {link.end for link in chosen if link.start == node.id}
