"""Which records made an answer differ: those whose links began, ended, or are said otherwise.

For each row that differs, the links between those whom it is about are looked at on both sides. As
the date moves on, a link begins or ends: the world changed. Between two states of knowledge, or
under a supposition, a link is there or not, or says something else. A link follows from its record,
and its end from the record that ended it: these are the causes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from graph.clocks import ALWAYS, EVENTS, NEVER, Clocks, Period, day_range, period_of
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.names import kind_of_node
from graph.queries.answers import name_of, names_of, texts_of
from graph.queries.differing_rows import Because, FieldChange, Plain, RowChange
from graph.queries.wording import link_sentence, share_of
from graph.views.links import PATH_TYPES
from ontology.values import Date

Turn = Literal["began", "ended", "appeared", "changed", "disappeared"]
Pair = tuple[str, str]

LINK_TYPES = (*PATH_TYPES, "OPERATES_IN")
_RANKS = {name: rank for rank, name in enumerate(LINK_TYPES)}
ABOUT = ("Actor", "Brand", "Market")
RECORDS = ("Deal", "Disclosure", "Milestone", "FigureTable")
NOT_YET, BEGINNING, HELD, ENDING, OVER = range(5)


@dataclass(frozen=True)
class LinkTurn:
    """What became of one link; `fields` says what of it is told otherwise now."""

    turn: Turn
    id: str
    type: str
    start: str
    end: str
    date: str | None
    sentence: str
    fields: tuple[FieldChange, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """A record that made the answer differ, by which clock, and the links that it moved."""

    id: str
    kind: str
    name: str
    because: Because
    date: str | None
    links: tuple[LinkTurn, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """One side of a comparison: a graph, looked at by clocks."""

    graph: Graph
    clocks: Clocks


@dataclass(frozen=True)
class _Found:
    """One link's turn, of which record, on which day as an ordinal."""

    record: str
    turn: LinkTurn
    day: int


def find_causes(
    rows: Sequence[RowChange],
    question: Plain,
    stages: Sequence[Stage],
    labels: Sequence[Because],
) -> list[Cause]:
    """The records that made these rows differ, step by step, each step's in the order of time."""
    causes: list[Cause] = []
    for (before, after), label in zip(pairwise(stages), labels, strict=True):
        moved = [row for row in rows if label in row.because]
        if moved:
            causes += _causes(moved, question, (before, after), label)
    return causes


def turning_days(causes: Iterable[Cause], since: Date, until: Date | None) -> list[Date]:
    """The days between two dates by which something that caused a difference had happened."""
    dates = {link.date for cause in causes for link in cause.links if link.date}
    days = {Date.parse(text).last for text in dates if cause_in_world(causes, text)}
    last = until.first or until.last if until else None
    between = (day for day in days if day > since.last and (last is None or day < last))
    return [Date.parse(day.isoformat()) for day in sorted(between)]


def cause_in_world(causes: Iterable[Cause], date: str) -> bool:
    """Whether something happened in the world on a date."""
    return any(
        link.date == date for cause in causes if cause.because == "world" for link in cause.links
    )


def _causes(
    rows: Sequence[RowChange], question: Plain, stages: tuple[Stage, Stage], label: Because
) -> list[Cause]:
    before, after = stages
    asked = {v["id"] for v in question.values() if isinstance(v, Mapping) and "id" in v}
    groups = [_texts(row) | asked for row in rows]
    wanted = set().union(*groups)
    nodes = {**before.graph.nodes(wanted), **after.graph.nodes(wanted)}
    ends = {i for i, node in nodes.items() if set(ABOUT) & set(node.labels)}
    pairs = [group & ends for group in groups]
    links = [_links(stage.graph, ends, pairs) for stage in stages]
    compare = _turns_of_world if label == "world" else _turns_of_knowledge
    found = list(compare(links, stages))
    named = {text for row in rows for text in row.key} & nodes.keys()
    alone = {i for i in named if set(RECORDS) & set(nodes[i].labels)}
    return _by_record(found, alone, stages, label)


def _texts(row: RowChange) -> set[str]:
    """All texts in a row: the ids of those whom it is about are among them."""
    return {text for side in row.rows for text in _texts_in(side)} | set(row.key)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in ("sources", "also"):
                yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)


def _links(
    graph: Graph, ends: Collection[str], groups: Sequence[Collection[str]]
) -> dict[str, Relationship]:
    """The links between any two that one row is about."""
    if not ends:
        return {}
    found = graph.links(sorted(ends), LINK_TYPES)
    return {
        link.id: link
        for link in found
        if link.start in ends
        and link.end in ends
        and any(link.start in group and link.end in group for group in groups)
    }


def _phase(period: Period, as_of: Date | None) -> int:
    """How far a link's time has come by a date."""
    if as_of is None:
        return OVER if period.end_last < NEVER else HELD
    first, last = day_range(as_of)
    if period.start_first > last:
        return NOT_YET
    if period.end_last <= first:
        return OVER
    if period.end_first <= last:
        return ENDING
    return HELD if period.start_last <= first else BEGINNING


def _time(link: Relationship) -> Period:
    period = period_of(link)
    if link.type in EVENTS:
        return Period(period.start_first, period.start_last, NEVER, NEVER)
    return period


def _turns_of_world(
    links: Sequence[Mapping[str, Relationship]], stages: tuple[Stage, Stage]
) -> Iterator[_Found]:
    """What began and what ended between two dates."""
    before, after = stages
    names = _names(after.graph, links)
    for link in links[1].values():
        period = _time(link)
        one, other = (_phase(period, stage.clocks.as_of) for stage in (before, after))
        if one <= BEGINNING and other > one:
            date = link.text("validFrom") or link.text("date")
            turn = _told(link, "began", date, link_sentence(link, names), link.texts("sourceIds"))
            yield _Found(_record(link), turn, period.start_last)
        if one < other and other >= ENDING:
            sentence = link_sentence(link, names, ended=True)
            sources = link.texts("endSourceIds") or link.texts("sourceIds")
            turn = _told(link, "ended", link.text("validTo"), sentence, sources)
            yield _Found(link.text("endRecordId") or _record(link), turn, period.end_last)


def _turns_of_knowledge(
    links: Sequence[Mapping[str, Relationship]], stages: tuple[Stage, Stage]
) -> Iterator[_Found]:
    """What is there on one side only, or says something else, at the date that is asked about."""
    before, after = links
    names = {**_names(stages[0].graph, links), **_names(stages[1].graph, links)}
    for link_id in sorted({*before, *after}):
        one, other = before.get(link_id), after.get(link_id)
        states = [_state(x, s.clocks.as_of) for x, s in zip((one, other), stages, strict=True)]
        if states[0] == states[1]:
            continue
        link = other if other and states[1] else one
        assert link is not None  # one of the two states is there
        turn: Turn = "appeared" if not states[0] else "changed" if states[1] else "disappeared"
        over = _time(link).has_ended(stages[1].clocks.as_of)
        fields = tuple(_differing(one, other)) if one and other else ()
        date = link.text("validFrom") or link.text("date")
        sources = _sources(link)
        if one and other:
            sources = [s for s in sources if s not in _sources(one)] or sources
        told = _told(link, turn, date, link_sentence(link, names, ended=over), sources, fields)
        ended = turn == "changed" and one and one.text("validTo") != link.text("validTo")
        record = (link.text("endRecordId") if ended else "") or _record(link)
        yield _Found(record, told, _time(link).start_last)


def _state(link: Relationship | None, as_of: Date | None) -> tuple[object, ...] | None:
    """What a link says at a date; None where it is not there or has not begun."""
    if link is None:
        return None
    phase = _phase(_time(link), as_of)
    if phase == NOT_YET or (as_of is not None and phase == OVER):
        return None
    return (phase, *_said(link).values())


def _said(link: Relationship) -> dict[str, str | None]:
    """What a link says, as answers tell it."""
    own = ("votes", "basis", "mode", "title", "amountText", "validFrom", "validTo", "shareAsOf")
    return {"share": share_of(link) or None, **{key: link.text(key) or None for key in own}}


def _differing(one: Relationship, other: Relationship) -> Iterator[FieldChange]:
    before, after = _said(one), _said(other)
    for field in before:
        if before[field] != after[field]:
            yield FieldChange(field, before[field], after[field])


def _sources(link: Relationship) -> list[str]:
    return [*link.texts("sourceIds"), *link.texts("endSourceIds")]


def _told(
    link: Relationship,
    turn: Turn,
    date: str,
    sentence: str,
    sources: Iterable[str],
    fields: tuple[FieldChange, ...] = (),
) -> LinkTurn:
    ends = (link.start, link.end)
    cited = tuple(dict.fromkeys(sources))
    return LinkTurn(turn, link.id, link.type, *ends, date or None, sentence, fields, cited)


def _record(link: Relationship) -> str:
    return link.text("dealId") or link.text("recordId")


def _names(graph: Graph, links: Sequence[Mapping[str, Relationship]]) -> dict[str, str]:
    ends = {end for side in links for link in side.values() for end in (link.start, link.end)}
    return names_of(graph, ends)


def _by_record(
    found: Iterable[_Found], alone: Collection[str], stages: tuple[Stage, Stage], label: Because
) -> list[Cause]:
    """The turns by the record that they follow from; records without any that are rows too."""
    turns: dict[str, list[_Found]] = defaultdict(list)
    for each in found:
        turns[each.record].append(each)
    ids = {*turns, *alone}
    nodes = {**stages[0].graph.nodes(ids), **stages[1].graph.nodes(ids)}
    days = {i: min((each.day for each in turns[i]), default=_day(nodes.get(i))) for i in ids}
    ordered = sorted(ids, key=lambda i: (days[i], i))
    return [_cause(i, nodes.get(i), turns.get(i, []), label) for i in ordered]


def _cause(record: str, node: Node | None, turns: Sequence[_Found], label: Because) -> Cause:
    ordered = sorted(turns, key=lambda t: (_RANKS[t.turn.type], t.day, t.turn.id, t.turn.turn))
    links = tuple(each.turn for each in ordered)
    cited = [source for link in links for source in link.sources]
    sources = cited or (list(texts_of(node)) if node else [])
    return Cause(
        id=record,
        kind=kind_of_node(node) if node else "",
        name=name_of(node) if node else record,
        because=label,
        date=(node.text("date") or None) if node else None,
        links=links,
        sources=tuple(dict.fromkeys(sources)),
    )


def _day(node: Node | None) -> int:
    text = node.text("date") if node else ""
    return Date.parse(text).last.toordinal() if text else ALWAYS
