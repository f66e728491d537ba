"""The question `common` as a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Text
from entrepot.cli.paths import hop_blocks
from graph.queries.answers import to_json
from graph.queries.wording import clock_words, date_words

if TYPE_CHECKING:
    from graph.queries.common import CommonAnswer
    from graph.queries.common import Shared as SharedThing

MOST = 8
TITLES = {
    "owners": "Owners, direct and through control",
    "holdings": "Holdings, direct and through control",
    "markets": "Markets",
    "people": "People and founders",
    "deals": "Deals",
}


@click.command(epilog="Example:  entrepot common alibaba rocket-internet tesco --as-of 2016-12-31")
@click.argument("names", metavar="NAME NAME...", nargs=-1, shell_complete=complete_name)
@click.option("--max-hops", type=int, default=6, show_default=True, help="Between any two.")
@click.option(
    "--avoid", multiple=True, metavar="NAME", shell_complete=complete_name, help="Not through it."
)
@question_options
def common(names: tuple[str, ...], max_hops: int, avoid: tuple[str, ...], shared: Shared) -> int:
    """What two or more actors or brands share, and the smallest tree that joins them all.

    Exit code 1 where they share nothing and nothing joins any of them.
    """
    return ask(
        shared,
        report_common,
        "common",
        names=names,
        max_hops=max_hops,
        avoid=avoid,
        **shared.clocks,
    )


def report_common(answer: CommonAnswer) -> Report:
    """The tree, hop by hop, then what is shared, section by section."""
    notes = Footnotes(answer.sources)
    asked = answer.question
    names = [each["name"] for each in asked["of"]]
    blocks: list[Block] = [
        Text(f"Note: {each['note']}.") for each in asked["of"] if each.get("note")
    ]
    told = f"{', '.join(names[:-1])} and {names[-1]}"
    blocks.append(Heading(f"What {told} have in common, {clock_words(asked)}"))
    blocks += _tree(answer, notes)
    for section, title in TITLES.items():
        blocks += _section(title, getattr(answer, section), len(names), notes)
    if not answer.found:
        blocks.append(Text("Nothing that they share is on record."))
    rows: list[dict[str, Any]] = [
        {
            "section": section,
            **{k: v for k, v in to_json(row).items() if k != "ways"},
            "actors": [way.id for way in row.ways],
            "sentences": [link.sentence for way in row.ways for link in way.links],
            "sources": list(dict.fromkeys(s for w in row.ways for f in w.links for s in f.sources)),
        }
        for section in TITLES
        for row in getattr(answer, section)
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _tree(answer: CommonAnswer, notes: Footnotes) -> list[Block]:
    blocks: list[Block] = []
    if answer.tree.hops:
        count = len(answer.tree.hops)
        ended = ", has ended in part" if answer.tree.ended else ""
        title = f"What joins them ({count} hop{'s' if count > 1 else ''}{ended})"
        blocks.append(Heading(title))
        blocks += [block for hop in answer.tree.hops for block in hop_blocks(hop, notes, 2)]
    if answer.reason:
        blocks.append(Text(f"{answer.reason[:1].upper()}{answer.reason[1:]}."))
    return blocks


def _section(title: str, rows: Sequence[SharedThing], asked: int, notes: Footnotes) -> list[Block]:
    if not rows:
        return []
    blocks: list[Block] = [Heading(title)]
    for row in rows[:MOST]:
        blocks += _row(row, asked, notes)
    if len(rows) > MOST:
        blocks.append(Text(f"and {len(rows) - MOST} more (see -f json)"))
    return blocks


def _row(row: SharedThing, asked: int, notes: Footnotes) -> list[Block]:
    """A shared thing, and under it how each of the actors is tied to it."""
    if row.date or row.status:
        time = ", ".join(filter(None, (date_words(row.date or ""), row.status)))
    elif row.together:
        time = f"at once {row.together}"
    else:
        time = "not surely at once"
    of = f"{row.shared_by} of {asked}, " if asked > 2 else ""
    blocks: list[Block] = [Text(f"– {row.name} ({of}{time})")]
    for way in row.ways:
        told = "; ".join(link.sentence for link in way.links)
        cited = [source for link in way.links for source in link.sources]
        blocks.append(Text(f"     {told} {notes.cite(dict.fromkeys(cited), 3)}".rstrip()))
    return blocks
