"""The command `replay`, which asks again what a receipt is for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.cli.options import Shared, output_options
from entrepot.cli.output import Block, Footnotes, Report, Text, print_report

if TYPE_CHECKING:
    from entrepot.receipts import Replay

VERDICTS = {
    "same": "The answer is the same, and so is the graph.",
    "same-on-another-graph": "The answer is the same, though the graph changed.",
    "different": "The answer is another one.",
}


@click.command(epilog="Example:  entrepot replay answer.json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@output_options
def replay(file: str, shared: Shared) -> int:
    """Ask again what the receipt in FILE is for, and say whether the answer is the same.

    FILE is an answer that was printed with --receipt, in any form but csv, or the receipt alone;
    `-` is the standard input. From an answer in JSON it is told what changed. Exit code 1 where the
    answer is another one.
    """
    from entrepot.receipts import read_file

    text = sys.stdin.read() if file == "-" else read_file(Path(file))
    with shared.open() as kg:
        found = kg.replay(text)
    return print_report(report_replay(found), shared.format)


def report_replay(found: Replay) -> Report:
    """The verdict, whether it was another graph or another version, and what changed."""
    from entrepot.cli.differences import difference_blocks

    lines = [VERDICTS[found.verdict]]
    if found.verdict == "different":
        same = found.now.graph == found.receipt.graph
        lines.append("The graph is the same." if same else "The graph changed.")
    if found.made_by:
        lines.append(
            f"The receipt was made by version {found.made_by}, this is {found.now.version}."
        )
    if found.verdict == "different" and found.diff is None:
        lines.append("An answer as JSON, with its receipt, would say what changed.")
    blocks: list[Block] = [Text(line) for line in lines]
    if found.diff is not None:
        notes = Footnotes(found.diff.sources)
        blocks += [*difference_blocks(found.diff, notes), *notes.blocks()]
    row = {
        "verdict": found.verdict,
        "question": found.receipt.question,
        "graph": found.now.graph,
        "answer": found.now.answer,
    }
    return Report(found, [row], blocks, found.found)
