"""Who competes with an actor or a brand: whose dated operations overlap with those of its group.

An actor competes with all that it controls and runs, and never with anybody under the same
control, for as long as that lasts. The strength of a rivalry is a sum over shared markets:

    specificity x closeness x years / (years + 1) x (1 where both go on, else 1/2)

`specificity` is 1 for a country or a city, 1/2 for a region, 1/4 for the world, halved for a sector
that has none above it. `closeness` halves with each step of the taxonomies by which a recorded
market lies above the shared one. `years` are those in which both surely were there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from graph.clocks import NEVER, Clocks, Holds, Period, day_range, period_of
from graph.elements import Node
from graph.graphs import Graph
from graph.names import Resolved, kind_of_node, resolve
from graph.queries.answers import Sources, cite, name_of, names_of, question
from graph.queries.influence import Influence, read_below
from graph.queries.operations import Meeting, Operation, meetings, operations_of, read_markets
from graph.queries.periods import (
    end_text,
    merged,
    start_text,
    sure_days,
    surely_holds,
    together,
    without_all,
)
from graph.queries.scopes import Scope
from ontology.values import Date

YEAR = Fraction(1461, 4)
HALF = Fraction(1, 2)
PLACES = 3


@dataclass(frozen=True)
class CommonMarket:
    """A market that both serve, and what it adds to the strength.

    `own` are the operators of the group asked about, `theirs` those of the rival. `years` are those
    in which both surely were there; `steps` those between the recorded markets and this one.
    """

    id: str
    name: str
    since: str | None
    until: str | None
    live: bool
    holds: Holds
    own: tuple[str, ...]
    theirs: tuple[str, ...]
    years: Decimal
    specificity: Decimal
    steps: int
    weight: Decimal
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Rival:
    """A competitor. `run_by` has who runs a brand; `through` what it controls that competes."""

    id: str
    name: str
    kind: str
    run_by: tuple[str, ...]
    through: tuple[str, ...]
    strength: Decimal
    live: bool
    markets: tuple[CommonMarket, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class RivalsAnswer:
    """The rivals, the strongest first. `group` has whose operations count as those of the asked.

    Operations that go on are measured until `measured_to`: the date asked for, or the last day of
    which anything is on record about the operations compared.
    """

    question: dict[str, Any]
    group: tuple[str, ...]
    group_names: tuple[str, ...]
    rivals: tuple[Rival, ...]
    total: int
    measured_to: str | None
    sources: Sources

    def __iter__(self) -> Iterator[Rival]:
        return iter(self.rivals)

    @property
    def found(self) -> bool:
        """Whether anybody competes, or did."""
        return bool(self.rivals)


def find_rivals(
    graph: Graph, about: str, clocks: Clocks | None = None, *, limit: int | None = None
) -> RivalsAnswer:
    """Who competes with an actor or a brand and what it controls; at a date, or ever."""
    clocks = clocks or Clocks()
    thing = resolve(graph, about)
    below = read_below(graph, thing.id)
    own = operations_of(graph, below)
    others = read_markets(graph, {operation.market for operation in own})
    influence = Influence(graph)
    influence.read_controllers({thing.id, *(each.operator for each in others)})
    search = _Search(thing, below, own, others, influence, clocks.as_of)
    found = search.rivals()
    shown = found[:limit]
    nodes = graph.nodes({name for draft in shown for name in draft.named})
    rows = tuple(_told(draft, nodes, search) for draft in shown)
    group = sorted({operation.operator for operation in own})
    names = names_of(graph, group)
    return RivalsAnswer(
        question=question("rivals", clocks, of=thing, limit=limit),
        group=tuple(group),
        group_names=tuple(names.get(each, each) for each in group),
        rivals=rows,
        total=len(found),
        measured_to=str(Date.parse(search.last_day)) if search.last_day else None,
        sources=cite(graph, (source for row in rows for source in row.sources)),
    )


@dataclass(frozen=True)
class _Overlap:
    """Operations that meet, and a time in which they did while in different hands."""

    meeting: Meeting
    period: Period


@dataclass(frozen=True)
class _Shared:
    """A market with every overlap in it."""

    market: Scope
    overlaps: tuple[_Overlap, ...]
    until: int
    as_of: Date | None

    @cached_property
    def current(self) -> list[_Overlap]:
        """Those that may go on at the date; all without one."""
        return [o for o in self.overlaps if o.period.holds(self.as_of) != "no"]

    @cached_property
    def spans(self) -> list[Period]:
        found = merged(overlap.period for overlap in self.overlaps)
        return [span for span in found if span.holds(self.as_of) != "no"]

    @property
    def live(self) -> bool:
        return any(not span.has_ended(self.as_of) for span in self.spans)

    @property
    def holds(self) -> Holds:
        if self.as_of:
            return "yes" if any(s.holds(self.as_of) == "yes" for s in self.spans) else "possible"
        return "yes" if any(surely_holds(span) for span in self.spans) else "possible"

    @cached_property
    def years(self) -> Fraction:
        return sum((sure_days(span, self.until) for span in self.spans), Fraction(0)) / YEAR

    @cached_property
    def steps(self) -> int:
        return min(overlap.meeting.steps for overlap in self.current)

    @cached_property
    def weight(self) -> Fraction:
        closeness = self.market.specificity * HALF**self.steps
        return closeness * self.years / (self.years + 1) * (1 if self.live else HALF)


@dataclass(frozen=True)
class _Draft:
    """A rival before it is told."""

    rival: str
    markets: tuple[_Shared, ...]
    run_by: tuple[str, ...]

    @cached_property
    def strength(self) -> Fraction:
        return sum((market.weight for market in self.markets), Fraction(0))

    @property
    def live(self) -> bool:
        return any(market.live for market in self.markets)

    @property
    def through(self) -> tuple[str, ...]:
        operators = {o.meeting.other.operator for m in self.markets for o in m.current}
        return tuple(sorted(operators - {self.rival}))

    @property
    def named(self) -> set[str]:
        return {self.rival, *self.run_by}


@dataclass(frozen=True)
class _Search:
    thing: Resolved
    below: dict[str, list[Period]]
    own: list[Operation]
    others: list[Operation]
    influence: Influence
    as_of: Date | None

    def rivals(self) -> list[_Draft]:
        """Every rival, the strongest first."""
        found: dict[str, dict[Scope, list[_Overlap]]] = defaultdict(lambda: defaultdict(list))
        for rival, overlap in self._overlaps():
            found[rival][overlap.meeting.market].append(overlap)
        drafts = (self._draft(rival, markets) for rival, markets in found.items())
        return sorted(
            (draft for draft in drafts if draft.markets),
            key=lambda d: (-d.strength, not d.live, d.rival),
        )

    @cached_property
    def last_day(self) -> str:
        """The day up to which time is counted."""
        if self.as_of:
            return str(self.as_of.last)
        keys = ("validFrom", "validTo", "seen", "knownFrom")
        texts = (o.link.text(key) for o in (*self.own, *self.others) for key in keys)
        days = [Date.parse(text).last for text in texts if text]
        return str(max(days)) if days else ""

    @cached_property
    def _until(self) -> int:
        return day_range(Date.parse(self.last_day))[1] + 1 if self.last_day else NEVER

    def _overlaps(self) -> Iterator[tuple[str, _Overlap]]:
        """Where and when somebody competes with the group, and who is named for it."""
        by_operator: dict[str, list[Operation]] = defaultdict(list)
        for operation in self.others:
            by_operator[operation.operator].append(operation)
        apart = {rival: self._joint(rival) for rival in by_operator}
        for operator, operations in sorted(by_operator.items()):
            for meeting in meetings(self.own, operations):
                for period in self._competing(meeting, apart[operator]):
                    for rival, part in self._named(operator, period, by_operator.keys()):
                        yield rival, _Overlap(meeting, part)

    def _competing(self, meeting: Meeting, joint: list[Period]) -> Iterator[Period]:
        """When two operations met while the one was of the group, and the other was not."""
        for membership in self.below[meeting.one.operator]:
            period = together(meeting.period, membership)
            if period:
                yield from without_all(period, joint)

    def _joint(self, rival: str) -> list[Period]:
        """When a rival stood under the same control as the thing asked about."""
        own = self.influence.controllers(self.thing.id)
        found = []
        for above in self.influence.controllers(rival):
            for chain in own:
                period = together(above.period, chain.period)
                if above.investor == chain.investor and period:
                    found.append(period)
        return found

    def _named(
        self, operator: str, period: Period, operators: Iterable[str]
    ) -> Iterator[tuple[str, Period]]:
        """What a company controls competes in its name, while it is itself in such a market."""
        known = set(operators) - {operator}
        above = [c for c in self.influence.controllers(operator) if c.investor in known]
        taken = []
        for chain in sorted(above, key=lambda c: (-len(c.links), c.investor)):
            if not {c.end for c in chain.links} & {self.thing.id}:
                part = together(period, chain.period)
                if part:
                    yield chain.investor, part
                    taken.append(chain.period)
                    break
        for left in without_all(period, taken):
            yield operator, left

    def _draft(self, rival: str, markets: dict[Scope, list[_Overlap]]) -> _Draft:
        found = (
            _Shared(market, tuple(overlaps), self._until, self.as_of)
            for market, overlaps in markets.items()
        )
        kept = sorted((s for s in found if s.current), key=lambda s: (-s.weight, s.market.id))
        runners = {
            link.start
            for chain in self.influence.controllers(rival)
            for link in chain.links[-1:]
            if link.type == "RUNS" and self._runs(period_of(link))
        }
        return _Draft(rival, tuple(kept), tuple(sorted(runners)))

    def _runs(self, period: Period) -> bool:
        """Whether it runs the brand at the date, or now."""
        return period.holds(self.as_of) != "no" and not period.has_ended(self.as_of)


def _told(draft: _Draft, nodes: dict[str, Node], search: _Search) -> Rival:
    node = nodes[draft.rival]
    markets = tuple(_market(shared) for shared in draft.markets)
    return Rival(
        id=draft.rival,
        name=name_of(node),
        kind=kind_of_node(node),
        run_by=tuple(name_of(nodes[i]) for i in draft.run_by if i in nodes),
        through=draft.through,
        strength=_rounded(draft.strength),
        live=draft.live,
        markets=markets,
        sources=tuple(dict.fromkeys(source for market in markets for source in market.sources)),
    )


def _market(shared: _Shared) -> CommonMarket:
    sides = [(o.meeting.one, o.meeting.other) for o in shared.current]
    cited = (s for pair in sides for each in pair for s in each.link.texts("sourceIds"))
    return CommonMarket(
        id=shared.market.id,
        name=shared.market.name,
        since=start_text(shared.spans[0]),
        until=end_text(shared.spans[-1]),
        live=shared.live,
        holds=shared.holds,
        own=tuple(sorted({one.operator for one, _ in sides})),
        theirs=tuple(sorted({other.operator for _, other in sides})),
        years=_rounded(shared.years, 1),
        specificity=_rounded(shared.market.specificity, 2),
        steps=shared.steps,
        weight=_rounded(shared.weight),
        sources=tuple(dict.fromkeys(cited)),
    )


def _rounded(value: Fraction, places: int = PLACES) -> Decimal:
    return Decimal(round(value * 10**places)).scaleb(-places)
