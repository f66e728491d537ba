"""The graph in others' formats: nothing lost, and the same for equal graphs."""

from __future__ import annotations

import io
import json

import networkx as nx
import pytest
import rdflib
from rdflib.compare import isomorphic
from small_world import world_graph

from graph.elements import Elements
from graph.views.export import FORMATS, export, to_networkx, to_rdf

ELEMENTS = world_graph().elements


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own parser still uses it
def test_turtle_and_json_ld_say_the_same() -> None:
    turtle = rdflib.Graph().parse(data=export(ELEMENTS, "turtle"), format="turtle")
    linked = rdflib.Graph().parse(data=export(ELEMENTS, "json-ld"), format="json-ld")
    assert isomorphic(turtle, linked)


def test_rdf_has_every_link_as_a_triple_and_with_its_dates() -> None:
    graph = to_rdf(ELEMENTS)
    found = graph.query(
        """
        PREFIX ent: <urn:entrepot:ontology:>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT ?share WHERE {
            <urn:entrepot:id:acme> ent:OWNS <urn:entrepot:id:lazy> .
            ?owns a ent:OWNS ;
                  rdf:subject <urn:entrepot:id:acme> ; rdf:object <urn:entrepot:id:lazy> ;
                  ent:shareText ?share ; ent:source <urn:entrepot:id:s2017> .
        }"""
    )
    assert {str(row[0]) for row in found} == {"51", "83"}  # type: ignore[index]


def test_graphml_is_read_back_by_networkx_with_all_nodes_and_links() -> None:
    text = export(ELEMENTS, "graphml")
    network = nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)
    assert network.number_of_nodes() == len(ELEMENTS.nodes)
    assert network.number_of_edges() == len(ELEMENTS.relationships)


def test_networkx_graph_has_types_and_properties() -> None:
    network = to_networkx(ELEMENTS)
    types = {data["type"] for _, _, data in network.out_edges("acme", data=True)}
    assert {"OWNS", "ACQUIRED"} <= types
    assert network.nodes["lazy"]["labels"] == ["Actor", "Company"]


@pytest.mark.parametrize("form", FORMATS)
def test_export_is_the_same_whatever_the_order_of_elements(form: str) -> None:
    nodes = dict(reversed(ELEMENTS.nodes.items()))
    links = dict(reversed(ELEMENTS.relationships.items()))
    assert export(ELEMENTS, form) == export(Elements(nodes, links), form)


def test_json_ld_is_json_with_a_context() -> None:
    assert "ent" in json.loads(export(ELEMENTS, "json-ld"))["@context"]
