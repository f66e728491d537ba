"""Everything dated about one thing, in order; what was only said is marked as such."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks, day_range, meets
from graph.elements import Node, Relationship
from graph.graphs import Graph
from graph.names import RECORDED, resolve
from graph.queries.answers import Sources, cite, name_of, names_of, question, tell_link, texts_of
from graph.queries.deals import DealRow, deal_rows, is_hearsay
from graph.queries.estimates import figures_about, tell_estimate
from graph.queries.operations import OPERATING, narrower_markets
from ontology.generated.vocabulary import MILESTONE_KINDS, STATUSES
from ontology.values import Date

STATES = ("HELD_ROLE", "MANAGES", "OPERATES_IN", "RUNS")
DATED_LINKS = ("FOUNDED", "INCUBATED", "CONTROLS", *STATES)
LIVES = {
    "founded": "founded",
    "dissolved": "dissolved",
    "launched": "launched",
    "closed": "closed",
}


@dataclass(frozen=True)
class Entry:
    """One dated thing. `certainty` is `fact`, or `rumoured`, `talks`, `offered`."""

    date: str
    kind: str
    certainty: str
    text: str
    id: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class TimelineAnswer:
    """The entries by date; as of a date those up to it."""

    question: dict[str, Any]
    entries: tuple[Entry, ...]
    sources: Sources

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @property
    def found(self) -> bool:
        """Whether anything is dated."""
        return bool(self.entries)


def find_timeline(
    graph: Graph, about: str, clocks: Clocks | None = None, *, period: str | None = None
) -> TimelineAnswer:
    """Everything dated about an actor, a brand, a deal or a market, or what lies in a period."""
    clocks = clocks or Clocks()
    within = Date.parse(period) if period else None
    thing = resolve(graph, about, RECORDED)
    node = graph.nodes([thing.id])[thing.id]
    found = {
        *_own(graph, node),
        *_of_deals(graph, node),
        *_of_links(graph, node),
        *_of_records(graph, node),
        *(_of_market(graph, node) if "Market" in node.labels else ()),
    }
    kept = (e for e in found if _is_due(e, clocks.as_of) and _lies_in(e, within))
    entries = tuple(sorted(kept, key=_when))
    cited = [source for entry in entries for source in entry.sources]
    asked = question("timeline", clocks, about=thing, period=within)
    return TimelineAnswer(asked, entries, cite(graph, cited))


def _when(entry: Entry) -> tuple[Any, ...]:
    return (*Date.parse(entry.date).sort_key, entry.kind, entry.id, entry.text)


def _is_due(entry: Entry, as_of: Date | None) -> bool:
    first, last = day_range(Date.parse(entry.date))
    return as_of is None or (first or last) <= day_range(as_of)[1]


def _lies_in(entry: Entry, period: Date | None) -> bool:
    first, last = day_range(Date.parse(entry.date))
    # "by D" may have been long before: D itself is when it is on record.
    return period is None or meets(period, (first or last, last))


def _own(graph: Graph, node: Node) -> Iterator[Entry]:
    # Under the knowledge clock a source that was not out is not in the graph.
    return life_entries(node, lambda sources: bool(graph.nodes(sources)))


def life_entries(node: Node, is_known: Callable[[Sequence[str]], bool]) -> Iterator[Entry]:
    """The founding and the end of an actor or a brand, its names and its seats.

    `is_known` says whether one of some sources is.
    """
    sources = texts_of(node)
    for key, word in LIVES.items():
        if node.text(key):
            yield Entry(node.text(key), word, "fact", f"{name_of(node)} {word}", node.id, sources)
    record = json.loads(node.text("record") or "{}")
    for field, told in (("names", "called {}"), ("seat", "seated in {}")):
        for item in _listed(record.get(field)):
            for key, word in (("from", "from then on"), ("to", "until then")):
                date = str(item.get(key, "")).split(" @")[0].strip()
                if date:
                    text = told.format(item.get("name") or item.get("place"))
                    own = tuple(_listed_texts(item.get("sources"))) or sources
                    if own and not is_known(own):
                        continue
                    yield Entry(date, field, "fact", f"{name_of(node)} {text} {word}", node.id, own)


def _of_deals(graph: Graph, node: Node) -> Iterator[Entry]:
    links = graph.links([node.id], ["PARTY_TO"], direction="out")
    ids = {link.end for link in links} | ({node.id} if "Deal" in node.labels else set())
    for deal in deal_rows(graph, graph.nodes(ids).values()):
        yield from status_entries(deal)


def status_entries(deal: DealRow) -> Iterator[Entry]:
    """The statuses of a deal; rumours, talks and offers as what they are."""
    for status in deal.statuses:
        certainty = status.status if is_hearsay(status.status) else "fact"
        text = f"{STATUSES[status.status]}: {deal.name}"
        yield Entry(status.date, "deal", certainty, text, deal.id, deal.sources)


def _of_links(graph: Graph, node: Node) -> Iterator[Entry]:
    return link_entries(graph, graph.links([node.id], DATED_LINKS))


def link_entries(graph: Graph, links: Iterable[Relationship]) -> Iterator[Entry]:
    """Foundings, roles, operations and tenures; what follows from deals is told by the deals."""
    links = [link for link in links if not link.text("dealId")]
    names = names_of(graph, {end for link in links for end in (link.start, link.end)})
    for link in links:
        if link.type == "CONTROLS" and link.text("basis") == "majority":
            continue
        for side, ended in (("validFrom", False), ("validTo", True)):
            if link.text(side):
                yield _entry(link, link.text(side), names, ended)


def _of_market(graph: Graph, node: Node) -> Iterator[Entry]:
    """Who came and went in the markets within, and numbers on the day when they were published."""
    within = narrower_markets(graph, node.id)
    yield from link_entries(graph, graph.links(within, OPERATING, direction="in") if within else ())
    for figure in figures_about(graph, [node.id, *within]):
        if figure.known_from:
            where = "" if figure.market == node.id else f"{figure.market_name}: "
            text = f"{where}{tell_estimate(figure)}."
            yield Entry(figure.known_from, "figure", "fact", text, figure.id, figure.sources)


def _entry(link: Relationship, date: str, names: dict[str, str], ended: bool) -> Entry:
    fact = tell_link(link, names)
    kind = link.type.lower().replace("_", "-") + ("-ended" if ended else "")
    return Entry(date, kind, "fact", fact.sentence, link.id, fact.sources)


def _of_records(graph: Graph, node: Node) -> Iterator[Entry]:
    """Milestones and disclosures about it, or its own date where it is one of them."""
    links = graph.links([node.id], ["ABOUT", "IN_PLACE"], direction="in")
    ids = {link.start for link in links if "#" not in link.start} | {node.id}
    return record_entries(graph.nodes(ids).values())


def record_entries(records: Iterable[Node]) -> Iterator[Entry]:
    """Milestones and disclosures by their dates; other records have none of their own."""
    for record in records:
        if not record.text("date") or not {"Milestone", "Disclosure"} & set(record.labels):
            continue
        kind = MILESTONE_KINDS.get(record.text("kind"), "disclosure")
        yield Entry(record.text("date"), kind, "fact", _told(record), record.id, texts_of(record))


def _told(record: Node) -> str:
    return record.text("what") or record.text("about") or name_of(record)


def _listed(value: Any) -> list[dict[str, Any]]:
    """The mappings of a field, whether it has one or several."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _listed_texts(value: Any) -> list[str]:
    return (
        [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []
    )
