"""Every statement of docs/cypher.md, on every engine, over the packaged records."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from transcripts import CYPHER, SHOWN, Piece, split_page, table

from graph.engines.endpoint import Endpoint
from graph.guard import check_read_only
from graph.statements import Rows, read_statement
from graph.store import Store

PAGE = Path(__file__).parents[1] / "docs" / "cypher.md"
STATEMENTS = [p for p in split_page(PAGE.read_text(encoding="utf-8")) if p.kind == CYPHER]
MANY = 10_000


@pytest.fixture(scope="session")
def rows_elsewhere() -> dict[str, Rows]:
    """What a statement answered on the engine that was asked first."""
    return {}


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda piece: piece.title)
def test_statement_on_every_engine_answers_as_the_page_shows(
    statement: Piece, loaded: Endpoint, rows_elsewhere: dict[str, Rows]
) -> None:
    with Store.open(loaded) as store:
        rows = read_statement(store, statement.text, statement.parameters, max_rows=MANY)
    assert tuple(table(rows)) == statement.answer[1:], "`make docs` rewrites the page"
    assert rows == rows_elsewhere.setdefault(statement.title, rows)


def test_statements_are_twenty_at_least_and_each_answers_something() -> None:
    assert len(STATEMENTS) >= 20
    assert [s.title for s in STATEMENTS if len(s.answer) < 3] == []


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda piece: piece.title)
def test_statement_on_the_page_is_allowed_to_readers_and_sorts_its_rows(statement: Piece) -> None:
    check_read_only(statement.text)
    assert "\nORDER BY " in statement.text[statement.text.index("RETURN ") :]


def test_titles_on_the_page_are_unique() -> None:
    counted = Counter(statement.title for statement in STATEMENTS)
    assert [title for title, count in counted.items() if count > 1] == []


def test_answers_on_the_page_are_cut_after_a_few_rows() -> None:
    lengths = {s.title: sum(line.startswith("|") for line in s.answer) - 2 for s in STATEMENTS}
    assert max(lengths.values()) == SHOWN
