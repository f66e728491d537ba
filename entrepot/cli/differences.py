"""The questions `diff` and `whatif` as commands, and how a difference is printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import WORDS, ask, read_question
from entrepot.cli.options import Shared, timeless_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Text
from graph.queries.answers import to_json
from graph.queries.differing_rows import ANSWER, FieldChange, RowChange, row_words
from graph.queries.wording import date_words, on_words

if TYPE_CHECKING:
    from graph.queries.causes import Cause, LinkTurn
    from graph.queries.diff import DiffAnswer, Step
    from graph.queries.differing_rows import Because

MOST_ROWS = 20
MOST_FIELDS = 4
MOST_LINKS = 4
BECAUSE = {
    "world": "Because the world changed",
    "knowledge": "Because we learnt",
    "supposition": "Because of what is supposed",
}
TURNS = {
    ("knowledge", "appeared"): "learnt",
    ("supposition", "appeared"): "instead",
    ("knowledge", "changed"): "told otherwise",
    ("supposition", "changed"): "otherwise",
    ("knowledge", "disappeared"): "no longer said",
    ("supposition", "disappeared"): "no longer",
}
MARKS = {"added": "+", "removed": "−", "changed": "~"}


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog="Example:  entrepot diff path alibaba 'rocket internet' --from 2016-03-01 "
    "--to 2017-12-31",
)
@WORDS
@click.option("--from", "from_", metavar="DATE", help="Compare the answer as of this date ...")
@click.option("--to", metavar="DATE", help="... with that as of this one [default: the latest].")
@click.option("--known-from", metavar="DATE", help="Compare what was known on this day ...")
@click.option("--known-to", metavar="DATE", help="... with what was known on this [default: now].")
@timeless_options
def diff(
    words: tuple[str, ...],
    from_: str | None,
    to: str | None,
    known_from: str | None,
    known_to: str | None,
    shared: Shared,
) -> int:
    """What changes in the answer to QUESTION between two dates, and which records caused it.

    QUESTION is any other question with its own arguments and options. --from and --to move the date
    that is asked about: the world changed. --known-from and --known-to move what was known: we
    learnt. Exit code 1 where nothing changed.
    """
    question, shared = read_question(words, shared)
    return ask(
        shared,
        report_diff,
        "diff",
        question=question.name,
        arguments=dict(question.arguments),
        from_=from_,
        to=to,
        known_from=known_from,
        known_to=known_to,
    )


@click.command(
    context_settings={"allow_interspersed_args": False},
    epilog="Example:  entrepot whatif --without alibaba-lazada-2016 owners lazada "
    "--as-of 2016-12-31",
)
@click.option(
    "--without", multiple=True, metavar="RECORD", help="Without this record, or RECORD#FIELD=VALUE."
)
@click.option(
    "--with",
    "with_",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, path_type=Path),
    help="With the records of this file; they may redefine some.",
)
@timeless_options
@WORDS
def whatif(
    words: tuple[str, ...], without: tuple[str, ...], with_: tuple[Path, ...], shared: Shared
) -> int:
    """What the answer to QUESTION would be without some records, or with others.

    The options of whatif stand before QUESTION, which is any other question with its own arguments
    and options. A claim is left out as RECORD#FIELD=VALUE, as `entrepot claims` lists them. Nothing
    is written. Exit code 1 where nothing would change.
    """
    question, shared = read_question(words, shared)
    return ask(
        shared,
        report_diff,
        "what_if",
        question=question.name,
        arguments=dict(question.arguments),
        without=without,
        with_=tuple(str(path) for path in with_),
    )


def report_diff(answer: DiffAnswer) -> Report:
    """What only one answer has, what differs, what came between, and why."""
    notes = Footnotes(answer.sources)
    blocks = [*_title(answer), *difference_blocks(answer, notes)]
    for label, title in BECAUSE.items():
        causes = [cause for cause in answer.causes if cause.because == label]
        blocks += [Heading(title)] if causes else []
        blocks += [block for cause in causes for block in _cause(cause, notes)]
    return Report(answer, _flat(answer), [*blocks, *notes.blocks()], answer.found)


def difference_blocks(answer: DiffAnswer, notes: Footnotes) -> Iterator[Block]:
    """The rows that differ, and the steps between."""
    if not answer.found:
        yield Text("Nothing changed.")
    one, other = _sides(answer)
    several = len({row.place for row in answer} - {ANSWER}) > 1
    for title, rows, tell in (
        (f"Only {one}", answer.removed, _row),
        (f"Only {other}", answer.added, _row),
        ("Different", answer.changed, _changed),
    ):
        if rows:
            yield Heading(title)
        for row in rows[:MOST_ROWS]:
            name = row.name or ("the answer as a whole" if row.place == ANSWER else "")
            place = f" ({row.place})" if several and row.place != ANSWER else ""
            yield from (Text(line) for line in tell(row, f"{name}{place}", notes))
        if len(rows) > MOST_ROWS:
            yield Text(f"and {len(rows) - MOST_ROWS} more (see -f json)")
    if answer.steps:
        yield Heading("In between")
        for step in answer.steps:
            yield from (Text(line) for line in _step(step))


def _title(answer: DiffAnswer) -> list[Block]:
    asked = answer.question
    found = [v for v in asked.get("asked", {}).values() if isinstance(v, dict)]
    names = [str(v["name"]) for v in found if "name" in v]
    one, other = _sides(answer)
    name = str(asked["question"]).replace("_", " ")
    about = f" ({', '.join(names)})" if names else ""
    return [Heading(f"{name}{about}: {one}, and {other}")]


def _sides(answer: DiffAnswer) -> tuple[str, str]:
    """How the two answers are told apart."""
    asked = answer.question
    if "from" not in asked:
        return ("as recorded", "as supposed") if "without" in asked else ("then", "now")
    ends = [asked["from"], asked["to"]]
    moved = [key for key in ("asOf", "knownAt") if ends[0][key] != ends[1][key]]
    one, other = (", ".join(_moment(end[key], key) for key in moved) for end in ends)
    return one, other


def _moment(text: str | None, key: str) -> str:
    if key == "asOf":
        return f"as of {date_words(text)}" if text else "latest known"
    return f"as known {on_words(text)}" if text else "as known now"


def _row(row: RowChange, name: str, notes: Footnotes) -> Iterator[str]:
    """A row that only one answer has."""
    side = row.rows[0]
    words = row_words(side)
    told = f": {words}" if words and words != row.name else "" if row.name else _brief(side)
    yield f"– {name}{told} {notes.cite(_sources(side), 3)}".rstrip()


def _changed(row: RowChange, name: str, notes: Footnotes) -> Iterator[str]:
    """A row that differs: its sentences where they do, else its fields."""
    yield f"– {name}:"
    one, other = (row_words(side) for side in row.rows)
    if one != other:
        yield f"    {one} {notes.cite(_sources(row.rows[0]), 3)}".rstrip()
        yield f"    → {other} {notes.cite(_sources(row.rows[1]), 3)}".rstrip()
        return
    shown = [change for change in row.fields if change.field != "sentence"]
    yield from (f"    {_field(change)}" for change in shown[:MOST_FIELDS])
    if len(shown) > MOST_FIELDS:
        yield f"    and {len(shown) - MOST_FIELDS} more (see -f json)"


def _field(change: FieldChange) -> str:
    return f"{change.field}: {_value(change.before)} → {_value(change.after)}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return "none" if value in (None, "") else str(value)


def _brief(row: dict[str, Any]) -> str:
    """A row without a name, as far as it fits a line."""
    told = [f"{k} {v}" for k, v in row.items() if isinstance(v, str | int | float) and v != ""]
    return ", ".join(told[:MOST_FIELDS])


def _step(step: Step) -> Iterator[str]:
    told = [row for row in step.rows if row.place != ANSWER]
    yield f"  {f'by {date_words(step.as_of)}' if step.as_of else 'now'}:"
    for row in told[:MOST_LINKS]:
        kind = "added" if row.before is None else "removed" if row.after is None else "changed"
        words = "" if row.after is None else row_words(row.after)
        yield f"    {MARKS[kind]} {row.name}{f': {words}' if words and words != row.name else ''}"
    if len(told) > MOST_LINKS:
        yield f"    and {len(told) - MOST_LINKS} more (see -f json)"


def _cause(cause: Cause, notes: Footnotes) -> Iterator[Block]:
    date = f", {date_words(cause.date)}" if cause.date else ""
    yield Text(f"– {cause.name} ({cause.id}){date} {notes.cite(cause.sources, 4)}".rstrip())
    for link in cause.links[:MOST_LINKS]:
        yield Text(f"    {_turn(link, cause.because)}")
    if len(cause.links) > MOST_LINKS:
        yield Text(f"    and {len(cause.links) - MOST_LINKS} more (see -f json)")


def _turn(link: LinkTurn, because: Because) -> str:
    told = f"{TURNS.get((because, link.turn), link.turn)}: {link.sentence}"
    changes = [_field(change) for change in link.fields]
    return f"{told} ({'; '.join(changes)})" if changes else told


def _sources(row: Any) -> list[str]:
    """All that a row cites, in its order."""
    if isinstance(row, dict):
        own = [s for s in row.get("sources") or () if isinstance(s, str)]
        inner = (
            s for key, item in row.items() if key not in ("sources", "also") for s in _sources(item)
        )
        return list(dict.fromkeys([*own, *inner]))
    return [s for item in row for s in _sources(item)] if isinstance(row, list) else []


def _flat(answer: DiffAnswer) -> list[dict[str, Any]]:
    """A line for each row that only one answer has, and for each field that differs."""
    rows: list[dict[str, Any]] = []
    for kind in ("removed", "added", "changed"):
        for row in getattr(answer, kind):
            told = {"change": kind, "place": row.place, "key": " ".join(row.key), "name": row.name}
            told["because"] = ", ".join(row.because)
            alone = [
                FieldChange("", *(row_words(s) if s else None for s in (row.before, row.after)))
            ]
            rows += [{**told, **to_json(change)} for change in row.fields or alone]
    return rows
