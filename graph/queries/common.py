"""What several actors share: owners, holdings, markets, people, deals; and what joins them all.

A thing is shared by those of the actors that it is tied to, directly or by a chain of control, and
says of each how. Without a date ties that have ended count too, and come last; `together` says
when all ties of a thing held at once, where they ever did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph.clocks import NEVER, Clocks, Period, day_range
from graph.elements import Node
from graph.graphs import Graph
from graph.names import Resolved, kind_of_node, resolve_all
from graph.queries.absence import Researched, research_about, research_words
from graph.queries.answers import LinkFact, Sources, cite, name_of, question
from graph.queries.joining import join_nodes, outward
from graph.queries.path_search import Asked, PathOptions
from graph.queries.path_telling import Hop, Teller, cited_by
from graph.queries.reaching import Reach, Tie
from graph.queries.routes import Choice
from graph.views.links import LinkView, open_view
from ontology.errors import EntrepotError
from ontology.values import Date

SECTIONS = ("owners", "holdings", "markets", "people", "deals")


@dataclass(frozen=True)
class Way:
    """How one of the actors is tied to a thing: one link, or a chain of control and one."""

    id: str
    name: str
    links: tuple[LinkFact, ...]


@dataclass(frozen=True)
class Shared:
    """A thing that at least two of the actors share. `together` is when all ties held at once.

    `direct` where no tie is a chain; `date` and `status` are those of a deal.
    """

    id: str
    name: str
    kind: str
    shared_by: int
    direct: bool
    ended: bool
    together: str | None
    date: str | None
    status: str | None
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Tree:
    """The smallest part of the graph that was found to join the actors; `joints` are in between."""

    hops: tuple[Hop, ...]
    joints: tuple[str, ...]
    ended: bool


@dataclass(frozen=True)
class CommonAnswer:
    """What is shared, section by section; `apart` are the groups that nothing on record joins."""

    question: dict[str, Any]
    owners: tuple[Shared, ...]
    holdings: tuple[Shared, ...]
    markets: tuple[Shared, ...]
    people: tuple[Shared, ...]
    deals: tuple[Shared, ...]
    tree: Tree
    apart: tuple[tuple[str, ...], ...]
    reason: str | None
    researched: tuple[Researched, ...]
    sources: Sources

    def __iter__(self) -> Iterator[Shared]:
        return iter(row for section in SECTIONS for row in getattr(self, section))

    @property
    def found(self) -> bool:
        """Whether anything is shared, or joins some of them."""
        return bool(self.tree.hops) or any(True for _ in self)


def find_common(
    graph: Graph,
    names: Sequence[str],
    clocks: Clocks | None = None,
    *,
    max_hops: int = 6,
    avoid: Sequence[str] = (),
    view: LinkView | None = None,
) -> CommonAnswer:
    """What two or more actors or brands share, and the smallest tree that joins them."""
    clocks, options = clocks or Clocks(), PathOptions(max_hops=max_hops, avoid=tuple(avoid))
    options.checked()
    found = resolve_all(graph, [*names, *avoid])
    things = tuple({each.id: each for each in found[: len(names)]}.values())
    if len(things) < 2:
        raise EntrepotError("what several share is asked of two different ones at least")
    avoided = frozenset(each.id for each in found[len(names) :])
    view, (one, other) = view or open_view(graph), things[:2]
    asked = Asked(graph, view, one, other, clocks, options, avoided, frozenset())
    shared = {name: _shared(graph, things, name, clocks) for name in SECTIONS}
    tree, apart = _joined(asked, things)
    researched = research_about(graph, things) if len(apart) > 1 else ()
    rows = [row for name in SECTIONS for row in shared[name]]
    cited = [s for row in rows for way in row.ways for link in way.links for s in link.sources]
    return CommonAnswer(
        question=question(
            "common", clocks, of=list(things), max_hops=max_hops, avoid=sorted(avoided)
        ),
        **shared,
        tree=tree,
        apart=apart if len(apart) > 1 else (),
        reason=_reason(apart, things, max_hops, researched),
        researched=researched,
        sources=cite(graph, [*cited_by(tree.hops), *cited]),
    )


def _shared(
    graph: Graph, things: Sequence[Resolved], section: str, clocks: Clocks
) -> tuple[Shared, ...]:
    """One section: all that two of the things at least are tied to, what joins most first."""
    ids = [thing.id for thing in things]
    reach = Reach(graph, ids, section, clocks.as_of)
    common = reach.common()
    nodes = graph.nodes({*common, *reach.nodes(common)}) if common else {}
    names = {i: name_of(node) for i, node in nodes.items()} | {t.id: t.name for t in things}
    rows = [
        _row(nodes[other], ties, names, clocks)
        for other, ties in common.items()
        if other in nodes and _is_past(nodes[other], clocks.as_of)
    ]
    return tuple(sorted(rows, key=_order))


def _is_past(node: Node, as_of: Date | None) -> bool:
    """Whether a thing is no deal, or one that had begun by the date."""
    if as_of is None or "Deal" not in node.labels or not node.text("date"):
        return True
    return day_range(Date.parse(node.text("date")))[0] <= as_of.last.toordinal()


def _row(node: Node, ties: dict[str, Tie], names: dict[str, str], clocks: Clocks) -> Shared:
    ways = tuple(
        Way(own, names.get(own, own), ties[own].tell(names, clocks.as_of)) for own in sorted(ties)
    )
    periods = [period for tie in ties.values() for period in tie.periods]
    return Shared(
        id=node.id,
        name=names.get(node.id, node.id),
        kind=kind_of_node(node),
        shared_by=len(ties),
        direct=all(len(tie.links) == 1 for tie in ties.values()),
        ended=any(link.ended for way in ways for link in way.links),
        together=None if "Deal" in node.labels else _together(periods),
        date=(node.text("date") or None) if "Deal" in node.labels else None,
        status=(node.text("status") or None) if "Deal" in node.labels else None,
        ways=ways,
    )


def _order(row: Shared) -> tuple[int, str, bool, bool, int, str]:
    steps = sum(len(way.links) for way in row.ways)
    return -row.shared_by, row.date or "", row.ended, row.together is None, steps, row.id


def _together(periods: Sequence[Period]) -> str | None:
    """The days on which all surely held; None where they never surely did at once."""
    first = max(period.start_last for period in periods)
    last = min(period.end_first for period in periods)
    if first >= last or first >= NEVER - 1:  # somewhere nobody knows since when
        return None
    begin = date.fromordinal(max(first, 1)).isoformat()
    return f"{begin}..{date.fromordinal(last - 1).isoformat()}" if last < NEVER else f"{begin}.."


def _joined(asked: Asked, things: Sequence[Resolved]) -> tuple[Tree, tuple[tuple[str, ...], ...]]:
    """The tree that joins the things, and the groups that it leaves apart."""
    view = asked.view
    places = {thing.id: view.nodes.find(thing.id) for thing in things}
    linked = [place for place in places.values() if place >= 0]
    choice = Choice(asked.clocks.as_of, asked.options.types, asked.avoided)
    joined = join_nodes(view, linked, choice, asked.options.max_hops)
    pairs = outward(joined.edges, linked)
    hops = Teller(asked).tell_pairs(pairs)
    ids = {thing.id for thing in things}
    joints = dict.fromkeys(node for hop in hops for node in (hop.from_, hop.to) if node not in ids)
    tree = Tree(hops, tuple(joints), any(hop.link.ended for hop in hops))
    groups = [tuple(i for i in places if places[i] in group) for group in joined.groups]
    alone = [(i,) for i, place in places.items() if place < 0]
    return tree, tuple(sorted([*groups, *alone], key=lambda g: (-len(g), g)))


def _reason(
    apart: Sequence[tuple[str, ...]],
    things: Sequence[Resolved],
    max_hops: int,
    researched: Sequence[Researched],
) -> str | None:
    """Who cannot be joined with whom, and whether anybody looked."""
    if len(apart) < 2:
        return None
    names = {thing.id: thing.name for thing in things}
    groups = [" and ".join(names[i] for i in group) for group in apart]
    hops = f"{max_hops} hop{'s' if max_hops > 1 else ''}"
    told = " with ".join(groups) if len(groups) == 2 else f"any two of these: {'; '.join(groups)}"
    alone = [thing for thing in things if (thing.id,) in apart]
    looked = "; ".join(research_words(thing, researched) for thing in alone)
    return f"nothing on record joins {told} within {hops}" + (f"; {looked}" if looked else "")
