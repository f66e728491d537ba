"""The question `control` as a command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, question_options
from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import to_json
from graph.queries.wording import clock_words, share_words

if TYPE_CHECKING:
    from graph.queries.control import ControlAnswer, Controller, Direct
    from graph.queries.proofs import Proof

MOST = 12
CERTAINTY = {"certain": "Certain", "possible": "No more than possible"}
WAYS = {"votes": "majority of votes", "joint": "jointly", "runs": "runs it"}


@click.command(epilog="Example:  entrepot control lazada --as-of 2018-06-01")
@click.argument("company", metavar="NAME", shell_complete=complete_name)
@click.option("--by", metavar="NAME", shell_complete=complete_name, help="Whether this one does.")
@question_options
def control(company: str, by: str | None, shared: Shared) -> int:
    """Who controls a company in the end, how surely, with the proof, and who has how much of it.

    The verdict is certain, possible, unknown or no. Exit code 1 where it is unknown or no.
    """
    return ask(shared, report_control, "control", company=company, by=by, **shared.clocks)


def report_control(answer: ControlAnswer) -> Report:
    """The verdict, the proofs, what would upset them, and the shares through all chains."""
    notes = Footnotes(answer.sources)
    asked = answer.question
    time = clock_words(asked)
    blocks: list[Block] = [
        Text(f"Note: {each['note']}.")
        for each in (asked["of"], asked["by"] or {})
        if each.get("note")
    ]
    blocks += [Heading(f"Control of {asked['of']['name']}, {time}"), Text(_verdict(answer))]
    for row in answer.control:
        blocks += _controller(row, answer, notes)
    if answer.direct:
        blocks += [Heading("Direct holders, capital and votes apart"), _direct(answer, notes)]
    if answer.integrated:
        blocks += [Heading("Through all chains"), _integrated(answer), Text(_rest(answer))]
    blocks += [Text(_circle(answer, circle)) for circle in answer.circles]
    blocks += _power(answer)
    if answer.group:
        blocks += [Heading(f"Controlled by {asked['of']['name']}"), _group(answer)]
    rows: list[dict[str, Any]] = [
        {
            "controllers": row.ids,
            "verdict": row.verdict,
            "ultimate": row.ultimate,
            "direct": row.direct,
            "proof": row.proofs[0].sentence,
            "size": row.proofs[0].size,
        }
        for row in answer.control
    ]
    return Report(answer, to_json(rows), [*blocks, *notes.blocks()], answer.found)


def _verdict(answer: ControlAnswer) -> str:
    name = answer.question["of"]["name"]
    found = [row for row in answer.control if set(row.ids) <= set(answer.controllers)]
    tops = [" and ".join(row.names) for row in found if row.ultimate or answer.question["by"]]
    if not answer.controllers:
        told = answer.reason or ""
        return f"{answer.verdict.capitalize()}: {told}."
    joint = " jointly" if any(len(row.ids) > 1 for row in found) else ""
    if answer.verdict == "certain":
        return f"Certain, under every reading: {', '.join(tops)} controlled {name}{joint}."
    told = ", or ".join(tops)
    return f"Possible, under some readings and not under others: {told} controlled {name}{joint}."


def _controller(row: Controller, answer: ControlAnswer, notes: Footnotes) -> list[Block]:
    who = " and ".join(row.names)
    end = "in the end" if row.ultimate else "between"
    blocks: list[Block] = [Heading(f"{who}: {row.verdict}, {end}")]
    for number, proof in enumerate(row.proofs, start=1):
        label = "" if len(row.proofs) == 1 else f"{number}. "
        blocks += [Text(line) for line in _proof(proof, notes, label)]
    blocks += [
        Text(f"  {CERTAINTY[turn.verdict]} if {turn.sentence}. {notes.cite(turn.sources, 3)}")
        for turn in row.turns
    ]
    return blocks


def _proof(proof: Proof, notes: Footnotes, label: str = "", indent: str = "  ") -> Iterator[str]:
    """A tree of sentences; what a premise rests on stands under it."""
    yield f"{indent}{label}{proof.sentence}:"
    for premise in proof.premises:
        low, high = premise.votes_min, premise.votes_max
        votes = "" if low == high else f" ({_span(low, high, '%')} of the votes)"
        yield f"{indent}– {premise.sentence}{votes} {notes.cite(premise.sources, 3)}".rstrip()
        if premise.because:
            yield from _proof(premise.because, notes, "since ", indent + "    ")


def _direct(answer: ControlAnswer, notes: Footnotes) -> Table:
    rows = tuple(
        (
            each.name,
            _capital(each),
            _votes(each),
            notes.cite(each.sources, 3),
        )
        for each in answer.direct[:MOST]
    )
    return Table(("holder", "capital", "votes", "sources"), rows)


def _capital(holder: Direct) -> str:
    told = " or ".join(share_words(part) for part in holder.share.split(" or "))
    return told + (" (possibly)" if holder.holds == "possible" else "")


def _votes(holder: Direct) -> str:
    low, high = holder.votes_min, holder.votes_max
    if low is None or (low == 0 and high == 100):
        return "unknown"
    return _span(low, high, "%")


def _integrated(answer: ControlAnswer) -> Table:
    rows = tuple(
        (
            each.name,
            f"{each.share:.4f}" if each.share is not None else "unknown",
            _span(each.share_min, each.share_max),
        )
        for each in answer.integrated[:MOST]
    )
    return Table(("who", "integrated share", "between"), rows)


def _rest(answer: ControlAnswer) -> str:
    more = len(answer.integrated) - MOST
    others = f"{more} more are in -f json. " if more > 0 else ""
    return f"{others}Of the whole, {answer.untraced:.4f} comes to nobody at the top."


def _circle(answer: ControlAnswer, circle: tuple[str, ...]) -> str:
    return f"{' and '.join(circle)} hold all of each other: nobody outside has a share of them."


def _power(answer: ControlAnswer) -> list[Block]:
    power = answer.power
    if power is None:
        return []
    rows = tuple(
        (each.name, f"{each.votes}%", f"{each.banzhaf:.4f}", f"{each.shapley_shubik:.4f}")
        for each in power.holders[:MOST]
    )
    told = f"The other {power.rest}% of the votes are taken not to be cast."
    if power.error is not None:
        told += f" Sampled: off by {power.error:.4f} at most, with a probability of 99%."
    table = Table(("group", "votes", "Banzhaf", "Shapley–Shubik"), rows)
    return [Heading("Voting power"), table, Text(told)]


def _group(answer: ControlAnswer) -> Table:
    rows = tuple(
        (each.name, each.verdict, WAYS.get(each.way, each.way), ", ".join(each.by))
        for each in answer.group[:MOST]
    )
    more = len(answer.group) - MOST
    extra = ((f"and {more} more (see -f json)", "", "", ""),) if more > 0 else ()
    return Table(("company or brand", "verdict", "how", "through"), (*rows, *extra))


def _span(low: Any, high: Any, unit: str = "") -> str:
    return f"{low:g}{unit}" if low == high else f"{low:g} to {high:g}{unit}"
