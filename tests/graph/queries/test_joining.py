"""Trees that join several nodes, against networkx and against going through all trees."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from dated_links import link, links, moments
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms.approximation import steiner_tree

from graph.elements import Relationship
from graph.queries.joining import HOP, Joined, join_nodes, outward
from graph.queries.routes import Choice, links_between
from graph.views.links import LinkView, build_view
from ontology.values import Date


def network(view: LinkView, choice: Choice, wanted: list[int]) -> nx.Graph[int]:
    """The usable links as a graph of networkx, with the weights that a tree has."""
    from graph.queries.joining import _Builder

    builder = _Builder(view, choice, 8)
    found: nx.Graph[int] = nx.Graph()
    for one, other in combinations(range(len(view.nodes)), 2):
        if links_between(view, one, other, choice):
            found.add_edge(one, other, weight=builder.edge_weight((one, other), wanted))
    found.add_nodes_from(wanted)
    return found


def least_weight(graph: nx.Graph[int], wanted: list[int]) -> int:
    """The weight of the lightest tree that joins the wanted nodes, by trying all sets of others."""
    others = [node for node in graph if node not in wanted]
    weights = []
    for size in range(len(others) + 1):
        for extra in combinations(others, size):
            part = graph.subgraph([*wanted, *extra])
            if nx.is_connected(part):
                tree = nx.minimum_spanning_tree(part)
                weights.append(sum(data["weight"] for _, _, data in tree.edges(data=True)))
    return int(min(weights))


@settings(max_examples=60, deadline=None)
@given(links(), moments, st.sets(st.integers(0, 8), min_size=2, max_size=4))
def test_tree_joins_all_and_weighs_less_than_twice_the_least(
    found: list[Relationship], as_of: Date | None, numbers: set[int]
) -> None:
    view, choice = build_view(found), Choice(as_of)
    wanted = sorted(place for n in numbers if (place := view.nodes.find(f"n{n}")) >= 0)
    if len(wanted) < 2:
        return
    joined = join_nodes(view, wanted, choice, 8)
    graph = network(view, choice, wanted)
    parts = [sorted(set(wanted) & part) for part in nx.connected_components(graph)]
    if as_of is None or as_of.is_exact:
        assert sorted(map(list, joined.groups)) == sorted(part for part in parts if part)
    tree: nx.Graph[int] = nx.Graph(list(joined.edges))
    assert not joined.edges or nx.is_forest(tree)
    assert all(node in wanted for node in tree if tree.degree(node) == 1)
    if len(joined.groups) == 1:
        connected = graph.subgraph(nx.node_connected_component(graph, wanted[0]))
        assert joined.weight < 2 * least_weight(connected, wanted)
        theirs = steiner_tree(connected, wanted, method="kou")
        weight = sum(data["weight"] for _, _, data in theirs.edges(data=True))
        assert joined.weight // HOP <= weight // HOP


def joined_in(found: list[Relationship], *names: str) -> tuple[LinkView, Joined]:
    view = build_view(found)
    return view, join_nodes(view, [view.nodes.find(name) for name in names], Choice(), 6)


def test_two_are_joined_by_their_best_path() -> None:
    view, joined = joined_in(
        [link("a", "x"), link("b", "x"), link("a", "y"), link("y", "b")], "a", "b"
    )
    assert [[view.nodes[n] for n in edge] for edge in joined.edges] == [["a", "x"], ["b", "x"]]


def test_what_all_share_is_preferred_to_what_two_share() -> None:
    pairs = [("a", "p"), ("b", "p"), ("b", "q"), ("c", "q"), ("a", "z"), ("b", "z"), ("c", "z")]
    view, joined = joined_in([link(*pair) for pair in pairs], "a", "b", "c")
    assert {view.nodes[node] for edge in joined.edges for node in edge} == {"a", "b", "c", "z"}


def test_who_can_not_be_joined_is_a_group_of_its_own() -> None:
    view, joined = joined_in([link("a", "b"), link("c", "d")], "a", "b", "c")
    assert [[view.nodes[node] for node in group] for group in joined.groups] == [["a", "b"], ["c"]]


def test_edges_are_told_away_from_the_first() -> None:
    assert outward([(1, 2), (2, 3), (4, 5)], [3, 1, 5]) == [(3, 2), (2, 1), (5, 4)]


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b"), ("b", "c", "a")])
def test_tree_does_not_depend_on_the_order_of_asking(order: tuple[str, ...]) -> None:
    found = [link("a", "x"), link("x", "b"), link("b", "y"), link("y", "c"), link("c", "a")]
    assert joined_in(found, *order)[1] == joined_in(found, "a", "b", "c")[1]
