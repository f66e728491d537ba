"""The twelve rules by which holdings follow from deals and disclosures, one example each."""

from __future__ import annotations

from datetime import date

import pytest
from samples import corpus

from graph.holdings import derive_holdings
from graph.ledgers import Holding
from graph.linking import derive_links


def timeline(text: str, company: str = "target") -> list[tuple[str, str, str, str]]:
    """Holder, share, start and end of every segment of a company."""
    found = derive_holdings(corpus(text)).segments
    return [_row(holding) for holding in found if holding.company == company]


def _row(holding: Holding) -> tuple[str, str, str, str]:
    start = holding.start.text if holding.start else ""
    return (holding.holder, holding.share.text, start, holding.end.text if holding.end else "")


def links(text: str) -> set[tuple[str, str, str]]:
    return {(link.type, link.start, link.end) for link in derive_links(corpus(text))}


def test_share_observed_is_carried_forward_with_its_date() -> None:
    found = derive_holdings(
        corpus("""
- deal: a-target-2016
  type: stake-purchase
  completed: 2016-04-12
  stakes: {target: {a: -> 20}}
""")
    ).segments
    assert [(h.holder, h.share.text, h.seen.text, h.end) for h in found] == [
        ("a", "20", "2016-04-12", None)
    ]


def test_issue_turns_a_bystander_into_a_range() -> None:
    rows = timeline("""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40}
- deal: a-target-2016
  type: funding-round
  completed: 2016-04-12
  moves:
    - {of: target, to: a, new: yes, share: 25, for: 100m USD}
""")
    assert ("b", "32..40", "2016-04-12", "") in rows
    assert ("b", "40", "by 2015-01-01", "2016-04-12") in rows
    assert ("a", "20", "2016-04-12", "") in rows


def test_issue_of_unknown_size_leaves_a_bystander_at_most_what_it_had() -> None:
    rows = timeline("""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40}
- deal: a-target-2016
  type: funding-round
  completed: 2016-04-12
  moves: [{of: target, to: a, new: yes, for: 100m USD}]
""")
    assert ("b", "0..40", "2016-04-12", "") in rows


def test_taking_part_without_a_share_is_unknown_and_no_control() -> None:
    text = """
- deal: a-target-2016
  type: funding-round
  completed: 2016-04-12
  moves: [{of: target, to: a, new: yes, for: 100m USD}]
"""
    assert timeline(text) == [("a", "unknown", "2016-04-12", "")]
    assert links(text) == {("OWNS", "a", "target"), ("INVESTED_IN", "a", "target")}


@pytest.mark.parametrize(
    ("takers", "expected"), [("b", "40..100"), ("[a, b]", "unknown")], ids=["alone", "with another"]
)
def test_taker_of_an_issue_keeps_its_share_only_if_alone(takers: str, expected: str) -> None:
    rows = timeline(f"""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {{b: 40}}
- deal: round-2016
  type: funding-round
  completed: 2016-04-12
  moves: [{{of: target, to: {takers}, new: yes, for: 100m USD}}]
""")
    assert ("b", expected, "2016-04-12", "") in rows


def test_seller_without_a_record_held_before_from_an_unknown_start() -> None:
    rows = timeline("""
- deal: a-target-2016
  type: stake-purchase
  completed: 2016-04-12
  moves: [{of: target, from: b, to: a, share: 9.1, for: 137m USD}]
  stakes: {target: {b: -> 8.8}}
""")
    assert rows == [
        ("a", "9.1", "2016-04-12", ""),
        ("b", "9.1..100", "", "2016-04-12"),
        ("b", "8.8", "2016-04-12", ""),
    ]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [(("10", "20"), "30"), (("majority", "unknown"), "majority"), (("10", "unknown"), "10")],
)
def test_several_purchases_of_one_deal_are_one_holding(
    shares: tuple[str, str], expected: str
) -> None:
    rows = timeline(f"""
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  moves:
    - {{of: target, from: b, to: a, share: {shares[0]}}}
    - {{of: target, from: c, to: a, share: {shares[1]}}}
""")
    assert [row for row in rows if row[0] == "a"] == [("a", expected, "2016-04-12", "")]


def test_move_beside_an_issue_is_never_simply_subtracted() -> None:
    rows = timeline("""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40}
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  moves:
    - {of: target, to: a, new: yes, for: 500m USD}
    - {of: target, from: b, to: a, share: 10, for: 137m USD}
""")
    assert ("b", "0..40", "2016-04-12", "") in rows
    assert all(row[1] != "30" for row in rows)


@pytest.mark.parametrize(
    ("moves", "stakes"),
    [
        ("[{of: target, from: b, to: a, share: 40}]", "{}"),
        ("[{of: target, from: holders, to: a, share: all}]", "{}"),
        ("[{of: target, from: b, to: a}]", "{target: {b: -> 0}}"),
        ("[]", "{target: {a: -> 100}}"),
    ],
    ids=["sold everything", "from all holders", "after of nothing", "another has all"],
)
def test_exit_ends_a_holding(moves: str, stakes: str) -> None:
    rows = timeline(f"""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {{b: 40}}
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  moves: {moves}
  stakes: {stakes}
""")
    assert ("b", "40", "by 2015-01-01", "2016-04-12") in rows
    assert not [row for row in rows if row[0] == "b" and row[3] == ""]


def test_absence_from_a_complete_disclosure_ends_a_holding_by_then() -> None:
    rows = timeline("""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40, c: 60}
- disclosure: holders-2018
  company: target
  at: 2018-01-01
  complete: yes
  holders: {c: 100}
""")
    assert ("b", "40", "by 2015-01-01", "by 2018-01-01") in rows


def test_shares_for_all_holders_of_another_company_pass_to_them() -> None:
    rows = timeline(
        """
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40, c: 60}
- deal: merger-2016
  type: merger
  completed: 2016-04-12
  moves:
    - {of: target, from: holders, to: newco, share: all}
    - {of: newco, to: holders of target, new: yes}
""",
        "newco",
    )
    assert [row[:3] for row in rows] == [
        ("b", "unknown", "2016-04-12"),
        ("c", "unknown", "2016-04-12"),
    ]


def test_holders_who_get_shares_are_those_from_before_the_deal() -> None:
    rows = timeline(
        """
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40, c: 60}
- deal: merger-2016
  type: merger
  completed: 2016-04-12
  moves:
    - {of: target, from: holders, to: a-newco, share: all}
    - {of: a-newco, to: holders of target, new: yes}
    - {of: z-newco, to: holders of target, new: yes}
""",
        "z-newco",
    )
    assert [row[0] for row in rows] == ["b", "c"]


def test_end_known_to_the_year_only_lies_after_the_share_was_last_seen() -> None:
    rows = timeline("""
- deal: a-target-2016
  type: stake-purchase
  completed: 2016-04-12
  stakes: {target: {a: -> 30}}
- deal: a-target-2016-more
  type: stake-purchase
  completed: 2016
  moves: [{of: target, from: b, to: a, share: 5}]
""")
    assert [row for row in rows if row[0] == "a"] == [
        ("a", "30", "2016-04-12", "2016-04-12..2016-12-31"),
        ("a", "35", "2016-04-12..2016-12-31", ""),
    ]


def test_company_is_no_holder_of_itself() -> None:
    rows = timeline("""
- deal: buyback-2016
  type: restructuring
  completed: 2016-04-12
  moves: [{of: target, from: b, to: target, share: 10}]
""")
    assert [row[0] for row in rows] == ["b", "b"]


def test_control_passes_once_and_a_top_up_is_no_second_acquisition() -> None:
    found = derive_links(
        corpus("""
- deal: a-target-2016
  type: acquisition
  completed: 2016-04-12
  moves: [{of: target, to: a, new: yes, for: 500m USD}]
  stakes: {target: {a: -> 51}}
- deal: a-target-2017
  type: stake-purchase
  completed: 2017-06-28
  moves: [{of: target, from: holders, to: a, share: 32, for: 1bn USD}]
  stakes: {target: {a: 51 -> 83}}
  sources: [s2017]
""")
    )
    acquired = [link.text("dealId") for link in found if link.type == "ACQUIRED"]
    assert acquired == ["a-target-2016"]
    control = [link for link in found if link.type == "CONTROLS"]
    assert [(c.text("validFrom"), c.text("validTo")) for c in control] == [("2016-04-12", "")]


@pytest.mark.parametrize("status", ["rumoured", "talks", "offered", "announced", "approved"])
def test_deal_not_completed_derives_no_holding(status: str) -> None:
    text = f"""
- deal: a-target-2016
  type: acquisition
  {status}: 2016-04-12
  moves: [{{of: target, to: a, share: all, for: 500m USD}}]
"""
    assert timeline(text) == []
    expected = {("AGREED_TO_BUY", "a", "target")} if status == "announced" else set()
    assert links(text) == expected


def test_option_derives_nothing() -> None:
    text = """
- deal: a-target-2016
  type: stake-purchase
  completed: 2016-04-12
  moves: [{of: target, from: b, to: a, share: 10, option: yes}]
"""
    assert timeline(text) == []
    assert links(text) == set()


def test_declared_control_needs_no_shares() -> None:
    text = """
- company: target
  name: Target
  controlledBy: [{who: a, basis: contractual, from: 2012, to: 2015}]
"""
    found = [link for link in derive_links(corpus(text)) if link.type == "CONTROLS"]
    assert [(c.start, c.text("basis"), c.properties["toDay"]) for c in found] == [
        ("a", "contractual", date(2016, 1, 1))
    ]


LAZADA = """
- deal: a-target-2016
  type: acquisition
  announced: 2016-04-12
  completed: 2016-04-12
  moves: [{of: target, to: a, new: yes, for: 500m USD}]
  stakes: {target: {a: [-> 51 @early, -> 67 @s2016]}}
- deal: a-target-2017
  type: stake-purchase
  completed: 2017-06-28
  moves: [{of: target, from: b, to: a, for: 1bn USD}]
  stakes: {target: {a: 51 -> 83}}
  sources: [s2017]
"""


def test_later_before_votes_on_an_earlier_after() -> None:
    rows = timeline(LAZADA)
    assert ("a", "51", "2016-04-12", "2017-06-28") in rows
    known = derive_holdings(corpus(LAZADA).known_at(date(2016, 5, 1))).segments
    assert [h.share.text for h in known if h.holder == "a"] == ["67"]


def test_disputed_share_that_was_seen_before_a_sale_splits_in_between() -> None:
    rows = timeline("""
- disclosure: holders-2015
  company: target
  at: 2015-01-01
  holders: {b: 40}
- deal: a-target-2016
  type: stake-purchase
  completed: 2016-04-12
  moves: [{of: target, from: b, to: a, share: 5}]
  stakes: {target: {b: 30 -> 25}}
""")
    assert ("b", "40", "by 2015-01-01", "2015-01-01..2016-04-12") in rows
    assert ("b", "30", "2015-01-01..2016-04-12", "2016-04-12") in rows
