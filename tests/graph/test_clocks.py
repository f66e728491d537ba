"""Whether links hold on dates, sure or possible, and when events are live."""

from __future__ import annotations

import pytest

from graph.clocks import Clocks, holds, live_periods, period_of
from graph.elements import Property, Relationship
from ontology.errors import ValueFormatError
from ontology.values import Date


def link(kind: str = "OWNS", own: str = "x", **properties: Property) -> Relationship:
    return Relationship(own, kind, "a", "b", properties)


@pytest.mark.parametrize(
    ("dates", "as_of", "expected"),
    [
        (("2016-04-12", "2018-03-05"), "2016-04-12", "yes"),
        (("2016-04-12", "2018-03-05"), "2016-04-11", "no"),
        (("2016-04-12", "2018-03-05"), "2018-03-05", "no"),
        (("2016-04-12", "2018-03-05"), "2018-03-04", "yes"),
        (("2016-04", ""), "2016-04-15", "possible"),
        (("2016-04", ""), "2016-04-30", "yes"),
        (("2016-04", ""), "2016-04", "yes"),
        (("2010", "2016-04"), "2016-04-15", "possible"),
        (("2010", "2016-04"), "2016", "yes"),
        (("2010", "2016-04"), "2017", "no"),
        (("by 2014-06", ""), "2013", "possible"),
        (("by 2014-06", ""), "2014-06-30", "yes"),
        (("2014..2015", ""), "2013-12-31", "no"),
        (("2014..2015", ""), "2014-07", "possible"),
    ],
)
def test_state_at_a_date_is_as_sure_as_its_dates(
    dates: tuple[str, str], as_of: str, expected: str
) -> None:
    state = link(validFrom=dates[0], validTo=dates[1])
    assert holds(state, Date.parse(as_of)) == expected


def test_unknown_start_is_possible_before_it_was_seen_and_not_before_the_founding() -> None:
    state = link(validFrom="", shareAsOf="2014-12", fromDay=Date.parse("2012").first or "")
    found = [holds(state, Date.parse(day)) for day in ("2011-12-31", "2013", "2014-12-31")]
    assert found == ["no", "possible", "yes"]


def test_unknown_start_without_an_observation_counts_from_when_it_was_told() -> None:
    state = link("RUNS", validFrom="", knownFrom="2016-04-12")
    assert holds(state, Date.parse("2016-04-12")) == "yes"
    assert holds(state, Date.parse("2016-04-11")) == "possible"


def test_end_by_a_day_is_sure_only_until_it_was_last_seen() -> None:
    state = link(validFrom="2010-01-01", validTo="by 2016-06", shareAsOf="2014-03-01")
    found = [holds(state, Date.parse(day)) for day in ("2014-03-01", "2015", "2016-06-30")]
    assert found == ["yes", "possible", "no"]


def test_event_holds_from_its_date_on_whatever_ended() -> None:
    event = link("ACQUIRED", date="2016-04-12", validFrom="2016-04-12")
    assert [holds(event, Date.parse(day)) for day in ("2016-04-11", "2030")] == ["no", "yes"]


def test_event_is_live_as_long_as_what_its_deal_opened_goes_on() -> None:
    event = link("ACQUIRED", "event", date="2016-04-12", dealId="d1")
    first = link(own="first", validFrom="2016-04-12", validTo="2017-07-01", dealId="d1")
    second = link(own="second", validFrom="2017-07-01", validTo="2020-01-01", dealId="d2")
    live = live_periods([event, first, second])["event"]
    assert not live.has_ended(Date.parse("2019-12-31"))
    assert live.has_ended(Date.parse("2020-01-01"))
    assert live.has_ended(None)


def test_event_has_ended_when_a_gap_follows_what_it_opened() -> None:
    event = link("INVESTED_IN", "event", date="2012", dealId="d1")
    first = link(own="first", validFrom="2012", validTo="2014", dealId="d1")
    later = link(own="later", validFrom="2018", validTo="", dealId="d2")
    assert live_periods([event, first, later])["event"].has_ended(None)


def test_founding_never_ends_and_a_sale_is_over_at_once() -> None:
    founding = link("FOUNDED", "founding", date="2012")
    sale = link("SOLD_STAKE_IN", "sale", date="2016-04-12", validFrom="2016-04-12")
    live = live_periods([founding, sale])
    assert not live["founding"].has_ended(None)
    assert live["sale"].has_ended(None)


def test_announced_purchase_ends_when_it_falls_through() -> None:
    event = link("AGREED_TO_BUY", date="2015", validFrom="2015", validTo="2016-02")
    live = live_periods([event])["x"]
    assert not live.has_ended(Date.parse("2015-12-31"))
    assert live.has_ended(Date.parse("2016-03"))


def test_announced_purchase_is_no_longer_live_than_what_the_buyer_held_since() -> None:
    event = link("AGREED_TO_BUY", "event", date="2015", validFrom="2015")
    held = link(own="held", validFrom="2016", validTo="2018")
    before = link(own="before", validFrom="2010", validTo="2012")
    assert live_periods([event, held, before])["event"].has_ended(None)
    assert not live_periods([event, before])["event"].has_ended(None)


def test_segments_that_meet_inside_a_year_hold_for_sure_together() -> None:
    first = link(own="first", validFrom="2016-04", validTo="2018")
    second = link(own="second", validFrom="2018", validTo="")
    live = live_periods([first, second])
    assert live["second"].holds(Date.parse("2018-06-01")) == "yes"
    assert holds(second, Date.parse("2018-06-01")) == "possible"


def test_period_covers_a_year_only_when_it_holds_on_every_day() -> None:
    period = period_of(link(validFrom="2015-06", validTo=""))
    assert period.covers(Date.parse("2016"))
    assert not period.covers(Date.parse("2015"))


def test_clocks_refuse_what_is_no_date() -> None:
    with pytest.raises(ValueFormatError, match="a date such as"):
        Clocks.read(as_of="last year")
