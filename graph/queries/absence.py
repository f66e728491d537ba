"""Why there is no path: each of the reasons that hold, the one that says most first.

Absence is told by its kind, because "none is recorded" means little where nobody looked, and is
wrong where there was one last year, where sources told of it later, or where talks are on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from graph.elements import Relationship
from graph.graphs import Graph
from graph.names import Resolved
from graph.queries.answers import names_of, tell_link
from graph.queries.coverage import research_of
from graph.queries.path_search import Asked, PathOptions
from graph.queries.path_telling import Teller
from graph.queries.routes import links_between, nearest_days
from graph.queries.wording import date_words, on_words
from graph.views.links import open_view
from graph.views.rumours import RUMOURED
from ontology.values import Date

# By which topics of research an end of a path is judged.
TOPICS = ("owners", "holdings", "deals")


@dataclass(frozen=True)
class Researched:
    """Until when a topic of one of the ends was researched; None where it was not."""

    id: str
    name: str
    topic: str
    until: str | None
    gaps: str | None


@dataclass(frozen=True)
class NoPath:
    """One reason for which there is none.

    Kinds: `other-time`, `known-later`, `rumoured` (only by hearsay, `deals` says which), `too-far`,
    `filtered`, `not-researched` and `not-recorded`.
    """

    kind: str
    message: str
    until: str | None = None
    from_: str | None = None
    deals: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Absence:
    """All reasons, the most telling first, and what was researched about the two ends."""

    reasons: tuple[NoPath, ...]
    researched: tuple[Researched, ...]


def explain_absence(asked: Asked, present: Callable[[], Graph] | None) -> Absence:
    """Why there is no path; `present` gives the graph as known today."""
    kind = "chain of holdings or control" if asked.options.owning else "path"
    ends = (
        f"between {asked.start.name} and {asked.goal.name}"
        if asked.options.owning
        else f"from {asked.start.name} to {asked.goal.name}"
    )
    what = f"no {kind} {ends}"
    hops = asked.options.max_hops
    within = f"{what} within {hops} hop{'s' if hops > 1 else ''}"
    found = (
        _at_another_time(asked, within),
        _known_later(asked, within, present),
        _rumoured(asked, within),
        _too_far(asked, within),
        _filtered(asked, within),
    )
    researched = research_about(asked.graph, (asked.start, asked.goal))
    reasons = [reason for reason in found if reason]
    return Absence(tuple(reasons or [_unrecorded(asked, what, researched)]), researched)


def _at_another_time(asked: Asked, what: str) -> NoPath | None:
    as_of = asked.clocks.as_of
    if as_of is None or asked.is_hopeless or not asked.at(None).has_route():
        return None
    days = [
        nearest_days(asked.view, *asked.ends, asked.choice(way), asked.options.max_hops)
        for way in asked.ways
    ]
    sooner = max((day for day, _ in days if day), default=None)
    later = min((day for _, day in days if day), default=None)
    what = f"{what} as of {date_words(as_of.text)}"
    if sooner is None and later is None:
        return None
    until = _told_date(asked, sooner, "validTo") if sooner else None
    since = _told_date(asked, later, "validFrom") if later else None
    parts = [f"there was one until {date_words(until, 'until')}"] if until else []
    parts += [f"there is one from {date_words(since, 'since')}"] if since else []
    return NoPath("other-time", f"{what}: {', and '.join(parts)}", until, since)


def _told_date(asked: Asked, day: date, side: str) -> str:
    """A day on which a path begins or ends, as the link that begins or ends it tells it."""
    on_day = asked.at(Date.parse(day.isoformat()))
    found = on_day.routes(limit=1)
    if not found:
        return day.isoformat()
    view, choice = asked.view, on_day.choice(found[0].way)
    column = view.ends_last if side == "validTo" else view.begins_first
    turn = day.toordinal() + (1 if side == "validTo" else 0)
    pairs = pairwise(found[0].distinct.found.route)
    numbers = [n for pair in pairs for n in links_between(view, *pair, choice)]
    deciding = [view.ids[n] for n in numbers if int(column[n]) == turn]
    texts = [
        link.text(side) or link.text("date")
        for hop in Teller(on_day).fetch_route(found[0])
        for link in hop
        if link.id in deciding
    ]
    return min((text for text in texts if text), default=day.isoformat())


def _known_later(asked: Asked, what: str, present: Callable[[], Graph] | None) -> NoPath | None:
    if asked.clocks.known_at is None or present is None:
        return None
    graph = present()
    today = replace(asked, graph=graph, view=open_view(graph))
    found = today.routes()
    if not found:
        return None
    teller = Teller(today)
    hops = [teller.fetch_route(each) for each in found]
    since = min((known for known in map(_known_from, hops) if known), default=None)
    known_at = on_words(asked.clocks.known_at.text)
    told = f": all of the one known today was known from {date_words(since)}" if since else ""
    return NoPath("known-later", f"{what} was known {known_at}{told}", from_=since)


def _known_from(hops: list[list[Relationship]]) -> str | None:
    """The day from which every hop of a route was known by one link at least; ISO dates sort."""
    first = [min((t for link in hop if (t := link.text("knownFrom"))), default="") for hop in hops]
    return max(first) if all(first) else None


def _rumoured(asked: Asked, what: str) -> NoPath | None:
    """Whether what was rumoured, talked of or offered would join the two."""
    options = asked.options
    if RUMOURED in options.types or options.owning:
        return None
    loose = replace(asked, options=replace(options, rumours=True))
    found = loose.routes(limit=1)
    if not found:
        return None
    hops = Teller(loose).fetch_route(found[0])
    hearsay = [hop[0] for hop in hops if hop[0].type == RUMOURED]
    names = names_of(asked.graph, {end for link in hearsay for end in (link.start, link.end)})
    facts = [tell_link(link, names, asked.clocks.as_of) for link in hearsay]
    told = "; ".join(f"{fact.sentence} (deal {fact.deal_id})" for fact in facts)
    return NoPath(
        "rumoured",
        f"{what} but by hearsay: {told}",
        deals=tuple(fact.deal_id for fact in facts if fact.deal_id),
        sources=tuple(dict.fromkeys(source for fact in facts for source in fact.sources)),
    )


def _too_far(asked: Asked, what: str) -> NoPath | None:
    hops = asked.distance()
    if hops is None or hops <= asked.options.max_hops:
        return None
    return NoPath("too-far", f"{what}: the shortest has {hops}")


def _filtered(asked: Asked, what: str) -> NoPath | None:
    if not asked.options.filters:
        return None
    free = PathOptions(max_hops=asked.options.max_hops, rumours=asked.options.rumours)
    unfiltered = replace(asked, options=free, avoided=frozenset(), through=frozenset())
    if not unfiltered.has_route():
        return None
    return NoPath("filtered", f"{what} by these steps: without the filters there is one")


def research_about(graph: Graph, ends: Sequence[Resolved]) -> tuple[Researched, ...]:
    """What was researched about the ends of a path, topic by topic."""
    nodes = graph.nodes([end.id for end in ends])
    return tuple(
        Researched(end.id, end.name, each.topic, each.until, each.gaps)
        for end in ends
        if end.id in nodes
        for each in research_of(nodes[end.id])
        if each.topic in TOPICS
    )


def _unrecorded(asked: Asked, what: str, researched: tuple[Researched, ...]) -> NoPath:
    """None on record; and whether anybody looked."""
    told = [research_words(end, researched) for end in (asked.start, asked.goal)]
    looked = all(
        any(r.until for r in researched if r.id == e.id) for e in (asked.start, asked.goal)
    )
    kind = "not-recorded" if looked else "not-researched"
    return NoPath(kind, f"{what}: none is recorded; {'; '.join(told)}")


def research_words(end: Resolved, researched: Iterable[Researched]) -> str:
    """What was researched about one actor or brand, in words."""
    topics = [each for each in researched if each.id == end.id]
    done = [f"{t.topic} until {date_words(t.until)}" for t in topics if t.until]
    left = [t.topic for t in topics if not t.until]
    if not done:
        return f"{end.name} was not researched"
    told = f"of {end.name} were researched: {', '.join(done)}"
    gaps = [t.gaps for t in topics if t.gaps]
    missing = f", not its {' and '.join(left)}" if left else ""
    return told + missing + (f" ({'; '.join(gaps)})" if gaps else "")
