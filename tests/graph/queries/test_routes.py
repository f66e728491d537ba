"""Routes against networkx, on random graphs whose links are dated and doubled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import networkx as nx
import pytest
from dated_links import YEARS, link, links, moments
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clocks import holds, live_periods
from graph.elements import Relationship
from graph.queries.routes import Choice, Search, best_routes, nearest_days
from graph.views.links import FEW, HUB_POINTS, POINT, STRENGTHS, build_view
from ontology.values import Date


def hop_costs(
    found: Iterable[Relationship], as_of: Date | None
) -> dict[frozenset[str], tuple[int, ...]]:
    """For each pair that a usable link joins: ended, possible and weakness of its best one."""
    live = live_periods(found)
    bonds = Counter(frozenset((each.start, each.end)) for each in found)
    best: dict[frozenset[str], tuple[int, ...]] = {}
    for each in found:
        held = holds(each, as_of)
        seen_first = Date.parse(each.text("validFrom")).last
        is_seen = (
            not each.text("validFrom").startswith("by") or not as_of or as_of.last >= seen_first
        )
        if each.start == each.end or held == "no" or not is_seen:
            continue
        ended = live[each.id].has_ended(as_of)
        pair = frozenset((each.start, each.end))
        weakness = (150 - STRENGTHS[each.type]) * 64 - bonds[pair]
        cost = (int(ended), int(held == "possible"), weakness)
        best[pair] = min(best.get(pair, cost), cost)
    return best


def hub_costs(found: Iterable[Relationship]) -> dict[str, int]:
    """What a step through each node costs, by the number of nodes that its own links lead to."""
    network: nx.DiGraph[str] = nx.DiGraph((r.start, r.end) for r in found if r.start != r.end)
    return {
        node: round(HUB_POINTS * POINT * math.log2(max(reached / FEW, 1)))
        for node, reached in network.out_degree()
    }


def expected(
    found: list[Relationship], start: str, goal: str, as_of: Date | None, cutoff: int
) -> list[list[str]]:
    """All simple routes by networkx, in the order that the questions promise."""
    costs = hop_costs(found, as_of)
    network: nx.Graph[str] = nx.Graph((min(pair), max(pair)) for pair in costs)
    if start not in network or goal not in network:
        return []

    hubs = hub_costs(found)

    def order(route: list[str]) -> tuple[object, ...]:
        hops = [costs[frozenset(pair)] for pair in pairwise(route)]
        ended, possible, weakness = (sum(part) for part in zip(*hops, strict=True))
        hub = sum(hubs[node] for node in route[1:-1])
        return (len(hops), ended, possible, weakness + hub, route)

    return sorted(nx.all_simple_paths(network, start, goal, cutoff), key=order)


@settings(max_examples=150, deadline=None)
@given(links(), moments, st.integers(1, 6), st.integers(1, 12))
def test_routes_are_those_of_networkx_in_order(
    found: list[Relationship], as_of: Date | None, max_hops: int, limit: int
) -> None:
    view = build_view(found)
    for goal in ("n1", "n5"):
        wanted = expected(found, "n0", goal, as_of, max_hops)
        places = view.nodes.find("n0"), view.nodes.find(goal)
        if min(places) < 0:
            assert not wanted
            continue
        got = best_routes(view, *places, Choice(as_of), max_hops=max_hops, limit=limit)
        assert [[view.nodes[place] for place in route] for route in got] == wanted[:limit]


@settings(max_examples=100, deadline=None)
@given(links(), moments)
def test_distance_is_that_of_networkx(found: list[Relationship], as_of: Date | None) -> None:
    view = build_view(found)
    network: nx.Graph[str] = nx.Graph((min(pair), max(pair)) for pair in hop_costs(found, as_of))
    start, goal = view.nodes.find("n0"), view.nodes.find("n1")
    if min(start, goal) < 0:
        return
    joined = "n0" in network and "n1" in network and nx.has_path(network, "n0", "n1")
    wanted = nx.shortest_path_length(network, "n0", "n1") if joined else None
    assert Search(view, start, goal, Choice(as_of)).distance(8) == wanted


@settings(max_examples=60, deadline=None)
@given(links(), st.sampled_from(YEARS))
def test_a_year_has_a_route_when_a_day_of_it_has(found: list[Relationship], year: str) -> None:
    view = build_view(found)
    start, goal = view.nodes.find("n0"), view.nodes.find("n1")
    if min(start, goal) < 0:
        return
    year_long = best_routes(view, start, goal, Choice(Date.parse(year)), max_hops=4, limit=1)
    days = [Date.parse(f"{year}-{month:02}-01") for month in range(1, 13)]
    days += [Date.parse(f"{year}-12-30"), Date.parse(f"{year}-12-31")]
    on_a_day = [best_routes(view, start, goal, Choice(day), max_hops=4, limit=1) for day in days]
    assert bool(year_long) == any(on_a_day)


def test_routes_avoid_a_node_when_told_to() -> None:
    view = build_view(
        [link("a", "b"), link("b", "c"), link("a", "d"), link("d", "e"), link("e", "c")]
    )
    choice = Choice(avoid=frozenset({"b"}))
    found = best_routes(
        view, view.nodes.find("a"), view.nodes.find("c"), choice, max_hops=4, limit=5
    )
    assert [[view.nodes[n] for n in route] for route in found] == [["a", "d", "e", "c"]]


def test_routes_prefer_what_lasts_when_hops_are_equal() -> None:
    over = [link("a", "b", validTo="2015"), link("b", "c")]
    lasting = [link("a", "x", "HELD_ROLE"), link("x", "c", "HELD_ROLE")]
    view = build_view([*over, *lasting])
    first = best_routes(
        view, view.nodes.find("a"), view.nodes.find("c"), Choice(), max_hops=4, limit=1
    )
    assert [view.nodes[n] for n in first[0]] == ["a", "x", "c"]


@pytest.mark.parametrize(
    ("as_of", "before", "after"),
    [
        ("2009", None, "2012-03-01"),
        ("2020", "2015-12-30", None),
        ("2013", "2012-12-30", "2014-01-01"),
    ],
)
def test_nearest_days_say_when_there_is_a_route(
    as_of: str, before: str | None, after: str | None
) -> None:
    view = build_view(
        [
            link("a", "b", validFrom="2012-03", validTo="2012"),
            link("a", "b", validFrom="2014", validTo="2015"),
            link("b", "c", validFrom="2010"),
        ]
    )
    found = nearest_days(
        view, view.nodes.find("a"), view.nodes.find("c"), Choice(Date.parse(as_of)), 4
    )
    assert [str(day) if day else None for day in found] == [before, after]
