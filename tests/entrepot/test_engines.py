"""The same answers on every engine, and as derived in memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import write_world
from small_world import world_graph

from entrepot.knowledge import KnowledgeGraph
from entrepot.settings import Settings
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.graphs import Graph
from graph.queries.answers import to_json
from graph.queries.claims import find_claims
from graph.queries.deals import find_deals
from graph.queries.find import find_names
from graph.queries.ownership import find_holdings, find_owners
from graph.queries.path import PathOptions, find_path
from graph.queries.schema import read_schema
from graph.queries.show import show
from graph.queries.timeline import find_timeline

ASKED: dict[str, Callable[[Graph], object]] = {
    "path": lambda g: find_path(g, "acme", "orbit"),
    "path then": lambda g: find_path(g, "acme", "orbit", Clocks.read("2016-12-31")),
    "path before": lambda g: find_path(g, "acme", "orbit", Clocks.read("2016-03-01")),
    "path of hearsay": lambda g: find_path(g, "globex", "lazy", options=PathOptions(rumours=True)),
    "owners": lambda g: find_owners(g, "lazy", Clocks.read("2017")),
    "holdings": lambda g: find_holdings(g, "acme"),
    "deals": find_deals,
    "claims": lambda g: find_claims(g, "lazy"),
    "timeline": lambda g: find_timeline(g, "lazy"),
    "find": lambda g: find_names(g, "lazi"),
    "show": lambda g: show(g, "acme-lazy-2016"),
    "schema": read_schema,
}


@pytest.fixture
def engine_graph(empty_endpoint: Endpoint, tmp_path: Path) -> KnowledgeGraph:
    """The small world on an engine, reached as a user's own server is."""
    point = empty_endpoint
    settings = Settings(point.uri, point.username, point.password, point.database, tmp_path)
    kg = KnowledgeGraph(settings, write=True)
    kg.load(write_world(tmp_path / "records"), dataset="curated")
    return kg


def test_answers_on_an_engine_are_those_in_memory(engine_graph: KnowledgeGraph) -> None:
    with engine_graph as kg:
        graph = kg.graph()
        for name, ask in ASKED.items():
            stored, derived = (json.dumps(to_json(ask(g))) for g in (graph, world_graph()))
            if name != "schema":
                assert stored == derived, name


def test_view_on_an_engine_follows_a_load(engine_graph: KnowledgeGraph, tmp_path: Path) -> None:
    with engine_graph as kg:
        assert kg.path("acme", "orbit").found
        folder = tmp_path / "records"
        file = folder / "world.yaml"
        text = file.read_text()
        file.write_text(text.replace("who: orbit", "who: island"))
        kg.load(folder, dataset="curated")
        assert "island" in {node for path in kg.path("acme", "island") for node in path.nodes}
