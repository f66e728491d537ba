"""One page about anything on record: what it is, its names, its links, its deals, its disputes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks
from graph.elements import Node, Property
from graph.graphs import Graph
from graph.names import RECORDED, resolve
from graph.queries.answers import LinkFact, Sources, cite, names_of, question, tell_link, texts_of
from graph.queries.claims import Contest, contests_about
from graph.queries.deals import DealRow, deal_rows
from graph.queries.estimates import Estimate, figures_about, is_due
from graph.queries.operations import OPERATING, narrower_markets
from graph.queries.ownership import holding_at
from graph.queries.timeline import Entry, find_timeline
from ontology.values import Date

# What a page shows of each type of link, by its direction; `past` keeps what has ended.
SECTIONS = (
    ("owners", "OWNS", "in", False),
    ("controlledBy", "CONTROLS", "in", False),
    ("holdings", "OWNS", "out", False),
    ("controls", "CONTROLS", "out", False),
    ("runBy", "RUNS", "in", True),
    ("runs", "RUNS", "out", True),
    ("managedBy", "MANAGES", "in", True),
    ("manages", "MANAGES", "out", True),
    ("founders", "FOUNDED", "in", True),
    ("incubators", "INCUBATED", "in", True),
    ("founded", "FOUNDED", "out", True),
    ("incubated", "INCUBATED", "out", True),
    ("people", "HELD_ROLE", "in", True),
    ("roles", "HELD_ROLE", "out", True),
    ("operatesIn", "OPERATES_IN", "out", True),
    ("operators", "OPERATES_IN", "in", True),
    ("mergedInto", "MERGED_INTO", "out", True),
    ("merged", "MERGED_INTO", "in", True),
    ("partners", "PARTNERED_WITH", "both", True),
)
INNER = frozenset({"id", "dataset", "hash", "record", "name", "knownFrom", "sourceIds"})


@dataclass(frozen=True)
class ShowAnswer:
    """One page. `links` has a section for each kind of link there is; `record` is as written.

    A market's page has what is on record about the markets within it too.
    """

    question: dict[str, Any]
    id: str
    name: str
    kind: str
    known_from: str | None
    properties: dict[str, Property]
    names: tuple[str, ...]
    links: dict[str, tuple[LinkFact, ...]]
    deals: tuple[DealRow, ...]
    figures: tuple[Estimate, ...]
    disputed: tuple[Contest, ...]
    events: tuple[Entry, ...]
    record: dict[str, Any] | None
    sources: Sources

    @property
    def found(self) -> bool:
        """A page is always found, or its name is unknown."""
        return True


def show(graph: Graph, about: str, clocks: Clocks | None = None) -> ShowAnswer:
    """Everything on one page about an actor, a brand, a deal, a market or any other record."""
    clocks = clocks or Clocks()
    thing = resolve(graph, about, RECORDED)
    node = graph.nodes([thing.id])[thing.id]
    within = narrower_markets(graph, node.id) if "Market" in node.labels else []
    links = _sections(graph, node, clocks.as_of) | _within(graph, within, clocks.as_of)
    figures = tuple(
        figure
        for figure in figures_about(graph, [node.id, *within])
        if is_due(figure, clocks.as_of)
    )
    deals = tuple(_deals(graph, node, clocks.as_of))
    disputed = tuple(c for c in contests_about(graph, [node.id]) if c.disputed)
    events = tuple(_events(graph, node, clocks))
    cited = [*texts_of(node)]
    cited += [source for facts in links.values() for fact in facts for source in fact.sources]
    cited += [source for figure in figures for source in figure.sources]
    cited += [source for entry in events for source in entry.sources]
    cited += [s for contest in disputed for claim in contest.claims for s in claim.sources]
    return ShowAnswer(
        question=question("show", clocks, about=thing),
        id=node.id,
        name=thing.name,
        kind=thing.label,
        known_from=node.text("knownFrom") or None,
        properties={k: v for k, v in sorted(node.properties.items()) if _is_shown(k)},
        names=_names(graph, node),
        links=links,
        deals=deals,
        figures=figures,
        disputed=disputed,
        events=events,
        record=_as_written(node, clocks),
        sources=cite(graph, cited),
    )


def _as_written(node: Node, clocks: Clocks) -> dict[str, Any] | None:
    """The record; under the knowledge clock none, since it says more than was known."""
    written = "" if clocks.known_at else node.text("record")
    found: dict[str, Any] | None = json.loads(written) if written else None
    return found


def _is_shown(key: str) -> bool:
    """Dates are shown as texts, not again as their first and last days."""
    return key not in INNER and not key.endswith(("From", "To"))


def _names(graph: Graph, node: Node) -> tuple[str, ...]:
    """Every other name on record, as written; deals and others have none."""
    record = json.loads(node.text("record") or "{}")
    entries = record.get("names") or []
    listed = entries if isinstance(entries, list) else [entries]
    dated = [entry for entry in listed if isinstance(entry, dict)]
    known = graph.nodes({source for entry in dated for source in _cited_by(entry)})
    # Under the knowledge clock a source that was not out is not in the graph.
    kept = [e for e in dated if not _cited_by(e) or known.keys() & _cited_by(e)]
    return tuple(str(entry["name"]) for entry in kept)


def _cited_by(entry: dict[str, Any]) -> set[str]:
    sources = entry.get("sources") or []
    return {sources} if isinstance(sources, str) else set(sources)


def _sections(graph: Graph, node: Node, as_of: Date | None) -> dict[str, tuple[LinkFact, ...]]:
    types = sorted({link_type for _, link_type, _, _ in SECTIONS})
    links = graph.links([node.id], types)
    if "Deal" in node.labels:
        return {}
    names = names_of(graph, {end for link in links for end in (link.start, link.end)})
    found = {}
    for title, link_type, direction, past in SECTIONS:
        own = [link for link in links if link.type == link_type and _points(link, node, direction)]
        shown = own if past and as_of is None else holding_at(own, as_of)
        if shown:
            facts = [tell_link(link, names, as_of) for link in shown]
            found[title] = tuple(sorted(facts, key=_ended_last))
    return found


def _within(
    graph: Graph, markets: list[str], as_of: Date | None
) -> dict[str, tuple[LinkFact, ...]]:
    """Who serves the markets within a market."""
    links = graph.links(markets, OPERATING, direction="in") if markets else []
    shown = links if as_of is None else holding_at(links, as_of)
    if not shown:
        return {}
    names = names_of(graph, {end for link in shown for end in (link.start, link.end)})
    facts = [tell_link(link, names, as_of) for link in shown]
    return {"operatorsWithin": tuple(sorted(facts, key=_ended_last))}


def _ended_last(fact: LinkFact) -> tuple[bool, str, str]:
    return (fact.ended, fact.valid_from or "", fact.id)


def _points(link: Any, node: Node, direction: str) -> bool:
    return (direction != "in" and link.start == node.id) or (
        direction != "out" and link.end == node.id
    )


def _deals(graph: Graph, node: Node, as_of: Date | None) -> list[DealRow]:
    if "Deal" in node.labels:
        return deal_rows(graph, [node], as_of)
    links = graph.links([node.id], ["PARTY_TO"], direction="out")
    return deal_rows(graph, graph.nodes({link.end for link in links}).values(), as_of)


def _events(graph: Graph, node: Node, clocks: Clocks) -> list[Entry]:
    """Milestones and disclosures; the rest of the timeline stands in other sections."""
    told = find_timeline(graph, node.id, clocks).entries
    kept = ("deal", "founded", "dissolved", "launched", "closed", "names", "seat")
    return [entry for entry in told if entry.kind not in kept and ":" not in entry.id]
