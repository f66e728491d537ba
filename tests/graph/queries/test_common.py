"""What invented companies have in common, and how all of them are joined."""

from __future__ import annotations

import pytest
from samples import corpus
from small_world import world, world_graph

from graph.building import build
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.graphs import MemoryGraph
from graph.queries.answers import to_json
from graph.queries.common import CommonAnswer, find_common
from graph.store import Store
from graph.store_graph import StoreGraph
from ontology.errors import EntrepotError
from ontology.values import Date


def ask(*names: str, as_of: str | None = None, max_hops: int = 6) -> CommonAnswer:
    return find_common(world_graph(), names, Clocks.read(as_of), max_hops=max_hops)


def test_tree_joins_all_through_what_they_share() -> None:
    answer = ask("acme", "orbit", "tesko", as_of="2016-12-31")
    assert answer.tree.joints == ("lazy",)
    assert {(hop.from_, hop.to) for hop in answer.tree.hops} == {
        ("acme", "lazy"),
        ("lazy", "orbit"),
        ("lazy", "tesko"),
    }
    assert all(hop.link.sentence and hop.link.sources for hop in answer.tree.hops)


def test_holding_of_all_says_when_they_held_it_at_once() -> None:
    row = ask("acme", "orbit", "tesko").holdings[0]
    assert (row.id, row.shared_by, row.ended) == ("lazy", 3, True)
    assert row.together is not None
    assert row.together.startswith("2016-")
    assert row.together.endswith("..2017-06-30")


def test_holdings_that_did_not_overlap_are_not_at_once() -> None:
    records = """
- company: early
  name: Early
- company: late
  name: Late
- company: shop
  name: Shop
- deal: shop-2010
  type: acquisition
  completed: 2010-01 @s2016
  moves: [{of: shop, from: holders, to: early, share: all}]
- deal: shop-2015
  type: acquisition
  completed: 2015-01 @s2016
  moves: [{of: shop, from: early, to: late, share: all}]
"""
    row = find_common(MemoryGraph(build(corpus(records))), ["early", "late"]).holdings[0]
    assert (row.id, row.together) == ("shop", None)
    assert [deal.id for deal in find_common(
        MemoryGraph(build(corpus(records))), ["early", "late"]
    ).deals] == ["shop-2015"]  # fmt: skip


def test_owner_through_a_managed_fund_is_shared_with_its_chain() -> None:
    answer = ask("acme", "sun-fund")
    owner = next(row for row in answer.owners if row.id == "globex")
    chain = next(way for way in owner.ways if way.id == "acme")
    assert [link.type for link in chain.links] == ["OWNS", "MANAGES"]
    assert not owner.direct


def test_what_one_is_to_another_is_told_by_the_tree_alone() -> None:
    answer = ask("acme", "lazy")
    assert [(hop.from_, hop.to) for hop in answer.tree.hops] == [("acme", "lazy")]
    assert not {row.id for row in answer} & {"acme", "lazy"}


def test_deal_is_shared_with_the_roles_of_each() -> None:
    answer = ask("acme", "orbit")
    deal = next(row for row in answer.deals if row.id == "acme-lazy-2016")
    told = {way.id: way.links[0].sentence for way in deal.ways}
    assert "as buyer" in told["acme"]
    assert "seller" in told["orbit"]
    assert deal.status == "completed"


def test_deals_after_the_date_are_left_out() -> None:
    ids = {row.id for row in ask("acme", "orbit", as_of="2016-12-31").deals}
    assert ids == {"acme-lazy-2016"}


def test_markets_are_shared_while_both_operate_there() -> None:
    records = """
- company: one
  name: One
  operates: [{market: e-commerce-in-singapore, from: 2010, to: 2014, sources: [s2016]}]
- company: other
  name: Other
- brand: shop
  name: Shop
  launchedBy: other
  launched: 2011 @s2016
  operates: [{market: e-commerce-in-singapore, from: 2012, sources: [s2016]}]
"""
    answer = find_common(MemoryGraph(build(corpus(records))), ["one", "other"])
    row = answer.markets[0]
    assert row.id == "e-commerce-in-singapore"
    assert row.together == "2012-12-31..2013-12-31"
    assert [link.type for way in row.ways if way.id == "other" for link in way.links] == [
        "RUNS",
        "OPERATES_IN",
    ]


def test_who_can_not_be_joined_is_named() -> None:
    answer = ask("acme", "lazy", "island")
    assert answer.apart == (("acme", "lazy"), ("island",))
    assert answer.reason is not None
    assert "joins Acme Holdings and Lazy Group with Island Trading" in answer.reason
    assert "Island Trading was not researched" in answer.reason


def test_nothing_in_common_is_no_answer() -> None:
    assert not ask("island", "globex").found


def test_knowledge_of_a_day_has_only_what_was_known() -> None:
    then = MemoryGraph(build(world().known_at(Date.parse("2016-05-01").last)))
    names = ["acme", "orbit"]
    known = find_common(then, names, Clocks.read(None, "2016-05-01"))
    assert "acme-lazy-2017" not in {row.id for row in known.deals}
    assert known.question["knownAt"] == "2016-05-01"


@pytest.mark.parametrize("names", [("acme",), ("acme", "Acme Holdings")])
def test_one_alone_shares_nothing_and_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(EntrepotError, match="two different ones"):
        ask(*names)


def test_every_source_that_is_cited_is_told() -> None:
    answer = ask("acme", "orbit", "tesko")
    cited = {s for row in answer for way in row.ways for link in way.links for s in link.sources}
    assert cited <= answer.sources.keys()


def test_packaged_lazada_joins_alibaba_and_rocket_internet_on_every_engine(
    loaded: Endpoint,
) -> None:
    with Store.open(loaded) as store:
        graph = StoreGraph(store)
        names = ["alibaba", "rocket-internet", "tesco"]
        answer = find_common(graph, names, Clocks.read("2016-12-31"))
        in_memory = find_common(MemoryGraph(store.elements()), names, Clocks.read("2016-12-31"))
    assert answer.tree.joints == ("lazada",)
    assert answer.holdings[0].id == "lazada"
    assert to_json(answer) == to_json(in_memory)
