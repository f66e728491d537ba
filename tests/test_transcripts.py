"""Every transcript in README.md and docs/ is what the commands print, over the packaged records."""

from __future__ import annotations

from pathlib import Path

import pytest
from servers import SERVERS
from transcripts import Answers, Piece, difference, is_ours, pages, split_page

from graph.engines.endpoint import EMBEDDED, Endpoint

PAGES = [page for page in pages() if page.name != "cypher.md"]  # test_cypher_examples.py has it


@pytest.fixture
def answers(loaded: Endpoint, request: pytest.FixtureRequest) -> Answers:
    """The tests' embedded store, as commands find it: by its folder."""
    return Answers(loaded, request.config.stash[SERVERS].root / EMBEDDED)


@pytest.mark.parametrize("endpoint", [EMBEDDED], indirect=True, scope="session")
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_transcripts_on_a_page_are_what_is_printed(page: Path, answers: Answers) -> None:
    wanted = answers.page(page.read_text(encoding="utf-8"))
    assert difference(page, wanted) == [], "`make docs` rewrites the page"


@pytest.mark.parametrize("endpoint", [EMBEDDED], indirect=True, scope="session")
def test_block_of_text_after_python_becomes_what_it_prints(answers: Answers) -> None:
    page = "```python\nprint(6 * 7)\n```\n\n```text\n41\n```\n\n```text\nkept\n```\n"
    assert answers.page(page) == page.replace("41", "42")


@pytest.mark.parametrize("endpoint", [EMBEDDED], indirect=True, scope="session")
def test_command_that_is_not_understood_is_no_transcript(answers: Answers) -> None:
    with pytest.raises(RuntimeError, match="No such option"):
        answers.page("```console\n$ entrepot find --nothing-of-the-kind\n```\n")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("$ entrepot find alibaba", True),
        ("$ .venv/bin/entrepot find alibaba", True),
        ("$ NEO4J_URI=neo4j://localhost:7687 entrepot find alibaba", True),
        ("$ make demo", False),
    ],
)
def test_block_is_run_where_all_its_commands_are_ours(command: str, expected: bool) -> None:
    block = Piece("console", ("$ entrepot --version", "entrepot 1", command), 1)
    assert is_ours(block) is expected


def test_page_with_an_answer_below_a_statement_keeps_the_prose_after_it() -> None:
    page = "# T\n\n```cypher\nRETURN 1 AS a\n```\n\n| a |\n| --- |\n| 1 |\n\nProse | more.\n"
    prose = split_page(page)[-1]
    assert (prose.kind, prose.text) == ("", "\nProse | more.")
