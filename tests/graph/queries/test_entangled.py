"""Investors on both sides of a market: who, since when, through which chain, and who is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_records import brand, holds, serves, world
from packaged import packaged_memory

from entrepot.cli.output import render
from entrepot.cli.rivals import report_entangled
from graph.clocks import Clocks, Period
from graph.engines.endpoint import Endpoint
from graph.errors import UnknownName
from graph.queries.answers import to_json
from graph.queries.entangled import EntangledAnswer, Entanglement, find_entangled
from graph.queries.periods import together, without
from graph.store import Store
from graph.store_graph import StoreGraph

INDIA = "e-commerce-in-india"
RIVALS = serves("a", f"{INDIA} 2012") + serves("b", f"{INDIA} 2014")
INVESTOR = serves("x")
DAY = "2016-06-01"


def ask(text: str, market: str | None = INDIA, as_of: str | None = DAY) -> EntangledAnswer:
    return find_entangled(world(text), market, Clocks.read(as_of))


def investors(answer: EntangledAnswer) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(r.investor, r.kind, tuple(say.rival for say in r.interests)) for r in answer]


def only(answer: EntangledAnswer) -> Entanglement:
    (row,) = answer
    return row


def test_holder_of_two_rivals_is_found_with_both_shares_and_sources() -> None:
    found = only(ask(RIVALS + INVESTOR + holds("a", "2015", x="30") + holds("b", "2015", x="8")))
    assert (found.investor, found.kind, found.holds) == ("x", "common", "yes")
    assert [(say.rival, say.share) for say in found.interests] == [("a", "30"), ("b", "8")]
    assert found.strength == Decimal(8)
    assert found.sentence == "X has 30% of A and 8% of B, rivals in E-commerce in India"
    assert found.markets[0].id == INDIA
    assert found.sources == ("s2016",)


def test_holdings_and_operations_must_meet_in_time() -> None:
    over = holds("a", "2013", x="30") + holds("a", "2014", y="5") + holds("b", "2015", x="8")
    # Since when x has held shares of b nobody knows, so that both at once is possible, no more.
    assert only(ask(RIVALS + INVESTOR + serves("y") + over, as_of=None)).holds == "possible"
    assert not ask(RIVALS + INVESTOR + serves("y") + over, as_of="2015").found
    left = serves("a", f"{INDIA} 2012 2014") + serves("b", f"{INDIA} 2015")
    held = holds("a", "2013", x="30") + holds("b", "2013", x="8")
    assert not ask(left + INVESTOR + held, as_of=None).found


def test_interval_is_that_in_which_everything_held() -> None:
    later = RIVALS + INVESTOR + serves("y")
    later += holds("a", "2015-03-01", x="30") + holds("b", "2015-05-01", x="8")
    later += holds("b", "2017-05-01", y="8")
    shared = only(ask(later, as_of=None)).markets[0]
    assert (shared.since, shared.until) == ("2014-01-01..2015-05-01", "2015-05-02..2017-05-01")
    assert not ask(later, as_of="2011").found
    assert not ask(later, as_of="2018").found


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (INDIA, "fashion-in-india", True),
        ("e-commerce-in-world", INDIA, True),
        (INDIA, "e-commerce-in-china", False),
        ("fashion-in-world", INDIA, False),
        ("e-commerce-in-south-asia", "fashion-in-india", True),
    ],
)
def test_rivals_serve_markets_of_which_one_lies_in_the_other(
    one: str, other: str, *, meet: bool
) -> None:
    text = serves("a", f"{one} 2012") + serves("b", f"{other} 2012") + INVESTOR
    text += holds("a", "2015", x="30") + holds("b", "2015", x="8")
    assert ask(text, None).found is meet


def test_market_that_is_asked_for_may_be_broader_or_narrower() -> None:
    text = RIVALS + INVESTOR + holds("a", "2015", x="30") + holds("b", "2015", x="8")
    assert ask(text, "internet economy in Asia").found
    assert only(ask(text, "fashion in India")).markets[0].id == "fashion-in-india"
    assert not ask(text, "e-commerce in China").found
    assert ask(text, "India").found
    with pytest.raises(UnknownName, match="no market"):
        ask(text, "e-commerce in Atlantis")


def test_interest_through_control_names_the_chain() -> None:
    text = RIVALS + INVESTOR + serves("fund") + serves("parent")
    text += holds("fund", "2013", x="80") + holds("a", "2015", fund="20")
    text += holds("b", "2013", parent="70") + holds("parent", "2013", x="9")
    found = only(ask(text))
    chains = [[(link.start, link.type, link.end) for link in say.chain] for say in found.interests]
    assert found.investor == "x"
    assert chains == [
        [("x", "CONTROLS", "fund"), ("fund", "OWNS", "a")],
        [("x", "OWNS", "parent"), ("parent", "CONTROLS", "b")],
    ]
    assert found.strength == Decimal(9)


def test_holder_of_a_minority_holder_has_no_say() -> None:
    text = RIVALS + INVESTOR + serves("fund") + holds("fund", "2013", x="40")
    text += holds("a", "2015", fund="20") + holds("b", "2015", x="9")
    assert not ask(text).found


def test_manager_of_a_fund_and_runner_of_a_brand_are_chains_too() -> None:
    text = serves("a", f"{INDIA} 2012") + serves("seller") + INVESTOR
    text += brand("shop", "seller", f"{INDIA} 2013")
    text += "- fund: f\n  name: F\n  manager: x\n"
    text += holds("a", "2015", f="20") + holds("seller", "2015", x="9")
    found = only(ask(text))
    assert found.investor == "x"
    assert [[link.type for link in say.chain] for say in found.interests] == [
        ["MANAGES", "OWNS"],
        ["OWNS", "RUNS"],
    ]


def test_natural_persons_are_investors() -> None:
    text = RIVALS + "- person: jo\n  name: Jo\n"
    text += holds("a", "2015", jo="30") + holds("b", "2015", jo="8")
    assert investors(ask(text)) == [("jo", "common", ("a", "b"))]


def test_rival_with_a_share_of_another_is_told_apart() -> None:
    found = only(ask(RIVALS + holds("b", "2015", a="8")))
    assert (found.investor, found.kind) == ("a", "rival")
    assert [say.itself for say in found.interests] == [True, False]
    assert found.sentence == "A has 8% of its rival B in E-commerce in India"


def test_own_group_is_marked_and_ranked_last() -> None:
    text = RIVALS + INVESTOR + serves("c", f"{INDIA} 2012")
    text += holds("a", "2013", x="80") + holds("b", "2013", x="70") + holds("c", "2013", x="1")
    found = ask(text)
    assert [(row[1], row[2]) for row in investors(found)] == [
        ("rival", ("a", "c")),
        ("rival", ("b", "c")),
        ("own-group", ("a", "b")),
    ]
    alone = ask(RIVALS + INVESTOR + holds("a", "2013", x="80") + holds("b", "2013", x="70"))
    assert [row.kind for row in alone] == ["own-group"]
    assert not alone.found


def test_two_of_one_group_are_no_rivals_for_its_shareholders() -> None:
    text = RIVALS + serves("g") + INVESTOR
    text += holds("a", "2013", g="80") + holds("b", "2013", g="70") + holds("g", "2013", x="9")
    assert investors(ask(text)) == [("g", "own-group", ("a", "b"))]


def test_parent_and_its_own_company_are_no_rivals() -> None:
    text = RIVALS + INVESTOR + holds("b", "2013", a="80") + holds("a", "2013", x="20")
    assert investors(ask(text)) == []


def test_controller_of_an_investor_stands_behind_it() -> None:
    text = RIVALS + INVESTOR + serves("top") + holds("x", "2013", top="90")
    found = only(ask(text + holds("a", "2015", x="30") + holds("b", "2015", x="8")))
    assert (found.investor, found.behind, found.behind_names) == ("x", ("top",), ("TOP",))


def test_company_stands_for_what_it_controls() -> None:
    text = RIVALS + INVESTOR + brand("shop", "a", f"{INDIA} 2013")
    found = only(ask(text + holds("a", "2015", x="30") + holds("b", "2015", x="8")))
    assert [say.rival for say in found.interests] == ["a", "b"]
    assert found.also == ("shop",)


def test_unknown_share_counts_least_and_is_no_zero() -> None:
    text = RIVALS + INVESTOR + holds("a", "2015", x="30") + holds("b", "2015", x="unknown")
    found = only(ask(text))
    assert found.strength == 0
    assert (found.interests[1].share, found.interests[1].share_max) == ("unknown", Decimal(100))


def test_stronger_comes_first_and_the_limit_says_how_many_there_are() -> None:
    text = RIVALS + INVESTOR + serves("y")
    text += holds("a", "2015", x="30", y="20") + holds("b", "2015", x="8", y="15")
    found = find_entangled(world(text), INDIA, Clocks.read(DAY), limit=1)
    assert [row.investor for row in found] == ["y"]
    assert (found.total, found.investors) == (2, 2)


def test_report_tells_both_chains_and_what_is_left_out() -> None:
    text = RIVALS + INVESTOR + serves("fund") + serves("y") + holds("fund", "2013", x="80")
    text += holds("a", "2015", fund="20") + holds("b", "2015", x="9", y="5")
    found = find_entangled(world(text + holds("a", "2016", fund="20", y="3")), INDIA, limit=1)
    page = render(report_entangled(found), "table", 140)
    assert "1. X: A (20%) and B (9%)" in page
    assert page.index("X controls FUND") < page.index("FUND holds 20% of A")
    assert "E-commerce in India: since" in page
    assert "1 of 2 are shown" in page
    assert "Nobody on record" in render(report_entangled(ask(RIVALS)), "table", 140)


DAYS = st.lists(st.integers(1, 60), min_size=4, max_size=4).map(sorted)
PERIODS = DAYS.map(lambda d: Period(d[0], d[1], d[2], d[3]))


@settings(max_examples=200, deadline=None)
@given(one=PERIODS, other=PERIODS, day=st.integers(1, 60))
def test_times_put_together_are_those_of_both(one: Period, other: Period, day: int) -> None:
    def surely(period: Period | None) -> bool:
        return period is not None and period.start_last <= day < period.end_first

    def maybe(period: Period | None) -> bool:
        return period is not None and period.start_first <= day < period.end_last

    both = together(one, other)
    assert surely(both) == (surely(one) and surely(other))
    assert maybe(both) == (maybe(one) and maybe(other))
    for left in without(one, other):
        assert not surely(left) or (surely(one) and not surely(other))


def test_alibaba_is_in_lazada_and_tokopedia_from_august_2017() -> None:
    graph = packaged_memory()

    def both(
        as_of: str | None, market: str | None = "e-commerce-in-indonesia"
    ) -> list[Entanglement]:
        found = find_entangled(graph, market, Clocks.read(as_of))
        rows = [row for row in found if row.investor == "alibaba"]
        return [r for r in rows if {s.rival for s in r.interests} == {"lazada", "tokopedia"}]

    assert both("2017-07-01") == []
    (row,) = both("2017-09-01")
    assert (row.kind, row.holds) == ("rival", "yes")
    (ever,) = both(None)
    since = ever.markets[0].since
    assert since is not None
    assert since.startswith("2017-08")
    assert both("2017-09-01", None)
    everywhere = find_entangled(graph)
    assert everywhere.investors > 10
    assert len({market.id for row in everywhere for market in row.markets}) > 10


def test_answers_on_every_engine_are_those_in_memory(loaded: Endpoint) -> None:
    memory = packaged_memory()
    with Store.open(loaded) as store:
        for market, day in (("e-commerce-in-indonesia", "2017-09-01"), (None, None)):
            clocks = Clocks.read(day)
            stored = find_entangled(StoreGraph(store), market, clocks, limit=30)
            assert to_json(stored) == to_json(find_entangled(memory, market, clocks, limit=30))
