"""Turtle: loads the files of the ontology and asks the graph in small typed steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SKOS
from rdflib.term import Node

from ontology.errors import EntrepotError

ENT = Namespace("urn:entrepot:ontology:")
ID = Namespace("urn:entrepot:id:")
FOLDER = Path(__file__).parent.parent
FILES = ("alignments.ttl", "core.ttl", "places.ttl", "sectors.ttl", "shapes.ttl", "values.ttl")


class OntologyInvalid(EntrepotError):
    """The Turtle says something that the generators cannot use, or contradicts itself."""


def load_graph(names: tuple[str, ...] = FILES) -> Graph:
    """Return one graph of the named files of the ontology."""
    graph = Graph()
    for name in names:
        graph.parse(FOLDER / name, format="turtle")
    return graph


def get_local(node: Node) -> str:
    """Return what follows the namespace in a term or an id of ours.

    >>> get_local(ENT.Company)
    'Company'
    """
    text = str(node)
    for namespace in (ENT, ID):
        if text.startswith(namespace):
            return text.removeprefix(namespace)
    raise OntologyInvalid(f"{text} is no term of the ontology")


def get_text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """Return the one value as text, or an empty text where there is none."""
    values = sorted(str(value) for value in graph.objects(subject, predicate))
    if len(values) > 1:
        raise OntologyInvalid(f"{subject} has {len(values)} values of {predicate}")
    return values[0] if values else ""


def demand_text(graph: Graph, subject: Node, predicate: URIRef) -> str:
    """Return the one value as text; its absence is an error."""
    text = get_text(graph, subject, predicate)
    if not text:
        raise OntologyInvalid(f"{subject} lacks {predicate}")
    return text


def get_flag(graph: Graph, subject: Node, predicate: URIRef) -> bool:
    """Return whether the subject says `true`."""
    return (subject, predicate, Literal(True)) in graph


def get_locals(graph: Graph, subject: Node, predicate: URIRef) -> tuple[str, ...]:
    """Return the local names of all values, sorted."""
    return tuple(sorted(get_local(value) for value in graph.objects(subject, predicate)))


def get_list(graph: Graph, subject: Node, predicate: URIRef) -> list[Node]:
    """Return the members of the RDF list that is the value, in order; empty without one."""
    head = graph.value(subject, predicate)
    return list(Collection(graph, head)) if head is not None else []


def get_comment(graph: Graph, subject: Node) -> str:
    """Return the comment that every term must have."""
    return demand_text(graph, subject, RDFS.comment)


def iterate_instances(graph: Graph, cls: URIRef) -> Iterator[Node]:
    """Yield the members of a class as they stand, sorted by position and then by name."""

    def sort_key(node: Node) -> tuple[int, str]:
        return int(get_text(graph, node, ENT.position) or 0), str(node)

    yield from sorted(graph.subjects(RDF.type, cls), key=sort_key)


def get_label(graph: Graph, subject: Node) -> str:
    """Return the preferred label of a concept."""
    return demand_text(graph, subject, SKOS.prefLabel)
