"""The forms of output, and progress."""

from __future__ import annotations

import csv
import io

import click
import pytest

from entrepot.cli.output import Heading, Report, Table, Text, render, text_width
from entrepot.cli.progress import Bar, Lines, progress_for

ROWS = [{"name": 'A, "B"', "tags": ["x", "y"], "open": True, "nothing": None}]
REPORT = Report(
    ROWS,
    ROWS,
    [
        Heading("Title"),
        Table(("name", "what"), (("楽天", "a | b"), ("a", "long " * 30))),
        Text("1. first\n  indented"),
    ],
)


def test_csv_is_read_back_as_it_was() -> None:
    row = next(csv.DictReader(io.StringIO(render(REPORT, "csv"))))
    assert row == {"name": 'A, "B"', "tags": "x; y", "open": "true", "nothing": ""}


def test_csv_of_nothing_is_empty() -> None:
    assert render(Report([], [], []), "csv") == ""


def test_markdown_escapes_what_would_part_a_cell() -> None:
    assert "| 楽天 | a \\| b |" in render(REPORT, "md")


@pytest.mark.parametrize("width", [30, 60, 200])
def test_table_fits_the_width_and_loses_no_word(width: int) -> None:
    text = render(REPORT, "table", width)
    assert max(text_width(line) for line in text.splitlines()) <= width + 12
    assert text.count("long") == 30


def test_table_of_too_many_columns_stands_row_by_row() -> None:
    columns = tuple(f"column{n}" for n in range(8))
    rows = (tuple(f"cell {n} of the first" for n in range(8)), ("second", *("" for _ in range(7))))
    lines = render(Report({}, [], [Table(columns, rows)]), "table", 50).splitlines()
    assert max(text_width(line) for line in lines) <= 50
    assert lines[0] == "column0  cell 0 of the first"
    assert lines[-1] == "column0  second"


def test_columns_line_up_under_wide_characters() -> None:
    lines = render(REPORT, "table", 200).splitlines()
    row = next(line for line in lines if line.startswith("楽天"))
    assert text_width(row[: row.index("a |")]) == click.unstyle(lines[2]).index("what")


def test_progress_in_a_pipe_is_a_line_for_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    told = progress_for(io.StringIO())
    assert isinstance(told, Lines)
    told.begin("writing", 10)
    told.advance(5)
    assert capsys.readouterr().err == "writing: 10\n"


def test_quiet_progress_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress_for(io.StringIO(), quiet=True).begin("writing", 10)
    assert capsys.readouterr().err == ""


def test_bar_goes_through_its_parts_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar.begin("checking", None)
    bar.begin("writing", 10)
    bar.advance(10)
    bar.close()
    assert "writing" in capsys.readouterr().err
