"""Routes that differ in substance, against a plain enumeration by networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from dated_links import link, links, moments
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.elements import Relationship
from graph.queries.distinct import Distinct, Groups, distinct_routes, hitting_sets
from graph.queries.routes import Choice, Ranked, Search, common_days, links_between
from graph.views.links import LinkView, build_view
from ontology.values import Date

CHAIN = frozenset({"OWNS", "CONTROLS", "RUNS", "MANAGES"})


@st.composite
def grouped(draw: st.DrawFn) -> list[Relationship]:
    """Random links, some of which make one node the parent or the manager of another."""
    found = draw(links())
    for number in range(draw(st.integers(0, 4))):
        one, other = draw(st.tuples(st.integers(0, 8), st.integers(0, 8)))
        kind = draw(st.sampled_from(["CONTROLS", "MANAGES"]))
        dates = {"validFrom": "2010"}
        found.append(Relationship(f"g{number}", kind, f"n{one}", f"n{other}", dates))
    return found


def every_route(
    view: LinkView, start: int, goal: int, choice: Choice, max_hops: int
) -> list[Ranked]:
    """All simple routes by networkx, with their costs hop by hop, best first."""
    costs = {}
    for one in range(len(view.nodes)):
        for other in set(view.neighbours[view.pointers[one] : view.pointers[one + 1]].tolist()):
            between = links_between(view, one, other, choice)
            if between:
                search = Search(view, one, other, choice)
                costs[one, other] = next(search.routes(1)).cost
    hubs = view.hubs.tolist()
    network: nx.DiGraph[int] = nx.DiGraph(list(costs))
    if start not in network or goal not in network:
        return []
    return sorted(
        Ranked(
            len(route) - 1,
            sum(costs[pair] for pair in pairwise(route)) + sum(hubs[n] for n in route[1:-1]),
            tuple(route),
        )
        for route in nx.all_simple_paths(network, start, goal, max_hops)
    )


def plainly_distinct(view: LinkView, routes: list[Ranked], choice: Choice) -> list[Distinct]:
    """The routes that repeat none before them, by going through all."""
    groups, kept = Groups(view, choice), list[Distinct]()
    for found in routes:
        if not common_days(view, found.route, choice):
            continue
        folded = groups.of(found.route)
        steps, mine = frozenset(found.route[1:-1]), frozenset(folded.values())
        for earlier in kept:
            is_less = earlier.found.ended and not found.ended
            if not is_less and earlier.is_repeated_by(mine, steps):
                if earlier.groups and earlier.groups <= mine:
                    firsts = {group: step for step, group in reversed(folded.items())}
                    earlier.keys.append(frozenset(firsts[group] for group in earlier.groups))
                else:
                    earlier.keys.append(next((k for k in earlier.keys if k <= steps), steps))
                break
        else:
            key = frozenset(folded) or steps
            kept.append(Distinct(found, mine, [key] if key else []))
    return kept


@settings(max_examples=150, deadline=None)
@given(grouped(), moments, st.integers(1, 6), st.integers(1, 6))
def test_distinct_routes_are_those_of_going_through_all(
    found: list[Relationship], as_of: Date | None, max_hops: int, limit: int
) -> None:
    view, choice = build_view(found), Choice(as_of)
    ends = view.nodes.find("n0"), view.nodes.find("n1")
    if min(ends) < 0:
        return
    wanted = plainly_distinct(view, every_route(view, *ends, choice, max_hops), choice)
    got = distinct_routes(view, *ends, choice, max_hops=max_hops, limit=limit)
    assert [each.found for each in got] == [each.found for each in wanted[:limit]]


@settings(max_examples=100, deadline=None)
@given(links(), moments, st.sets(st.integers(2, 8), min_size=1, max_size=3), st.integers(1, 6))
def test_routes_through_nodes_are_those_of_all_that_pass_them(
    found: list[Relationship], as_of: Date | None, through: set[int], max_hops: int
) -> None:
    view = build_view(found)
    ends = view.nodes.find("n0"), view.nodes.find("n1")
    if min(ends) < 0:
        return
    choice = Choice(as_of, through=frozenset(f"n{number}" for number in through))
    places = {view.nodes.find(node) for node in choice.through}
    every = every_route(view, *ends, Choice(as_of), max_hops)
    wanted = [each for each in every if places <= set(each.route)]
    assert list(Search(view, *ends, choice).routes(max_hops)) == wanted


@settings(max_examples=100, deadline=None)
@given(grouped(), moments, st.sampled_from(["down", "up"]), st.integers(1, 6))
def test_chains_of_ownership_go_one_way(
    found: list[Relationship], as_of: Date | None, way: str, max_hops: int
) -> None:
    view = build_view(found)
    ends = view.nodes.find("n0"), view.nodes.find("n1")
    if min(ends) < 0:
        return
    owning = [each for each in found if each.type in CHAIN]
    choice = Choice(as_of, CHAIN, owning="down" if way == "down" else "up")
    got = list(Search(view, *ends, choice).routes(max_hops))
    assert got == every_route(view, *ends, choice, max_hops)
    pairs = {(each.start, each.end) for each in owning}
    for each in got:
        named = [view.nodes[place] for place in each.route]
        assert all((a, b) in pairs for a, b in pairwise(named if way == "down" else named[::-1]))


def test_live_route_is_not_put_under_an_ended_one() -> None:
    over = [link("a", "b", validTo="2015"), link("b", "c")]
    view = build_view([*over, link("a", "p"), link("p", "b")])
    found = distinct_routes(
        view, view.nodes.find("a"), view.nodes.find("c"), Choice(), max_hops=4, limit=5
    )
    named = [[view.nodes[place] for place in each.found.route] for each in found]
    assert named == [["a", "b", "c"], ["a", "p", "b", "c"]]


def test_what_its_group_and_others_hold_stands_for_itself() -> None:
    held = [link("a", kid) for kid in ("x", "y")] + [link("b", kid) for kid in ("x", "y")]
    controlled = [link("a", kid, "CONTROLS") for kid in ("x", "y")]
    view = build_view([*held, *controlled])
    found = distinct_routes(
        view, view.nodes.find("a"), view.nodes.find("b"), Choice(), max_hops=4, limit=5
    )
    assert [view.nodes[each.found.route[1]] for each in found] == ["x", "y"]


def test_detour_around_the_same_step_adds_nothing() -> None:
    view = build_view([link("a", "x"), link("b", "x"), link("q", "a"), link("q", "x")])
    found = distinct_routes(
        view, view.nodes.find("a"), view.nodes.find("b"), Choice(), max_hops=4, limit=5
    )
    assert len(found) == 1


@given(st.lists(st.frozensets(st.integers(0, 5), min_size=1, max_size=3), max_size=5))
def test_hitting_sets_meet_every_key_and_none_is_needless(keys: list[frozenset[int]]) -> None:
    for found in hitting_sets(keys):
        assert all(found & key for key in keys)
        assert all(any(not (found - {each}) & key for key in keys) for each in found)
