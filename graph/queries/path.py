"""How two actors are related: the best routes between them, each hop explained.

A route is found in the view, its links are then fetched and told: direction, dates, share, deal,
one sentence, sources. Where there is none, the answer says why not: another day, another
knowledge, too few hops, or nothing on record at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from graph.clocks import Clocks, day_range
from graph.elements import Relationship
from graph.graphs import Graph
from graph.names import Resolved, resolve_all
from graph.queries.answers import (
    LinkFact,
    Sources,
    cite,
    names_of,
    question,
    tell_link,
    to_json,
)
from graph.queries.routes import (
    Choice,
    Search,
    best_routes,
    common_days,
    links_between,
    nearest_days,
)
from graph.queries.wording import date_words
from graph.views.links import PATH_TYPES, TYPES, LinkView, open_view
from graph.views.rumours import RUMOURED, deal_of, rumoured_links
from ontology.errors import EntrepotError
from ontology.values import Date

MOST_HOPS = 12
Route = tuple[int, ...]


@dataclass(frozen=True)
class Hop:
    """One step of a path, in the path's direction: `out` where the link points the same way.

    `link` is the strongest one between the two, `also` are the others.
    """

    from_: str
    to: str
    from_name: str
    to_name: str
    direction: str
    link: LinkFact
    also: tuple[LinkFact, ...]

    def to_json(self) -> dict[str, Any]:
        """The hop and its link as one object."""
        ends = {"from": self.from_, "to": self.to}
        names = {"fromName": self.from_name, "toName": self.to_name}
        link = to_json(self.link)
        kept = {key: link[key] for key in link if key not in ("start", "end")}
        return {**ends, **names, "direction": self.direction, **kept, "also": to_json(self.also)}


@dataclass(frozen=True)
class Path:
    """One route. `together` says on which days of an imprecise date all of its hops hold."""

    hops: tuple[Hop, ...]
    together: str | None = None

    @property
    def ended(self) -> bool:
        """Whether a hop of it has ended."""
        return any(hop.link.ended for hop in self.hops)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The ids from end to end."""
        return (self.hops[0].from_, *(hop.to for hop in self.hops))

    def to_json(self) -> dict[str, Any]:
        """The hops, and what is true of all of them."""
        hops = [hop.to_json() for hop in self.hops]
        return {"hops": hops, "length": len(hops), "ended": self.ended, "together": self.together}

    def __str__(self) -> str:
        first, *others = [self.hops[0].from_name, *(hop.to_name for hop in self.hops)]
        lines = [" – ".join([first, *others])]
        return "\n".join([*lines, *(f"  {hop.link.sentence}" for hop in self.hops)])


@dataclass(frozen=True)
class NoPath:
    """Why there is none: `other-time`, `known-later`, `too-far`, `filtered` or `not-recorded`."""

    kind: str
    message: str
    until: str | None = None
    from_: str | None = None


@dataclass(frozen=True)
class PathAnswer:
    """The paths, best first, what they rest on, and why there are none."""

    question: dict[str, Any]
    paths: tuple[Path, ...]
    sources: Sources
    reason: NoPath | None = None

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    @property
    def found(self) -> bool:
        """Whether there is a path."""
        return bool(self.paths)


@dataclass(frozen=True)
class PathOptions:
    """What a path may use, and how many are wanted."""

    max_hops: int = 6
    limit: int = 3
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    rumours: bool = False

    def checked(self) -> PathOptions:
        """These options; raises EntrepotError on a type that is no step, or a senseless number."""
        for name in (*self.only, *self.without):
            if name not in TYPES:
                raise EntrepotError(
                    f"no step of a path has the type {name!r}",
                    hint=f"the types are {', '.join(PATH_TYPES)}",
                )
        if not 1 <= self.max_hops <= MOST_HOPS or self.limit < 1:
            raise EntrepotError(f"a path has 1 to {MOST_HOPS} hops, and the limit is at least 1")
        return self

    @property
    def types(self) -> frozenset[str]:
        """The types of links that may be used."""
        hearsay = {RUMOURED} if self.rumours or RUMOURED in self.only else set()
        allowed = set(self.only) or {*PATH_TYPES, *hearsay}
        return frozenset((allowed | hearsay) - set(self.without))


def find_path(
    graph: Graph,
    start: str,
    goal: str,
    clocks: Clocks | None = None,
    options: PathOptions | None = None,
    *,
    view: LinkView | None = None,
    present: Callable[[], Graph] | None = None,
) -> PathAnswer:
    """The best routes between two actors or brands, explained.

    `view` is the graph's own; `present` gives the graph as known today, so that under `known_at`
    the absence of a path can be explained by what was not known yet.
    """
    clocks, options = clocks or Clocks(), (options or PathOptions()).checked()
    one, other, *avoided = resolve_all(graph, [start, goal, *options.avoid])
    if one.id == other.id:
        raise EntrepotError(f"{start!r} and {goal!r} are the same: {one.id}")
    asked = _Asked(graph, view or open_view(graph), one, other, clocks, options, _ids(avoided))
    routes = asked.routes()
    paths = _Teller(asked).tell(routes)
    reason = None if paths else _explain(asked, present)
    cited = [source for path in paths for hop in path.hops for source in _cited(hop)]
    return PathAnswer(asked.question(), paths, cite(graph, cited), reason)


@dataclass(frozen=True)
class _Asked:
    """A question about two resolved nodes, ready to be searched."""

    graph: Graph
    view: LinkView
    start: Resolved
    goal: Resolved
    clocks: Clocks
    options: PathOptions
    avoided: frozenset[str]

    @property
    def choice(self) -> Choice:
        return Choice(self.clocks.as_of, self.options.types, self.avoided)

    @property
    def ends(self) -> tuple[int, int]:
        """The places of both ends, -1 for one without links."""
        return self.view.nodes.find(self.start.id), self.view.nodes.find(self.goal.id)

    def routes(self) -> list[Route]:
        if min(self.ends) < 0 or {self.start.id, self.goal.id} & self.avoided:
            return []
        limits = {"max_hops": self.options.max_hops, "limit": self.options.limit}
        return best_routes(self.view, *self.ends, self.choice, **limits)

    def distance(self) -> int | None:
        """The number of hops, whatever the limit."""
        if min(self.ends) < 0:
            return None
        return Search(self.view, *self.ends, self.choice).distance(MOST_HOPS)

    def at(self, moment: Date | None) -> _Asked:
        return replace(self, clocks=replace(self.clocks, as_of=moment))

    def question(self) -> dict[str, Any]:
        options = self.options
        return question(
            "path",
            self.clocks,
            from_=self.start,
            to=self.goal,
            max_hops=options.max_hops,
            limit=options.limit,
            only=options.only,
            without=options.without,
            avoid=sorted(self.avoided),
            rumours=options.rumours,
        )


class _Teller:
    """Tells routes: fetches all their links and names at once."""

    def __init__(self, asked: _Asked) -> None:
        self.asked, self.view = asked, asked.view

    def tell(self, routes: list[Route]) -> tuple[Path, ...]:
        links = {pair: self._links(pair) for route in routes for pair in pairwise(route)}
        told = self._fetch({link for found in links.values() for link in found})
        names = names_of(self.asked.graph, self._ids(routes))
        return tuple(self._path(route, links, told, names) for route in routes)

    def fetch_route(self, route: Route) -> list[Relationship]:
        """All usable links along a route."""
        numbers = {link for pair in pairwise(route) for link in self._links(pair)}
        return list(self._fetch(numbers).values())

    def _links(self, pair: tuple[int, int]) -> list[int]:
        return links_between(self.view, *pair, self.asked.choice)

    def _ids(self, routes: list[Route]) -> set[str]:
        return {self.view.nodes[place] for route in routes for place in route}

    def _fetch(self, numbers: Collection[int]) -> dict[int, Relationship]:
        """The relationships of links of the view, by number."""
        by_id = {self.view.ids[number]: number for number in numbers}
        addresses = [(self.view.nodes[int(self.view.starts[n])], i) for i, n in by_id.items()]
        hearsay = [own for _, own in addresses if own.startswith("rumour:")]
        found = self.asked.graph.relationships([a for a in addresses if a[1] not in hearsay])
        if hearsay:
            found = [*found, *rumoured_links(self.asked.graph, {deal_of(own) for own in hearsay})]
        return {by_id[link.id]: link for link in found if link.id in by_id}

    def _path(
        self,
        route: Route,
        links: dict[tuple[int, int], list[int]],
        told: dict[int, Relationship],
        names: dict[str, str],
    ) -> Path:
        hops = []
        for pair in pairwise(route):
            first, *others = [self._fact(n, told[n], names) for n in links[pair] if n in told]
            one, other = (self.view.nodes[place] for place in pair)
            direction = "out" if first.start == one else "in"
            named = (names.get(one, one), names.get(other, other))
            hops.append(Hop(one, other, *named, direction, first, tuple(others)))
        return Path(tuple(hops), self._together(route))

    def _fact(self, number: int, link: Relationship, names: dict[str, str]) -> LinkFact:
        period = self.view.period(number)
        return tell_link(link, names, self.asked.clocks.as_of, period=period)

    def _together(self, route: Route) -> str | None:
        """The days on which all hops hold, where those are not all that were asked for."""
        as_of = self.asked.clocks.as_of
        if as_of is None or as_of.is_exact:
            return None
        first, last = day_range(as_of)
        spans = common_days(self.view, route, self.asked.choice)
        if spans == [(first, last + 1)]:
            return None
        days = [(date.fromordinal(a), date.fromordinal(b - 1)) for a, b in spans]
        return ", ".join(f"{a}..{b}" if a < b else str(a) for a, b in days)


def _explain(asked: _Asked, present: Callable[[], Graph] | None) -> NoPath:
    """Why there is no path; the nearest of the reasons."""
    what = f"no path from {asked.start.name} to {asked.goal.name}"
    hops = asked.options.max_hops
    within = f"{what} within {hops} hop{'s' if hops > 1 else ''}"
    return (
        _at_another_time(asked, within)
        or _known_later(asked, within, present)
        or _too_far(asked, within)
        or _filtered(asked, within)
        or NoPath("not-recorded", f"{what}: none is recorded")
    )


def _at_another_time(asked: _Asked, what: str) -> NoPath | None:
    as_of = asked.clocks.as_of
    if as_of is None or min(asked.ends) < 0 or not asked.at(None).distance():
        return None
    sooner, later = nearest_days(asked.view, *asked.ends, asked.choice, asked.options.max_hops)
    what = f"{what} as of {date_words(as_of.text)}"
    if sooner is None and later is None:
        return None
    until = _told_date(asked, sooner, "validTo") if sooner else None
    since = _told_date(asked, later, "validFrom") if later else None
    parts = [f"there was one until {date_words(until, 'until')}"] if until else []
    parts += [f"there is one from {date_words(since, 'since')}"] if since else []
    return NoPath("other-time", f"{what}: {', and '.join(parts)}", until, since)


def _told_date(asked: _Asked, day: date, side: str) -> str:
    """A day on which a path begins or ends, as the link that begins or ends it tells it."""
    on_day = asked.at(Date.parse(day.isoformat()))
    route = on_day.routes()[0]
    view, choice = asked.view, on_day.choice
    column = view.ends_last if side == "validTo" else view.begins_first
    turn = day.toordinal() + (1 if side == "validTo" else 0)
    numbers = [n for pair in pairwise(route) for n in links_between(view, *pair, choice)]
    deciding = [view.ids[n] for n in numbers if int(column[n]) == turn]
    texts = [
        link.text(side) or link.text("date")
        for link in _Teller(on_day).fetch_route(route)
        if link.id in deciding
    ]
    return min((text for text in texts if text), default=day.isoformat())


def _known_later(asked: _Asked, what: str, present: Callable[[], Graph] | None) -> NoPath | None:
    if asked.clocks.known_at is None or present is None:
        return None
    graph = present()
    today = replace(asked, graph=graph, view=open_view(graph))
    routes = today.routes()
    if not routes:
        return None
    hops = [today_links(today, route) for route in routes]
    since = min((known for known in map(_known_from, hops) if known), default=None)
    known_at = date_words(asked.clocks.known_at.text)
    told = f": the one there is was known from {date_words(since)}" if since else ""
    return NoPath("known-later", f"{what} was known on {known_at}{told}", from_=since)


def today_links(asked: _Asked, route: Route) -> list[list[Relationship]]:
    """The links of each hop of a route."""
    teller = _Teller(asked)
    return [teller.fetch_route(pair) for pair in pairwise(route)]


def _known_from(hops: list[list[Relationship]]) -> str | None:
    """The day from which every hop of a route was known by one link at least; ISO dates sort."""
    first = [min((t for link in hop if (t := link.text("knownFrom"))), default="") for hop in hops]
    return max(first) if all(first) else None


def _too_far(asked: _Asked, what: str) -> NoPath | None:
    hops = asked.distance()
    if hops is None or hops <= asked.options.max_hops:
        return None
    return NoPath("too-far", f"{what}: the shortest has {hops}")


def _filtered(asked: _Asked, what: str) -> NoPath | None:
    if asked.options.types >= set(PATH_TYPES) and not asked.avoided:
        return None
    free = PathOptions(max_hops=asked.options.max_hops, rumours=asked.options.rumours)
    if not replace(asked, options=free, avoided=frozenset()).routes():
        return None
    return NoPath("filtered", f"{what} by these steps: without the filters there is one")


def _ids(resolved: list[Resolved]) -> frozenset[str]:
    return frozenset(found.id for found in resolved)


def _cited(hop: Hop) -> list[str]:
    """The sources of a hop, those of its own link first."""
    return [source for link in (hop.link, *hop.also) for source in link.sources]
