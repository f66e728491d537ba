"""Routes told: each hop with direction, dates, share, deal, one sentence and sources.

The links of all routes are fetched at once. Segments of one holding are told as one, and a path
says why it stands where it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from graph.clocks import NEVER, day_range, period_of
from graph.elements import Relationship
from graph.queries.answers import LinkFact, names_of, tell_link, to_json
from graph.queries.chains import Chain, chain_of
from graph.queries.distinct import Repeat
from graph.queries.path_search import Asked, Found, Way
from graph.queries.ranks import Rank, rank_of
from graph.queries.routes import Choice, common_days, links_between
from graph.queries.spells import shown_segment, spells, tell_spell
from graph.views.links import TYPES
from graph.views.rumours import deal_of, rumoured_links
from ontology.values import Date

OWNS = "OWNS"


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
class Variant:
    """A route that only repeats a path: its steps, and why it is no path of its own."""

    nodes: tuple[str, ...]
    names: tuple[str, ...]
    ended: bool
    why: str


@dataclass(frozen=True)
class Path:
    """One route. `together` says on which days of an imprecise date all of its hops hold.

    `rank` says why it stands where it does; `also` are the routes that only repeat it; `chain` is
    there where ownership was asked for.
    """

    hops: tuple[Hop, ...]
    together: str | None = None
    rank: Rank | None = None
    also: tuple[Variant, ...] = ()
    chain: Chain | None = None

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
        told = {"hops": hops, "length": len(hops), "ended": self.ended, "together": self.together}
        more = {"rank": self.rank, "also": self.also, "chain": self.chain}
        return {**told, **{key: to_json(value) for key, value in more.items()}}

    def __str__(self) -> str:
        first, *others = [self.hops[0].from_name, *(hop.to_name for hop in self.hops)]
        lines = [" – ".join([first, *others])]
        return "\n".join([*lines, *(f"  {hop.link.sentence}" for hop in self.hops)])


class Teller:
    """Tells routes: fetches all their links and names at once."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.view = asked, asked.view
        self._links: dict[int, Relationship] = {}
        self._names: dict[str, str] = {}

    def tell(self, found: list[Found]) -> tuple[Path, ...]:
        """The routes as paths, in their order."""
        numbers = {n for each in found for n in self._numbers(each)}
        self._links = self.fetch(numbers)
        told = [each.distinct.found.route for each in found]
        told += [repeat.found.route for each in found for repeat in each.distinct.repeats]
        self._names = names_of(self.asked.graph, {self.view.nodes[p] for r in told for p in r})
        return tuple(self._path(found, place) for place in range(len(found)))

    def tell_pairs(self, pairs: Sequence[tuple[int, int]]) -> tuple[Hop, ...]:
        """Hops between pairs of nodes, each in the direction of its pair."""
        self._links = self.fetch({n for pair in pairs for n in self._between(pair, "")})
        self._names = names_of(self.asked.graph, {self.view.nodes[p] for q in pairs for p in q})
        return tuple(self._hop(pair, "", self.asked.clocks.as_of) for pair in pairs)

    def fetch(self, numbers: Collection[int]) -> dict[int, Relationship]:
        """The relationships of links of the view, by number."""
        by_id = {self.view.ids[number]: number for number in numbers}
        addresses = [(self.view.nodes[int(self.view.starts[n])], i) for i, n in by_id.items()]
        hearsay = [own for _, own in addresses if own.startswith("rumour:")]
        found = self.asked.graph.relationships([a for a in addresses if a[1] not in hearsay])
        if hearsay:
            found = [*found, *rumoured_links(self.asked.graph, {deal_of(own) for own in hearsay})]
        return {by_id[link.id]: link for link in found if link.id in by_id}

    def fetch_route(self, found: Found) -> list[list[Relationship]]:
        """All usable links along a route, hop by hop."""
        choice, route = self.asked.choice(found.way), found.distinct.found.route
        hops = [links_between(self.view, *pair, choice) for pair in pairwise(route)]
        links = self.fetch({number for hop in hops for number in hop})
        return [[links[number] for number in hop if number in links] for hop in hops]

    def _numbers(self, found: Found) -> set[int]:
        pairs = pairwise(found.distinct.found.route)
        return {number for pair in pairs for number in self._between(pair, found.way)}

    def _between(self, pair: tuple[int, int], way: Way) -> set[int]:
        """The links of two nodes, with all segments of their holdings, whatever their time."""
        choice = self.asked.choice(way)
        ever = Choice(None, choice.types & {OWNS}, owning=choice.owning)
        return {n for each in (choice, ever) for n in links_between(self.view, *pair, each)}

    def _path(self, found: list[Found], place: int) -> Path:
        each = found[place]
        route = each.distinct.found.route
        spans = common_days(self.view, route, self.asked.choice(each.way))
        moment = self._moment(each, spans)
        hops = tuple(self._hop(pair, each.way, moment) for pair in pairwise(route))
        before = found[place - 1].distinct.found if place else None
        rank = rank_of(self.view, self._names, each.distinct.found, before, place + 1)
        also = tuple(self._variant(each, repeat) for repeat in each.distinct.repeats)
        chain = self._chain(each, hops, moment) if each.way else None
        return Path(hops, self._together(spans), rank, also, chain)

    def _moment(self, found: Found, spans: list[tuple[int, int]]) -> Date | None:
        """The date at which shares are shown: of a chain that has ended its last day."""
        as_of = self.asked.clocks.as_of
        if as_of is not None or not found.way or spans[-1][1] >= NEVER:
            return as_of
        return Date.parse(date.fromordinal(spans[-1][1] - 1).isoformat())

    def _hop(self, pair: tuple[int, int], way: Way, moment: Date | None) -> Hop:
        first, *others = self._facts(pair, way, moment)
        one, other = (self.view.nodes[place] for place in pair)
        direction = "out" if first.start == one else "in"
        named = (self._names.get(one, one), self._names.get(other, other))
        return Hop(one, other, *named, direction, first, tuple(others))

    def _facts(self, pair: tuple[int, int], way: Way, moment: Date | None) -> list[LinkFact]:
        """What joins two nodes, strongest first; the segments of one holding are one fact."""
        choice = self.asked.choice(way)
        usable = links_between(self.view, *pair, choice)
        whole = self._spells(pair, choice)
        as_of = self.asked.clocks.as_of
        live: list[LinkFact] = []
        told: set[str] = set()
        for number in usable:
            link = self._links.get(number)
            if link is None or link.id in told:
                continue
            spell = whole.get(link.id)
            if spell is None:
                period = self.view.period(number)
                live.append(tell_link(link, self._names, as_of, period=period))
                continue
            told |= {segment.id for segment in spell}
            shown = shown_segment(spell, moment)
            live.append(tell_spell(spell, shown, self._names, as_of))
        # The later of two first; what is live before it, and what is stronger.
        live.sort(key=_ended_on, reverse=True)
        return sorted(live, key=lambda fact: (fact.ended, fact.holds != "yes", _kind(fact)))

    def _spells(self, pair: tuple[int, int], choice: Choice) -> dict[str, list[Relationship]]:
        """For each segment of a holding, all of the holding."""
        ever = Choice(None, choice.types & {OWNS}, owning=choice.owning)
        numbers = links_between(self.view, *pair, ever)
        by_start: dict[str, list[Relationship]] = defaultdict(list)
        for link in (self._links[n] for n in numbers if n in self._links):
            by_start[link.start].append(link)
        return {
            segment.id: spell
            for segments in by_start.values()
            for spell in spells(segments)
            for segment in spell
        }

    def _chain(self, found: Found, hops: tuple[Hop, ...], moment: Date | None) -> Chain:
        """The chain of a route, with what each holding may have been at its time."""
        links: list[tuple[LinkFact, list[Relationship]]] = []
        for hop, pair in zip(hops, pairwise(found.distinct.found.route), strict=True):
            spell = self._spells(pair, self.asked.choice(found.way)).get(hop.link.id, [])
            shown = [segment for segment in spell if segment.id == hop.link.id]
            at_once = [each for each in spell if moment and period_of(each).holds(moment) != "no"]
            links.append((hop.link, at_once or shown))
        return chain_of(found.way, links)

    def _variant(self, found: Found, repeat: Repeat) -> Variant:
        nodes = tuple(self.view.nodes[place] for place in repeat.found.route)
        names = tuple(self._names.get(node, node) for node in nodes)
        extra = [self.view.nodes[place] for place in repeat.extra]
        told = " and ".join(self._names.get(node, node) for node in extra)
        longer = repeat.found.hops > found.distinct.found.hops
        why = f"the same way round by {told}" if longer else f"the same by {told}"
        return Variant(nodes, names, bool(repeat.found.ended), why if extra else "the same steps")

    def _together(self, spans: list[tuple[int, int]]) -> str | None:
        """The days on which all hops hold, where those are not all that were asked for."""
        as_of = self.asked.clocks.as_of
        if as_of is None and not self.asked.options.owning:
            return None
        if as_of is not None:
            first, last = day_range(as_of)
            if as_of.is_exact or spans == [(first, last + 1)]:
                return None
        return ", ".join(_span_words(*span) for span in spans)


def _kind(fact: LinkFact) -> int:
    return TYPES.index(fact.type)


def _ended_on(fact: LinkFact) -> int:
    if fact.type != OWNS or not fact.valid_to:
        return NEVER
    return Date.parse(fact.valid_to).last.toordinal()


def _span_words(first: int, end: int) -> str:
    """A span of days as text, open where it has no end."""
    begin = date.fromordinal(first).isoformat() if first else ""
    if end >= NEVER:
        return f"from {begin}" if begin else "ever"
    last = date.fromordinal(end - 1).isoformat()
    return f"{begin}..{last}" if begin != last else last


def cited_by(hops: Iterable[Hop]) -> list[str]:
    """The sources of hops, of each those of its own link first."""
    return [s for hop in hops for link in (hop.link, *hop.also) for s in link.sources]
