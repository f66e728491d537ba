"""How the arithmetic of deals is printed: `entrepot deals --check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json

if TYPE_CHECKING:
    from graph.queries.reconciliation import DealCheck, Line, ReconciliationAnswer

MARKS = {"fits": "fits", "misfits": "does not fit"}
READINGS = {"pre": "before the new money", "post": "after the new money"}


def report_checks(answer: ReconciliationAnswer) -> Report:
    """Of one deal everything; of many those in which something does not fit."""
    notes = Footnotes(answer.sources)
    is_one = answer.question["deal"] is not None
    shown = [check for check in answer.checks if is_one or check.verdict == "misfits"]
    blocks: list[Block] = [] if is_one else [Text(_counts(answer))]
    for check in shown:
        lines = check.lines if is_one else [ln for ln in check.lines if ln.status == "misfits"]
        blocks += _check(check, list(lines), notes)
    rows = [
        {"deal": check.deal, "company": check.company, **to_json(line)}
        for check in answer.checks
        for line in check.lines
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _counts(answer: ReconciliationAnswer) -> str:
    return (
        f"{answer.fitting} fit, {answer.misfitting} do not, {answer.known} do not and are recorded "
        f"as known; of {answer.open} too little is printed to say."
    )


def _check(check: DealCheck, lines: list[Line], notes: Footnotes) -> list[Block]:
    title = f"{check.deal_name} ({check.deal}), {check.company_name}"
    blocks: list[Block] = [Heading(title)]
    if not check.lines:
        return [*blocks, Text("Too little is printed to say whether it fits.")]
    if check.value:
        meant = f"; the printed value is that {READINGS[check.reading]}" if check.reading else ""
        blocks.append(Text(f"Most of it allows a value of {check.value} after the deal{meant}."))
    table = [
        (line.words, line.implied or line.printed, _verdict(line), notes.cite(line.sources))
        for line in lines
    ]
    return [*blocks, Table(("printed", "means", "verdict", "sources"), tuple(table))]


def _verdict(line: Line) -> str:
    """Whether it fits, by how much not, why, and what it should have been."""
    told = MARKS[line.status]
    if line.gap and line.status == "misfits":
        told += f", by {line.gap}"
    if line.why:
        told += f": {line.why}"
    if line.status == "misfits" and line.expected:
        told += f"; {line.expected} would fit"
    return f"{told} (known: {line.known})" if line.known else told
