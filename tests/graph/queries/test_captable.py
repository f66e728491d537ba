"""Cap tables under dispute: what is determined, what is bounded, and what contradicts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import corpus

from graph.clocks import Clocks
from graph.corpus import Corpus
from graph.engines.endpoint import Endpoint
from graph.networks.linear import Row
from graph.networks.premises import keep_book
from graph.networks.simplex import minimise
from graph.queries.answers import to_json
from graph.queries.captable import CapRow, CapTableAnswer, find_captable
from graph.queries.wording import on_words
from graph.store import Store
from graph.store_graph import stored_corpus
from loaders.checking import packaged_corpus

ACTORS = "".join(f"\n- company: {name}\n  name: {name.title()}" for name in ("acme", "b", "c", "d"))


def ask(text: str, as_of: str | None = None, *, each_claim: bool = False) -> CapTableAnswer:
    return find_captable(corpus(ACTORS + text), "acme", Clocks.read(as_of), each_claim=each_claim)


def row(answer: CapTableAnswer, holder: str) -> CapRow:
    return next(each for each in answer if each.holder == holder)


def bounds(answer: CapTableAnswer, holder: str) -> tuple[float, float]:
    found = row(answer, holder)
    return float(found.low), float(found.high)


def list_of(at: str, complete: str = "no", **holders: str) -> str:
    rows = "".join(f"\n    {holder}: '{share}'" for holder, share in holders.items())
    return (
        f"\n- disclosure: list-{at}\n  company: acme\n  at: {at}\n  complete: {complete}"
        f"\n  holders:{rows}"
    )


def deal(at: str, moves: str = "", stakes: str = "") -> str:
    told = f"\n  moves:\n    - {{of: acme, {moves}}}" if moves else ""
    told += f"\n  stakes: {{acme: {{{stakes}}}}}" if stakes else ""
    return f"\n- deal: deal-{at}\n  type: stake-purchase\n  completed: {at}{told}"


def test_complete_list_determines_every_share() -> None:
    found = ask(list_of("2016-01-01", "yes", b="60.0", c="30.0", d="unknown"))
    assert found.verdict == "determined"
    assert bounds(found, "d") == (9.9, 10.1)
    assert (float(found.others_low), float(found.others_high)) == (0, 0)


def test_holders_of_whom_nothing_is_printed_share_the_rest() -> None:
    found = ask(list_of("2016-01-01", b="60", c="unknown"))
    assert found.verdict == "bounded"
    assert bounds(found, "c") == (0, 40.5)
    assert row(found, "c").because == ("B held 60% on 1 January 2016",)
    assert found.found


def test_sale_moves_the_share_that_was_sold() -> None:
    found = ask(
        list_of("2016-01-01", b="60.0", c="10.0")
        + deal("2016-05-01", "from: b, to: c, share: 15.0")
    )
    assert bounds(found, "b") == (44.9, 45.1)
    assert bounds(found, "c") == (24.9, 25.1)
    assert bounds(ask(list_of("2016-01-01", b="60.0")), "b") == (59.95, 60.05)


def test_new_money_dilutes_who_does_not_take_part() -> None:
    """A quarter of the old capital is issued: 40 of 125 are 32."""
    found = ask(
        list_of("2016-01-01", b="40.0") + deal("2016-05-01", "to: c, new: 'yes', share: 25.0", "")
    )
    assert bounds(found, "b") == pytest.approx((31.948, 32.053), abs=2e-3)
    assert bounds(found, "c") == pytest.approx((19.968, 20.032), abs=2e-3)


def test_issue_of_unknown_size_leaves_everything_open_but_what_was_held() -> None:
    found = ask(list_of("2016-01-01", b="40.0") + deal("2016-05-01", "to: c, new: 'yes'"))
    assert bounds(found, "b") == (0, 40.05)
    assert row(found, "c").status == "unknown"


def test_size_of_an_issue_follows_from_who_was_diluted() -> None:
    """B went from 40 to 32 without selling, so that C, with 30 before, has 24."""
    found = ask(
        list_of("2016-01-01", b="40.00", c="30.00")
        + deal("2016-05-01", "to: d, new: 'yes'", "b: '40.00 -> 32.00'")
    )
    low, high = bounds(found, "c")
    assert low < 24 < high
    assert high - low < 0.05


def test_words_are_inequalities() -> None:
    found = ask(list_of("2016-01-01", b="majority", c="30..40"))
    assert bounds(found, "b") == (50, 70)
    assert bounds(found, "c") == (30, 40)


def test_claims_of_one_field_are_alternatives_unless_one_was_deprecated() -> None:
    disputed = list_of("2016-01-01").replace("holders:", "holders:\n    b: [51 @s2016, 54 @s2017]")
    assert bounds(ask(disputed), "b") == (50.5, 54.5)
    settled = list_of("2016-01-01").replace(
        "holders:",
        "holders:\n    b: [51 @s2017, {value: 67, sources: [s2016], rank: deprecated, reason: x}]",
    )
    assert bounds(ask(settled), "b") == (50.5, 51.5)


def test_claims_that_cannot_all_be_true_are_told_and_none_can_be_dropped() -> None:
    found = ask(list_of("2016-01-01", b="51", c="30", d="25"))
    assert found.verdict == "contradictory"
    assert not found.found
    (conflict,) = found.conflicts
    assert {claim.holder for claim in conflict.claims} == {"b", "c", "d"}
    assert "B held 51% on 1 January 2016" in conflict.sentence
    assert "at most 100%" in conflict.sentence


def test_contradiction_names_no_claim_that_has_no_part_in_it() -> None:
    found = ask(list_of("2016-01-01", b="70", c="40", d="1"))
    assert {claim.holder for claim in found.conflicts[0].claims} == {"b", "c"}
    assert bounds(found, "d") == (0.5, 1.5)


def test_disputed_claims_contradict_each_other_when_each_is_taken_for_true() -> None:
    text = list_of("2016-01-01").replace("holders:", "holders:\n    b: [51 @s2016, 67 @s2017]")
    assert ask(text).verdict == "bounded"
    (conflict,) = ask(text, each_claim=True).conflicts
    assert [claim.words for claim in conflict.claims] == [
        "B held 51% on 1 January 2016",
        "B held 67% on 1 January 2016",
    ]


def test_share_that_changed_unseen_is_told_and_no_contradiction() -> None:
    found = ask(list_of("2016-01-01", b="51") + list_of("2017-01-01", b="40"))
    assert found.verdict == "determined"
    (change,) = found.changes
    assert (change.kind, change.holder, change.since, change.until) == (
        "trade",
        "b",
        "2016-01-01",
        "2017-01-01",
    )
    assert change.words == "the share of B changed between 1 January 2016 and 1 January 2017"


def test_seller_that_ends_with_less_than_it_should_sold_more() -> None:
    found = ask(deal("2016-05-01", "from: b, to: c, share: 5.0", "b: '20.0 -> 10.0'"))
    assert [change.kind for change in found.changes] == ["more"]
    assert "B sold more in C" in found.changes[0].words


def test_part_of_a_group_counts_once() -> None:
    child = "\n- company: e\n  name: E\n  controlledBy:\n    - {who: b, basis: declared}"
    found = ask(child + list_of("2016-01-01", b="60", e="30", c="40"))
    assert not found.conflicts
    assert row(found, "e").within == "b"


def test_stake_larger_than_its_group_s_is_apart_from_it() -> None:
    child = "\n- company: e\n  name: E\n  controlledBy:\n    - {who: b, basis: declared}"
    found = ask(child + list_of("2016-01-01", b="5", e="60", c="unknown"))
    assert row(found, "e").within is None
    assert bounds(found, "c") == (0, 36)


def test_table_at_a_date_is_that_of_before() -> None:
    text = list_of("2016-01-01", b="51") + list_of("2017-01-01", b="40")
    assert bounds(ask(text, "2016-06-01"), "b") == (50.5, 51.5)


def test_what_was_not_known_has_no_part() -> None:
    late = list_of("2016-01-01", b="51").replace("at:", "sources: [s2018]\n  at:")
    found = find_captable(corpus(ACTORS + late), "acme", Clocks.read(known_at="2017-01-01"))
    assert (found.verdict, found.holders) == ("unrecorded", ())


def test_bounds_are_rounded_outwards_and_exact_beside() -> None:
    found = row(
        ask(list_of("2016-01-01", b="40.0") + deal("2016-05-01", "to: c, new: 'yes', share: 25.0")),
        "b",
    )
    assert Fraction(str(found.low)) <= Fraction(found.low_exact)
    assert Fraction(found.high_exact) <= Fraction(str(found.high))
    assert Fraction(str(found.high)) - Fraction(found.high_exact) < Fraction(1, 10**4)
    assert found.low == found.low.quantize(Decimal("0.0001"))


shares = st.integers(1, 60)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(shares, shares, shares), min_size=1, max_size=3))
def test_contradictions_are_such_by_an_independent_solver(
    lists: list[tuple[int, int, int]],
) -> None:
    text = "".join(
        list_of(f"201{year}-01-01", b=str(b), c=str(c), d=str(d))
        for year, (b, c, d) in enumerate(lists)
    )
    records = corpus(ACTORS + text)
    rows = keep_book(records, "acme").rows
    for conflict in find_captable(records, "acme").conflicts:
        ids = {f"{c.record}#holders.{c.holder}" for c in conflict.claims}
        own = [r for r in rows if str(r.of).split("=")[0] in ids or str(r.of).startswith("law:")]
        scaled = [r for r in own if _is_of_one_stage(r)]
        assert minimise([*scaled, *_scales(rows)], {}) is None
    least = [sum(Fraction(number) - Fraction(1, 2) for number in each) for each in lists]
    impossible = sum(total > 100 for total in least)
    assert len(find_captable(records, "acme").conflicts) == impossible


def _is_of_one_stage(row: Row) -> bool:
    return len({name.split("@")[1] for name in row.terms}) == 1


def _scales(rows: list[Row]) -> list[Row]:
    names = {name for row in rows for name in row.terms if name.startswith("capital@")}
    return [Row(name, {name: Fraction(1)}, Fraction(100), Fraction(100)) for name in sorted(names)]


def test_lazada_of_2016_is_bounded_by_what_was_printed() -> None:
    found = find_captable(packaged_corpus(), "lazada", Clocks.read("2016-12-31"))
    low, high = bounds(found, "alibaba")
    assert low > 50
    assert high < 55
    assert bounds(found, "tesco") == (8.25, 8.35)


def test_answer_is_the_same_from_every_engine(loaded: Endpoint) -> None:
    with Store.open(loaded) as store:
        stored: Corpus = stored_corpus(store)
    for company in ("lazada", "tokopedia"):
        expected = find_captable(packaged_corpus(), company)
        assert to_json(find_captable(stored, company)) == to_json(expected)


def test_month_of_a_disclosure_is_told_with_in() -> None:
    assert [on_words(text) for text in ("2018-11-01", "2018-11", "2018")] == [
        "on 1 November 2018",
        "in November 2018",
        "in 2018",
    ]
