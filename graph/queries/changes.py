"""What happened since a date, apart from what was only learnt since about earlier times.

What happened is dated in the period by the world's clock. What was learnt is what the records as
known now say of earlier times, and did not say as known before: things that nobody had told, values
that were corrected, and values that became disputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, Literal

from graph.clocks import Clocks, day_range, meets
from graph.elements import Node
from graph.errors import UnknownName
from graph.graphs import Graph
from graph.names import RECORDED, resolve
from graph.queries.answers import Sources, cite, question, texts_of
from graph.queries.claims import RULES
from graph.queries.deals import deal_rows
from graph.queries.timeline import (
    DATED_LINKS,
    Entry,
    find_timeline,
    life_entries,
    link_entries,
    record_entries,
    status_entries,
)
from ontology.values import Date

Learning = Literal["added", "corrected", "specified", "disputed"]


@dataclass(frozen=True)
class ClaimChange:
    """A value that is another now: `added`, `corrected`, `specified` more precisely, or `disputed`.

    `why` says by which rule of the policy the value that is shown now won.
    """

    kind: Learning
    record: str
    field: str
    before: str | None
    after: str
    why: str | None
    known_from: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ChangesAnswer:
    """What happened in the period, by date; what was learnt in it about earlier times."""

    question: dict[str, Any]
    happened: tuple[Entry, ...]
    learnt: tuple[Entry, ...]
    claims: tuple[ClaimChange, ...]
    sources: Sources

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.happened)

    @property
    def found(self) -> bool:
        """Whether anything happened, or was learnt."""
        return bool(self.happened or self.learnt or self.claims)


@dataclass(frozen=True)
class _Value:
    """How a field was decided: the claim that is shown, and the others."""

    winner: Node
    shown: str
    nodes: Mapping[str, Node]


def day_before(date: Date) -> Date:
    """The day before a date begins.

    >>> str(day_before(Date.parse("2017")))
    '2016-12-31'
    """
    return Date.parse(((date.first or date.last) - timedelta(days=1)).isoformat())


@dataclass(frozen=True)
class Knowledge:
    """The graph as known on the day before a period, at its end, and now."""

    before: Graph
    then: Graph
    now: Graph


def find_changes(
    graphs: Knowledge, since: Date, until: Date | None = None, about: str | None = None
) -> ChangesAnswer:
    """What happened in a period, as known now, and what was learnt in it about earlier times."""
    thing = resolve(graphs.now, about, RECORDED) if about else None
    own = thing.id if thing else None
    entries = _entries(graphs.now, own)
    told = entries if graphs.then is graphs.now else _entries(graphs.then, own)
    happened = [entry for entry in entries if _lies_within(entry, since, until)]
    learnt = _learnt(graphs, told, own, day_range(since)[0])
    ids = {entry.id for entry in happened}
    claims = list(_claim_changes(graphs.before, graphs.then, own, since, ids))
    cited = [source for entry in (*happened, *learnt) for source in entry.sources]
    cited += [source for claim in claims for source in claim.sources]
    asked = question("changes", Clocks(), about=thing, since=since, until=until)
    asked = {key: value for key, value in asked.items() if key not in ("asOf", "knownAt")}
    sources = cite(graphs.now, cited)
    return ChangesAnswer(asked, tuple(happened), tuple(learnt), tuple(claims), sources)


def _learnt(graphs: Knowledge, told: Iterable[Entry], about: str | None, start: int) -> list[Entry]:
    """What had happened before a day, and was first told from that day on."""
    known = {_key(entry) for entry in _entries(graphs.before, about)}
    new = [entry for entry in told if _last(entry) < start and _key(entry) not in known]
    sources = graphs.then.nodes({source for entry in new for source in entry.sources})
    return [entry for entry in new if _told_since(entry, sources, start)]


def _entries(graph: Graph, about: str | None) -> list[Entry]:
    """Everything dated, about one thing or at all, by date."""
    found = set(_all_entries(graph)) if about is None else _of_one(graph, about)
    return sorted(found, key=lambda entry: (*Date.parse(entry.date).sort_key, *_key(entry)))


def _of_one(graph: Graph, about: str) -> set[Entry]:
    try:
        return set(find_timeline(graph, about).entries)
    except UnknownName:
        return set()  # it was not known then


def _all_entries(graph: Graph) -> Iterator[Entry]:
    for deal in deal_rows(graph, graph.labelled("Deal")):
        yield from status_entries(deal)
    subjects = (*graph.labelled("Actor"), *graph.labelled("Brand"))
    lives = [e for subject in subjects for e in life_entries(subject, lambda _: True)]
    known = graph.nodes({source for entry in lives for source in entry.sources})
    yield from (e for e in lives if not e.sources or known.keys() & set(e.sources))
    yield from link_entries(graph, graph.all_links(DATED_LINKS))
    yield from record_entries((*graph.labelled("Milestone"), *graph.labelled("Disclosure")))


def _key(entry: Entry) -> tuple[str, str, str]:
    """What makes an entry the same, though its date or its names are told otherwise."""
    status = entry.text.partition(":")[0] if entry.kind == "deal" else ""
    return (entry.id, entry.kind, entry.text if entry.kind in ("names", "seat") else status)


def _last(entry: Entry) -> int:
    return day_range(Date.parse(entry.date))[1]


def _lies_within(entry: Entry, since: Date, until: Date | None) -> bool:
    """Whether an entry may lie in the period; "by D" counts as D, when it is on record."""
    first, last = day_range(Date.parse(entry.date))
    if until is None:
        return last >= day_range(since)[0]
    period = Date.parse(f"{since.first or since.last}..{until.last}")
    return meets(period, (first or last, last))


def _told_since(entry: Entry, sources: Mapping[str, Node], start: int) -> bool:
    """Whether the first dated source of an entry came out from a day on."""
    days = [_published(sources[source]) for source in entry.sources if source in sources]
    dated = [day for day in days if day]
    return bool(dated) and min(dated) >= start


def _published(source: Node) -> int:
    text = source.text("published")
    return Date.parse(text).last.toordinal() if text else 0


def _claim_changes(
    before: Graph, now: Graph, about: str | None, since: Date, happened: set[str]
) -> Iterator[ClaimChange]:
    """Values of records that were known, and are said otherwise now.

    Values of what only happened in the period are no news about earlier times.
    """
    old, new = _values(before, about), _values(now, about)
    records = {stem.partition("#")[0] for stem in old}
    start = (since.first or since.last).isoformat()
    for stem, value in new.items():
        record = stem.partition("#")[0]
        was = old.get(stem)
        kind = _kind(was, value, start)
        if kind is None or (kind == "added" and (record not in records or record in happened)):
            continue
        yield _claim_change(stem, kind, was, value, start)


def _kind(was: _Value | None, value: _Value, start: str) -> Learning | None:
    if was is None:
        return "added" if value.winner.text("knownFrom") >= start else None
    if was.shown != value.shown:
        same = [node for node in value.nodes.values() if node.text("value") == was.shown]
        agrees = same and all(node.text("status") == "agrees" for node in same)
        return "specified" if agrees else "corrected"
    return "disputed" if _disputing(was, value, start) else None


def _disputing(was: _Value, value: _Value, start: str) -> list[Node]:
    """The claims that lost and were not there before."""
    found = [node for own, node in value.nodes.items() if own not in was.nodes]
    return [n for n in found if n.text("status") == "loser" and n.text("knownFrom") >= start]


def _claim_change(
    stem: str, kind: Learning, was: _Value | None, value: _Value, start: str
) -> ClaimChange:
    record, _, field = stem.partition("#")
    told = [value.winner]
    if kind == "disputed" and was:
        told = _disputing(was, value, start)
    known = [text for node in told if (text := node.text("knownFrom"))]
    return ClaimChange(
        kind=kind,
        record=record,
        field=field,
        before=was.shown if was else None,
        after=", ".join(n.text("value") for n in told) if kind == "disputed" else value.shown,
        why=RULES.get(value.winner.text("rule")),
        known_from=min(known, default=None),
        sources=tuple(dict.fromkeys(source for node in told for source in texts_of(node))),
    )


def _values(graph: Graph, about: str | None) -> dict[str, _Value]:
    """How each field was decided, by `record#field`."""
    nodes = graph.labelled("Claim") if about is None else _claims_about(graph, about)
    ordered = sorted(nodes, key=lambda node: node.id)
    groups = groupby(ordered, key=lambda node: node.id.partition("=")[0])
    return {stem: _value(list(group)) for stem, group in groups}


def _claims_about(graph: Graph, about: str) -> Iterable[Node]:
    links = graph.links([about], ["ABOUT"], direction="in")
    nodes = graph.nodes({link.start for link in links if "#" in link.start})
    return [node for node in nodes.values() if "Claim" in node.labels]


def _value(nodes: list[Node]) -> _Value:
    """The claim that is shown; where a later record decided, its value, told by any of these."""
    winner = next((n for n in nodes if n.text("status") in ("winner", "only")), nodes[0])
    shown = winner.text("winner").partition("=")[2].partition(" preferred")[0]
    is_own = winner.text("status") in ("winner", "only")
    text = winner.text("value") if is_own else shown
    return _Value(winner, text, {node.id: node for node in nodes})
