"""What the graph can hold and what it holds: labels, types, properties, counts, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks
from graph.graphs import Graph
from graph.queries.answers import question
from ontology.generated.vocabulary import NODE_LABELS, RELATIONSHIP_TYPES, SCHEMA_VERSION

# One statement for each of the plain questions; docs/cypher.md has more.
EXAMPLES: tuple[tuple[str, str], ...] = (
    (
        "What an actor holds, and since when",
        "MATCH (a:Actor {id: 'alibaba'})-[r:OWNS]->(c) "
        "RETURN c.name, r.share, r.validFrom, r.validTo ORDER BY c.name",
    ),
    (
        "Who held a company on a day",
        "MATCH (a)-[r:OWNS]->(:Actor {id: 'lazada'}) "
        "WHERE (r.fromDay IS NULL OR r.fromDay <= date('2016-12-31')) "
        "AND (r.toDay IS NULL OR r.toDay > date('2016-12-31')) "
        "RETURN a.name, r.shareText ORDER BY a.name",
    ),
    (
        "Who operates in a market",
        "MATCH (a)-[r:OPERATES_IN]->(:Market {id: 'e-commerce-in-singapore'}) "
        "RETURN a.name, r.validFrom, r.validTo ORDER BY a.name",
    ),
    (
        "The parties of a deal",
        "MATCH (a)-[r:PARTY_TO]->(:Deal {id: 'alibaba-lazada-2016'}) "
        "RETURN a.name, r.role ORDER BY a.name, r.role",
    ),
    (
        "Which claims lost, and by which rule",
        "MATCH (c:Claim {status: 'loser'})-[:ABOUT]->(d:Deal) "
        "RETURN d.name, c.field, c.value, c.rule ORDER BY d.name, c.id LIMIT 20",
    ),
)


@dataclass(frozen=True)
class LabelRow:
    """A label of nodes: what it means, how many there are, the properties that they have."""

    label: str
    description: str
    count: int
    properties: tuple[str, ...]


@dataclass(frozen=True)
class TypeRow:
    """A type of relationships: between what, its sentence, how many there are."""

    type: str
    kind: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    sentence: str
    count: int
    properties: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """A statement worth having, and what it tells."""

    title: str
    statement: str


@dataclass(frozen=True)
class SchemaAnswer:
    """The graph's schema, with counts."""

    question: dict[str, Any]
    schema_version: str
    labels: tuple[LabelRow, ...]
    types: tuple[TypeRow, ...]
    examples: tuple[Example, ...]

    @property
    def found(self) -> bool:
        """A schema is always there."""
        return True


def read_schema(graph: Graph, clocks: Clocks | None = None) -> SchemaAnswer:
    """Labels and types of the ontology, with what the graph has of each."""
    labels = tuple(_label(graph, name, text) for name, text in sorted(NODE_LABELS.items()))
    types = tuple(_type(graph, name) for name in sorted(RELATIONSHIP_TYPES))
    examples = tuple(Example(title, statement) for title, statement in EXAMPLES)
    asked = question("schema", clocks or Clocks())
    return SchemaAnswer(asked, SCHEMA_VERSION, labels, types, examples)


def _label(graph: Graph, label: str, description: str) -> LabelRow:
    nodes = graph.labelled(label)
    return LabelRow(label, description, len(nodes), _keys(node.properties for node in nodes))


def _type(graph: Graph, name: str) -> TypeRow:
    known = RELATIONSHIP_TYPES[name]
    links = graph.all_links([name])
    properties = _keys(link.properties for link in links)
    ends = (known.from_labels, known.to_labels)
    return TypeRow(name, known.kind, *ends, known.sentence, len(links), properties)


def _keys(properties: Any) -> tuple[str, ...]:
    found: set[str] = set()
    each: Mapping[str, Any]
    for each in properties:
        found.update(each)
    return tuple(sorted(found))
