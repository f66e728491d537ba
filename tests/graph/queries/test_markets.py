"""Markets: who serves them and who left, what compares and what is refused, how concentrated."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market_records import brand, figures, serves, world
from packaged import packaged_memory

from entrepot.cli.markets import report_market
from entrepot.cli.output import render
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.errors import UnknownName
from graph.graphs import MemoryGraph
from graph.queries.answers import to_json
from graph.queries.concentration import cr4_bounds, hhi_bounds
from graph.queries.markets import MarketAnswer, find_market, find_markets
from graph.queries.show import show
from graph.queries.timeline import find_timeline
from graph.store import Store
from graph.store_graph import StoreGraph

INDIA = "e-commerce-in-india"
REPORT = {"publisher": "Acme", "scope": "goods"}


def ask(text: str, market: str = INDIA, as_of: str | None = None) -> MarketAnswer:
    return find_market(world(text), market, Clocks.read(as_of))


def report(own: str, year: str, market: str = INDIA, **told: str) -> str:
    """A table of figures of goods sold, of the edition of a year."""
    given = {**REPORT, "edition": f"Report {year}", **told}
    return figures(own, market, "gmv", **given)


def sentences(answer: MarketAnswer) -> list[str]:
    return [comparison.sentence for comparison in answer.comparisons]


# ---- who serves it


def test_operators_of_the_market_and_of_its_parts_serve_it() -> None:
    text = serves("a", f"{INDIA} 2012") + serves("b", "fashion-in-india 2013")
    text += serves("c", "e-commerce-in-asia 2010") + serves("d", "e-commerce-in-china 2010")
    text += serves("e", "fashion-in-asia 2010")
    found = ask(text)
    assert [(row.id, row.relation, row.since) for row in found.operators] == [
        ("a", "same", "2012"),
        ("b", "narrower", "2013"),
    ]
    assert [(row.id, row.relation) for row in found.broader] == [
        ("c", "broader"),
        ("e", "crossing"),
    ]


def test_who_left_is_told_with_the_reason() -> None:
    text = serves("a", f"{INDIA} 2012 2016").replace("to: 2016", "to: 2016, why: too dear")
    found = ask(text)
    assert (found.operators, [row.id for row in found.left]) == ((), ["a"])
    assert found.left[0].presences[0].why == "too dear"
    assert "until 2016: too dear" in render(report_market(found), "table", 120)


def test_at_a_date_nobody_is_there_before_coming_or_after_leaving() -> None:
    text = serves("a", f"{INDIA} 2012 2016") + serves("b", f"{INDIA} 2015")

    def there(day: str) -> tuple[list[str], list[str]]:
        found = ask(text, as_of=day)
        return [row.id for row in found.operators], [row.id for row in found.left]

    assert there("2011") == ([], [])
    assert there("2013") == (["a"], [])
    assert there("2018") == (["b"], ["a"])


def test_operator_that_came_back_serves_and_its_leaving_is_told() -> None:
    found = ask(serves("a", f"{INDIA} 2012 2014", f"{INDIA} 2016"))
    (row,) = found.operators
    assert (row.since, len(row.presences), found.left) == ("2016", 2, ())
    assert "until 2014" in render(report_market(found), "table", 120)


def test_brand_shows_who_runs_it_at_the_date() -> None:
    text = serves("a") + serves("b") + brand("shop", "a", f"{INDIA} 2012")
    text += "  runBy:\n    - {who: a, from: 2010, to: 2015, sources: [s2016]}\n"
    text += "    - {who: b, from: 2015, sources: [s2016]}\n"
    runners = {
        day: [runner.name for runner in ask(text, as_of=day).operators[0].run_by]
        for day in ("2013", "2017")
    }
    assert runners == {"2013": ["A"], "2017": ["B"]}
    assert [runner.id for runner in ask(text).operators[0].run_by] == ["b"]


def test_market_is_found_by_words_a_sector_or_a_place() -> None:
    text = serves("a", f"{INDIA} 2012")
    for asked in ("E-commerce in India", "e-commerce in the India", "e-commerce", "India"):
        assert [row.id for row in ask(text, asked).operators] == ["a"]
    assert not ask(text, "e-commerce in China").found
    with pytest.raises(UnknownName, match="no market, sector or place"):
        ask(text, "e-comerce in Indja")


# ---- estimates


def test_estimates_stand_side_by_side_and_parts_apart() -> None:
    text = report("r1", "2015", values="{2015: 10bn USD}")
    text += report("r2", "2016", values="{2015: 11bn USD}")
    text += report("r3", "2016", market="fashion-in-india", values="{2015: 2bn USD}")
    found = ask(text)
    assert [(e.edition, e.value) for e in found.estimates] == [
        ("Report 2015", "10bn USD"),
        ("Report 2016", "11bn USD"),
    ]
    assert [(e.market, e.value) for e in found.narrower] == [("fashion-in-india", "2bn USD")]


def test_forecast_is_held_against_what_a_later_edition_reported() -> None:
    text = report("r1", "2015", forecasts="{2020: 29bn USD}")
    text += report("r2", "2020", values="{2020: 25bn USD}")
    (found,) = ask(text).comparisons
    assert (found.kind, found.deviation_min, found.deviation_max) == (
        "reported",
        Decimal("-13.8"),
        Decimal("-13.8"),
    )
    assert found.sentence == (
        "Report 2015 forecast 29bn USD for 2020; Report 2020 reported 25bn USD, 13.8% less"
    )


@pytest.mark.parametrize(
    ("forecast", "reported", "words"),
    [
        ("20bn USD", "25bn USD", ", 25.0% more"),
        ("20bn USD", "20bn USD", ", as forecast"),
        ("20..25bn USD", "30bn USD", ", 20.0% to 50.0% more"),
        ("20bn USD", "19..22bn USD", ", between 5.0% less and 10.0% more"),
        ("~20bn USD", "25bn USD", ", about 25.0% more"),
        (">20bn USD", "25bn USD", ", which has an open side"),
    ],
)
def test_deviation_is_as_exact_as_the_numbers(forecast: str, reported: str, words: str) -> None:
    text = report("r1", "2015", forecasts=f"{{2020: '{forecast}'}}")
    text += report("r2", "2020", values=f"{{2020: '{reported}'}}")
    (sentence,) = sentences(ask(text))
    assert sentence.endswith(f"reported {reported}{words}")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"publisher": "Globex"}, "another publisher"),
        ({"scope": "goods and travel"}, "another scope"),
        ({"scope": "''"}, "only one says what it counts"),
        ({"values": "{2020: 160bn CNY}"}, "another unit"),
    ],
)
def test_what_differs_is_refused_in_words(other: dict[str, str], reason: str) -> None:
    text = report("r1", "2015", forecasts="{2020: 29bn USD}")
    text += report("r2", "2020", **{"values": "{2020: 25bn USD}", **other})
    found = ask(text.replace("  scope: ''\n", ""))
    assert found.comparisons == ()
    (refusal,) = found.refusals
    assert reason in refusal.sentence


def test_another_measure_is_refused() -> None:
    text = report("r1", "2015", forecasts="{2020: 29bn USD}")
    told = {**REPORT, "edition": "Report 2020", "values": "{2020: 25bn USD}"}
    found = ask(text + figures("r2", INDIA, "market-size", **told))
    assert "another measure" in found.refusals[0].sentence


def test_broader_sector_is_refused_by_name() -> None:
    text = report("r1", "2015", forecasts="{2020: 88bn USD}")
    text += report("r2", "2015", market="internet-economy-in-india", forecasts="{2020: 200bn USD}")
    found = ask(text)
    assert [refusal.sentence for refusal in found.refusals] == [
        "Internet economy in India is another sector: its numbers for 2020 are not compared"
    ]


def test_remarks_are_no_scope() -> None:
    text = report("r1", "2015", forecasts="{2020: 20bn USD}")
    remark = "goods; expectation for the running year"
    text += report("r2", "2020", scope=remark, values="{2020: 25bn USD}")
    (sentence,) = sentences(ask(text))
    assert sentence.endswith("(expectation for the running year)")


def test_number_that_came_before_the_forecast_is_not_its_outcome() -> None:
    text = report("r1", "2020", forecasts="{2015: 20bn USD}")
    text += report("r2", "2015", values="{2015: 25bn USD}")
    found = ask(text)
    assert (found.comparisons, found.refusals) == ((), ())


def test_revised_forecasts_are_held_against_each_other() -> None:
    text = report("r1", "2015", forecasts="{2025: 100bn USD}")
    text += report("r2", "2018", forecasts="{2025: 150bn USD}")
    text += report("r3", "2020", forecasts="{2025: 120bn USD}")
    found = ask(text)
    assert [(c.kind, c.deviation_min) for c in found.comparisons] == [
        ("revised", Decimal("50.0")),
        ("revised", Decimal("-20.0")),
    ]


def test_series_that_others_joined_is_one_body_of_work() -> None:
    text = report("r1", "2015", forecasts="{2020: 20bn USD}")
    text += report("r2", "2020", publisher="Acme and Globex", values="{2020: 25bn USD}")
    assert len(ask(text).comparisons) == 1


def test_at_a_date_there_are_only_numbers_of_then() -> None:
    text = report("r1", "2015", values="{2014: 5bn USD}", forecasts="{2020: 20bn USD}")
    text += report("r2", "2020", values="{2020: 25bn USD}", forecasts="{2025: 60bn USD}")
    found = ask(text, as_of="2016-06")
    assert [(e.period, e.forecast) for e in found.estimates] == [("2014", False), ("2020", True)]


# ---- concentration


def share(own: str, subject: str, value: str, scope: str = "India e-commerce") -> str:
    told = {"publisher": "Acme", "scope": scope, "values": f"{{2020: '{value}'}}"}
    return figures(own, subject, "market-share", **told)


def test_concentration_has_its_coverage_and_bounds() -> None:
    text = serves("a", f"{INDIA} 2012") + serves("b", f"{INDIA} 2012")
    (found,) = ask(text + share("s1", "a", "50%") + share("s2", "b", "30%")).concentration
    assert [int(found.coverage_min), int(found.hhi_min), int(found.hhi_max)] == [80, 3400, 3800]
    assert [int(found.cr4_min), int(found.cr4_max)] == [80, 100]
    assert found.level == "high"
    assert [(s.name, s.value) for s in found.shares] == [("A", "50%"), ("B", "30%")]


def test_shares_of_other_markets_publishers_and_periods_are_not_mixed() -> None:
    text = serves("a", f"{INDIA} 2012") + serves("b", f"{INDIA} 2012")
    text += share("s1", "a", "50%") + share("s2", "b", "30%", "share of China's e-commerce")
    text += share("s3", "b", "20%").replace("Acme", "Globex")
    found = ask(text).concentration
    assert [(c.publisher, [s.id for s in c.shares]) for c in found] == [
        ("Acme", ["a"]),
        ("Globex", ["b"]),
    ]


def test_share_without_words_for_the_place_is_of_the_only_place() -> None:
    text = serves("a", f"{INDIA} 2012") + share("s1", "a", "50%", "share of online retail")
    assert len(ask(text).concentration) == 1
    both = serves("a", f"{INDIA} 2012", "e-commerce-in-china 2012")
    assert ask(both + share("s1", "a", "50%", "share of online retail")).concentration == ()


SHARES = st.lists(st.integers(1, 40), min_size=1, max_size=6).filter(lambda s: sum(s) <= 100)


@settings(max_examples=200, deadline=None)
@given(known=SHARES, others=SHARES)
def test_true_index_lies_between_the_bounds(known: list[int], others: list[int]) -> None:
    rest = 100 - sum(known)
    hidden = [Fraction(part * rest, sum(others)) for part in others] if rest else []
    every = [*map(Fraction, known), *hidden]
    told = [(Fraction(part), Fraction(part)) for part in known]
    low, high = hhi_bounds(told)
    assert low <= sum(part**2 for part in every) <= high
    low, high = cr4_bounds(told)
    assert low <= sum(sorted(every, reverse=True)[:4]) <= high


# ---- all markets, and other questions of a market


def markets(text: str, **asked: str) -> dict[str, tuple[int, int, int, int]]:
    graph = world(text)
    clocks = Clocks.read(asked.pop("as_of", None))
    rows = find_markets(graph, clocks, sector=asked.get("sector"), place=asked.get("place"))
    return {row.id: (row.operators, row.left, row.estimates, row.deals) for row in rows}


DEAL = (
    "- deal: x-a\n  type: funding-round\n  completed: 2015\n  moves: [{of: a, to: x, new: yes}]\n"
)


def test_markets_are_counted() -> None:
    text = serves("x") + serves("a", f"{INDIA} 2012") + serves("b", f"{INDIA} 2012 2014") + DEAL
    text += report("r1", "2015", values="{2014: 5bn USD}", forecasts="{2020: 20bn USD}")
    assert markets(text) == {INDIA: (1, 1, 2, 1)}
    assert markets(text, as_of="2013")[INDIA][:2] == (2, 0)


def test_markets_are_filtered_with_what_lies_within() -> None:
    text = serves("a", f"{INDIA} 2012", "fashion-in-china 2012", "ride-hailing-in-india 2012")
    assert markets(text, sector="e-commerce").keys() == {INDIA, "fashion-in-china"}
    assert markets(text, place="South Asia").keys() == {INDIA, "ride-hailing-in-india"}
    assert markets(text, sector="fashion", place="Asia").keys() == {"fashion-in-china"}


def test_show_and_timeline_of_a_market_roll_up_its_parts() -> None:
    text = serves("a", f"{INDIA} 2012") + serves("b", "fashion-in-india 2013 2015")
    text += report("r1", "2015", values="{2015: 10bn USD}")
    text += report("r3", "2016", market="fashion-in-india", values="{2015: 2bn USD}")
    graph: MemoryGraph = world(text)
    page = show(graph, INDIA)
    assert [link.start for link in page.links["operatorsWithin"]] == ["b"]
    assert [figure.value for figure in page.figures] == ["10bn USD", "2bn USD"]
    told = [(entry.kind, entry.date) for entry in find_timeline(graph, INDIA)]
    assert ("operates-in-ended", "2015") in told
    assert told.count(("figure", "2016-04-12")) == 2


def test_vietnam_forecasts_are_held_against_the_edition_of_2025() -> None:
    found = find_market(packaged_memory(), "e-commerce in Southeast Asia")
    reported = [c for c in found.comparisons if c.kind == "reported"]
    assert {c.market for c in reported} >= {"e-commerce-in-vietnam"}
    assert any("Internet economy in Southeast Asia" in r.sentence for r in found.refusals)
    assert {"lazada", "tokopedia"} <= {row.id for row in found.operators}
    assert all(c.hhi_min <= c.hhi_max for c in found.concentration)
    assert found.concentration


def test_answers_on_every_engine_are_those_in_memory(loaded: Endpoint) -> None:
    memory, clocks = packaged_memory(), Clocks.read("2018-12-31")
    with Store.open(loaded) as store:
        graph = StoreGraph(store)
        stored = find_market(graph, "e-commerce-in-southeast-asia", clocks)
        found = find_market(memory, "e-commerce-in-southeast-asia", clocks)
        assert to_json(stored) == to_json(found)
        assert to_json(find_markets(graph)) == to_json(find_markets(memory))
