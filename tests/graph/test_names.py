"""Whom names mean: every spelling, and what is said where none or several are meant."""

from __future__ import annotations

import pytest
from small_world import world_graph

from graph.elements import Elements, Node, Relationship
from graph.errors import UnknownName
from graph.graphs import MemoryGraph
from graph.names import RECORDED, resolve, resolve_all, suggest


@pytest.mark.parametrize(
    "text",
    [
        "acme",
        "Acme Holdings",
        "ACME",
        "acme holdings ltd.",
        "Acme Trading",
        "NYSE:ACME",
        "acme.example",
        "  Ácme  ",
    ],
)
def test_name_in_any_spelling_means_the_actor(text: str) -> None:
    assert resolve(world_graph(), text).id == "acme"


def test_name_of_a_company_and_a_brand_means_the_company_and_says_so() -> None:
    found = resolve(world_graph(), "Lazy Group")
    assert found.id == "lazy"
    assert "lazy-express" in found.note


def test_id_of_a_brand_means_the_brand() -> None:
    assert resolve(world_graph(), "lazy-express").label == "Brand"


def test_unknown_name_tells_the_nearest() -> None:
    with pytest.raises(UnknownName) as error:
        resolve(world_graph(), "Acmee")
    assert error.value.candidates == ("acme",)
    assert "the nearest: acme" in str(error.value)


def test_name_without_anything_near_points_to_the_search() -> None:
    with pytest.raises(UnknownName, match="entrepot find"):
        resolve(world_graph(), "zzzzzz")


def test_empty_name_is_unknown() -> None:
    with pytest.raises(UnknownName):
        resolve(world_graph(), " ")


def test_name_of_two_companies_is_ambiguous_and_tells_both() -> None:
    with pytest.raises(UnknownName) as error:
        resolve(twins("name", "name"), "Twin")
    assert error.value.candidates == ("one", "two")


def test_present_name_goes_before_a_former_one() -> None:
    found = resolve(twins("former", "name"), "Twin")
    assert found.id == "two"
    assert "company one" in found.note


def test_deal_is_no_actor_and_is_told_to_be_a_deal() -> None:
    with pytest.raises(UnknownName, match="is a deal"):
        resolve(world_graph(), "acme-lazy-2016")
    assert resolve(world_graph(), "acme-lazy-2016", RECORDED).label == "Deal"


def test_several_names_are_resolved_in_their_order() -> None:
    assert [found.id for found in resolve_all(world_graph(), ["Orbit", "acme"])] == [
        "orbit",
        "acme",
    ]


def test_suggestions_hold_the_words_that_were_typed() -> None:
    assert suggest(world_graph(), "internet") == ("orbit",)


def twins(first: str, second: str) -> MemoryGraph:
    """Two companies with one name, each with it as a name of a kind."""
    nodes = [Node(own, ("Actor", "Company"), {"name": own}) for own in ("one", "two")]
    nodes.append(Node("name:twin", ("Name",), {"key": "twin"}))
    kinds = {"one": first, "two": second}
    links = [
        Relationship(f"names:{own}", "NAMES", "name:twin", own, {"kind": kind})
        for own, kind in kinds.items()
    ]
    return MemoryGraph(Elements.of(nodes, links))
