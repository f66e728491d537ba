"""Who competes with whom: hierarchies of markets, groups in their time, the strength explained."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_records import brand, holds, serves, world
from packaged import packaged_memory

from entrepot.cli.output import render
from entrepot.cli.rivals import report_rivals
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.queries.answers import to_json
from graph.queries.rivals import Rival, RivalsAnswer, find_rivals
from graph.queries.scopes import Scope, find_scope, market_scope
from graph.store import Store
from graph.store_graph import StoreGraph
from ontology.generated.vocabulary import PLACES, SECTORS

INDIA = "e-commerce-in-india"


def ask(text: str, about: str = "a", as_of: str | None = None) -> RivalsAnswer:
    return find_rivals(world(text), about, Clocks.read(as_of))


def only(answer: RivalsAnswer) -> Rival:
    (row,) = answer
    return row


def ids(answer: RivalsAnswer) -> list[str]:
    return [rival.id for rival in answer]


def test_overlap_is_the_time_in_which_both_were_there() -> None:
    found = only(ask(serves("a", f"{INDIA} 2010 2016") + serves("b", f"{INDIA} 2012")))
    (market,) = found.markets
    assert (found.id, market.since, market.until) == ("b", "2012", "2016")
    assert (found.live, market.live) == (False, False)
    assert market.sources == ("s2016",)


def test_those_who_never_met_are_no_rivals() -> None:
    assert not ask(serves("a", f"{INDIA} 2010 2012") + serves("b", f"{INDIA} 2014")).found
    assert not ask(serves("a", f"{INDIA} 2010") + serves("b", "e-commerce-in-china 2010")).found


@pytest.mark.parametrize(
    ("market", "shared", "steps"),
    [
        (INDIA, INDIA, 0),
        ("fashion-in-india", "fashion-in-india", 1),
        ("e-commerce-in-south-asia", INDIA, 1),
        ("internet-economy-in-south-asia", INDIA, 2),
        ("e-commerce-in-world", INDIA, 3),
    ],
)
def test_hierarchies_count_and_each_step_halves(market: str, shared: str, steps: int) -> None:
    text = serves("a", f"{INDIA} 2010-01-01 2014-01-01") + serves("b", f"{market} 2010-01-01")
    (found,) = only(ask(text)).markets
    assert (found.id, found.steps, found.years) == (shared, steps, Decimal("4.0"))
    # A country counts whole, four years as 4/5, what is over as half.
    assert found.weight == pytest.approx(Decimal(2) / 5 / 2**steps, abs=Decimal("0.0005"))


def test_broad_markets_count_less_than_narrow_ones() -> None:
    def strength(market: str) -> Decimal:
        return only(ask(serves("a", f"{market} 2010") + serves("b", f"{market} 2010"))).strength

    country, region, world_wide = (
        strength(f"e-commerce-in-{place}") for place in ("india", "south-asia", "world")
    )
    assert country > region > world_wide > 0
    assert strength("internet-economy-in-india") < country


def test_more_markets_and_more_time_make_a_stronger_rival() -> None:
    text = serves("a", f"{INDIA} 2010", "e-commerce-in-china 2010")
    text += serves("b", f"{INDIA} 2012", "e-commerce-in-china 2012") + serves("c", f"{INDIA} 2012")
    text += serves("d", f"{INDIA} 2015") + serves("e", f"{INDIA} 2011 2016")
    assert ids(ask(text)) == ["b", "c", "d", "e"]


def test_at_a_date_only_those_who_were_there_compete() -> None:
    text = serves("a", f"{INDIA} 2010") + serves("b", f"{INDIA} 2012 2014")
    text += serves("c", f"{INDIA} 2015-01-01")
    assert ids(ask(text, as_of="2013")) == ["b"]
    found = ask(text, as_of="2016-12-31")
    assert (ids(found), found.measured_to) == (["c"], "2016-12-31")
    assert only(found).markets[0].years == Decimal("2.0")


def test_operation_that_was_only_seen_is_possible_before() -> None:
    text = serves("a", f"{INDIA} 2001") + serves("b", INDIA)
    assert only(ask(text, as_of="2011")).markets[0].holds == "possible"
    assert only(ask(text, as_of="2013")).markets[0].holds == "yes"


def test_own_group_does_not_compete_and_its_operations_count() -> None:
    text = serves("a") + brand("shop", "a", f"{INDIA} 2010") + serves("c", f"{INDIA} 2010")
    text += serves("sub", f"{INDIA} 2010") + holds("sub", "2010", a="80")
    found = ask(text)
    assert ids(found) == ["c"]
    assert (found.group, found.group_names) == (("shop", "sub"), ("SHOP", "SUB"))
    assert only(found).markets[0].own == ("shop", "sub")
    assert ids(ask(text, "shop")) == ["c"]


def test_company_that_was_taken_over_competed_until_then() -> None:
    deal = "- deal: a-b\n  type: acquisition\n  completed: 2015-06-01\n  stakes: {b: {a: -> 80}}\n"
    text = serves("a", f"{INDIA} 2010") + serves("b", f"{INDIA} 2010") + deal
    assert only(ask(text)).markets[0].until == "2015-06-01"
    assert ids(ask(text, as_of="2014")) == ["b"]
    assert not ask(text, as_of="2016").found
    assert not ask(text, "b", as_of="2016").found


def test_company_competes_in_its_own_name_for_its_brands() -> None:
    text = serves("a", f"{INDIA} 2010") + serves("b", f"{INDIA} 2010")
    found = only(ask(text + brand("shop", "b", f"{INDIA} 2011")))
    assert (found.id, found.through) == ("b", ("shop",))
    alone = only(ask(serves("a", f"{INDIA} 2010") + serves("b") + brand("shop", "b", INDIA)))
    assert (alone.id, alone.run_by) == ("shop", ("B",))


def test_report_tells_what_the_strength_is_made_of() -> None:
    text = serves("a", f"{INDIA} 2010-01-01") + serves("b") + brand("shop", "b", f"{INDIA} 2012")
    page = render(report_rivals(ask(text, as_of="2016-12-31")), "table", 140)
    assert "SHOP (run by B)" in page
    assert "E-commerce in India  2012" in page
    assert "a / shop" in page
    assert "counted until 31 December 2016" in page
    nobody = render(report_rivals(ask(serves("a", INDIA))), "table", 140)
    assert "Nobody on record serves a market of A at the same time." in nobody


def test_actor_without_operations_has_no_rivals() -> None:
    found = ask(serves("a") + serves("b", INDIA))
    assert (found.found, found.group) == (False, ())


MARKETS = st.builds(Scope, st.sampled_from(sorted(SECTORS)), st.sampled_from(sorted(PLACES)))


@settings(max_examples=300, deadline=None)
@given(one=MARKETS, other=MARKETS)
def test_markets_meet_in_the_same_market_from_either_side(one: Scope, other: Scope) -> None:
    met = one.meet(other)
    assert met == other.meet(one)
    if met:
        assert {one.relation(met), other.relation(met)} <= {"same", "narrower"}
        assert market_scope(met.id) == met == find_scope(met.name)
    assert (one.relation(other) is None) == (met is None)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_competition_is_mutual(data: st.DataObject) -> None:
    years = st.integers(2001, 2015)
    market = st.sampled_from([INDIA, "fashion-in-india", "e-commerce-in-asia", "fashion-in-asia"])
    operations = st.lists(st.tuples(market, years, st.integers(1, 9)), min_size=1, max_size=3)
    text = ""
    for name in "ab":
        found = [f"{m} {y} {y + n}" for m, y, n in data.draw(operations)]
        text += serves(name, *dict.fromkeys(found))
    one, other = ask(text, "a"), ask(text, "b")
    assert one.found == other.found
    assert [r.strength for r in one] == [r.strength for r in other]


def test_shopee_competes_with_lazada_in_several_countries() -> None:
    found = find_rivals(packaged_memory(), "lazada")
    by_id = {rival.id: rival for rival in found}
    assert {"shopee", "tokopedia"} <= by_id.keys()
    assert by_id["shopee"].run_by == ("Sea",)
    assert len({market.id for market in by_id["shopee"].markets}) >= 3
    assert "alibaba" not in by_id


def test_answers_on_every_engine_are_those_in_memory(loaded: Endpoint) -> None:
    with Store.open(loaded) as store:
        for about, day in (("lazada", None), ("alibaba", "2018-06-01")):
            clocks = Clocks.read(day)
            stored = find_rivals(StoreGraph(store), about, clocks)
            assert to_json(stored) == to_json(find_rivals(packaged_memory(), about, clocks))
