"""Paths between invented companies: what is told of each hop, and why there is none."""

from __future__ import annotations

import pytest
from samples import corpus
from small_world import world, world_graph

from graph.building import build
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.graphs import MemoryGraph
from graph.queries.answers import to_json
from graph.queries.path import PathAnswer, PathOptions, find_path
from graph.queries.spells import HoldingFact
from graph.store import Store
from graph.store_graph import StoreGraph
from ontology.errors import EntrepotError
from ontology.values import Date


def ask(
    start: str, goal: str, as_of: str | None = None, *, max_hops: int = 6, limit: int = 3,
    only: tuple[str, ...] = (), without: tuple[str, ...] = (), avoid: tuple[str, ...] = (),
    rumours: bool = False, through: tuple[str, ...] = (), owning: bool = False,
) -> PathAnswer:  # fmt: skip
    options = PathOptions(max_hops, limit, only, without, avoid, rumours, through, owning)
    return find_path(world_graph(), start, goal, Clocks.read(as_of), options)


def test_path_goes_through_what_both_are_joined_to() -> None:
    answer = ask("Acme", "Orbit Internet")
    assert answer.paths[0].nodes == ("acme", "lazy", "orbit")
    assert str(answer.paths[0]).splitlines()[0] == "Acme Holdings – Lazy Group – Orbit Internet SE"


def test_hop_tells_direction_dates_share_deal_sentence_and_sources() -> None:
    hop = ask("acme", "orbit", "2016-12-31").paths[0].to_json()["hops"][0]
    assert (hop["from"], hop["to"], hop["direction"], hop["type"]) == (
        "acme",
        "lazy",
        "out",
        "OWNS",
    )
    assert (hop["share"], hop["validTo"], hop["ended"]) == ("51", None, False)
    assert hop["dealId"] == "acme-lazy-2016"
    assert hop["sentence"].startswith("Acme Holdings holds 51% of Lazy Group")
    assert hop["sources"]


def test_hop_against_the_link_keeps_the_links_own_sentence() -> None:
    hop = ask("acme", "orbit", "2016-12-31").paths[0].to_json()["hops"][1]
    assert (hop["from"], hop["to"], hop["direction"]) == ("lazy", "orbit", "in")
    assert hop["sentence"].startswith("Orbit Internet SE holds 8.8% of Lazy Group")


def test_every_source_of_a_path_is_told() -> None:
    answer = ask("acme", "orbit")
    cited = {source for path in answer for hop in path.hops for source in hop.link.sources}
    assert cited <= answer.sources.keys()
    assert answer.sources["s2016"].url == "https://example.org/s2016"


def test_hop_shows_its_strongest_link_and_lists_the_others() -> None:
    hop = ask("acme", "lazy").paths[0].hops[0]
    assert hop.link.type == "OWNS"
    assert {"CONTROLS", "ACQUIRED", "INVESTED_IN"} <= {link.type for link in hop.also}


def test_after_a_holding_has_ended_the_founding_role_remains() -> None:
    hop = ask("acme", "orbit", "2018-06-01").paths[0].hops[1]
    assert hop.link.type == "INCUBATED"
    assert not hop.link.ended
    assert "OWNS" not in {link.type for link in (hop.link, *hop.also)}


def test_without_a_date_ended_links_come_last_and_say_so() -> None:
    hop = ask("acme", "orbit").paths[0].hops[1]
    held = [link for link in hop.also if link.type == "OWNS"]
    assert held[0].ended
    assert "held" in held[0].sentence


def test_no_path_before_the_deal_says_from_when_there_is_one() -> None:
    answer = ask("acme", "orbit", "2016-03-01", max_hops=2)
    assert not answer.found
    assert answer.reason is not None
    assert answer.reason.kind == "other-time"
    assert answer.reason.from_ == "by 2016-06"
    assert "June 2016" in answer.reason.message


def test_no_path_after_the_last_link_says_until_when_there_was_one() -> None:
    answer = ask("tesko", "orbit", "2010", max_hops=2)
    assert answer.reason is not None
    assert (answer.reason.until, answer.reason.from_) == (None, "2014-03-01")


def test_no_path_at_all_says_that_none_is_recorded_and_nobody_looked() -> None:
    answer = ask("acme", "island")
    assert answer.reason is not None
    assert answer.reason.kind == "not-researched"
    assert "Island Trading was not researched" in answer.reason.message


def test_no_path_between_the_researched_says_until_when_they_were() -> None:
    looked = """
- company: near
  researched: [{topic: owners, until: 2024-06}, {topic: deals, until: 2023, gaps: no filings}]
- company: far
  researched: [{topic: owners, until: 2025}, {topic: holdings, until: 2025}]
"""
    answer = find_path(MemoryGraph(build(corpus(looked))), "near", "far")
    assert answer.reason is not None
    assert answer.reason.kind == "not-recorded"
    assert "owners until June 2024, deals until 2023" in answer.reason.message
    assert "not its holdings (no filings)" in answer.reason.message
    assert [each.until for each in answer.researched if each.id == "far"] == ["2025", "2025", None]


def test_path_longer_than_allowed_says_how_long_it_is() -> None:
    answer = ask("jane-doe", "orbit", max_hops=2)
    assert answer.reason is not None
    assert "the shortest has 3" in answer.reason.message


def test_filters_that_leave_no_path_are_told() -> None:
    answer = ask("acme", "orbit", only=("FOUNDED",))
    assert answer.reason is not None
    assert answer.reason.kind == "filtered"


def test_path_avoids_an_actor() -> None:
    assert all("lazy" not in path.nodes for path in ask("acme", "orbit", avoid=("lazy",)))


def test_path_passes_through_an_actor_when_told_to() -> None:
    direct = ask("acme", "lazy", limit=1).paths[0]
    assert direct.nodes == ("acme", "lazy")
    answer = ask("tesko", "acme", through=("Jane Doe",))
    assert not answer.found
    assert answer.reason is not None
    assert answer.reason.kind == "filtered"
    assert all("lazy" in path.nodes for path in ask("acme", "orbit", through=("lazy",)))


def test_path_can_not_both_avoid_and_pass_through() -> None:
    with pytest.raises(EntrepotError, match="both avoid and go through lazy"):
        ask("acme", "orbit", through=("lazy",), avoid=("Lazy Group",))


def test_chain_says_its_direction_and_the_product_of_its_shares() -> None:
    answer = ask("sun-fund", "lazy", "2018-06-01", owning=True)
    chain = answer.paths[0].chain
    assert answer.paths[0].nodes == ("sun-fund", "acme", "lazy")
    assert chain is not None
    assert (chain.direction, str(chain.share_min), chain.exact) == ("down", "23.24", "581/2500")
    up = ask("lazy", "sun-fund", "2018-06-01", owning=True).paths[0].chain
    assert up is not None
    assert (up.direction, up.exact) == ("up", "581/2500")


def test_chain_does_not_go_up_and_down() -> None:
    answer = ask("acme", "orbit", "2016-12-31", owning=True)
    assert answer.reason is not None
    assert answer.reason.kind == "filtered"
    assert "no chain of holdings or control between" in answer.reason.message


def test_chain_through_control_has_no_product() -> None:
    chain = ask("globex", "acme", "2018-06-01", owning=True).paths[0].chain
    assert chain is not None
    assert (chain.share_min, chain.exact) == (None, None)
    assert chain.controlled


def test_holding_is_told_whole_with_the_shares_it_was() -> None:
    link = ask("acme", "lazy", "2016-12-31").paths[0].hops[0].link
    assert isinstance(link, HoldingFact)
    assert [(span.share, span.valid_to) for span in link.history] == [
        ("51", "2017-07"),
        ("83", None),
    ]
    assert (link.share, link.valid_from, link.valid_to) == ("51", "by 2016-06", None)


def test_holding_that_is_over_says_what_it_was_last() -> None:
    hop = ask("orbit", "lazy").paths[0].hops[0]
    held = next(link for link in hop.also if link.type == "OWNS")
    assert "held lastly 8.8% of Lazy Group" in held.sentence
    assert "from 1 March 2014 until July 2017" in held.sentence


MEETING = """
- company: one
- company: other
- company: left
- company: right
- company: parent
- company: big
  name: Big
- fund: vehicle
  name: Vehicle
  manager: parent @s2016
- person: clerk
  roles:
    - {at: one, title: officer, from: 2010, sources: [s2016]}
    - {at: left, title: officer, from: 2011, sources: [s2016]}
- disclosure: left-2015
  company: left
  at: 2015-01
  complete: no
  holders: {one: 20, other: 10}
- disclosure: right-2015
  company: right
  at: 2015-01
  complete: no
  holders: {one: 20, parent: 10, vehicle: 5, big: 3}
- disclosure: other-2015
  company: other
  at: 2015-01
  complete: no
  holders: {parent: 30, vehicle: 10, big: 3}
""" + "".join(
    f"""
- company: c{number}
- disclosure: c{number}-2015
  company: c{number}
  at: 2015-01
  complete: no
  holders: {{big: 1}}
"""
    for number in range(8)
)


def test_paths_differ_in_substance_and_say_why_they_stand_where_they_do() -> None:
    answer = find_path(MemoryGraph(build(corpus(MEETING))), "one", "other")
    assert [path.nodes for path in answer] == [
        ("one", "left", "other"),
        ("one", "right", "parent", "other"),
        ("one", "right", "big", "other"),
    ]
    first, second, third = (path.rank for path in answer)
    assert first
    assert second
    assert third
    assert first.reason == "none has fewer than 2 hops"
    assert second.reason == "1 hop more than path 1"
    assert "through Big, which holds or runs 10 others" in third.reason
    assert [hub.id for hub in third.hubs] == ["big"]


def test_path_through_a_vehicle_stands_under_that_through_its_manager() -> None:
    answer = find_path(MemoryGraph(build(corpus(MEETING))), "one", "other")
    assert [variant.nodes for variant in answer.paths[1].also] == [
        ("one", "right", "vehicle", "other")
    ]
    assert answer.paths[1].also[0].why == "the same by Vehicle"


def test_no_path_but_by_hearsay_says_which() -> None:
    answer = ask("globex", "lazy", max_hops=1)
    assert answer.reason is not None
    assert answer.reason.kind == "rumoured"
    assert answer.reason.deals == ("globex-lazy-talks",)
    assert "in talks" in answer.reason.message
    assert set(answer.reason.sources) <= answer.sources.keys()


def test_talks_are_no_step_unless_rumours_are_asked_for() -> None:
    assert not ask("globex", "lazy", max_hops=1).found
    hop = ask("globex", "lazy", max_hops=1, rumours=True).paths[0].hops[0]
    assert hop.link.type == "RUMOURED"
    assert "in talks" in hop.link.sentence


def test_year_in_which_both_held_only_for_a_part_says_which() -> None:
    path = ask("acme", "orbit", "2017", limit=1).paths[0]
    assert path.hops[0].link.type == "OWNS"
    answer = ask("tesko", "orbit", "2014", max_hops=2, limit=1)
    assert answer.paths[0].together == "2014-03-01..2014-12-31"


def test_under_known_at_the_answer_says_from_when_it_was_known() -> None:
    clocks = Clocks.read("2017-01-01", "2016-05-01")
    then = MemoryGraph(build(world().known_at(Date.parse("2016-05-01").last)))
    options = PathOptions(max_hops=2, only=("OWNS", "INCUBATED"))
    answer = find_path(then, "acme", "orbit", clocks, options, present=world_graph)
    assert answer.reason is not None
    assert answer.reason.kind == "known-later"
    assert answer.reason.from_ == "2017-06-28"


def test_path_from_an_actor_to_itself_is_refused() -> None:
    with pytest.raises(EntrepotError, match="the same"):
        ask("acme", "Acme Holdings")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PathOptions(only=("BUYS",)), "no step of a path"),
        (PathOptions(max_hops=0), "1 to 12 hops"),
        (PathOptions(limit=0), "at least 1"),
    ],
)
def test_senseless_options_are_refused(options: PathOptions, message: str) -> None:
    with pytest.raises(EntrepotError, match=message):
        find_path(world_graph(), "acme", "orbit", options=options)


def test_packaged_paths_are_the_same_on_every_engine(loaded: Endpoint) -> None:
    with Store.open(loaded) as store:
        graphs = (StoreGraph(store), MemoryGraph(store.elements()))
        for clocks, options in (
            (Clocks(), PathOptions(limit=5)),
            (Clocks.read("2016-12-31"), PathOptions(through=("lazada",))),
            (Clocks.read("2016-12-31"), PathOptions(owning=True)),
        ):
            answers = [find_path(g, "alibaba", "rocket-internet", clocks, options) for g in graphs]
            assert to_json(answers[0]) == to_json(answers[1])
            assert not options.through or "lazada" in answers[0].paths[0].nodes
    first = find_path(graphs[1], "alibaba", "rocket-internet").paths[0]
    assert first.nodes == ("alibaba", "lazada", "rocket-internet")


def test_json_has_the_keys_of_the_contract() -> None:
    answer = to_json(ask("acme", "orbit", "2016-12-31"))
    wanted = {"question", "paths", "sources", "reason", "others", "researched"}
    assert wanted == answer.keys()
    wanted = {"from", "to", "type", "direction", "validFrom", "validTo", "ended", "sentence"}
    assert wanted | {"sources", "also"} <= answer["paths"][0]["hops"][0].keys()
    assert {"url", "publisher", "published"} <= next(iter(answer["sources"].values())).keys()
