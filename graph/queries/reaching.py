"""Whom and what several actors are tied to, each by its best tie: direct, or along control.

Upwards a chain begins with a holder and goes on to whoever controls it; downwards it goes along
control and ends with what is held, or operated in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.clocks import Period, holds, period_of
from graph.elements import Relationship
from graph.graphs import Graph
from graph.queries.answers import LinkFact, tell_link
from graph.queries.spells import shown_segment, spell_period, spells, tell_spell
from ontology.generated.vocabulary import RELATIONSHIP_TYPES, ROLES
from ontology.values import Date

MOST_STEPS = 4
GROUPING = ("CONTROLS", "MANAGES", "RUNS")
HOLDING = ("OWNS", *GROUPING)
DEALS = "PARTY_TO"


@dataclass(frozen=True)
class Section:
    """Which links tie to the things of one section, and which lead on to more of them."""

    types: tuple[str, ...]
    onwards: tuple[str, ...]
    direction: str


SECTIONS: Mapping[str, Section] = {
    "owners": Section(HOLDING, GROUPING, "in"),
    "holdings": Section(HOLDING, GROUPING, "out"),
    "markets": Section(("OPERATES_IN",), ("RUNS",), "out"),
    "people": Section(("HELD_ROLE", "FOUNDED", "INCUBATED"), (), "in"),
    "deals": Section((DEALS,), (), "out"),
}


@dataclass(frozen=True)
class Tie:
    """A chain of links, each given with all segments of its holding."""

    links: tuple[tuple[Relationship, ...], ...]
    as_of: Date | None

    @property
    def rank(self) -> tuple[bool, int, int, tuple[str, ...]]:
        """What is live first, then the shorter, then the stronger, then ids."""
        strength = sum(RELATIONSHIP_TYPES[spell[0].type].strength for spell in self.links)
        ids = tuple(spell[0].id for spell in self.links)
        return self.ended, len(self.links), -strength, ids

    @property
    def ended(self) -> bool:
        """Whether a link of it has ended."""
        return any(period.has_ended(self.as_of) for period in self.periods)

    @property
    def periods(self) -> list[Period]:
        """When each of its links holds."""
        return [spell_period(spell) for spell in self.links]

    def tell(self, names: Mapping[str, str], as_of: Date | None) -> tuple[LinkFact, ...]:
        """Its links with their sentences."""
        return tuple(_tell(spell, names, as_of) for spell in self.links)


class Reach:
    """What each of some actors is tied to, in one section."""

    def __init__(
        self, graph: Graph, actors: Sequence[str], section: str, as_of: Date | None
    ) -> None:
        self.graph, self.actors, self.as_of = graph, actors, as_of
        self.section = SECTIONS[section]
        self.ties: dict[str, dict[str, Tie]] = {actor: {} for actor in actors}
        self._onwards: dict[str, dict[str, Tie]] = {
            actor: {actor: Tie((), as_of)} for actor in actors
        }
        for _ in range(MOST_STEPS if self.section.onwards else 1):
            self._step()

    def common(self) -> dict[str, dict[str, Tie]]:
        """The ties of all that two actors at least are tied to, by thing and actor."""
        by_thing: dict[str, dict[str, Tie]] = defaultdict(dict)
        for actor, ties in self.ties.items():
            for thing, tie in ties.items():
                by_thing[thing][actor] = tie
        # What one of the actors is to another, the tree tells.
        asked = set(self.actors)
        return {
            thing: ties
            for thing, ties in sorted(by_thing.items())
            if len(ties) > 1 and thing not in asked
        }

    def nodes(self, common: Mapping[str, Mapping[str, Tie]]) -> set[str]:
        """The ends of all links of ties."""
        links = (link for ties in common.values() for tie in ties.values() for link in tie.links)
        return {end for spell in links for end in (spell[0].start, spell[0].end)}

    def _step(self) -> None:
        """Go one link further from where the last step came to."""
        at, self._onwards = self._onwards, {actor: {} for actor in self.actors}
        places = sorted({node for nodes in at.values() for node in nodes})
        if not places:
            return
        types = {*self.section.types, *self.section.onwards}
        found = self.graph.links(places, sorted(types), direction=self.section.direction)
        by_place = self._spells(found)
        for actor, nodes in at.items():
            for node, tie in nodes.items():
                for other, spell in by_place.get(node, ()):
                    self._take(actor, other, Tie((*tie.links, spell), self.as_of))

    def _take(self, actor: str, other: str, tie: Tie) -> None:
        kind = tie.links[-1][0].type
        is_up = self.section.direction == "in"
        # Upwards only the first link may be a mere holding: the holder's holder is no owner.
        counts = kind in (self.section.types if len(tie.links) == 1 or not is_up else GROUPING)
        known = self.ties[actor].get(other)
        if other == actor or (known and known.rank <= tie.rank):
            return
        if counts:
            self.ties[actor][other] = tie
        if (is_up and counts and self.section.onwards) or kind in self.section.onwards:
            self._onwards[actor][other] = min(
                (tie, self._onwards[actor].get(other, tie)), key=lambda each: each.rank
            )

    def _spells(
        self, links: Iterable[Relationship]
    ) -> dict[str, list[tuple[str, tuple[Relationship, ...]]]]:
        """By the end that was come to: the other end, and the links that lead there."""
        grouped: dict[tuple[str, str, str], list[Relationship]] = defaultdict(list)
        for link in links:
            grouped[(link.start, link.end, link.type)].append(link)
        found: dict[str, list[tuple[str, tuple[Relationship, ...]]]] = defaultdict(list)
        for (start, end, kind), same in sorted(grouped.items()):
            here, there = (end, start) if self.section.direction == "in" else (start, end)
            for spell in _together(kind, same):
                if any(holds(link, self.as_of) != "no" for link in spell):
                    found[here].append((there, tuple(spell)))
        return found


def _together(kind: str, links: list[Relationship]) -> list[list[Relationship]]:
    """Links of one pair that are told as one: the segments of a holding, the roles in a deal."""
    if kind == "OWNS":
        return spells(links)
    return [links] if kind == DEALS else [[link] for link in links]


def _role(link: Relationship) -> str:
    return link.text("role")


def _tell(spell: Sequence[Relationship], names: Mapping[str, str], as_of: Date | None) -> LinkFact:
    if spell[0].type == DEALS:
        roles = " and ".join(dict.fromkeys(ROLES.get(r, r) for r in map(_role, spell) if r))
        fact = tell_link(spell[0], names, as_of)
        who, what = names.get(fact.start, fact.start), names.get(fact.end, fact.end)
        told = f"{who} is a party to {what}" + (f" as {roles}" if roles else "")
        return replace(fact, sentence=told)
    if spell[0].type == "OWNS":
        return tell_spell(spell, shown_segment(spell, as_of), names, as_of)
    return tell_link(spell[0], names, as_of, period=period_of(spell[0]))
