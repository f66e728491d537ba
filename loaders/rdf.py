"""Records as RDF, in the one generic way that the shapes expect.

A record is `id:<its id>` of the class of its kind; a field is a property, a mapping a blank node,
text stays text. Nothing is interpreted, so that what SHACL finds is in the record itself. What a
field may not hold (an empty list, a list where one value belongs) becomes a node that no shape
allows, instead of vanishing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from rdflib import RDF, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from ontology.errors import EntrepotError
from ontology.generated.vocabulary import CLAIM_FIELDS, RECORD_FIELDS, RECORD_LABELS, FieldSpec

__all__ = ["ENT", "ID", "Data", "write_records"]

ENT = Namespace("urn:entrepot:ontology:")
ID = Namespace("urn:entrepot:id:")
Data: TypeAlias = str | list["Data"] | dict[str, "Data"]
Specs: TypeAlias = Mapping[str, FieldSpec]


def write_records(records: Iterable[Mapping[str, Data]]) -> Graph:
    """Return the graph of records as they stand in a file, all scalars being text.

    >>> graph = write_records([{"person": "jane-doe", "name": "Jane Doe"}])
    >>> sorted(str(value) for value in graph.objects(ID["jane-doe"]))
    ['Jane Doe', 'urn:entrepot:ontology:Person']
    """
    graph = Graph()
    graph.bind("ent", ENT)
    graph.bind("id", ID)
    for record in records:
        _write_record(graph, record)
    return graph


def _write_record(graph: Graph, record: Mapping[str, Data]) -> None:
    (kind, name), *rest = record.items()
    if kind not in RECORD_LABELS:
        # No shape would look at it, and it would pass.
        raise EntrepotError(f"no kind of record is called {kind!r}")
    subject = ID[quote(str(name))]
    graph.add((subject, RDF.type, ENT[RECORD_LABELS[kind][-1]]))
    _write_fields(graph, subject, dict(rest), _index(RECORD_FIELDS[kind]))


def _index(fields: tuple[FieldSpec, ...]) -> Specs:
    return {field.name: field for field in fields}


def _write_fields(graph: Graph, subject: Node, data: Mapping[str, Data], specs: Specs) -> None:
    for name, value in data.items():
        spec = specs.get(name)
        depth = len(spec.keys) if spec else 0
        for node in _write_field(graph, value, spec, depth):
            graph.add((subject, ENT[quote(name)], node))


def _write_field(graph: Graph, value: Data, spec: FieldSpec | None, depth: int) -> list[Node]:
    """Return the nodes of a field's value, `depth` levels of free keys around it."""
    if not value and not isinstance(value, str):
        return [RDF.nil]
    if depth and isinstance(value, dict):
        return [_write_entry(graph, key, each, spec, depth) for key, each in value.items()]
    listed = spec is not None and not depth and (spec.claims or spec.many)
    if listed and isinstance(value, list):
        return [_write_value(graph, each, spec) for each in value]
    return [_write_value(graph, value, spec)]


def _write_entry(graph: Graph, key: str, value: Data, spec: FieldSpec | None, depth: int) -> Node:
    entry = BNode()
    graph.add((entry, ENT.key, Literal(key)))
    for node in _write_field(graph, value, spec, depth - 1):
        graph.add((entry, ENT.value, node))
    return entry


def _write_value(graph: Graph, value: Data, spec: FieldSpec | None) -> Node:
    if isinstance(value, str):
        return Literal(value)
    if not value:
        return RDF.nil
    if isinstance(value, list):
        members = [_write_value(graph, each, None) for each in value]
        return Collection(graph, BNode(), members).uri
    node = BNode()
    inner = CLAIM_FIELDS if spec and spec.claims else spec.nested if spec else ()
    _write_fields(graph, node, value, _index(inner))
    return node
