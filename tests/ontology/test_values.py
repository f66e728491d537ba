"""The grammar of values: what it reads, what it refuses, and that nothing is lost in between."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.errors import ValueFormatError
from ontology.values import Date, Money, Number, Share, Stake, split_sources

numbers = st.decimals(0, 100, places=2).map(lambda d: f"{d.normalize():f}")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2016-04-12", date(2016, 4, 12), date(2016, 4, 12)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-Q4", date(2016, 10, 1), date(2016, 12, 31)),
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("by 2016-06", None, date(2016, 6, 30)),
        ("2016-04..2017", date(2016, 4, 1), date(2017, 12, 31)),
    ],
)
def test_date_is_the_days_that_it_may_be(text: str, first: date | None, last: date) -> None:
    found = Date.parse(text)
    assert (found.first, found.last, str(found)) == (first, last, text)


@pytest.mark.parametrize(
    "text",
    ["", "16", "2016-13", "2015-02-29", "2016-Q5", "12.4.2016", "by", "2017..2016", "2016-4-1"],
)
def test_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        Date.parse(text)


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y", "by %Y-%m"]))
def test_date_contains_the_day_that_it_was_made_of(day: date, form: str) -> None:
    found = Date.parse(day.strftime(form).rjust(4, "0"))
    assert (found.first or date.min) <= day <= found.last
    assert found.after > day or day == date.max


@pytest.mark.parametrize(
    ("text", "low", "high", "controls"),
    [
        ("51", 51, 51, True),
        ("50", 50, 50, False),
        (">50", 50, 100, True),
        (">=50", 50, 100, False),
        ("<5", 0, 5, False),
        ("~51", 51, 51, True),
        ("30..60", 30, 60, False),
        ("all", 100, 100, True),
        ("majority", 50, 100, True),
        ("minority", 0, 50, False),
        ("unknown", 0, 100, False),
        ("40 (60 votes)", 40, 40, True),
        ("60 (40 votes)", 60, 60, False),
    ],
)
def test_share_is_an_interval_and_knows_control(
    text: str, low: int, high: int, controls: bool
) -> None:
    share = Share.parse(text)
    assert (int(share.low), int(share.high)) == (low, high)
    assert (share.is_control, str(share)) == (controls, text)


@pytest.mark.parametrize(
    "text", ["", "51%", "101", "60..50", "-3", "half", "51 (101 votes)", "0,5"]
)
def test_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        Share.parse(text)


@given(numbers, numbers, st.sampled_from(["", " diluted", " issued"]))
def test_share_comes_back_as_it_was_written(one: str, other: str, basis: str) -> None:
    low, high = sorted((one, other), key=Decimal)
    for text in (one, f"{low}..{high}", f"{one} ({other} votes)"):
        share = Share.parse(text + basis)
        assert Share.parse(str(share)) == share


def test_stake_may_lack_a_side_but_not_both() -> None:
    assert Stake.parse("17.9 -> 8.8") == Stake(Share.parse("17.9"), Share.parse("8.8"))
    assert Stake.parse("-> 0").before is None
    for text in ("->", "8.8"):
        with pytest.raises(ValueFormatError):
            Stake.parse(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("137m USD", 137_000_000, 137_000_000, "USD"),
        ("~1.02bn USD", 1_020_000_000, 1_020_000_000, "USD"),
        (">500m EUR", 500_000_000, None, "EUR"),
        ("<2k SGD", None, 2_000, "SGD"),
        ("100..150m USD", 100_000_000, 150_000_000, "USD"),
        ("-12.5m EUR", -12_500_000, -12_500_000, "EUR"),
        ("undisclosed", None, None, ""),
    ],
)
def test_money_keeps_its_currency_and_its_open_ends(
    text: str, low: int | None, high: int | None, currency: str
) -> None:
    money = Money.parse(text)
    assert (money.low, money.high, money.currency, str(money)) == (low, high, currency, text)


@pytest.mark.parametrize("text", ["137m", "USD 137m", "137 mUSD", "137M USD", "one USD", "$137m"])
def test_money_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueFormatError):
        Money.parse(text)


def test_number_knows_percent_and_scale() -> None:
    assert Number.parse("37.5m").low == 37_500_000
    assert Number.parse("66%").unit == "%"
    assert Number.parse("30..40").middle == 35
    with pytest.raises(ValueFormatError):
        Number.parse("many")


@given(
    st.text(st.characters(exclude_characters="@", categories=["L", "N", "P"]), min_size=1),
    st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True), max_size=3),
)
def test_sources_are_parted_from_their_value(value: str, sources: list[str]) -> None:
    text = value + "".join(f" @{source}" for source in sources)
    assert split_sources(text) == (value, tuple(sources))
