"""The questions `rivals` and `entangled` as commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_market, complete_name
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json
from graph.queries.wording import clock_words, date_words, share_words

if TYPE_CHECKING:
    from graph.queries.entangled import EntangledAnswer, Entanglement, Say, SharedMarket
    from graph.queries.rivals import CommonMarket, Rival, RivalsAnswer

EXPLAINED = 3
SHOWN = 6
KINDS = {
    "common": "",
    "rival": ", and is or controls one of them",
    "own-group": ", its own group",
}


@click.command(epilog="Example:  entrepot rivals lazada --as-of 2018-12-31")
@click.argument("about", metavar="NAME", shell_complete=complete_name)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@question_options
def rivals(about: str, limit: int, shared: Shared) -> int:
    """Who competes with an actor or a brand and what it controls, where, when and how strongly.

    Its own group is left out. Exit code 1 where nobody competes, or did.
    """
    return ask(shared, report_rivals, "rivals", about=about, limit=limit, **shared.clocks)


@click.command(epilog="Example:  entrepot entangled e-commerce-in-indonesia --as-of 2017-09-01")
@click.argument("market", metavar="[MARKET]", required=False, shell_complete=complete_market)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@question_options
def entangled(market: str | None, limit: int, shared: Shared) -> int:
    """Investors with a say in two or more rivals of one market at the same time.

    MARKET may be a sector in a place, a sector or a place; without it all are looked at. A say is
    a holding, direct or through control; each is shown with its chain. Exit code 1 where there is
    none but groups that compete with themselves.
    """
    return ask(shared, report_entangled, "entangled", market=market, limit=limit, **shared.clocks)


def report_rivals(answer: RivalsAnswer) -> Report:
    """The rivals, a line each, and what makes the strength of the first."""
    notes = Footnotes(answer.sources)
    of = answer.question["of"]
    blocks: list[Block] = [Text(f"Note: {of['note']}.")] if of.get("note") else []
    blocks.append(Heading(f"Rivals of {of['name']}, {_time(answer.question)}"))
    if answer.rivals:
        blocks += [Text(_measured(answer)), _rivals(answer, notes)]
        blocks += _left_out(len(answer.rivals), answer.total)
        for rival in answer.rivals[:EXPLAINED]:
            blocks += [Heading(f"{rival.name}: {rival.strength}"), _weights(rival, notes)]
    else:
        blocks.append(Text(_no_rivals(answer)))
    rows = [
        {"rival": rival.id, "strength": rival.strength, **to_json(market)}
        for rival in answer.rivals
        for market in rival.markets
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _measured(answer: RivalsAnswer) -> str:
    pairs = zip(answer.group, answer.group_names, strict=True)
    group = [name for each, name in pairs if each != answer.question["of"]["id"]]
    told = f"With what it controls or runs: {', '.join(group)}. " if group else ""
    return f"{told}What goes on is counted until {date_words(answer.measured_to or '')}."


def _no_rivals(answer: RivalsAnswer) -> str:
    name = answer.question["of"]["name"]
    if not answer.group:
        return f"No market that {name} serves is on record."
    return f"Nobody on record serves a market of {name} at the same time."


def _rivals(answer: RivalsAnswer, notes: Footnotes) -> Table:
    rows = tuple(
        (
            rival.name + (f" (run by {', '.join(rival.run_by)})" if rival.run_by else ""),
            str(rival.strength),
            _markets(rival),
            rival.markets[0].since or "",
            rival.markets[0].until or "",
            notes.cite(rival.sources, 2),
        )
        for rival in answer.rivals
    )
    return Table(("rival", "strength", "where", "since", "until", "sources"), rows)


def _markets(rival: Rival) -> str:
    first, more = rival.markets[0], len(rival.markets) - 1
    possible = " (possibly)" if first.holds == "possible" else ""
    return first.name + possible + (f" and {more} more" if more else "")


def _weights(rival: Rival, notes: Footnotes) -> Table:
    columns = ("market", "since", "until", "years", "who", "is", "steps", "adds", "sources")
    rows = [_weight(market, notes) for market in rival.markets[:SHOWN]]
    more = len(rival.markets) - SHOWN
    if more > 0:
        rows.append((f"and {more} more (see -f json)", *([""] * (len(columns) - 1))))
    return Table(columns, tuple(rows))


def _weight(market: CommonMarket, notes: Footnotes) -> tuple[str, ...]:
    return (
        market.name + (" (possibly)" if market.holds == "possible" else ""),
        market.since or "",
        market.until or "",
        str(market.years),
        f"{', '.join(market.own)} / {', '.join(market.theirs)}",
        f"{market.specificity:g}" + ("" if market.live else ", over"),
        str(market.steps),
        str(market.weight),
        notes.cite(market.sources, 2),
    )


def report_entangled(answer: EntangledAnswer) -> Report:
    """Each investor with its two rivals, when and where, and the chains link by link."""
    notes = Footnotes(answer.sources)
    market = answer.question["market"]
    where = market["name"] if market else "every market"
    blocks: list[Block] = [Heading(f"Investors in rivals, {where}, {_time(answer.question)}")]
    if not answer.entanglements:
        blocks.append(Text("Nobody on record has a say in two rivals there at the same time."))
    for number, row in enumerate(answer.entanglements, start=1):
        blocks += [Heading(_title(number, row)), *map(Text, _lines(row, notes))]
    blocks += _left_out(len(answer.entanglements), answer.total)
    rows = [_flat(row) for row in answer.entanglements]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def _title(number: int, row: Entanglement) -> str:
    one, other = row.interests
    possible = " (possibly)" if row.holds == "possible" else ""
    return f"{number}. {row.investor_name}: {_rival(one)} and {_rival(other)}{KINDS[row.kind]}" + (
        possible
    )


def _rival(say: Say) -> str:
    return f"{say.rival_name} ({_share(say)})"


def _share(say: Say) -> str:
    if say.itself:
        return "itself"
    return "control" if say.controls else share_words(say.share or "")


def _lines(row: Entanglement, notes: Footnotes) -> Iterator[str]:
    for market in row.markets[:SHOWN]:
        yield f"  {market.name}: {_since(market)} {notes.cite(market.sources, 3)}".rstrip()
    if len(row.markets) > SHOWN:
        yield f"  and {len(row.markets) - SHOWN} more (see -f json)"
    for say in row.interests:
        for link in say.chain:
            yield f"  – {link.sentence} {notes.cite(link.sources, 3)}".rstrip()
    if row.also:
        yield f"  with what they control: {', '.join(row.also_names)}"
    if row.behind:
        yield f"  behind {row.investor_name}: {', '.join(row.behind_names)}"


def _since(market: SharedMarket) -> str:
    since = f"since {date_words(market.since, 'since')}" if market.since else "since when unknown"
    return since + (f", until {date_words(market.until, 'until')}" if market.until else "")


def _flat(row: Entanglement) -> dict[str, Any]:
    one, other = row.interests
    return {
        "investor": row.investor,
        "kind": row.kind,
        "rival": one.rival,
        "share": one.share,
        "otherRival": other.rival,
        "otherShare": other.share,
        "strength": row.strength,
        "holds": row.holds,
        "since": row.markets[0].since,
        "until": row.markets[0].until,
        "markets": [market.id for market in row.markets],
        "sources": row.sources,
    }


def _left_out(shown: int, total: int) -> list[Block]:
    return [Text(f"{shown} of {total} are shown; --limit shows more.")] if shown < total else []


def _time(question: dict[str, Any]) -> str:
    if not question["asOf"] and not question["knownAt"]:
        return "at any time"
    return clock_words(question).replace("latest", "at any time, as")
