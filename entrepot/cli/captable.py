"""The question `captable` as a command."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json
from graph.queries.wording import clock_words

if TYPE_CHECKING:
    from graph.queries.captable import CapRow, CapTableAnswer

VERDICTS = {
    "determined": "Every share is determined, but for rounding.",
    "bounded": "All claims fit; they leave room.",
    "contradictory": "Claims contradict each other; the bounds leave those that do aside.",
    "unrecorded": "No holder is on record.",
}


@click.command(epilog="Example:  entrepot captable lazada --as-of 2016-12-31")
@click.argument("company", metavar="NAME", shell_complete=complete_name)
@click.option(
    "--each-claim", is_flag=True, help="Disputed and deprecated claims beside each other, as true."
)
@question_options
def captable(company: str, each_claim: bool, shared: Shared) -> int:
    """Between what and what each holder's share lies, by all deals and disclosures together.

    Where claims contradict each other, a set of them from which none can be dropped. Exit code 1
    then, and where no holder is on record.
    """
    return ask(
        shared, report_captable, "captable", company=company, each_claim=each_claim, **shared.clocks
    )


def report_captable(answer: CapTableAnswer) -> Report:
    """The bounds, what contradicts, and what happened without being recorded."""
    notes = Footnotes(answer.sources)
    asked = answer.question
    time = clock_words(asked)
    blocks: list[Block] = [
        Heading(f"Cap table of {asked['of']['name']}, {time}"),
        Text(VERDICTS[answer.verdict]),
    ]
    if answer.holders:
        blocks.append(_table(answer, notes))
    if answer.conflicts:
        blocks.append(Heading("Cannot all be true"))
        blocks += [_conflict(conflict.sentence) for conflict in answer.conflicts]
    if answer.changes:
        blocks.append(Heading("Happened, and is not on record"))
        blocks += [
            Text(f"– {change.words}: {'; '.join(change.against)}") for change in answer.changes
        ]
    rows = to_json([_flat(row) for row in answer.holders])
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _conflict(sentence: str) -> Text:
    return Text(f"– {sentence}")


def _table(answer: CapTableAnswer, notes: Footnotes) -> Table:
    rows = [
        (
            row.holder_name + (f" (in {row.within})" if row.within else ""),
            _range(row.low, row.high),
            row.printed or "",
            row.seen or "",
            notes.cite(row.sources),
        )
        for row in answer.holders
    ]
    rest = ("others", _range(answer.others_low, answer.others_high), "", "", "")
    return Table(("holder", "share", "last printed", "seen", "sources"), (*rows, rest))


def _range(low: Decimal, high: Decimal) -> str:
    if low == high:
        return f"{low}%"
    return f"{low}% to {high}%"


def _flat(row: CapRow) -> dict[str, object]:
    return {
        "holder": row.holder,
        "low": row.low,
        "high": row.high,
        "lowExact": row.low_exact,
        "highExact": row.high_exact,
        "status": row.status,
        "printed": row.printed,
        "seen": row.seen,
        "within": row.within,
        "sources": row.sources,
    }
