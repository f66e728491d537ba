"""The page that `entrepot show` prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from entrepot.cli.reports import claims_blocks, deals_table
from graph.queries.answers import LinkFact, to_json
from graph.queries.estimates import tell_estimate
from ontology.generated.vocabulary import PLACES, SECTORS

if TYPE_CHECKING:
    from graph.queries.estimates import Estimate
    from graph.queries.show import ShowAnswer

TITLES = {
    "owners": "Owned by",
    "controlledBy": "Controlled by",
    "holdings": "Holds",
    "controls": "Controls",
    "runBy": "Run by",
    "runs": "Runs",
    "managedBy": "Managed by",
    "manages": "Manages",
    "founders": "Founded by",
    "incubators": "Built up by",
    "founded": "Founded",
    "incubated": "Built up",
    "people": "People",
    "roles": "Roles",
    "operatesIn": "Operates in",
    "operators": "Who operates there",
    "operatorsWithin": "Who operates in a part of it",
    "mergedInto": "Merged into",
    "merged": "Merged into it",
    "partners": "Partners",
}
QUIET = frozenset({"about", "kind"})


def report_show(answer: ShowAnswer) -> Report:
    """Everything on one page, a part for each kind of thing there is to say."""
    notes = Footnotes(answer.sources)
    blocks: list[Block] = [Heading(f"{answer.name} ({answer.kind.lower()} {answer.id})")]
    note = answer.question["about"].get("note")
    blocks += [Text(f"Note: {note}.")] if note else []
    blocks += _facts(answer)
    blocks += _record(answer)
    for section, facts in answer.links.items():
        blocks.append(Heading(TITLES.get(section, section)))
        blocks += _links(facts, notes)
    if answer.deals and answer.kind != "Deal":
        blocks += [Heading("Deals"), deals_table(answer.deals, notes)]
    if answer.figures:
        blocks.append(Heading("Published figures"))
        blocks += [Text(_figure(figure, answer, notes)) for figure in answer.figures]
    if answer.events:
        blocks.append(Heading("Events"))
        blocks += [Text(f"– {e.date}: {e.text} {notes.cite(e.sources, 2)}") for e in answer.events]
    if answer.disputed:
        blocks += [Heading("Disputed"), *claims_blocks(answer.disputed, notes)]
    rows = [{"section": key, **to_json(f)} for key, facts in answer.links.items() for f in facts]
    rows += [{"section": "deals", "id": deal.id, "sentence": deal.name} for deal in answer.deals]
    return Report(answer, rows, [*blocks, *notes.blocks()])


def _figure(figure: Estimate, answer: ShowAnswer, notes: Footnotes) -> str:
    """A number, with its market where that is another than the page's."""
    where = "" if figure.market == answer.id else f"{figure.market_name}: "
    return f"– {where}{tell_estimate(figure)}. {notes.cite(figure.sources, 2)}"


def _facts(answer: ShowAnswer) -> list[Block]:
    """What is said of it in one line each."""
    # It is written today, and may tell what nobody knew then.
    about = "" if answer.question["knownAt"] else str(answer.properties.get("about", ""))
    named = f"Also called {', '.join(answer.names)}".rstrip(".") + "." if answer.names else ""
    rows = tuple(
        (
            key,
            "; ".join(_label(each) for each in value) if isinstance(value, list) else _label(value),
        )
        for key, value in answer.properties.items()
        if key not in QUIET and not _is_twin(key, answer.properties)
    )
    facts = [Table(("property", "value"), rows)] if rows else []
    return [*(Text(text) for text in (about, named) if text), *facts]


def _label(value: Any) -> str:
    """A sector or a place by its name, anything else as it is."""
    concept = SECTORS.get(str(value)) or PLACES.get(str(value))
    return concept.label if concept else str(value)


def _is_twin(key: str, properties: dict[str, Any]) -> bool:
    """Whether an amount is there as text too, with its currency."""
    stem = key.removesuffix("Currency")
    return f"{key}Text" in properties or (stem != key and f"{stem}Text" in properties)


def _record(answer: ShowAnswer) -> list[Block]:
    """Of a deal its parties, its moves and the stakes; of others nothing."""
    if answer.kind != "Deal" or answer.record is None:
        return []
    blocks: list[Block] = []
    for deal in answer.deals:
        dates = ", ".join(f"{status.status} {status.date}" for status in deal.statuses)
        blocks.append(Text(f"Dates: {dates}."))
        parties = tuple((p.name, ", ".join(p.roles)) for p in deal.parties)
        blocks += [Heading("Parties"), Table(("who", "as"), parties)]
    moves = _listed(answer.record.get("moves"))
    if moves:
        blocks += [Heading("Moves"), *(Text(f"– {_move(move)}") for move in moves)]
    stakes = answer.record.get("stakes") or {}
    rows = tuple(
        (company, holder, _text(value))
        for company, holders in stakes.items()
        if isinstance(holders, dict)
        for holder, value in holders.items()
    )
    return (
        [*blocks, Heading("Stakes"), Table(("of", "holder", "as printed"), rows)]
        if rows
        else blocks
    )


def _move(move: dict[str, Any]) -> str:
    """A move in words: of whom, from whom to whom, how much, for what."""
    share = _text(move.get("share")) or ("new shares" if move.get("new") else "shares")
    parts = [f"{share} of {_text(move.get('of'))}"]
    parts += [
        f"{word} {_text(move[key])}"
        for key, word in (("from", "from"), ("to", "to"), ("for", "for"), ("through", "through"))
        if key in move
    ]
    return ", ".join(parts) + (" (an option)" if move.get("option") else "")


def _links(facts: Iterable[LinkFact], notes: Footnotes) -> list[Block]:
    return [
        Text(
            f"– {fact.sentence}{' (possibly)' if fact.holds == 'possible' else ''} "
            f"{notes.cite(fact.sources, 3)}".rstrip()
        )
        for fact in facts
    ]


def _text(value: Any) -> str:
    """A value of a record on one line, without the sources behind it."""
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return _text(value.get("value", ""))
    return str(value or "").split(" @")[0]


def _listed(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]
