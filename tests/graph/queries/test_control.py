"""Who controls whom: verdicts under ranges, disputes and dates, proofs, shares through chains."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from packaged import packaged_memory
from samples import corpus
from small_world import world_graph

from entrepot.cli.control import report_control
from entrepot.cli.output import render
from graph.building import build
from graph.clocks import Clocks
from graph.engines.endpoint import Endpoint
from graph.errors import UnknownName
from graph.graphs import MemoryGraph
from graph.queries.answers import to_json
from graph.queries.control import ControlAnswer, find_control
from graph.store import Store
from graph.store_graph import StoreGraph


def holders(company: str, **stakes: str) -> str:
    """A disclosure of 2016."""
    rows = "".join(f"\n    {holder}: '{share}'" for holder, share in stakes.items())
    return (
        f"\n- disclosure: {company}-2016\n  company: {company}\n  at: 2016-01-01\n  holders:{rows}"
    )


def ask(
    text: str, company: str, by: str | None = None, as_of: str | None = "2016-06-01"
) -> ControlAnswer:
    names = sorted(set("abcdexyz") - set(_described(text)))
    actors = "".join(f"\n- company: {name}\n  name: {name.upper()}" for name in names)
    graph = MemoryGraph(build(corpus(actors + text)))
    return find_control(graph, company, by, Clocks.read(as_of))


def _described(text: str) -> list[str]:
    return [line.split()[-1] for line in text.splitlines() if line.startswith("- company:")]


def shares(answer: ControlAnswer) -> dict[str, float]:
    return {row.id: float(row.share) for row in answer.integrated if row.share is not None}


def test_majority_controls_for_certain() -> None:
    found = ask(holders("b", a="51"), "b")
    assert (found.verdict, found.controllers) == ("certain", ("a",))
    assert found.proof[0].sentence == "A has 51% of the votes of B"
    assert found.proof[0].premises[0].sources


def test_control_goes_through_companies_and_ends_at_the_top() -> None:
    found = ask(holders("b", a="60") + holders("c", b="51"), "c")
    assert found.controllers == ("a",)
    assert [(row.ids, row.ultimate, row.direct) for row in found.control] == [
        (("a",), True, False),
        (("b",), False, True),
    ]
    premise = found.proof[0].premises[0]
    assert premise.holder == "b"
    assert premise.because is not None
    assert premise.because.premises[0].holder == "a"


def test_shares_of_two_that_one_controls_are_added() -> None:
    records = holders("b", a="60") + holders("c", a="60") + holders("d", b="30", c="25")
    found = ask(records, "d")
    assert (found.verdict, found.controllers) == ("certain", ("a",))
    assert found.proof[0].size == 4


def test_shares_of_a_group_that_may_contain_each_other_are_possible_only() -> None:
    found = ask(holders("b", a="60") + holders("d", a="30", b="25"), "d")
    assert (found.verdict, found.controllers) == ("possible", ("a",))
    assert any("own alone" in turn.sentence for turn in found.control[0].turns)
    assert shares(found)["a"] == pytest.approx(0.05 + 0.25 * 0.6)


@pytest.mark.parametrize(
    ("share", "verdict"),
    [
        ("50", "no"),
        ("49", "unknown"),
        (">50", "certain"),
        ("majority", "certain"),
        ("45..60", "possible"),
        (">40", "unknown"),
        ("unknown", "unknown"),
    ],
)
def test_verdict_of_a_share(share: str, verdict: str) -> None:
    assert ask(holders("b", a=share), "b").verdict == verdict


def test_unknown_share_gives_no_control_where_another_has_the_rest() -> None:
    found = ask(holders("b", a="83", x="unknown"), "b", by="x")
    assert (found.verdict, found.found) == ("no", False)


def test_disputed_share_is_certain_where_every_claim_is_a_majority() -> None:
    claims = (
        "\n- deal: a-b\n  type: acquisition\n  completed: 2016-01-05\n  stakes:\n    b:\n      a:"
    )
    disputed = f"{claims}\n        - -> 51 @s2016\n        - -> 67 @s2017\n"
    found = ask(disputed, "b")
    assert found.verdict == "certain"
    assert {claim.value for claim in found.control[0].turns[0].claims} == {"51", "67"}
    assert [found.integrated[0].share_min, found.integrated[0].share_max] == [
        Decimal("0.51"),
        Decimal("0.67"),
    ]


def test_disputed_share_is_possible_where_one_claim_is_none() -> None:
    claims = (
        "\n- deal: a-b\n  type: acquisition\n  completed: 2016-01-05\n  stakes:\n    b:\n      a:"
    )
    found = ask(f"{claims}\n        - -> 51 @s2016\n        - -> 49 @s2017\n", "b")
    assert found.verdict == "possible"
    turn = found.control[0].turns[0]
    assert "more than 50%" in turn.sentence
    assert set(turn.sources) >= {"s2016", "s2017"}


def test_rejected_claim_decides_nothing_and_is_told() -> None:
    claims = (
        "\n- deal: a-b\n  type: acquisition\n  completed: 2016-01-05\n  stakes:\n    b:\n      a:"
    )
    rejected = "{value: -> 20, rank: deprecated, reason: a slip, sources: [s2017]}"
    found = ask(f"{claims}\n        - -> 51 @s2016\n        - {rejected}\n", "b")
    assert found.verdict == "certain"
    assert "(rejected: 20%)" in found.control[0].turns[0].sentence


def test_many_whose_votes_are_unknown_are_listed_once_each() -> None:
    found = ask(holders("b", a="unknown", c="unknown", d="unknown"), "b")
    assert found.reason == "it is not on record how many votes in B belong to A, C and D"


def test_control_is_possible_within_a_date_that_is_too_wide() -> None:
    deal = "\n- deal: a-b\n  type: acquisition\n  completed: 2016-05\n  stakes: {b: {a: -> 60}}"
    assert [ask(deal, "b", as_of=day).verdict for day in ("2016-05-15", "2016-06-01")] == [
        "possible",
        "certain",
    ]


def test_votes_decide_and_capital_is_told_apart() -> None:
    found = ask(holders("b", a="10 (76 votes)", x="60"), "b")
    assert found.controllers == ("a",)
    assert [(each.id, each.votes_min) for each in found.direct] == [("x", None), ("a", 76)]
    assert shares(found) == {"x": 0.6, "a": 0.1}


@pytest.mark.parametrize("basis", ["declared", "contractual"])
def test_declared_control_is_proved_by_its_record(basis: str) -> None:
    company = f"""
- company: b
  name: B
  controlledBy: [{{who: a, basis: {basis}, from: 2015, sources: [s2016]}}]
"""
    found = ask(company + holders("c", b="70"), "c")
    assert (found.verdict, found.controllers) == ("certain", ("a",))
    assert found.proof[0].premises[0].because is not None
    assert found.proof[0].premises[0].because.way == basis


def test_joint_controllers_are_named_together() -> None:
    company = """
- company: b
  name: B
  controlledBy:
    - {who: x, basis: joint, from: 2015, sources: [s2016]}
    - {who: y, basis: joint, from: 2015, sources: [s2016]}
"""
    records = company + holders("c", b="70")
    found = ask(records, "c")
    assert (found.verdict, found.controllers) == ("certain", ("x", "y"))
    assert ask(records, "c", by="x").controllers == ("x", "y")


def test_two_halves_control_jointly() -> None:
    assert ask(holders("b", x="50", y="50"), "b").controllers == ("x", "y")


def test_cycle_counts_each_share_once() -> None:
    records = holders("b", a="70", c="30") + holders("c", b="60")
    assert shares(ask(records, "b"))["a"] == pytest.approx(0.8537, abs=5e-5)
    assert shares(ask(records, "c"))["a"] == pytest.approx(0.5122, abs=5e-5)
    assert {row.id: row.exact for row in ask(records, "c").integrated}["a"] == "21/41"


def test_closed_circle_is_reported() -> None:
    found = ask(holders("x", y="100") + holders("y", x="100"), "x")
    assert found.circles == (("x", "y"),)
    assert found.untraced == 0
    assert found.controllers == ("y",)


def test_group_is_what_it_controls_at_any_depth() -> None:
    records = holders("b", a="60") + holders("c", b="51") + holders("d", c="45..60", a="3")
    found = ask(records, "a")
    assert [(each.id, each.verdict) for each in found.group] == [
        ("b", "certain"),
        ("c", "certain"),
        ("d", "possible"),
    ]


def test_holders_without_a_majority_have_power() -> None:
    found = ask(holders("b", a="49", x="48", y="3"), "b")
    assert found.power is not None
    assert [each.banzhaf for each in found.power.holders] == [Decimal("0.333333")] * 3
    assert found.verdict == "no"


def test_group_of_two_holders_has_one_vote_in_power() -> None:
    found = ask(holders("x", a="60") + holders("b", a="20", x="20", y="30", z="25"), "b")
    assert found.power is not None
    assert {each.id: each.votes for each in found.power.holders} == {"a": 20, "y": 30, "z": 25}


def test_control_was_not_known_before_a_source_told_of_it() -> None:
    graph = world_graph()
    known = {by.verdict for by in (find_control(graph, "lazy", "acme", Clocks.read("2017")),)}
    assert known == {"certain"}
    assert find_control(graph, "lazy", "acme", Clocks.read("2010")).verdict == "no"


def test_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownName):
        ask("", "nobody-at-all")


def test_report_tells_the_proof_as_a_tree() -> None:
    found = ask(holders("b", a="60") + holders("c", b="51"), "c")
    page = render(report_control(found), "table", 100)
    assert "Certain, under every reading: A controlled C." in page
    assert page.index("B holds 51% of C") < page.index("A holds 60% of B")


def test_control_of_lazada_is_certain_under_every_claim() -> None:
    graph = packaged_memory()
    found = find_control(graph, "lazada", None, Clocks.read("2016-12-31"))
    assert (found.verdict, found.controllers) == ("certain", ("alibaba",))
    said = {claim.value for turn in found.control[0].turns for claim in turn.claims}
    assert {"51", "67"} <= said
    assert find_control(graph, "lazada", None, Clocks.read("2016-03-31")).verdict == "unknown"
    later: dict[str, Any] = to_json(find_control(graph, "lazada", None, Clocks.read("2018-06-01")))
    assert later["controllers"] == ["alibaba"]
    assert {"id", "share"} <= later["integrated"][0].keys()


def test_answers_on_every_engine_are_those_in_memory(loaded: Endpoint) -> None:
    memory = packaged_memory()
    with Store.open(loaded) as store:
        for company in ("lazada", "rocket-internet", "tokopedia"):
            clocks = Clocks.read("2017-12-31")
            stored = find_control(StoreGraph(store), company, None, clocks)
            assert to_json(stored) == to_json(find_control(memory, company, None, clocks))
