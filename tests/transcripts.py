"""Keep what the pages show true: run what stands in them, and compare or rewrite the answers.

    python -m tests.transcripts            say which pages are not true, and exit with 1
    python -m tests.transcripts --write    rewrite them

Run is what a reader would run: in a block `console` each command `$ entrepot …`; a block `python`
that a block `text` follows, which is what it prints; a block `cypher`, which a table follows. The
page is its own source, where cog would have each command stand there twice. Commands see a store
with the packaged records, a width of 100 and no colours, and none of the user's settings; a
NEO4J_URI=… before a command is left away, since every engine answers alike
(tests/test_cypher_examples.py).
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from graph.elements import Node, Relationship
from graph.engines import embedded
from graph.engines.endpoint import Endpoint
from graph.statements import Rows, read_statement
from graph.store import Store
from loaders.loading import load

REPOSITORY = Path(__file__).resolve().parents[1]
WIDTH = 100
SHOWN = 8
_COMMAND = re.compile(r"^\$ ((?:NEO4J_\w+=\S+ )*)(?:\.venv/bin/)?(entrepot\b.*)$", re.DOTALL)
CONSOLE, CYPHER, PYTHON, TEXT = "console", "cypher", "python", "text"
BARE = "fenced"  # a block that says nothing of its language
_FENCE = re.compile(r"^```(\w*)\s*$")
_PARAMETERS = re.compile(r"^// :param (\{.*\})$", re.MULTILINE)
_ANSWER = re.compile(r"^(\||\d+ rows; |No rows\.$)")
_SETTING = re.compile(r"^(NEO4J_|ENTREPOT_|XDG_)")


def pages() -> list[Path]:
    """The pages whose transcripts are kept true."""
    return [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


# A page as pieces: prose, and fenced blocks whose answers can be taken out and put back.


@dataclass(frozen=True)
class Piece:
    """A part of a page: lines of prose (`kind` is empty), or the inside of a fenced block.

    `answer` holds the lines after a block of Cypher that are its answer. `title` is the heading
    above, `line` where the piece begins, counted from one.
    """

    kind: str
    lines: tuple[str, ...]
    line: int
    title: str = ""
    answer: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def parameters(self) -> dict[str, object]:
        """What the line `// :param {…}` of a block of Cypher gives."""
        found = _PARAMETERS.search(self.text)
        return dict(yaml.safe_load(found[1])) if found else {}


def split_page(page: str) -> list[Piece]:
    """The pieces of a page; joined again they are the same page.

    >>> page = "# A\\n\\n```cypher\\nRETURN 1 AS a\\n```\\n\\n| a |\\n| --- |\\n| 1 |\\n\\nEnd.\\n"
    >>> [piece.kind for piece in split_page(page)]
    ['', 'cypher', '']
    >>> split_page(page)[1].answer
    ('', '| a |', '| --- |', '| 1 |')
    >>> join_pieces(split_page(page)) == page
    True
    """
    lines = page.removesuffix("\n").split("\n")
    pieces, at, title = [], 0, ""
    while at < len(lines):
        piece = _next_piece(lines, at, title)
        pieces.append(piece)
        title = piece.title
        at += len(_written(piece))
    return pieces


def join_pieces(pieces: list[Piece]) -> str:
    """The page that the pieces make."""
    return "\n".join(line for piece in pieces for line in _written(piece)) + "\n"


def with_answer(piece: Piece, lines: list[str]) -> Piece:
    """A block of Cypher with another answer below it."""
    return replace(piece, answer=("", *lines))


def _next_piece(lines: list[str], at: int, title: str) -> Piece:
    fence = _FENCE.match(lines[at])
    if fence:
        end = at + 1
        while end < len(lines) and lines[end] != "```":
            end += 1
        inside = tuple(lines[at + 1 : end])
        answer = tuple(_answer(lines, end + 1)) if fence[1] == CYPHER else ()
        return Piece(fence[1] or BARE, inside, at + 1, title, answer)
    end = at
    while end < len(lines) and not _FENCE.match(lines[end]):
        title = lines[end].lstrip("# ") if lines[end].startswith("#") else title
        end += 1
    return Piece("", tuple(lines[at:end]), at + 1, title)


def _answer(lines: list[str], at: int) -> Iterator[str]:
    """The lines of an answer, blank ones only between them."""
    blank: list[str] = []
    for line in lines[at:]:
        if line and not _ANSWER.match(line):
            return
        if line:
            yield from (*blank, line)
            blank = []
        else:
            blank.append(line)


def _written(piece: Piece) -> list[str]:
    if not piece.kind:
        return list(piece.lines)
    opening = "```" + ("" if piece.kind == BARE else piece.kind)
    return [opening, *piece.lines, "```", *piece.answer]


# What is answered, and how it is shown.


@dataclass(frozen=True)
class Answers:
    """Where blocks are answered: an embedded store with the packaged records."""

    endpoint: Endpoint
    folder: Path

    def page(self, page: str) -> str:
        """The page as it should be, every block answered afresh."""
        pieces = split_page(page)
        with ThreadPoolExecutor(2) as pool:
            return join_pieces(list(pool.map(self._piece, pieces, *_neighbours(pieces))))

    def _piece(self, piece: Piece, before: Piece, gap: Piece) -> Piece:
        if piece.kind == CYPHER:
            return with_answer(piece, table(self.ask(piece)))
        if piece.kind == CONSOLE and is_ours(piece):
            return replace(piece, lines=tuple(self._session(piece)))
        if piece.kind == TEXT and before.kind == PYTHON and not gap.text.strip():
            return replace(piece, lines=tuple(self._run([sys.executable, "-c", before.text])))
        return piece

    def ask(self, piece: Piece) -> Rows:
        """The rows of a block of Cypher."""
        with Store.open(self.endpoint) as store:
            return read_statement(store, piece.text, piece.parameters)

    def _session(self, piece: Piece) -> list[str]:
        lines: list[str] = []
        for command in commands(piece.lines):
            lines += command.split("\n")
            found = _COMMAND.match(command)
            lines += self._run(["bash", "-c", _shell(found[2] if found else "false")])
        return lines

    def _run(self, arguments: Sequence[str]) -> list[str]:
        done = subprocess.run(
            arguments,
            cwd=REPOSITORY,
            env=environment(self.folder, os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if "Traceback (most recent call last)" in done.stdout:
            raise RuntimeError(f"{arguments[-1]}\n{done.stdout}")
        return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What commands see: the store in `folder`, and no setting of the user's own."""
    kept = {key: value for key, value in given.items() if not _SETTING.match(key)}
    return {
        **kept,
        "ENTREPOT_STORE": str(folder),
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUTF8": "1",
    }


def is_ours(piece: Piece) -> bool:
    """Whether a block has commands, and each is one of Entrepôt's."""
    found = commands(piece.lines)
    return bool(found) and all(_COMMAND.match(command) for command in found)


def commands(lines: Sequence[str]) -> list[str]:
    r"""The commands of a session, each with the lines on which it goes on.

    >>> commands(["$ entrepot find \\", "    alibaba", "alibaba", "$ entrepot show lazada"])
    ['$ entrepot find \\\n    alibaba', '$ entrepot show lazada']
    """
    found: list[str] = []
    for line in lines:
        if line.startswith("$ "):
            found.append(line)
        elif found and found[-1].endswith("\\"):
            found[-1] += f"\n{line}"
        elif found:
            found.append("")  # what was answered, which ends a command
    return [command for command in found if command]


def table(rows: Rows) -> list[str]:
    """Rows as a table in Markdown: the first of them, and how many there are.

    >>> table(Rows(({"holder": "Alibaba", "share": 51.0},)))
    ['| holder | share |', '| --- | --- |', '| Alibaba | 51 |']
    """
    if not rows.rows:
        return ["No rows."]
    lines = [_line(rows.rows[0]), _line(["---"] * len(rows.rows[0]))]
    lines += [_line(cell(value) for value in row.values()) for row in rows.rows[:SHOWN]]
    if len(rows.rows) > SHOWN:
        lines += ["", f"{len(rows.rows)} rows; the first {SHOWN} are shown."]
    return lines


def cell(value: Any) -> str:
    """A value in a table.

    >>> cell([1.0, "a|b", None, True])
    '1, a\\\\|b, , yes'
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
        case list():
            return "; ".join(_steps(value)) or ", ".join(cell(item) for item in value)
        case Node():
            return value.text("name") or value.id
        case date():
            return value.isoformat()
    return str(value).replace("|", "\\|").replace("\n", " ")


def _steps(path: list[Any]) -> list[str]:
    """The steps of a path, in words; none for a list of anything else."""
    names = {node.id: cell(node) for node in path if isinstance(node, Node)}
    links = [link for link in path if isinstance(link, Relationship)]
    return [f"{names[link.start]} -[{link.type}]-> {names[link.end]}" for link in links]


def difference(path: Path, wanted: str) -> list[str]:
    """In which lines a page differs from what it should be."""
    found = path.read_text(encoding="utf-8").splitlines()
    name = path.relative_to(REPOSITORY).as_posix()
    return list(
        difflib.unified_diff(found, wanted.splitlines(), name, "as it is", lineterm="", n=1)
    )


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _shell(command: str) -> str:
    return f'entrepot() {{ "{sys.executable}" -m entrepot "$@"; }}\n{command}'


def _neighbours(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """For each piece the one two before it, and the one between."""
    nothing = Piece("", (), 0)
    padded = [nothing, nothing, *pieces]
    return padded[: len(pieces)], padded[1 : len(pieces) + 1]


def main() -> int:
    """Compare or rewrite all pages, with a store of their own."""
    parser = argparse.ArgumentParser(description="Keep what the pages show true.")
    parser.add_argument("--write", action="store_true", help="rewrite what is not true")
    parser.add_argument("pages", nargs="*", type=Path, help="by default README.md and docs/*.md")
    asked = parser.parse_args()
    stale = 0
    with tempfile.TemporaryDirectory(prefix="entrepot-docs-") as place:
        folder = Path(place) / "store"
        try:
            answers = Answers(_filled(folder), folder)
            for path in [page.resolve() for page in asked.pages] or pages():
                stale += bring_up_to_date(path, answers, write=asked.write)
        finally:
            embedded.stop(folder)
    return 0 if asked.write else min(stale, 1)


def bring_up_to_date(path: Path, answers: Answers, *, write: bool) -> bool:
    """Tell whether a page is not as it should be, and in which lines or that it was rewritten."""
    wanted = answers.page(path.read_text(encoding="utf-8"))
    lines = difference(path, wanted)
    if lines and write:
        path.write_text(wanted, encoding="utf-8")
        lines = [f"{path.relative_to(REPOSITORY)} is rewritten"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return bool(lines)


def _filled(folder: Path) -> Endpoint:
    endpoint = embedded.ensure_started(folder)
    with Store.open(endpoint, access="write") as store:
        load(store)
    return endpoint


if __name__ == "__main__":
    sys.exit(main())
