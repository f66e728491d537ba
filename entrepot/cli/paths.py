"""The question `path` as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Text
from graph.queries.answers import LinkFact
from graph.queries.spells import HoldingFact
from graph.queries.wording import clock_words, date_words, share_words

if TYPE_CHECKING:
    from graph.queries.chains import Chain
    from graph.queries.path import Hop, Path, PathAnswer

MOST_ALSO = 4
MOST_VARIANTS = 3
MOST_SHARES = 6


@click.command(epilog="Example:  entrepot path alibaba 'rocket internet' --as-of 2016-12-31")
@click.argument("start", metavar="FROM", shell_complete=complete_name)
@click.argument("goal", metavar="TO", shell_complete=complete_name)
@click.option("--max-hops", type=int, default=6, show_default=True, help="The longest path.")
@click.option("--limit", type=int, default=3, show_default=True, help="How many paths.")
@click.option(
    "--through", multiple=True, metavar="NAME", shell_complete=complete_name, help="Only by way of."
)
@click.option(
    "--avoid", multiple=True, metavar="NAME", shell_complete=complete_name, help="Not through it."
)
@click.option("--owning", is_flag=True, help="Only chains of holdings and control, one way down.")
@click.option("--only", multiple=True, metavar="TYPES", help="Only these types of links.")
@click.option("--without", multiple=True, metavar="TYPES", help="None of these types of links.")
@click.option("--rumours", is_flag=True, help="Also what was only rumoured, talked of or offered.")
@question_options
def path(
    start: str,
    goal: str,
    max_hops: int,
    limit: int,
    through: tuple[str, ...],
    avoid: tuple[str, ...],
    owning: bool,
    only: tuple[str, ...],
    without: tuple[str, ...],
    rumours: bool,
    shared: Shared,
) -> int:
    """How two actors or brands are related: the shortest routes, each hop explained.

    Paths differ in substance; what only repeats one stands under it. Exit code 1 where there is
    none; the message says why not. TYPES may be several, with commas.
    """
    return ask(
        shared,
        report_path,
        "path",
        start=start,
        goal=goal,
        max_hops=max_hops,
        limit=limit,
        only=_types(only),
        without=_types(without),
        avoid=avoid,
        through=through,
        owning=owning,
        rumours=rumours,
        **shared.clocks,
    )


def report_path(answer: PathAnswer) -> Report:
    """Each path under its route, each hop with its sentence, the rest of what joins the two."""
    notes = Footnotes(answer.sources)
    asked = answer.question
    blocks: list[Block] = [
        Text(f"Note: {end['note']}.") for end in (asked["from"], asked["to"]) if end.get("note")
    ]
    blocks.append(Heading(_headline(asked)))
    for number, each in enumerate(answer.paths, start=1):
        blocks += path_blocks(f"{number}. ", each, notes)
    for reason in (answer.reason, *answer.others) if answer.reason else ():
        said = f"{reason.message[:1].upper()}{reason.message[1:]}."
        blocks.append(Text(f"{said} {notes.cite(reason.sources)}".rstrip()))
    rows = [
        {"path": number, "hop": place, **hop_row(hop)}
        for number, each in enumerate(answer.paths, start=1)
        for place, hop in enumerate(each.hops, start=1)
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def path_blocks(label: str, path: Path, notes: Footnotes) -> list[Block]:
    """A path under its route: why it stands there, its hops, and what only repeats it."""
    names = [path.hops[0].from_name, *(hop.to_name for hop in path.hops)]
    count = f"{len(path.hops)} hop{'s' if len(path.hops) > 1 else ''}"
    ended = ", has ended" if path.ended else ""
    together = f", on {path.together}" if path.together and not path.chain else ""
    blocks: list[Block] = [Heading(f"{label}{' – '.join(names)} ({count}{ended}{together})")]
    blocks += [Text(f"  Why here: {path.rank.reason}.")] if path.rank else []
    blocks += [Text(f"  {_chain_words(path, path.chain)}")] if path.chain else []
    blocks += [block for hop in path.hops for block in hop_blocks(hop, notes)]
    for variant in path.also[:MOST_VARIANTS]:
        ended = ", has ended" if variant.ended else ""
        blocks.append(Text(f"  Repeats it: {' – '.join(variant.names)} ({variant.why}{ended})"))
    if len(path.also) > MOST_VARIANTS:
        blocks.append(Text(f"  and {len(path.also) - MOST_VARIANTS} more that repeat it (-f json)"))
    return blocks


def hop_row(hop: Hop) -> dict[str, Any]:
    """A hop as a row of a table of data: what is nested stays in JSON."""
    return {k: v for k, v in hop.to_json().items() if k not in ("also", "history")}


def _headline(asked: dict[str, Any]) -> str:
    what = "Chains of ownership between" if asked["owning"] else "Paths from"
    joint = "and" if asked["owning"] else "to"
    return f"{what} {asked['from']['name']} {joint} {asked['to']['name']}, {clock_words(asked)}"


def _chain_words(path: Path, chain: Chain) -> str:
    """The direction of a chain, and how much comes down it."""
    ends = (path.hops[0].from_name, path.hops[-1].to_name)
    top, bottom = ends if chain.direction == "down" else ends[::-1]
    held = f", together {path.together}" if path.together else ""
    if chain.share_min is None:
        return f"Down from {top} to {bottom}{held}: by control, so that no share can be told."
    low, high = chain.share_min, chain.share_max
    span = f"{low:f}%" if low == high else f"{low:f}% to {high:f}%"
    return f"Down from {top} to {bottom}{held}: {span} by this chain."


def hop_blocks(hop: Hop, notes: Footnotes, most: int = MOST_ALSO) -> list[Block]:
    """A hop with its sentence, the facts behind it, and what else joins the two."""
    lines = [Text(f"  {_told(hop.link)} {notes.cite(hop.link.sources)}".rstrip())]
    lines.append(Text(f"     {_details(hop.link)}"))
    lines += [Text(f"     {line}") for line in _history(hop.link)]
    for link in hop.also[:most]:
        lines.append(Text(f"     also: {_told(link)} {notes.cite(link.sources, 2)}".rstrip()))
    if len(hop.also) > most:
        lines.append(Text(f"     and {len(hop.also) - most} more (see -f json)"))
    return [*lines]


def _details(link: LinkFact) -> str:
    """The facts behind a sentence, in one line."""
    dates = f"{link.valid_from or '?'}" + (f" to {link.valid_to}" if link.valid_to else "")
    parts = [link.type, dates, f"{link.share}%" if link.share and link.share[-1].isdigit() else ""]
    parts += [f"deal {link.deal_id}" if link.deal_id else ""]
    return " · ".join(part for part in parts if part)


def _history(link: LinkFact) -> list[str]:
    """The shares that a holding has been until the one that is shown, where they are several."""
    spans = link.history if isinstance(link, HoldingFact) else ()
    shown = next((place for place, span in enumerate(spans) if span.shown), 0)
    spans = spans[: shown + 1]
    if len({span.share for span in spans}) < 2:
        return []
    told = [
        f"{share_words(span.share or '')}"
        + (f" from {date_words(span.valid_from, 'since')}" if span.valid_from else "")
        for span in spans[-MOST_SHARES:]
    ]
    return [f"shares: {'… ' if len(spans) > MOST_SHARES else ''}{', '.join(told)}"]


def _told(link: LinkFact) -> str:
    return link.sentence + (" (possibly)" if link.holds == "possible" else "")


def _types(given: tuple[str, ...]) -> tuple[str, ...]:
    """Types as given, one by one or with commas, in any case."""
    return tuple(part.strip().upper() for text in given for part in text.split(",") if part.strip())
