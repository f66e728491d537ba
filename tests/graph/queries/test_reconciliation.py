"""Deal arithmetic: what fits, what does not, by how much, and the likeliest reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import corpus

from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.queries.answers import to_json
from graph.queries.reconciliation import DealCheck, Line, check_deals
from graph.store import Store
from graph.store_graph import stored_corpus
from loaders.checking import packaged_corpus
from ontology.errors import EntrepotError

VALUE = "{of: acme, amount: %s, kind: equity, money: %s}"
ISSUE = "{of: acme, to: b, new: 'yes', for: %s}"


def check(
    moves: list[str], stakes: str = "", values: list[str] | None = None, more: str = ""
) -> DealCheck:
    lines = "".join(f"\n    - {move}" for move in moves)
    told = f"\n- deal: d\n  type: stake-purchase\n  completed: 2016-04-12\n  moves:{lines}"
    told += f"\n  stakes: {{acme: {{{stakes}}}}}" if stakes else ""
    told += "\n  valuation:" + "".join(f"\n    - {v}" for v in values) if values else ""
    return check_deals(corpus(told + more), "d").checks[0]


def only(found: DealCheck, status: str = "misfits") -> Line:
    lines = [line for line in found.lines if line.status == status]
    assert len(lines) == 1
    return lines[0]


def sale(share: str, price: str) -> str:
    return f"{{of: acme, from: c, to: b, share: {share}, for: {price}}}"


def test_price_and_share_fit_the_value() -> None:
    found = check([sale("10", "100m USD")], values=[VALUE % ("1.0bn USD", "post")])
    assert found.verdict == "fits"
    assert found.findings == ()


def test_share_reckoned_over_the_value_before_the_money_is_explained() -> None:
    """50 for 50 over 50: a half of the value after, but all of the value before."""
    values = [VALUE % ("100m USD", "pre"), VALUE % ("150m USD", "post")]
    found = check([ISSUE % "50m USD"], "b: '-> 50'", values)
    line = only(found)
    assert (line.field, line.reason) == ("stakes.acme.b.after", "new-over-old")
    assert line.expected == "32.9% to 33.8%"


def test_value_after_the_money_that_is_the_one_before_it_is_explained() -> None:
    moves = [ISSUE % "50.0m USD", sale("10.0", "10.0m USD"), sale("5.00", "5.00m USD")]
    line = only(check(moves, values=[VALUE % ("100m USD", "post")]))
    assert (line.kind, line.reason) == ("valuation", "pre-for-post")
    line = only(check(moves, values=[VALUE % ("150m USD", "pre")]))
    assert (line.kind, line.reason) == ("valuation", "post-for-pre")


def test_valuation_of_unknown_meaning_is_read_as_the_rest_demands() -> None:
    vague = "{of: acme, amount: %s}"
    moves = [ISSUE % "50.0m USD", sale("10.0", "10.0m USD")]
    assert check(moves, values=[vague % "100m USD"]).reading == "pre"
    assert check(moves, values=[vague % "150m USD"]).reading == "post"


def test_rounding_is_no_misfit() -> None:
    found = check([sale("9.1", "137m USD")], values=[VALUE % ("1.5bn USD", "pre")])
    assert found.verdict == "fits"


def test_existing_shares_sold_below_value_are_a_discount() -> None:
    moves = [sale("10", "70m USD"), "{of: acme, from: d, to: e, share: 5.0, for: 50m USD}"]
    line = only(check(moves, values=[VALUE % ("1.0bn USD", "post")]))
    assert line.reason == "discount"
    assert line.gap == "US$238m less"


def test_stake_that_contains_an_earlier_holding_is_explained() -> None:
    line = only(check([sale("5.0", "50m USD"), *[]], "b: '-> 25'", [VALUE % ("1.0bn USD", "post")]))
    assert line.reason == "held-before"


def test_amount_that_is_only_a_part_is_explained_by_the_other_that_was_printed() -> None:
    more = "\n  amounts: {commitment: 184m USD}"
    found = check([ISSUE % "84.0m USD"], "b: '-> 75.0'", [VALUE % ("60.6m USD", "pre")], more)
    assert {line.reason for line in found.lines if line.status == "misfits"} == {"other-amount"}


def test_other_currency_is_held_against_at_the_rates_of_the_time() -> None:
    fits = check([sale("10", "100m USD")], values=[VALUE % ("1.35bn SGD", "post")])
    assert fits.verdict == "fits"
    off = check([sale("10", "100m USD")], values=[VALUE % ("1.0bn SGD", "post")])
    assert off.verdict == "misfits"


def test_currency_without_a_rate_is_not_compared() -> None:
    found = check([sale("10", "100m USD")], values=[VALUE % ("22tn VND", "post")])
    assert found.verdict == "open"


def test_parts_that_are_more_than_the_whole_do_not_fit() -> None:
    more = "\n  amounts: {total: 180m EUR}"
    moves = [ISSUE % "180m EUR", "{of: acme, to: c, new: 'yes', for: 60m EUR}"]
    line = only(check(moves, more=more))
    assert (line.kind, line.gap, line.is_finding) == ("sum", "€58.5m", True)


def test_parts_that_are_less_leave_room_for_others() -> None:
    found = check([ISSUE % "80m EUR"], more="\n  amounts: {total: 180m EUR}")
    assert (found.verdict, found.lines[0].reason) == ("fits", "others")


def test_shares_sold_that_do_not_lead_from_before_to_after() -> None:
    line = only(check([sale("5.0", "undisclosed")], "c: '20.0 -> 10.0'"))
    assert (line.kind, line.gap, line.expected) == ("shares", "4.8 points", "14.9% to 15.1%")


def test_buyback_leaves_every_other_a_larger_part() -> None:
    found = check(["{of: acme, from: c, share: 20, for: undisclosed}"], "c: '40 -> 24'")
    assert (found.verdict, found.lines[0].reason) == ("fits", "withdrawn")


def test_misfit_of_a_deprecated_claim_is_known_by_its_reason() -> None:
    stakes = "b: [-> 33, {value: -> 50, sources: [s2016], rank: deprecated, reason: over old}]"
    found = check([ISSUE % "50m USD"], stakes, [VALUE % ("100m USD", "pre")])
    assert (only(found).known, found.findings) == ("over old", ())


def test_misfit_that_an_editor_let_stand_is_known_by_its_reason() -> None:
    more = "\n  checked:\n    - {finding: stakes.acme, reason: votes were printed}"
    found = check([ISSUE % "50m USD"], "b: '-> 50'", [VALUE % ("100m USD", "pre")], more)
    assert only(found).known == "votes were printed"
    assert found.findings == ()


def test_unknown_deal_is_an_error() -> None:
    with pytest.raises(EntrepotError, match="there is no deal 'nothing'"):
        check_deals(corpus(""), "nothing")


amounts = st.integers(10, 999)


@settings(max_examples=80, deadline=None)
@given(old=amounts, new=amounts, part=st.integers(1, 20))
def test_numbers_that_follow_from_each_other_fit_however_they_are_rounded(
    old: int, new: int, part: int
) -> None:
    """A round at a price: value before, money, shares sold beside it, and the buyer's share."""
    after = (100 * new + part * old) / (old + new)
    bought = old * part / 100
    moves = [
        f"{{of: acme, to: b, new: 'yes', for: {new}m USD}}",
        f"{{of: acme, from: c, to: b, share: {part}, for: {bought:.2f}m USD}}",
    ]
    values = [VALUE % (f"{old}m USD", "pre"), VALUE % (f"{old + new}m USD", "post")]
    assert check(moves, f"b: '-> {after:.1f}'", values).verdict == "fits"


def test_lazada_of_2016_prefers_51_and_explains_67() -> None:
    found = check_deals(packaged_corpus(), "alibaba-lazada-2016").checks[0]
    stakes = {line.printed: line for line in found.lines if line.field.endswith("alibaba.after")}
    assert stakes["51"].status == "fits"
    assert (stakes["67"].status, stakes["67"].reason) == ("misfits", "new-over-old")
    assert found.reading == "pre"
    assert stakes["67"].why is not None


def test_lazada_of_2016_is_decided_by_arithmetic_not_by_the_rank_of_claims() -> None:
    plains = [dict(plain) for plain in packaged_corpus().plains.values()]
    deal = next(plain for plain in plains if plain.get("deal") == "alibaba-lazada-2016")
    printed = ["-> 51 @bsg-2017-06-28", "-> 67 @globalventuring-2016-04"]
    deal["stakes"] = {"lazada": {**deal["stakes"]["lazada"], "alibaba": printed}}
    records = packaged_corpus().of(plains)
    found = check_deals(records, "alibaba-lazada-2016").checks[0]
    assert [line.printed for line in found.findings] == ["67"]


def test_lazada_of_2017_reconciles() -> None:
    found = check_deals(packaged_corpus(), "alibaba-lazada-2017").checks[0]
    assert (found.verdict, found.value) == ("fits", "US$3.15bn")
    kinds = {line.kind for line in found.lines}
    assert {"valuation", "sale", "stake", "shares"} <= kinds


def test_deals_of_an_actor_and_of_a_time() -> None:
    records = packaged_corpus()
    early = check_deals(records, None, Clocks.read("2016-12-31"), actor="lazada")
    assert {found.deal for found in early} == {"alibaba-lazada-2016"} | {
        found.deal for found in early if found.date and found.date[:4] <= "2016"
    }
    assert "alibaba-lazada-2017" in {found.deal for found in check_deals(records, actor="lazada")}


def test_answer_is_the_same_from_every_engine(loaded: Endpoint) -> None:
    with Store.open(loaded) as store:
        stored = stored_corpus(store)
    assert to_json(check_deals(stored)) == to_json(check_deals(packaged_corpus()))
