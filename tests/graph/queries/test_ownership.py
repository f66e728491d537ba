"""Owners and holdings at dates: shares, ranges, what is unknown, and what lost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from samples import corpus
from small_world import world, world_graph

from entrepot.cli.control import report_control
from entrepot.cli.output import render
from graph.building import build
from graph.clocks import Clocks
from graph.graphs import MemoryGraph
from graph.queries.control import find_control
from graph.queries.ownership import OwnersAnswer, Stake, find_holdings, find_owners
from ontology.values import Date


def owners(as_of: str | None = None, company: str = "lazy") -> OwnersAnswer:
    return find_owners(world_graph(), company, Clocks.read(as_of))


def stake(answer: OwnersAnswer, holder: str) -> Stake:
    return next(each for each in answer if each.holder == holder)


def test_owners_at_a_date_are_those_of_the_policy() -> None:
    acme = stake(owners("2016-12-31"), "acme")
    assert (acme.share, acme.share_min, acme.seen) == ("51", 51.0, "by 2016-06")
    assert [loser.value for loser in acme.losers] == ["67"]
    assert acme.why is not None


def test_owners_of_the_day_before_are_others() -> None:
    assert [each.holder for each in owners("2016-01-01")] == ["orbit", "tesko"]


def test_owners_without_a_date_are_the_latest_known() -> None:
    answer = owners()
    assert stake(answer, "acme").share == "83"
    assert "orbit" not in {each.holder for each in answer}


def test_share_not_restated_in_an_issue_is_a_range() -> None:
    tesko = stake(owners("2016-12-31"), "tesko")
    assert tesko.share_min < 16.4
    assert tesko.share_max == 16.4


def test_remainder_lies_between_what_the_shares_leave() -> None:
    answer = owners("2015-01-01")
    assert (answer.remainder_min, answer.remainder_max) == (65.7, 65.7)


def test_year_in_which_a_share_changed_gives_one_row_with_both() -> None:
    acme = stake(owners("2017"), "acme")
    assert (acme.either, acme.share) == (("51",), "83")
    assert (acme.share_min, acme.share_max) == (51.0, 83.0)


def test_votes_apart_from_the_share_are_told() -> None:
    assert stake(owners(company="acme"), "jane-doe").votes == 9.0


def test_stake_of_a_managed_fund_is_within_its_managers_and_counted_once() -> None:
    records = """
- company: held
  name: Held
- company: manager
  name: Manager
- fund: vehicle
  name: Vehicle
  manager: manager
- disclosure: held-2016
  company: held
  at: 2016-01-01
  holders: {manager: 30, vehicle: 30}
"""
    answer = find_owners(MemoryGraph(build(corpus(records))), "held")
    assert stake(answer, "vehicle").within == "manager"
    assert answer.remainder_max == 70.0


def test_control_without_shares_stands_beside_the_owners() -> None:
    records = """
- company: head
  name: Head
- company: unit
  name: Unit
  controlledBy: [{who: head, basis: contractual, from: 2015}]
"""
    answer = find_owners(MemoryGraph(build(corpus(records))), "unit")
    assert not answer.owners
    assert [link.start for link in answer.controllers] == ["head"]
    assert answer.found


def test_owners_of_nobody_are_not_found() -> None:
    assert not owners(company="island").found


def test_holdings_are_the_other_side() -> None:
    answer = find_holdings(world_graph(), "acme", Clocks.read("2018"))
    assert [(each.company, each.share) for each in answer] == [("lazy", "83")]


def test_known_earlier_the_policy_may_choose_otherwise() -> None:
    then = MemoryGraph(build(world().known_at(Date.parse("2017-06-28").last)))
    later = stake(find_owners(then, "lazy", Clocks.read("2016-12-31")), "acme")
    assert later.share == "51"
    assert later.known_from == "2017-06-28"


def test_stake_of_a_jointly_controlled_company_is_nobodys_own() -> None:
    records = """
- company: held
  name: Held
- company: vehicle
  name: Vehicle
  controlledBy:
    - {who: one, basis: joint, from: 2010}
    - {who: two, basis: joint, from: 2010}
- person: one
  name: One
- person: two
  name: Two
- disclosure: held-2016
  company: held
  at: 2016-01-01
  holders: {vehicle: 30, one: 10}
"""
    answer = find_owners(MemoryGraph(build(corpus(records))), "held")
    assert stake(answer, "vehicle").within is None
    assert answer.remainder_max == 60.0


BEFORE_IT_WAS_SEEN = """
- company: held
  name: Held
  founded: 2012
- company: late
  name: Late
- disclosure: held-2025-07
  company: held
  at: by 2025-07-02
  holders: {late: 9.18}
- disclosure: held-2025-08
  company: held
  at: by 2025-08
  holders: {late: 9.97}
"""


@pytest.mark.parametrize(("day", "holds"), [("2014-12", "possible"), ("2025-07-15", "yes")])
def test_segments_that_follow_each_other_are_sure_only_where_the_first_has_begun(
    day: str, holds: str
) -> None:
    graph = MemoryGraph(build(corpus(BEFORE_IT_WAS_SEEN)))
    (late,) = find_owners(graph, "held", Clocks.read(day))
    assert (late.holds, late.share_min) == (holds, 0.0 if holds == "possible" else 9.18)


def test_control_says_possibly_of_a_holder_that_owners_calls_possible() -> None:
    graph = MemoryGraph(build(corpus(BEFORE_IT_WAS_SEEN)))
    answer = find_control(graph, "held", clocks=Clocks.read("2014-12"))
    (late,) = answer.direct
    assert (late.holds, late.share_min, late.votes_min) == ("possible", Decimal(0), Decimal(0))
    assert "(possibly)" in render(report_control(answer), "table", 100)
