"""The whole graph in others' formats: Turtle, JSON-LD and GraphML, and as a networkx graph.

In RDF a node is `urn:entrepot:id:<id>`, labels are classes and types are properties of the
ontology. A relationship with properties of its own is stated twice: as a triple, so that a plain
query finds it, and as a resource of its own type with `rdf:subject` and `rdf:object`, so that its
dates and sources are there too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from graph.elements import Elements, Property, Relationship

if TYPE_CHECKING:
    import networkx
    import rdflib

ONTOLOGY = "urn:entrepot:ontology:"
IDS = "urn:entrepot:id:"
FORMATS = ("graphml", "json-ld", "turtle")
INNER = frozenset({"hash", "record"})


def export(elements: Elements, form: str) -> str:
    """The graph as text in one of FORMATS, the same for equal graphs.

    >>> from graph.elements import Node
    >>> graph = Elements.of([Node("lazada", ("Actor", "Company"), {"name": "Lazada"})], [])
    >>> export(graph, "turtle").split()[0]
    '<urn:entrepot:id:lazada>'
    """
    if form == "graphml":
        return _graphml(elements)
    if form == "json-ld":
        return _json_ld(elements)
    return _turtle(elements)


def to_networkx(elements: Elements) -> networkx.MultiDiGraph[str]:
    """The graph for networkx: ids as nodes, relationship ids as keys, properties as attributes."""
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in _sorted(elements.nodes.values()):
        network.add_node(node.id, labels=list(node.labels), **_shown(node.properties))
    for link in _sorted(elements.relationships.values()):
        attributes = {"type": link.type, **_shown(link.properties)}
        network.add_edge(link.start, link.end, key=link.id)
        # Not as keywords: a property may have the name of a parameter.
        network.edges[link.start, link.end, link.id].update(attributes)
    return network


def to_rdf(elements: Elements) -> rdflib.Graph:
    """The graph for rdflib."""
    import rdflib

    graph = rdflib.Graph()
    graph.bind("ent", rdflib.Namespace(ONTOLOGY))
    for node in elements.nodes.values():
        for label in node.labels:
            graph.add((_iri(node.id), rdflib.RDF.type, _term(label)))
        _state(graph, node.id, node.properties)
    for link in elements.relationships.values():
        _state_link(graph, link)
    return graph


def _state_link(graph: rdflib.Graph, link: Relationship) -> None:
    import rdflib

    start, end = _iri(link.start), _iri(link.end)
    graph.add((start, _term(link.type), end))
    itself = _iri(link.id)
    graph.add((itself, rdflib.RDF.type, _term(link.type)))
    graph.add((itself, rdflib.RDF.subject, start))
    graph.add((itself, rdflib.RDF.object, end))
    _state(graph, link.id, link.properties)


def _state(graph: rdflib.Graph, own: str, properties: Any) -> None:
    import rdflib

    for key, value in properties.items():
        if key in INNER or key == "id":
            continue
        if key == "sourceIds":
            for source in value:
                graph.add((_iri(own), _term("source"), _iri(source)))
            continue
        for item in value if isinstance(value, list) else [value]:
            if item != "":
                graph.add((_iri(own), _term(key), rdflib.Literal(item)))


def _turtle(elements: Elements) -> str:
    """One triple a line, sorted, as every Turtle reader takes it.

    rdflib's own Turtle makes a name space for each id and tries them all for each: minutes.
    """
    lines = to_rdf(elements).serialize(format="nt", encoding="utf-8").decode().splitlines()
    return "\n".join(sorted(line for line in lines if line)) + "\n"


def _json_ld(elements: Elements) -> str:
    context = {"ent": ONTOLOGY, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
    text = to_rdf(elements).serialize(format="json-ld", context=context, sort_keys=True)
    return _sorted_json(text)


def _sorted_json(text: str) -> str:
    """The serializer follows the order of a set; the objects by their ids are always the same."""
    import json

    document = json.loads(text)
    if "@graph" in document:
        document["@graph"].sort(key=lambda item: str(item.get("@id")))
        for item in document["@graph"]:
            for value in item.values():
                if isinstance(value, list):
                    value.sort(key=lambda each: json.dumps(each, sort_keys=True))
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _graphml(elements: Elements) -> str:
    """GraphML knows neither lists nor dates: they become texts."""
    import networkx as nx

    network = to_networkx(elements)
    for _, attributes in network.nodes(data=True):
        _flatten(attributes)
    for _, _, attributes in network.edges(data=True):
        _flatten(attributes)
    return "\n".join(nx.generate_graphml(network)) + "\n"


def _flatten(attributes: dict[str, Any]) -> None:
    for key, value in attributes.items():
        if isinstance(value, list):
            attributes[key] = "; ".join(value)
        elif isinstance(value, date):
            attributes[key] = value.isoformat()


def _shown(properties: Any) -> dict[str, Property]:
    return {key: value for key, value in properties.items() if key not in INNER}


def _iri(own: str) -> rdflib.URIRef:
    import rdflib

    return rdflib.URIRef(IDS + quote(own, safe=":#=/"))


def _term(name: str) -> rdflib.URIRef:
    import rdflib

    return rdflib.URIRef(ONTOLOGY + quote(name))


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: item.id)
