"""Generating: what is checked in is what the Turtle says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import SH, BNode, Literal

from ontology import generating
from ontology.generators.reading import check_choices, read_model
from ontology.generators.turtle import ENT, OntologyInvalid, load_graph


def test_generated_files_are_those_of_the_turtle() -> None:
    assert generating.find_differences() == [], "to repair: python -m ontology.generating"


def test_generating_twice_gives_the_same() -> None:
    assert generating.generate_files() == generating.generate_files(read_model())


def test_check_without_differences_exits_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert generating.main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_with_differences_names_file_and_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generating.write_files(tmp_path)
    (tmp_path / "docs/ontology.md").write_text("edited by hand", "utf-8")
    assert generating.find_differences(tmp_path) == [Path("docs/ontology.md")]
    monkeypatch.setattr(generating, "find_differences", lambda: [Path("docs/ontology.md")])
    assert generating.main(["--check"]) == 1
    out, err = capsys.readouterr()
    assert out == "differs: docs/ontology.md\n"
    assert "python -m ontology.generating" in err


def test_importing_constants_reads_no_turtle() -> None:
    code = "import sys, ontology.generated.vocabulary; print('rdflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_choices_that_differ_from_their_list_are_refused() -> None:
    model = read_model()
    shorter = tuple(
        replace(each, words=each.words[1:]) if each.name == "BrandKind" else each
        for each in model.lists
    )
    with pytest.raises(OntologyInvalid, match=r"BrandShape\.kind does not repeat BrandKind"):
        check_choices(replace(model, lists=shorter))


def test_constraint_outside_of_the_subset_is_refused() -> None:
    graph = load_graph()
    graph.add((ENT.Move, SH.xone, BNode()))
    with pytest.raises(OntologyInvalid, match="xone"):
        read_model(graph)


def test_open_shape_is_refused() -> None:
    graph = load_graph()
    graph.remove((ENT.Move, SH.closed, Literal(True)))
    with pytest.raises(OntologyInvalid, match="not closed"):
        read_model(graph)
