"""How answers are printed: tables for people; json, jsonl, csv and md for everything else.

An answer becomes a report: rows for jsonl and csv, blocks of text and tables for people; JSON is
the answer itself. Plain text is not coloured beyond bold headings, and fits the width it is given.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

import click

from graph.queries.answers import Sources, to_json

GAP = "  "
NARROWEST = 12


@dataclass(frozen=True)
class Heading:
    """A line that says what follows."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of texts under the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Verbatim:
    """Lines to be copied: printed as they are, whatever the width."""

    text: str


Block = Heading | Text | Table | Verbatim


@dataclass(frozen=True)
class Report:
    """An answer ready to be printed in any form; `found` is False where the answer is no."""

    answer: Any
    rows: Sequence[Mapping[str, Any]]
    blocks: Sequence[Block]
    found: bool = True


@dataclass
class Footnotes:
    """Numbers for sources, in the order in which they are first cited."""

    sources: Sources
    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, ids: Iterable[str], most: int = 4) -> str:
        """The numbers of some sources, as they stand behind a sentence.

        >>> from graph.queries.answers import Source
        >>> Footnotes({"a": Source("https://example.org", "P", "T", None, None)}).cite(["a"])
        '[1]'
        """
        known = [source for source in ids if source in self.sources]
        marks = [self.numbers.setdefault(source, len(self.numbers) + 1) for source in known[:most]]
        more = f"+{len(known) - most}" if len(known) > most else ""
        return "".join(f"[{mark}]" for mark in marks) + more

    def blocks(self) -> list[Block]:
        """The list of what was cited, at the end."""
        if not self.numbers:
            return []
        lines = [f"[{mark}] {self._line(source)}" for source, mark in self.numbers.items()]
        return [Heading("Sources"), *(Text(line) for line in lines)]

    def _line(self, source: str) -> str:
        found = self.sources[source]
        parts = [found.publisher, found.title, found.published, found.url]
        return ", ".join(part for part in parts if part)


def print_report(report: Report, form: str | None) -> int:
    """Print a report in a form; the exit code says whether the answer is yes."""
    click.echo(render(report, form or "table"), nl=False)
    return 0 if report.found else 1


def render(report: Report, form: str, width: int | None = None) -> str:
    """A report as text."""
    match form:
        case "json":
            return json.dumps(to_json(report.answer), indent=2, ensure_ascii=False) + "\n"
        case "jsonl":
            lines = (json.dumps(to_json(row), ensure_ascii=False) for row in report.rows)
            return "".join(f"{line}\n" for line in lines)
        case "csv":
            return _csv(report.rows)
        case "md":
            return "\n\n".join(_markdown(block) for block in _joined(report.blocks)) + "\n"
    return "\n".join(_plain(report.blocks, width or terminal_width())) + "\n"


def terminal_width() -> int:
    """The columns to fill: the terminal's, or COLUMNS, or wide where nobody looks."""
    return shutil.get_terminal_size((160, 24)).columns


def text_width(text: str) -> int:
    """The columns that a text takes up; scripts of East Asia take two for each character.

    >>> text_width("abc"), text_width("楽天")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return wide + sum(not unicodedata.combining(char) for char in text)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    if columns:
        writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in to_json(row).items()})
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks with neighbouring paragraphs of a list made one."""
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, Text):
            texts.append(block.text)
            continue
        if texts:
            yield Text("\n".join(texts))
            texts = []
        yield block
    if texts:
        yield Text("\n".join(texts))


def _markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {text}"
        case Text(text):
            return "  \n".join(line.strip() for line in text.splitlines())
        case Verbatim(text):
            return f"```\n{text}\n```"
        case Table(columns, rows):
            lines = [columns, tuple("---" for _ in columns), *rows]
            return "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def _plain(blocks: Sequence[Block], width: int) -> Iterator[str]:
    before: Block | None = None
    for block in blocks:
        if before is not None and not (isinstance(before, Text) and isinstance(block, Text)):
            yield ""
        match block:
            case Heading(text):
                yield click.style(text, bold=True)
            case Text(text):
                yield from _paragraph(text, width)
            case Verbatim(text):
                yield from text.splitlines()
            case Table():
                yield from _table(block, width)
        before = block


def _paragraph(text: str, width: int) -> Iterator[str]:
    """Lines that fit; what is indented stays so."""
    for line in text.splitlines() or [""]:
        indent = line[: len(line) - len(line.lstrip())]
        hanging = indent + " " * _mark_width(line.lstrip())
        yield from wrap(
            line, max(width, 2 * NARROWEST), subsequent_indent=hanging, break_long_words=False,
            break_on_hyphens=False, replace_whitespace=False,
        ) or [""]  # fmt: skip


def _mark_width(line: str) -> int:
    """The width of a number or a footnote in front of a line, under which it goes on."""
    found = re.match(r"(\[\d+\]|\d+\.|–) +", line)
    return len(found.group()) if found else 0


def _table(table: Table, width: int) -> Iterator[str]:
    widths = _widths(table, width)
    if sum(widths) + len(GAP) * (len(widths) - 1) > width:
        yield from _stacked(table, width)
        return
    yield click.style(_line(table.columns, widths).rstrip(), bold=True)
    for row in table.rows:
        cells = [_fold(cell, w) for cell, w in zip(row, widths, strict=True)]
        for number in range(max(len(lines) for lines in cells)):
            parts = [lines[number] if number < len(lines) else "" for lines in cells]
            yield _line(parts, widths).rstrip()


def _stacked(table: Table, width: int) -> Iterator[str]:
    """Rows one below the other, a line for each cell that says something."""
    label = max(text_width(column) for column in table.columns) + len(GAP)
    for number, row in enumerate(table.rows):
        if number:
            yield ""
        for column, cell in zip(table.columns, row, strict=True):
            for place, part in enumerate(_fold(cell, max(width - label, NARROWEST))):
                if cell:
                    yield (column if place == 0 else "").ljust(label) + part


def _widths(table: Table, width: int) -> list[int]:
    """A width for each column: what it needs, the widest ones narrowed until all fit."""
    columns = zip(table.columns, *table.rows, strict=True)
    widths = [max(text_width(cell) for cell in column) for column in columns]
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _fold(cell: str, width: int) -> list[str]:
    """A cell in lines that fit its column."""
    if text_width(cell) <= width:
        return [cell]
    return wrap(cell, width, break_on_hyphens=True) or [""]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return GAP.join(cell + " " * (width - text_width(cell)) for cell, width in pairs)
