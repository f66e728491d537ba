"""The Python API: what is public, and the same answers as the command line gives."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from cli_world import Call

import entrepot
from entrepot.settings import VARIABLES, read_settings
from graph.queries.answers import to_json


def test_public_names_are_sorted_and_can_be_had() -> None:
    assert entrepot.__all__ == sorted(entrepot.__all__)
    assert all(getattr(entrepot, name) for name in entrepot.__all__)


def test_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = entrepot.nothing


def test_version_is_the_packages() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == entrepot.__version__


def test_paths_are_iterated_and_print_themselves(world_store: Path) -> None:
    with entrepot.open(store=world_store) as kg:
        paths = list(kg.path("Acme", "Orbit Internet", as_of="2016-12-31"))
    assert str(paths[0]).startswith("Acme Holdings – Lazy Group – Orbit Internet SE\n")


def test_methods_answer_as_the_commands_do(world_store: Path, call: Call) -> None:
    with entrepot.open(store=world_store) as kg:
        answers = {
            ("path", "acme", "orbit"): kg.path("acme", "orbit"),
            ("find", "acme"): kg.find("acme"),
            ("show", "lazy"): kg.show("lazy"),
            ("owners", "lazy"): kg.owners("lazy"),
            ("holdings", "acme"): kg.holdings("acme"),
            ("deals", "lazy"): kg.deals("lazy"),
            ("claims", "lazy"): kg.claims("lazy"),
            ("timeline", "lazy"): kg.timeline("lazy"),
            ("schema",): kg.schema(),
        }
    for question, answer in answers.items():
        assert json.loads(call(*question, "-f", "json").out) == json.loads(
            json.dumps(to_json(answer))
        )


def test_graph_is_given_to_networkx(world_store: Path) -> None:
    with entrepot.open(store=world_store) as kg:
        network = kg.to_networkx()
        earlier = kg.to_networkx(known_at="2016-05-01")
    assert network.nodes["acme"]["name"] == "Acme Holdings"
    assert earlier.number_of_edges() < network.number_of_edges()


def test_writing_needs_to_be_asked_for(world_store: Path) -> None:
    with (
        entrepot.open(store=world_store) as kg,
        pytest.raises(entrepot.StoreRefused, match="reading only"),
    ):
        kg.write_cypher("CREATE (n:Stray)")


def test_store_that_is_given_goes_before_a_server_in_the_environment() -> None:
    environment = {"NEO4J_URI": "neo4j://elsewhere", "ENTREPOT_STORE": "/there"}
    assert read_settings(store="/here", environment=environment).folder == Path("/here")
    assert read_settings(environment=environment).uri == "neo4j://elsewhere"
    assert read_settings("bolt://given", environment=environment).uri == "bolt://given"


def test_every_environment_variable_is_documented() -> None:
    pages = Path(__file__).parents[2] / "docs"
    text = "".join(page.read_text(encoding="utf-8") for page in pages.glob("*.md"))
    assert [name for name in VARIABLES if name not in text] == []
