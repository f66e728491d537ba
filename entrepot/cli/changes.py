"""The question `changes` as a command."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, timeless_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json
from graph.queries.wording import date_words

if TYPE_CHECKING:
    from graph.queries.changes import ChangesAnswer, ClaimChange
    from graph.queries.timeline import Entry

MOST = 60


@click.command(epilog="Example:  entrepot changes lazada --since 2017 --until 2017-12-31")
@click.argument("about", metavar="[NAME]", required=False, shell_complete=complete_name)
@click.option("--since", metavar="DATE", required=True, help="From this date on.")
@click.option("--until", metavar="DATE", help="Up to this date [default: all there is].")
@timeless_options
def changes(about: str | None, since: str, until: str | None, shared: Shared) -> int:
    """What happened since a date, apart from what was only learnt since about earlier times.

    What was learnt are things that nobody had told before, and values that were corrected or became
    disputed. Exit code 1 where nothing happened and nothing was learnt.
    """
    return ask(shared, report_changes, "changes", about=about, since=since, until=until)


def report_changes(answer: ChangesAnswer) -> Report:
    """What happened, what was learnt, and which values are others now."""
    notes = Footnotes(answer.sources)
    asked = answer.question
    about = f" about {asked['about']['name']}" if asked["about"] else ""
    time = f"since {date_words(asked['since'])}"
    time += f" until {date_words(asked['until'])}" if asked["until"] else ""
    blocks: list[Block] = [Heading(f"Happened{about}, {time}")]
    blocks += _entries(answer.happened, notes, "Nothing that is on record.")
    if answer.learnt:
        blocks.append(Heading(f"Learnt{about}, {time}: what happened before"))
        blocks += _entries(answer.learnt, notes, "")
    if answer.claims:
        blocks.append(Heading(f"Learnt{about}, {time}: values"))
        blocks += _claims(answer.claims, notes)
    rows = [
        {"part": part, **to_json(row)}
        for part in ("happened", "learnt", "claims")
        for row in getattr(answer, part)
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _entries(entries: tuple[Entry, ...], notes: Footnotes, empty: str) -> list[Block]:
    rows = tuple(
        (
            entry.date,
            entry.kind if entry.certainty == "fact" else entry.certainty.upper(),
            entry.text,
            notes.cite(entry.sources, 2),
        )
        for entry in entries[:MOST]
    )
    if not rows:
        return [Text(empty)]
    table: list[Block] = [Table(("date", "kind", "what", "sources"), rows)]
    return [*table, *_more(len(entries))]


def _claims(claims: tuple[ClaimChange, ...], notes: Footnotes) -> list[Block]:
    """Corrections one by one, since they are few and tell most; the rest by record."""
    telling = [claim for claim in claims if claim.kind in ("corrected", "disputed")]
    columns = ("record and field", "what", "before", "now", "known from", "sources")
    rows = tuple(
        (
            f"{claim.record}: {claim.field}",
            claim.kind,
            claim.before or "",
            claim.after,
            claim.known_from or "",
            notes.cite(claim.sources, 2),
        )
        for claim in telling[:MOST]
    )
    blocks: list[Block] = [Table(columns, rows)] if rows else []
    blocks += _more(len(telling))
    others = [claim for claim in claims if claim not in telling]
    return blocks + [Text(line) for line in _by_record(others)]


def _by_record(claims: Iterable[ClaimChange]) -> list[str]:
    lines = []
    for record, group in groupby(claims, key=lambda claim: claim.record):
        told = [
            f"{c.field} {c.after}" if c.before is None else f"{c.field} {c.before} → {c.after}"
            for c in group
        ]
        lines.append(f"– {record}: {'; '.join(told)}")
    more = [f"and {len(lines) - MOST} more records (see -f json)"] if len(lines) > MOST else []
    return lines[:MOST] + more


def _more(count: int) -> list[Block]:
    told = f"and {count - MOST} more: ask about one NAME, or see -f json"
    return [Text(told)] if count > MOST else []
