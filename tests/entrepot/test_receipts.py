"""Receipts of answers, and whether they are found to be the same when asked again."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from asked_in_memory import knowledge_of
from cli_world import Call, write_world
from hypothesis import given
from hypothesis import strategies as st
from samples import corpus
from small_world import RECORDS, world

from entrepot import __version__
from entrepot.cli.asking import is_question
from entrepot.cli.main import cli, run
from entrepot.cli.reference import commands
from entrepot.knowledge import KnowledgeGraph
from entrepot.receipts import Receipt, ReceiptUnreadable, answer_hash, read_receipt
from entrepot.settings import Settings
from graph.engines.endpoint import Endpoint
from graph.queries.answers import to_json
from loaders.checking import packaged_corpus

OWNERS = {"company": "lazy", "as_of": "2016-12-31"}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("owners", OWNERS),
    ("owners", {**OWNERS, "known_at": "2017-01-01"}),
    ("path", {"start": "acme", "goal": "orbit", "only": ("OWNS",), "max_hops": 3}),
    ("control", {"company": "lazy"}),
    ("claims", {"about": "acme-lazy-2016", "disputed": True}),
    ("check_deals", {}),
    ("captable", {"company": "lazy"}),
    ("find", {"text": "acme"}),
    ("timeline", {"about": "lazy", "period": "2016"}),
    ("changes", {"since": "2017"}),
    ("diff", {"question": "owners", "arguments": {"company": "lazy"}, "from_": "2016"}),
    ("what_if", {"question": "owners", "arguments": OWNERS, "without": ["acme-lazy-2016"]}),
]
ALTERED = RECORDS.replace("acme: 51 -> 83", "acme: 51 -> 90")
REWORDED = RECORDS.replace("Opened a warehouse", "Opened a large warehouse")


@cache
def kg() -> KnowledgeGraph:
    return knowledge_of(world())


@cache
def later() -> KnowledgeGraph:
    """The graph after somebody corrected a share."""
    return knowledge_of(corpus(ALTERED))


def printed(question: str, arguments: dict[str, Any]) -> str:
    """An answer as JSON with its receipt, as `-f json --receipt` prints it."""
    receipt = kg().receipt(question, arguments).to_json()
    return json.dumps({**to_json(kg().ask(question, arguments)), "receipt": receipt})


@given(st.sampled_from(ASKED))
def test_answer_that_was_just_given_is_the_same(asked: tuple[str, dict[str, Any]]) -> None:
    found = kg().replay(printed(*asked))
    assert (found.verdict, found.found, found.made_by) == ("same", True, None)


def test_answer_is_the_same_though_the_graph_changed() -> None:
    found = knowledge_of(corpus(REWORDED)).replay(kg().receipt("owners", OWNERS))
    assert (found.verdict, found.found) == ("same-on-another-graph", True)
    assert found.now.graph != found.receipt.graph


def test_answer_that_changed_says_what_changed() -> None:
    found = later().replay(printed("owners", {"company": "lazy"}))
    assert (found.verdict, found.found) == ("different", False)
    assert found.diff is not None
    (row,) = [row for row in found.diff.changed if row.place == "owners"]
    assert {(f.field, f.before, f.after) for f in row.fields} >= {("share", "83", "90")}


def test_receipt_alone_says_that_the_answer_changed() -> None:
    found = later().replay(kg().receipt("owners", {"company": "lazy"}))
    assert (found.verdict, found.diff) == ("different", None)


def test_receipt_holds_what_was_asked_and_no_time_or_place() -> None:
    found = kg().receipt("owners", OWNERS)
    assert found.arguments == {"company": "lazy", "asOf": "2016-12-31"}
    assert (found.ids, found.version) == ({"of": "lazy"}, __version__)
    assert found.graph == kg().graph_hash()
    assert found == knowledge_of(world()).receipt("owners", OWNERS)


def test_receipt_of_a_supposition_holds_its_records(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    plain = {"disclosure": "mine", "company": "lazy", "at": "2016-06-01", "complete": "no",
             "holders": {"globex": "10"}}  # fmt: skip
    file.write_text(yaml.safe_dump([plain], sort_keys=False))
    asked = {"question": "owners", "arguments": OWNERS, "with_": [str(file)]}
    text = printed("what_if", asked)
    file.unlink()
    assert kg().replay(text).verdict == "same"
    assert str(tmp_path) not in text


def test_answer_of_another_version_says_so() -> None:
    plain = kg().receipt("owners", OWNERS).to_json()
    del plain["hash"], plain["receipt"]
    found = kg().replay(Receipt(**{**plain, "version": "0.0.1"}))
    assert (found.verdict, found.made_by) == ("same", "0.0.1")


EDITS = st.sampled_from(
    [
        ("question", "holdings"),
        ("graph", "0" * 32),
        ("answer", "f" * 32),
        ("version", "9.9"),
        ("arguments", {"company": "acme"}),
        ("editions", {"curated": "x"}),
        ("hash", "0" * 32),
    ]
)


@given(EDITS)
def test_receipt_that_was_edited_is_refused(edit: tuple[str, Any]) -> None:
    plain = {**kg().receipt("owners", OWNERS).to_json(), edit[0]: edit[1]}
    with pytest.raises(ReceiptUnreadable, match="was changed"):
        read_receipt(json.dumps(plain))


def test_answer_that_was_edited_is_refused() -> None:
    answer = json.loads(printed("owners", OWNERS))
    answer["owners"][0]["share"] = "99"
    with pytest.raises(ReceiptUnreadable, match="not the one that the receipt is for"):
        kg().replay(json.dumps(answer))


@pytest.mark.parametrize(
    "text", ["", "nothing", "{}", '{"receipt": {}}', '{"receipt": "entrepot-receipt"', "[1]"]
)
def test_text_without_a_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptUnreadable):
        read_receipt(text)


@pytest.mark.parametrize("name", ["load", "write_cypher", "close", "__init__", "replay", "nothing"])
def test_receipt_for_what_is_no_question_is_refused(name: str) -> None:
    receipt = Receipt(name, {}, {}, "", {}, __version__, "")
    with pytest.raises(Exception, match="there is no question"):
        kg().replay(json.dumps(receipt.to_json()))


@given(st.dictionaries(st.sampled_from("abc"), st.integers()))
def test_hash_of_an_answer_heeds_all_but_editions_and_receipts(rows: dict[str, int]) -> None:
    plain = {"question": {"kind": "x"}, "rows": rows}
    aside = {"question": {"kind": "x", "editions": {"a": "1"}}, "rows": rows, "receipt": {}}
    assert answer_hash(plain) == answer_hash(aside)
    assert answer_hash(plain) != answer_hash({**plain, "rows": {**rows, "d": 1}})


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "md"])
def test_printed_answer_can_be_replayed(form: str, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "answer"
    file.write_text(call("control", "lazy", "-f", form, "--receipt").out)
    done = call("replay", file)
    assert (done.code, done.err) == (0, "")
    assert done.out == "The answer is the same, and so is the graph.\n"


def test_receipt_of_csv_stands_beside_the_rows(call: Call, tmp_path: Path) -> None:
    done = call("owners", "lazy", "-f", "csv", "--receipt")
    assert done.out == call("owners", "lazy", "-f", "csv").out
    file = tmp_path / "receipt"
    file.write_text(done.err)
    assert call("replay", file).code == 0


def test_answer_that_is_no_longer_so_exits_1_and_says_what_changed(
    call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "answer.json"
    file.write_text(call("owners", "lazy", "-f", "json", "--receipt").out)
    records = write_world(tmp_path / "world") / "world.yaml"
    records.write_text(records.read_text().replace("51 -> 83", "51 -> 90"))
    store = str(tmp_path / "store")
    loading = ["load", str(records.parent), "--dataset", "curated", "--store", store, "-q"]
    try:
        assert run(loading) == 0
        done = call("replay", file, "--store", store)
    finally:
        run(["db", "stop", "--store", store, "-q"])
    assert done.code == 1
    assert "The graph changed." in done.out
    assert "→ Acme Holdings holds 90% of Lazy Group" in done.out


def test_replay_of_what_cannot_be_read_exits_2(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_bytes(b"\xff\xfe\x00")
    assert call("replay", file).code == 2
    assert call("replay", tmp_path / "nowhere").code == 2


def test_every_command_that_asks_has_receipts() -> None:
    told = {name for name, command in commands(cli, "entrepot") if is_question(command)}
    asked = {
        name
        for name, command in commands(cli, "entrepot")
        if "ask" in getattr(getattr(command.callback, "__wrapped__", None), "__globals__", {})
    }
    others = {f"entrepot {name}" for name in ("cypher", "export")}  # beside a question, in a module
    assert asked - others == told


def test_receipts_are_the_same_on_every_engine(loaded: Endpoint, tmp_path: Path) -> None:
    point = loaded
    settings = Settings(point.uri, point.username, point.password, point.database, tmp_path)
    asked = {"company": "lazada", "as_of": "2016-12-31"}
    wanted = knowledge_of(packaged_corpus()).receipt("owners", asked)
    with KnowledgeGraph(settings) as stored:
        receipt = stored.receipt("owners", asked)
        assert (receipt.graph, receipt.answer) == (wanted.graph, wanted.answer)
        assert stored.replay(receipt).verdict == "same"
