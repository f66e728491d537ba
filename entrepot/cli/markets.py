"""The questions `market` and `markets` as commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_market
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json
from graph.queries.wording import clock_words, date_words, money_words
from ontology.generated.vocabulary import MEASURES, MODES

if TYPE_CHECKING:
    from graph.queries.concentration import Concentration
    from graph.queries.estimates import Estimate
    from graph.queries.markets import MarketAnswer, MarketsAnswer, Operator, Presence

MOST = 30
PARTS = 3
RELATIONS = {"narrower": "in a part of it", "broader": "of which it is a part"}


@click.command(epilog="Example:  entrepot market e-commerce-in-indonesia")
@click.argument("market", metavar="MARKET", shell_complete=complete_market)
@click.option(
    "--chart",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw its estimates into a .svg or .png file, or write the chart's data to .json.",
)
@question_options
def market(market: str, chart: Path | None, shared: Shared) -> int:
    """Who serves a market and who left it, its estimates, forecasts and their fate, concentration.

    MARKET is a sector in a place, such as "e-commerce in Singapore", a sector or a place. Drawing
    needs the extra: pip install 'entrepot[charts]'. Exit code 1 where nothing is on record.
    """

    def report(answer: MarketAnswer) -> Report:
        if chart:
            from entrepot.charts import write_chart

            shared.tell(f"wrote {write_chart(answer, chart)}")
        return report_market(answer)

    return ask(shared, report, "market", market=market, **shared.clocks)


@click.command(epilog="Example:  entrepot markets --place 'southeast asia'")
@click.option("--sector", metavar="NAME", help="Of this sector, and those within it.")
@click.option("--place", metavar="NAME", help="In this place, and those within it.")
@question_options
def markets(sector: str | None, place: str | None, shared: Shared) -> int:
    """Every market on record: how many serve it and left it, and what else there is.

    Deals are those of the companies and brands that serve or served it, as what was sold or as a
    partner. Exit code 1 where there is no such market.
    """
    return ask(shared, report_markets, "markets", sector=sector, place=place, **shared.clocks)


def report_market(answer: MarketAnswer) -> Report:
    """Who serves it, who left, what is published about it."""
    notes = Footnotes(answer.sources)
    blocks: list[Block] = [Heading(f"{answer.name}, {clock_words(answer.question)}")]
    if not answer.found:
        blocks.append(Text("Nothing about this market is on record."))
    blocks += _operators("Served by", answer.operators, notes)
    blocks += _operators("In a broader market, or one that crosses it", answer.broader, notes)
    blocks += _operators("Left", answer.left, notes)
    blocks += _estimates("Estimates, side by side", answer.estimates, notes)
    blocks += _estimates("Estimates of parts of it", answer.narrower, notes, with_market=True)
    blocks += _compared(answer)
    for found in answer.concentration:
        blocks += _concentration(found, notes)
    return Report(answer, [*_rows(answer)], [*blocks, *notes.blocks()], answer.found)


def _rows(answer: MarketAnswer) -> Iterator[dict[str, Any]]:
    """A row for each operator and each estimate, told apart by `row`."""
    for kind in ("operators", "broader", "left"):
        for row in getattr(answer, kind):
            told = {"row": kind, "id": row.id, "name": row.name, "relation": row.relation}
            yield {**told, "since": row.since, "until": row.until, "sources": row.sources}
    for kind in ("estimates", "narrower"):
        for estimate in getattr(answer, kind):
            yield {"row": kind, **to_json(estimate)}


def _operators(title: str, rows: tuple[Operator, ...], notes: Footnotes) -> list[Block]:
    if not rows:
        return []
    columns = ("who", "since", "until", "how", "where, and why it ended", "sources")
    lines = tuple(_operator(row, notes) for row in rows[:MOST])
    blocks: list[Block] = [Heading(title), Table(columns, lines)]
    if len(rows) > MOST:
        blocks.append(Text(f"{len(rows) - MOST} more are in -f json."))
    return blocks


def _operator(row: Operator, notes: Footnotes) -> tuple[str, ...]:
    run_by = ", ".join(dict.fromkeys(runner.name for runner in row.run_by))
    possible = " (possibly)" if row.holds == "possible" else ""
    modes = dict.fromkeys(MODES.get(p.mode, p.mode) for p in row.presences if p.mode)
    return (
        row.name + (f" (of {run_by})" if run_by else "") + possible,
        row.since or "",
        row.until or "",
        ", ".join(modes),
        _where(row),
        notes.cite(row.sources, 2),
    )


def _where(row: Operator) -> str:
    """The markets that are not the one asked about, and why an operator left."""
    parts = [] if row.relation == "same" else [_places(row.presences)]
    parts += [_ended(presence) for presence in row.presences if presence.link.ended]
    return "; ".join(part for part in dict.fromkeys(parts) if part)


def _places(presences: Iterable[Presence]) -> str:
    names = list(dict.fromkeys(presence.market_name for presence in presences))
    more = f" and {len(names) - PARTS} more" if len(names) > PARTS else ""
    return ", ".join(names[:PARTS]) + more


def _ended(presence: Presence) -> str:
    until = date_words(presence.link.valid_to or "", "until")
    return f"until {until}: {presence.why}" if presence.why else f"until {until}"


def _estimates(
    title: str, rows: tuple[Estimate, ...], notes: Footnotes, *, with_market: bool = False
) -> list[Block]:
    if not rows:
        return []
    first = ("market",) if with_market else ()
    columns = (*first, "period", "value", "measure", "publisher, edition", "counts", "sources")
    lines = tuple(
        (
            *((row.market_name,) if with_market else ()),
            row.period,
            money_words(row.value) + (" (forecast)" if row.forecast else ""),
            MEASURES.get(row.measure, row.measure),
            ", ".join(filter(None, (row.publisher, row.edition))),
            "; ".join(filter(None, (row.scope, row.remark))),
            notes.cite(row.sources, 2),
        )
        for row in rows
    )
    return [Heading(title), Table(columns, lines)]


def _compared(answer: MarketAnswer) -> list[Block]:
    blocks: list[Block] = []
    if answer.comparisons:
        blocks.append(Heading("Forecasts, and what later editions said"))
        blocks += [
            Text(f"– {_in_market(each.market, answer)}{each.sentence}.")
            for each in answer.comparisons
        ]
    if answer.refusals:
        blocks.append(Heading("Not compared"))
        blocks += [Text(f"– {each.sentence}.") for each in answer.refusals]
    return blocks


def _in_market(market: str, answer: MarketAnswer) -> str:
    if market == answer.id:
        return ""
    return next((f"{e.market_name}: " for e in answer.narrower if e.market == market), "")


def _concentration(found: Concentration, notes: Footnotes) -> list[Block]:
    who = ", ".join(filter(None, (found.publisher, found.edition)))
    kind = ", forecast" if found.forecast else ""
    rows = tuple((s.name, s.value, notes.cite(s.sources, 2)) for s in found.shares)
    level = f": {found.level}" if found.level else ""
    told = (
        f"On record: {_span(found.coverage_min, found.coverage_max)}% of the market. HHI "
        f"{_span(found.hhi_min, found.hhi_max)}{level}. The four largest (CR4): "
        f"{_span(found.cr4_min, found.cr4_max)}%."
    )
    title = f"Shares in {found.period}{kind}: {who}"
    counts = [Text(f"They are: {found.scope}.")] if found.scope else []
    return [Heading(title), *counts, Table(("who", "share", "sources"), rows), Text(told)]


def _span(low: Any, high: Any) -> str:
    return f"{low:f}" if low == high else f"{low:f} to {high:f}"


def report_markets(answer: MarketsAnswer) -> Report:
    """The markets, a line each."""
    columns = ("market", "serve it", "left", "estimates", "deals", "id")
    lines = tuple(
        (row.name, str(row.operators), str(row.left), str(row.estimates), str(row.deals), row.id)
        for row in answer.markets
    )
    blocks: list[Block] = [Table(columns, lines) if lines else Text("No such market is on record.")]
    return Report(answer, [to_json(row) for row in answer.markets], blocks, answer.found)
