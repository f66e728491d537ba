"""Answers as reports: which rows and which blocks each question prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from entrepot.cli.output import Block, Footnotes, Heading, Report, Table, Text
from graph.queries.answers import LinkFact, to_json
from graph.queries.wording import clock_words, share_words

if TYPE_CHECKING:
    from graph.queries.claims import ClaimsAnswer, Contest
    from graph.queries.coverage import CoverageAnswer, CoverageRow, Research
    from graph.queries.deals import DealRow, DealsAnswer
    from graph.queries.find import FindAnswer
    from graph.queries.ownership import HoldingsAnswer, OwnersAnswer, Stake
    from graph.queries.schema import SchemaAnswer
    from graph.queries.timeline import TimelineAnswer


def _told(link: LinkFact) -> str:
    return link.sentence + (" (possibly)" if link.holds == "possible" else "")


def report_find(answer: FindAnswer) -> Report:
    """The things found, a line each."""
    rows = [to_json(match) for match in answer.matches]
    table = Table(
        ("id", "name", "kind", "found as"),
        tuple((m.id, m.name, m.kind, m.matched) for m in answer.matches),
    )
    empty = Text(f"Nothing is called {answer.question['text']!r}.")
    return Report(answer, rows, [table if answer.matches else empty], answer.found)


def report_owners(answer: OwnersAnswer) -> Report:
    """The holders, what is left unknown, and who controls otherwise."""
    notes = Footnotes(answer.sources)
    name = answer.question["of"]["name"]
    blocks: list[Block] = [
        *_notes(answer.question, "of"),
        Heading(_title("Owners of", name, answer)),
    ]
    if answer.owners:
        blocks.append(_stakes(answer.owners, "holder", notes))
        blocks.append(Text(_remainder(answer)))
    else:
        told = absence_words(answer.others, answer.researched, answer.question["asOf"])
        blocks.append(Text(f"No holder of {name} is on record{told}"))
    blocks += [Text(f"{_told(link)} {notes.cite(link.sources)}") for link in answer.controllers]
    if answer.announced:
        blocks.append(Heading("Announced, and not known to be done"))
        lines = (f"– {_told(link)} {notes.cite(link.sources)}" for link in answer.announced)
        blocks.append(Text("\n".join(lines)))
    blocks += _disputes(answer.owners, notes)
    rows = [_flat(stake) for stake in answer.owners]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def report_holdings(answer: HoldingsAnswer) -> Report:
    """What is held."""
    notes = Footnotes(answer.sources)
    name = answer.question["of"]["name"]
    blocks: list[Block] = [
        *_notes(answer.question, "of"),
        Heading(_title("Holdings of", name, answer)),
    ]
    if answer.holdings:
        blocks.append(_stakes(answer.holdings, "company", notes))
    else:
        told = absence_words(answer.others, answer.researched, answer.question["asOf"])
        blocks.append(Text(f"No holding of {name} is on record{told}"))
    blocks += _disputes(answer.holdings, notes)
    rows = [_flat(stake) for stake in answer.holdings]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def absence_words(others: int, researched: Research, as_of: str | None) -> str:
    """What goes on after "is on record" where nothing is: other dates, and what was looked for.

    >>> from graph.queries.coverage import Research
    >>> absence_words(1, Research("owners", "2024-06", None), "2016")
    ' at that date, though 1 at other dates is. Its owners were researched until 2024-06.'
    """
    when = "at that date" if as_of else "as of today"
    elsewhere = f" {when}, though {others} at other dates {'is' if others == 1 else 'are'}"
    if researched.until is None:
        looked = f"Its {researched.topic} were not researched."
    else:
        gaps = f"; gaps: {researched.gaps}" if researched.gaps else ""
        looked = f"Its {researched.topic} were researched until {researched.until}{gaps}."
    return f"{elsewhere if others else ''}. {looked}"


def report_coverage(answer: CoverageAnswer) -> Report:
    """The topics of one actor, or a line for each that was researched."""
    if answer.question["of"]:
        blocks = _coverage_of(answer.rows[0])
    else:
        rows = tuple(
            (row.id, row.name, ", ".join(f"{t.topic} {t.until}" for t in row.topics if t.until))
            for row in answer.rows
        )
        told = f"{len(rows)} of {answer.subjects} actors and brands have been researched."
        blocks = [Table(("id", "name", "researched until"), rows), Text(told)]
    flat = [
        {"id": row.id, "name": row.name, "kind": row.kind, **to_json(topic)}
        for row in answer.rows
        for topic in row.topics
    ]
    return Report(answer, flat, [*_notes(answer.question, "of"), *blocks], answer.found)


def _coverage_of(row: CoverageRow) -> list[Block]:
    columns = ("topic", "researched until", "on record", "not found")
    rows = tuple(
        (topic.topic, topic.until or "not researched", str(topic.on_record), topic.gaps or "")
        for topic in row.topics
    )
    return [Heading(f"Coverage of {row.name}"), Table(columns, rows)]


def _stakes(stakes: Sequence[Stake], side: str, notes: Footnotes) -> Table:
    columns = (side, "share", "seen", "since", "until", "deal or record", "sources")
    names = {stake.holder: stake.holder_name for stake in stakes}
    rows = tuple(
        (
            stake.holder_name if side == "holder" else stake.company_name,
            _share(stake, names),
            stake.seen or "",
            stake.valid_from or "",
            stake.valid_to or "",
            stake.record_id or "",
            notes.cite(stake.sources, 3),
        )
        for stake in stakes
    )
    return Table(columns, rows)


def _share(stake: Stake, names: Mapping[str, str]) -> str:
    told = " or ".join(share_words(share) for share in (*stake.either, stake.share or ""))
    votes = f" ({stake.votes:g}% of votes)" if stake.votes is not None else ""
    within = f", within {names[stake.within]}" if stake.within else ""
    return told + votes + within + (" (possibly)" if stake.holds == "possible" else "")


def _remainder(answer: OwnersAnswer) -> str:
    low, high = answer.remainder_min, answer.remainder_max
    if high == 0:
        return "Nothing is left to others."
    told = f"{low:g}% to {high:g}%" if low != high else f"{high:g}%"
    return f"Others, or unknown: {told}."


def _disputes(stakes: Iterable[Stake], notes: Footnotes) -> list[Block]:
    """What other sources said of the shares, and why it is not shown."""
    blocks: list[Block] = []
    for stake in stakes:
        for loser in stake.losers:
            reason = loser.reason or stake.why
            told = f"Others said {share_words(loser.value)} for {stake.holder_name}"
            said = f"{told} {notes.cite(loser.sources, 3)}".rstrip()
            blocks.append(Text(f"{said}: not shown, since {reason}." if reason else f"{said}."))
    return blocks


def report_deals(answer: DealsAnswer) -> Report:
    """The deals, a line each."""
    notes = Footnotes(answer.sources)
    table = deals_table(answer.deals, notes)
    empty = Text("No such deal is on record.")
    rows = [_flat_deal(deal) for deal in answer.deals]
    blocks = [table if answer.deals else empty, *notes.blocks()]
    return Report(
        answer, rows, [*_notes(answer.question, "actor", "market"), *blocks], answer.found
    )


def deals_table(deals: Iterable[DealRow], notes: Footnotes) -> Table:
    """Deals in a table."""
    columns = ("date", "status", "deal", "type", "amount", "id", "sources")
    rows = tuple(
        (
            deal.date or "",
            deal.status,
            deal.name,
            deal.type,
            deal.amount or "",
            deal.id,
            notes.cite(deal.sources, 2),
        )
        for deal in deals
    )
    return Table(columns, rows)


def _flat_deal(deal: DealRow) -> dict[str, Any]:
    row: dict[str, Any] = to_json(deal)
    row["statuses"] = [f"{status.status} {status.date}" for status in deal.statuses]
    row["parties"] = [f"{party.id} ({', '.join(party.roles)})" for party in deal.parties]
    return row


def report_claims(answer: ClaimsAnswer) -> Report:
    """Each contest with its claims, those that are disputed first."""
    notes = Footnotes(answer.sources)
    ordered = sorted(answer.contests, key=lambda contest: not contest.disputed)
    blocks: list[Block] = _notes(answer.question, "about")
    if not ordered:
        blocks.append(Text("No such claim is on record."))
    blocks += claims_blocks(ordered, notes)
    rows = [
        {"record": contest.record, "field": contest.field, **to_json(claim)}
        for contest in answer.contests
        for claim in contest.claims
    ]
    return Report(answer, rows, [*blocks, *notes.blocks()], answer.found)


def claims_blocks(contests: Iterable[Contest], notes: Footnotes) -> list[Block]:
    """Disputed fields with the rule that decided, and one table of all others."""
    blocks: list[Block] = []
    alone: list[tuple[str, ...]] = []
    for contest in contests:
        if not contest.disputed:
            alone += [
                (contest.record, contest.field, claim.value, notes.cite(claim.sources, 3))
                for claim in contest.claims
            ]
            continue
        blocks.append(Heading(f"{contest.record}: {contest.field}"))
        columns = ("value", "status", "rank", "known from", "sources", "reason")
        rows = tuple(
            (
                claim.value,
                claim.status,
                claim.rank,
                claim.known_from or "",
                notes.cite(claim.sources),
                claim.reason or "",
            )
            for claim in contest.claims
        )
        blocks.append(Table(columns, rows))
        blocks += [Text(f"Decided by this rule: {contest.why}.")] if contest.why else []
    if alone:
        blocks.append(Heading("Undisputed"))
        blocks.append(Table(("record", "field", "value", "sources"), tuple(alone)))
    return blocks


def report_timeline(answer: TimelineAnswer) -> Report:
    """The entries, a line each; what is not fact says so."""
    notes = Footnotes(answer.sources)
    rows = tuple(
        (
            entry.date,
            entry.kind if entry.certainty == "fact" else entry.certainty.upper(),
            entry.text,
            notes.cite(entry.sources, 2),
        )
        for entry in answer.entries
    )
    table = Table(("date", "kind", "what", "sources"), rows)
    empty = Text(f"Nothing dated is on record about {answer.question['about']['name']}.")
    blocks = [table if rows else empty, *notes.blocks()]
    flat = [to_json(entry) for entry in answer.entries]
    return Report(answer, flat, [*_notes(answer.question, "about"), *blocks], answer.found)


def report_schema(answer: SchemaAnswer) -> Report:
    """Labels, types and examples."""
    labels = tuple((row.label, str(row.count), row.description) for row in answer.labels)
    types = tuple(
        (row.type, str(row.count), "|".join(row.from_), "|".join(row.to), ", ".join(row.properties))
        for row in answer.types
    )
    examples = [Text(f"– {e.title}\n  {e.statement}") for e in answer.examples]
    blocks: list[Block] = [
        Heading("Labels"),
        Table(("label", "count", "meaning"), labels),
        Heading("Relationship types"),
        Table(("type", "count", "from", "to", "properties"), types),
        Heading("Statements to begin with"),
        *examples,
    ]
    rows = [{"element": "node", **to_json(row)} for row in answer.labels]
    rows += [{"element": "relationship", **to_json(row)} for row in answer.types]
    return Report(answer, rows, blocks)


def _flat(stake: Stake) -> dict[str, Any]:
    row: dict[str, Any] = to_json(stake)
    row["losers"] = [loser.value for loser in stake.losers]
    row["history"] = [f"{s.share or 'unknown'} from {s.valid_from or '?'}" for s in stake.history]
    return row


def _title(what: str, name: str, answer: Any) -> str:
    return f"{what} {name}, {clock_words(answer.question)}"


def _notes(question: dict[str, Any], *keys: str) -> list[Block]:
    """What is to be said about whom a name means."""
    found = [question.get(key) or {} for key in keys]
    return [Text(f"Note: {each['note']}.") for each in found if each.get("note")]
