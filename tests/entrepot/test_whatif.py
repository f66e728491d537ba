"""Answers under a supposition: as from records so written, checked, and never stored."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asked_in_memory import knowledge_of
from cli_world import Call
from hypothesis import given
from hypothesis import strategies as st
from samples import corpus
from small_world import RECORDS, world

from entrepot.knowledge import KnowledgeGraph
from entrepot.settings import Settings
from graph.building import build
from graph.corpus import Corpus
from graph.engines.endpoint import Endpoint
from graph.errors import StoreRefused
from graph.queries.answers import texts_of, to_json
from graph.store import Store
from loaders.checking import packaged_corpus
from loaders.findings import RecordsInvalid
from ontology.errors import EntrepotError

CLAIM_67 = "acme-lazy-2016#stakes.lazy.acme.after=67"
CLAIM_51 = "acme-lazy-2016#stakes.lazy.acme.after=51"
LEFT_OUT = sorted(
    i for i in world().records if i not in world().subjects and i not in world().sources
)
DEAL = {
    "deal": "globex-lazy-2016",
    "type": "acquisition",
    "completed": "2016-12-01",
    "moves": [{"of": "lazy", "from": "acme", "to": "globex", "share": "all"}],
    "stakes": {"lazy": {"globex": "-> 51", "acme": "-> 0"}},
}


@cache
def kg() -> KnowledgeGraph:
    return knowledge_of(world())


def at(day: str, company: str = "lazy") -> dict[str, Any]:
    return {"company": company, "as_of": day}


def without(ids: set[str]) -> Corpus:
    """The records as if somebody had never written some of them."""
    plains = [plain for i, plain in world().plains.items() if i not in ids]
    return Corpus.of(plains)


@given(st.sets(st.sampled_from(LEFT_OUT), min_size=1))
def test_graph_without_records_is_that_of_the_other_records(ids: set[str]) -> None:
    supposed = kg().supposing(without=sorted(ids))
    assert supposed.elements().hash == build(without(ids)).hash


def test_graph_without_a_claim_is_that_of_records_without_it() -> None:
    rewritten = corpus(RECORDS.replace("[-> 51 @s2017, -> 67 @s2016]", "-> 67 @s2016"))
    supposed = kg().supposing(without=[CLAIM_51]).elements()
    written = build(rewritten)
    owns = [
        {i: dict(r.properties) for i, r in e.relationships.items() if r.type == "OWNS"}
        for e in (supposed, written)
    ]
    assert owns[0] == owns[1]
    assert supposed.nodes.keys() == written.nodes.keys()


@pytest.mark.parametrize("source", ["s2016", "s2017", "early"])
def test_graph_without_a_source_rests_on_the_others(source: str) -> None:
    elements = kg().supposing(without=[source]).elements()
    assert source not in elements.nodes
    assert [node.id for node in elements.nodes.values() if source in texts_of(node)] == []
    links = elements.relationships.values()
    assert [link.id for link in links if source in link.texts("sourceIds")] == []
    assert "acme" in elements.nodes


def test_redefined_record_is_the_one_that_counts() -> None:
    stakes = {"lazy": {"acme": "-> 40", "orbit": "-> 0"}}
    changed = {**world().plains["acme-lazy-2016"], "stakes": stakes}
    supposed = kg().supposing(without=["acme-lazy-2017"], with_=[changed])
    held = {stake.holder: stake.share for stake in supposed.owners("lazy", as_of="2017-01-01")}
    assert held["acme"] == "40"
    assert "orbit" not in held


def test_deal_that_is_supposed_changes_who_controls() -> None:
    found = kg().what_if("control", at("2017-01-01"), with_=[DEAL])
    changed = {f.field: f.after for row in found.changed for f in row.fields}
    assert changed["controllers"] == ["globex"]
    assert {row.because for row in found} == {("supposition",)}
    assert "globex-lazy-2016" in [cause.id for cause in found.causes]


def test_supposition_is_a_source_of_what_rests_on_it() -> None:
    found = kg().what_if("owners", at("2017-01-01"), with_=[DEAL])
    (row,) = [row for row in found.added if row.key[0] == "globex"]
    assert row.after is not None
    assert row.after["sources"] == ["supposition-globex-lazy-2016"]
    assert found.sources["supposition-globex-lazy-2016"].title == "supposed for this question"


def test_supposed_deal_is_known_from_when_it_happened() -> None:
    supposed = kg().supposing(with_=[DEAL])
    then, before = (
        {stake.holder for stake in supposed.owners("lazy", as_of="2017", known_at=day)}
        for day in ("2017-01-01", "2016-06-01")
    )
    assert ("globex" in then, "globex" in before) == (True, False)


def test_question_without_what_decides_nothing_is_the_same() -> None:
    found = kg().what_if("owners", at("2016-12-31"), without=[CLAIM_67])
    assert (found.found, found.causes) == (False, ())


def test_questions_that_ask_the_records_heed_the_supposition() -> None:
    table = kg().what_if("captable", at("2018-01-01"), without=["acme-lazy-2017"])
    assert table.found
    checks = kg().what_if("check_deals", {"name": "lazy"}, without=["acme-lazy-2016"])
    assert ("acme-lazy-2016", "lazy") in [row.key for row in checks.removed]


def test_supposition_within_a_difference_is_compared_too() -> None:
    moved = {"question": "owners", "arguments": {"company": "lazy"}, "from_": "2016", "to": "2018"}
    found = kg().what_if("diff", moved, without=["acme-lazy-2017"])
    assert found.found
    assert found.question["asked"]["question"] == "owners"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "nothing is supposed"),
        ({"without": ["acme-lazy-2061"]}, "did you mean acme-lazy-2016"),
        ({"without": ["lazy"]}, "lazy cannot be left out"),
        ({"without": ["acme-lazy-2016#stakes.lazy.acme.after=68"]}, "did you mean"),
        ({"without": ["nothing#stakes"]}, "no record 'nothing'"),
    ],
)
def test_what_cannot_be_left_out_is_told(given: dict[str, Any], message: str) -> None:
    with pytest.raises(EntrepotError, match=message):
        kg().what_if("owners", at("2017"), **given)


def test_bad_record_is_told_with_file_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("- deal: x\n  type: acquisition\n  completed: 2016-13\n")
    with pytest.raises(RecordsInvalid, match=r"mine.yaml:3:14: deal x: completed: found '2016-13'"):
        kg().what_if("owners", at("2017"), with_=[file])


def test_supposed_graph_is_in_no_store() -> None:
    with pytest.raises(StoreRefused, match="only supposed"):
        kg().supposing(without=[CLAIM_67]).cypher("MATCH (n) RETURN n")


def test_command_shows_before_and_after_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    before = call("owners", "lazy", "--as-of", "2017", "--receipt", "-f", "json").out
    file = tmp_path / "deal.yaml"
    file.write_text(
        "- deal: globex-lazy-2016\n  type: acquisition\n  completed: 2016-12-01\n"
        "  moves:\n    - {of: lazy, from: acme, to: globex, share: all}\n"
        "  stakes:\n    lazy: {globex: -> 51, acme: -> 0}\n"
    )
    done = call("whatif", "--with", file, "owners", "lazy", "--as-of", "2017", "-f", "json")
    answer = json.loads(done.out)
    assert done.code == 0
    assert [row["key"][0] for row in answer["added"]] == ["globex"]
    assert str(tmp_path) not in done.out
    assert call("owners", "lazy", "--as-of", "2017", "--receipt", "-f", "json").out == before


def test_command_keeps_the_options_of_the_question_apart(call: Call) -> None:
    done = call(
        "whatif", "--without", "acme-lazy-2016", "path", "acme", "orbit", "--without", "OWNS",
        "-f", "json",
    )  # fmt: skip
    assert json.loads(done.out)["question"]["asked"]["without"] == ["OWNS"]


def test_command_without_a_difference_exits_1(call: Call) -> None:
    done = call("whatif", "--without", CLAIM_67, "owners", "lazy")
    assert (done.code, "Nothing changed." in done.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--without", "acme-lazy-2016"), "which question?"),
        (("--without", "acme-lazy-2016", "apply"), "apply is no question"),
        (("--without", "nobody", "owners", "lazy"), "no record 'nobody'"),
        (("--with", "/no/such.yaml", "owners", "lazy"), "does not exist"),
        (("owners", "lazy"), "nothing is supposed"),
    ],
)
def test_command_refuses_what_it_cannot_suppose(
    words: tuple[str, ...], message: str, call: Call
) -> None:
    done = call("whatif", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_suppositions_on_every_engine_are_those_in_memory(loaded: Endpoint, tmp_path: Path) -> None:
    point = loaded
    settings = Settings(point.uri, point.username, point.password, point.database, tmp_path)
    memory = knowledge_of(packaged_corpus())
    with Store.open(point) as store:
        version = store.meta().version
    with KnowledgeGraph(settings) as stored:
        for question, arguments in (
            ("control", at("2016-12-31", "lazada")),
            ("captable", at("2016-12-31", "lazada")),
        ):
            one, other = (
                to_json(k.what_if(question, arguments, without=["alibaba-lazada-2016"]))
                for k in (stored, memory)
            )
            assert one["added"] == other["added"]
            assert one["changed"] == other["changed"]
            assert one["causes"] == other["causes"]
            assert one["changed"]
        assert stored.store.meta().version == version
