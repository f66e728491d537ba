"""What changed in an answer, which records caused it, and by which clock."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asked_in_memory import knowledge_of
from cli_world import Call
from hypothesis import given
from hypothesis import strategies as st
from small_world import world

from entrepot.cli.differences import report_diff
from entrepot.cli.output import render
from entrepot.knowledge import KnowledgeGraph
from entrepot.settings import Settings
from graph.engines.endpoint import Endpoint
from graph.queries.answers import to_json
from graph.queries.diff import DiffAnswer
from loaders.checking import packaged_corpus
from ontology.errors import EntrepotError

PATH = {"start": "acme", "goal": "orbit", "max_hops": 2}
OWNERS = {"company": "lazy"}


@cache
def kg() -> KnowledgeGraph:
    return knowledge_of(world())


@cache
def packaged() -> KnowledgeGraph:
    return knowledge_of(packaged_corpus())


def causes(answer: DiffAnswer, because: str = "world") -> list[str]:
    return [cause.id for cause in answer.causes if cause.because == because]


def test_path_that_came_about_is_added_and_names_the_deals() -> None:
    found = kg().diff("path", PATH, from_="2016-03-01", to="2017-12-31")
    assert [row.name for row in found.added] == ["Acme Holdings – Lazy Group – Orbit Internet SE"]
    assert found.removed == ()
    assert causes(found) == ["acme-lazy-2016", "acme-lazy-2017"]
    assert causes(found, "knowledge") == []


def test_steps_between_two_dates_tell_what_neither_answer_shows() -> None:
    found = kg().diff("path", PATH, from_="2016-03-01", to="2017-12-31")
    paths = [row.after for step in found.steps for row in step.rows if row.place == "paths"]
    told = [path["hops"][1]["type"] for path in paths if path]
    assert told == ["OWNS", "INCUBATED"]  # for a year both held shares; then one had only built it
    assert [step.as_of for step in found.steps] == sorted(step.as_of for step in found.steps)


def test_owner_who_sold_is_removed_by_the_deal_that_ended_it() -> None:
    found = kg().diff("owners", OWNERS, from_="2017-01-01", to="2018-01-01")
    assert [row.key for row in found.removed] == [("orbit", "lazy")]
    assert [row.key for row in found.changed if row.place == "owners"] == [("acme", "lazy")]
    assert causes(found) == ["acme-lazy-2017"]
    ended = [x for cause in found.causes for x in cause.links if x.turn == "ended"]
    assert {"orbit", "acme"} == {link.start for link in ended if link.type == "OWNS"}
    assert all(link.sources for link in ended)


def test_what_we_learnt_is_told_apart_from_what_happened() -> None:
    found = kg().diff(
        "owners", {**OWNERS, "as_of": "2016-12-31"}, known_from="2016-05-01", known_to="2018-05-01"
    )
    assert {label for row in found for label in row.because} == {"knowledge"}
    assert "acme-lazy-2016" in causes(found, "knowledge")
    assert causes(found) == []
    assert found.steps == ()


def test_both_clocks_at_once_label_each_row_by_the_one_that_moved_it() -> None:
    found = kg().diff(
        "owners", OWNERS, from_="2016-12-31", to="2018-01-01",
        known_from="2016-05-01", known_to="2018-05-01",
    )  # fmt: skip
    labels = {row.key[0]: row.because for row in found if row.place == "owners"}
    assert labels["acme"] == ("knowledge", "world")
    assert labels["orbit"] == ("knowledge", "world")
    assert "acme-lazy-2016" in causes(found, "knowledge")
    assert causes(found) == ["acme-lazy-2017"]


def test_deal_that_is_a_row_is_its_own_cause() -> None:
    found = kg().diff("deals", {"actor": "lazy"}, from_="2015-01-01", to="2016-12-31")
    assert {row.key[0] for row in found.added} == {"acme-lazy-2016", "globex-lazy-talks"}
    assert set(causes(found)) == {"acme-lazy-2016", "globex-lazy-talks"}


def test_question_at_one_date_twice_has_no_difference() -> None:
    found = kg().diff("owners", OWNERS, from_="2017", to="2017")
    assert (found.found, found.causes, found.steps) == (False, (), ())


DATES = st.dates(date(2011, 1, 1), date(2020, 1, 1)).map(str)
QUESTIONS = st.sampled_from(
    [
        ("owners", OWNERS),
        ("path", PATH),
        ("control", OWNERS),
        ("timeline", {"about": "lazy"}),
        ("deals", {"actor": "lazy"}),
    ]
)


@given(QUESTIONS, DATES, DATES)
def test_differences_turn_around_with_the_dates(
    asked: tuple[str, dict[str, Any]], one: str, other: str
) -> None:
    there, back = kg().diff(*asked, from_=one, to=other), kg().diff(*asked, from_=other, to=one)
    assert {row.key for row in there.added} == {row.key for row in back.removed}
    assert {row.key for row in there.removed} == {row.key for row in back.added}
    assert {row.key for row in there.changed} == {row.key for row in back.changed}
    assert {source for cause in there.causes for source in cause.sources} <= set(there.sources)


@pytest.mark.parametrize(
    ("question", "arguments", "moved", "message"),
    [
        ("owners", OWNERS, {}, "nothing to compare"),
        ("owners", OWNERS, {"to": "2016"}, "no beginning"),
        ("owners", {**OWNERS, "as_of": "2016"}, {"from_": "2015"}, "as-of 2016"),
        ("find", {"text": "lazy"}, {"from_": "2016"}, "no as-of"),
        ("load", {}, {"from_": "2016"}, "no question 'load'"),
        ("write_cypher", {"statement": "CREATE ()"}, {"from_": "2016"}, "no question"),
        ("owners", {"firm": "lazy"}, {"from_": "2016"}, "takes no 'firm'"),
        ("owners", {}, {"from_": "2016"}, "needs 'company'"),
        ("owners", OWNERS, {"from_": "once"}, "a date such as"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    question: str, arguments: dict[str, Any], moved: dict[str, str], message: str
) -> None:
    with pytest.raises(EntrepotError, match=message):
        kg().diff(question, arguments, **moved)


def test_report_tells_both_sides_the_steps_and_the_causes() -> None:
    found = kg().diff("path", PATH, from_="2016-03-01", to="2017-12-31")
    page = render(report_diff(found), "table", 100)
    assert page.index("Only as of 31 December 2017") < page.index("In between")
    assert page.index("In between") < page.index("Because the world changed")
    assert "(acme-lazy-2016)" in page
    assert "ended: Orbit Internet SE held" in page


def test_command_takes_any_question_with_its_own_options(call: Call) -> None:
    done = call(
        "diff", "path", "acme", "orbit", "--max-hops", 2, "--from", "2016-03-01",
        "--to", "2017-12-31", "-f", "json",
    )  # fmt: skip
    answer = json.loads(done.out)
    assert done.code == 0
    keys = {"question", "before", "after", "added", "removed", "changed", "causes", "sources"}
    assert keys <= answer.keys()
    assert answer["question"]["asked"]["maxHops"] == 2
    assert (answer["before"]["paths"], len(answer["after"]["paths"])) == ([], 1)
    assert [cause["id"] for cause in answer["causes"]] == ["acme-lazy-2016", "acme-lazy-2017"]


def test_command_without_a_difference_exits_1(call: Call) -> None:
    done = call("diff", "owners", "lazy", "--from", "2019", "--to", "2020")
    assert (done.code, "Nothing changed." in done.out) == (1, True)


@pytest.mark.parametrize("form", ["jsonl", "csv", "md"])
def test_command_answers_in_every_form(form: str, call: Call) -> None:
    done = call("diff", "owners", "lazy", "--from", "2015", "--to", "2018", "-f", form)
    assert (done.code, done.err) == (0, "")
    assert "acme" in done.out.lower()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "which question?"),
        (("load",), "load is no question"),
        (("db", "stop"), "db is no question"),
        (("onwers", "lazy"), "did you mean owners?"),
        (("owners",), "Missing argument"),
        (("owners", "lazy", "--as-of", "2016"), "leave one of the two out"),
    ],
)
def test_command_refuses_what_is_no_question(
    words: tuple[str, ...], message: str, call: Call
) -> None:
    done = call("diff", *words, "--from", "2015")
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_deals_between_alibaba_and_rocket_internet_are_named() -> None:
    found = packaged().diff(
        "path",
        {"start": "alibaba", "goal": "rocket internet", "max_hops": 2},
        from_="2016-03-01",
        to="2017-12-31",
    )
    assert found.before["paths"] == []
    assert "Alibaba – Lazada – Rocket Internet" in [row.name for row in found.added]
    assert {"alibaba-lazada-2016", "alibaba-lazada-2017"} <= set(causes(found))
    first = [row.after for row in found.steps[0].rows if row.place == "paths" and row.after]
    assert [[hop["type"] for hop in path["hops"]] for path in first] == [["OWNS", "OWNS"]]


def test_differences_on_every_engine_are_those_in_memory(loaded: Endpoint, tmp_path: Path) -> None:
    point = loaded
    settings = Settings(point.uri, point.username, point.password, point.database, tmp_path)
    asked: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        (
            "path",
            {"start": "alibaba", "goal": "rocket internet"},
            {"from_": "2016-03-01", "to": "2017-12-31"},
        ),
        ("owners", {"company": "lazada", "as_of": "2016-12-31"}, {"known_from": "2016-05-01"}),
        (
            "control",
            {"company": "tokopedia"},
            {"from_": "2016", "to": "2024-12-31", "known_from": "2020"},
        ),
    ]
    with KnowledgeGraph(settings) as stored:
        for question, arguments, moved in asked:
            one, other = (
                to_json(k.diff(question, arguments, **moved)) for k in (stored, packaged())
            )
            assert _without_editions(one) == _without_editions(other), question


def _without_editions(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_editions(v) for k, v in value.items() if k != "editions"}
    return [_without_editions(v) for v in value] if isinstance(value, list) else value
