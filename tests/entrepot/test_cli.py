"""The command line as a user meets it: exit codes, streams, forms, errors."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_world import Call
from samples import corpus

from entrepot.cli.main import run
from entrepot.cli.output import render
from entrepot.cli.pages import report_show
from graph.building import build
from graph.clocks import Clocks
from graph.graphs import MemoryGraph
from graph.queries.show import show

QUESTIONS = [
    ("path", "acme", "orbit"),
    ("find", "acme"),
    ("show", "lazy"),
    ("owners", "lazy"),
    ("holdings", "acme"),
    ("deals", "lazy"),
    ("claims", "lazy"),
    ("timeline", "lazy"),
    ("schema",),
    ("cypher", "MATCH (a:Actor) RETURN a.id AS id ORDER BY id"),
]
FORMS = ["table", "json", "jsonl", "csv", "md"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_question_answers_in_every_form(question: tuple[str, ...], form: str, call: Call) -> None:
    done = call(*question, "-f", form)
    assert done.code == 0
    assert done.err == ""
    match form:
        case "json":
            assert json.loads(done.out)
        case "jsonl":
            assert all(json.loads(line) for line in done.out.splitlines())
        case "csv":
            assert len(list(csv.DictReader(io.StringIO(done.out)))) > 0
        case _:
            assert done.out.strip()


def test_path_prints_route_sentences_and_numbered_sources(call: Call) -> None:
    out = call("path", "acme", "orbit").out
    assert "1. Acme Holdings – Lazy Group – Orbit Internet SE (2 hops)" in out
    assert "Acme Holdings holds 83% of Lazy Group" in out
    assert "[1] " in out[out.index("Sources") :]


def test_path_without_an_answer_exits_1_with_complete_json(call: Call) -> None:
    done = call("path", "acme", "orbit", "--max-hops", 2, "--as-of", "2016-03-01", "-f", "json")
    answer = json.loads(done.out)
    assert done.code == 1
    assert answer["paths"] == []
    assert answer["reason"]["kind"] == "other-time"


def test_owners_print_what_others_said_and_why_it_is_not_shown(call: Call) -> None:
    out = call("owners", "lazy", "--as-of", "2016-12-31").out
    assert "Others said 67% for Acme Holdings" in out
    assert "not shown, since" in out


def test_shared_options_stand_before_or_after_the_command(call: Call) -> None:
    before = call("--as-of", "2016-12-31", "-f", "json", "owners", "lazy")
    after = call("owners", "lazy", "--as-of", "2016-12-31", "-f", "json")
    assert before.out == after.out
    assert json.loads(after.out)["question"]["asOf"] == "2016-12-31"


def test_shared_option_after_the_command_wins(call: Call) -> None:
    done = call("--as-of", "2010", "owners", "lazy", "--as-of", "2018", "-f", "json")
    assert json.loads(done.out)["question"]["asOf"] == "2018"


def test_known_at_gives_what_was_known(call: Call) -> None:
    options = ("owners", "lazy", "--as-of", "2016-12-31", "-f", "json")
    then = json.loads(call(*options, "--known-at", "2016-05-01").out)
    now = json.loads(call(*options).out)
    assert "acme" not in [row["holder"] for row in then["owners"]]
    assert "acme" in [row["holder"] for row in now["owners"]]


def test_known_at_the_last_day_agrees_with_what_is_stored(call: Call) -> None:
    for question in (("owners", "lazy"), ("path", "acme", "orbit"), ("timeline", "lazy")):
        now, then = (
            json.loads(call(*question, "-f", "json", *more).out)
            for more in ((), ("--known-at", "2030"))
        )
        now["question"]["knownAt"] = then["question"]["knownAt"]
        assert now == then


def test_unknown_name_exits_2_with_the_nearest(call: Call) -> None:
    done = call("owners", "acmee")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "the nearest: acme" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("owners", "lazy", "--as-of", "yesterday"), "a date such as"),
        (("path", "acme", "orbit", "--only", "BUYS"), "no step of a path"),
        (("deals", "--type", "theft"), "there is no type of deal"),
        (("cypher", "CREATE (n)"), "CREATE is not allowed"),
        (("cypher", "RETURN"), "refused the statement"),
        (("cypher", "RETURN $a AS a", "-p", "nonsense"), "NAME=VALUE"),
        (("owners", "lazy", "--uri", "neo4j://127.0.0.1:1"), "no graph server answers"),
        (("owners", "lazy", "--uri", "nonsense://x"), "no address of a graph server"),
        (("load", "/no/such/folder"), "does not exist"),
        (("owner", "lazy"), "did you mean owners?"),
        (("owners",), "Missing argument"),
        (("owners", "lazy", "-f", "xml"), "Invalid value"),
    ],
)
def test_what_cannot_be_done_exits_2_and_says_why(
    arguments: tuple[str, ...], message: str, call: Call
) -> None:
    done = call(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


def test_cypher_takes_parameters_and_prints_objects(call: Call) -> None:
    statement = "MATCH (a:Actor {id: $id}) RETURN a.name AS name, $n AS n"
    done = call("cypher", statement, "-p", "id=acme", "-p", "n=3", "-f", "json")
    assert json.loads(done.out) == [{"name": "Acme Holdings", "n": 3}]


def test_cypher_that_is_cut_says_so(call: Call) -> None:
    done = call("cypher", "UNWIND range(1, 9) AS n RETURN n", "--max-rows", 3, "-f", "json")
    assert len(json.loads(done.out)) == 3
    assert "cut at 3 rows" in done.err


def test_cypher_prints_nodes_and_links_as_objects(call: Call) -> None:
    statement = "MATCH (a:Actor {id: 'acme'})-[r:ACQUIRED]->(b) RETURN a, r"
    row = json.loads(call("cypher", statement, "-f", "json").out)[0]
    assert row["a"]["name"] == "Acme Holdings"
    assert (row["r"]["type"], row["r"]["dealId"]) == ("ACQUIRED", "acme-lazy-2016")


def test_cypher_reads_a_statement_from_stdin(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("RETURN 1 AS one"))
    assert json.loads(call("cypher", "-", "-f", "json").out) == [{"one": 1}]


def test_second_load_changes_nothing_and_says_so(call: Call, world_records: Path) -> None:
    done = call("load", world_records, "--dataset", "curated")
    assert done.code == 0
    assert "nothing changes" in done.out


def test_plan_tells_what_would_change_and_changes_nothing(
    call: Call, world_records: Path, tmp_path: Path
) -> None:
    text = (world_records / "world.yaml").read_text().replace("Tesko", "Tesko plc")
    (tmp_path / "world.yaml").write_text(text)
    plan = json.loads(call("plan", tmp_path, "--dataset", "curated", "-f", "json").out)
    assert plan["change"]["nodes"] > 0
    assert "Tesko plc" not in call("find", "tesko").out


def test_check_of_wrong_records_exits_1_with_file_and_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("- compny: x\n  name: X\n")
    done = call("check", tmp_path)
    assert done.code == 1
    assert "wrong.yaml:1" in done.out


def test_load_of_wrong_records_exits_2_and_changes_nothing(call: Call, tmp_path: Path) -> None:
    before = call("db", "status", "-f", "json").out
    (tmp_path / "wrong.yaml").write_text("- company: x\n  nam: X\n")
    done = call("load", tmp_path)
    assert done.code == 2
    assert "wrong.yaml:2" in done.err
    assert call("db", "status", "-f", "json").out == before


def test_records_format_tells_what_it_would_change(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("- company: x\n  country:   SG\n  name: X\n")
    assert call("records", "format", tmp_path, "--check").code == 1
    assert call("records", "format", tmp_path).code == 0
    assert call("records", "format", tmp_path, "--check").code == 0
    assert file.read_text() == "- company: x\n  name: X\n  country: SG\n"


@pytest.mark.parametrize("form", ["turtle", "json-ld", "graphml"])
def test_export_writes_the_graph_to_a_file(form: str, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "graph"
    assert call("export", form, "-o", file, "-q").code == 0
    assert "lazy" in file.read_text()


def test_dump_and_restore_give_the_same_graph(call: Call, tmp_path: Path) -> None:
    file, store = tmp_path / "graph.jsonl.gz", tmp_path / "other"
    assert call("db", "dump", file).code == 0
    try:
        assert call("db", "restore", file, "--yes", "--store", store).code == 0
        question = ("owners", "lazy", "-f", "json")
        assert call(*question, "--store", store).out == call(*question).out
    finally:
        call("db", "stop", "--store", store)


def test_wipe_asks_first(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    done = call("db", "wipe")
    assert done.code == 2
    assert call("owners", "lazy").code == 0


def test_db_start_refuses_a_server_that_is_not_embedded(call: Call) -> None:
    done = call("db", "start", "--uri", "neo4j://localhost")
    assert done.code == 2
    assert "only the embedded store" in done.err


def test_version_and_help_need_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("entrepot ")
    assert run(["--help"]) == 0


def test_help_imports_nothing_that_is_slow() -> None:
    code = (
        "import sys; from entrepot.cli.main import run; run(['--help']); print(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"neo4j", "numpy", "rdflib", "networkx", "rich", "yaml", "rapidfuzz", "graph"}
    assert slow.isdisjoint(done.stdout[done.stdout.rindex("[") :].replace("'", "").split(", "))


def test_output_into_a_closed_pipe_ends_quietly(world_store: Path) -> None:
    command = f"{sys.executable} -m entrepot timeline lazy -f jsonl | head -n 1"
    environment = {**os.environ, "ENTREPOT_STORE": str(world_store)}
    environment.pop("NEO4J_URI", None)
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_table_fits_a_narrow_terminal(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = call("timeline", "lazy").out.splitlines()
    assert max(len(line) for line in lines if "http" not in line) <= 80


def test_page_known_at_a_day_leaves_out_what_is_written_today() -> None:
    text = "\n- company: sold\n  name: Sold\n  names: [{name: Sold Inc.}]\n  about: Sold in 2016.\n"
    graph = MemoryGraph(build(corpus(text)))
    now, then = (
        render(report_show(show(graph, "sold", Clocks.read(None, day))), "table", 100)
        for day in (None, "2014-01-01")
    )
    assert ("Sold in 2016." in now, "Sold in 2016." in then) == (True, False)
    assert "Also called Sold Inc.\n" in now
