"""Investors with a say in two or more rivals of one market at the same time.

Rivals are two that serve the same market and that nobody controls both of. A say is a holding,
direct or through control, or control itself; both chains are shown with their links. What an
investor controls on both sides is its own group, and stands apart: it competes with itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations, product
from typing import Any, Literal

from graph.clocks import Clocks, Holds, Period
from graph.graphs import Graph
from graph.queries.answers import LinkFact, Sources, cite, names_of, question, tell_link
from graph.queries.influence import Chain, Influence
from graph.queries.operations import Meeting, Operation, meetings, read_operations
from graph.queries.periods import (
    end_text,
    merged,
    start_text,
    surely_holds,
    together,
    without_all,
)
from graph.queries.scopes import Scope, find_scope
from graph.queries.wording import share_words
from ontology.values import Date

Kind = Literal["common", "rival", "own-group"]
KINDS: tuple[Kind, ...] = ("common", "rival", "own-group")


@dataclass(frozen=True)
class Say:
    """What an investor has of one rival: the strongest chain, told link by link.

    `share` is that of the one holding in the chain, None where it is control all through or nobody
    knows it. `controls` is true of control and of the investor itself, which is `itself`.
    """

    rival: str
    rival_name: str
    share: str | None
    share_min: Decimal
    share_max: Decimal
    controls: bool
    itself: bool
    chain: tuple[LinkFact, ...]
    chains: int


@dataclass(frozen=True)
class SharedMarket:
    """A market that both rivals serve, and since when, while the investor has a say in both."""

    id: str
    name: str
    since: str | None
    until: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Entanglement:
    """One investor, two rivals; `id` is that of all three.

    `strength` is the weaker of its two interests, in percent at least.

    `kind` is `common` where it controls neither, `rival` where it is or controls one of the two,
    `own-group` where it controls both. `also` are further rivals that one of the two controls,
    `behind` those who control the investor and have their say through it alone.
    """

    id: str
    investor: str
    investor_name: str
    kind: Kind
    sentence: str
    strength: Decimal
    holds: Holds
    ended: bool
    interests: tuple[Say, Say]
    markets: tuple[SharedMarket, ...]
    also: tuple[str, ...]
    also_names: tuple[str, ...]
    behind: tuple[str, ...]
    behind_names: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class EntangledAnswer:
    """The entanglements, the strongest first, own groups last; `total` counts those left out."""

    question: dict[str, Any]
    entanglements: tuple[Entanglement, ...]
    total: int
    investors: int
    sources: Sources

    def __iter__(self) -> Iterator[Entanglement]:
        return iter(self.entanglements)

    @property
    def found(self) -> bool:
        """Whether there is any, other than groups that compete with themselves."""
        return any(row.kind != "own-group" for row in self.entanglements)


def find_entangled(
    graph: Graph,
    market: str | None = None,
    clocks: Clocks | None = None,
    *,
    limit: int | None = None,
) -> EntangledAnswer:
    """Investors with a say in two or more rivals of a market, or of any; at a date, or ever."""
    clocks = clocks or Clocks()
    scope = find_scope(market) if market else None
    # All that ever was, so that an answer at a date can say since when and until when.
    operations = read_operations(graph, scope)
    influence = Influence(graph)
    influence.read_holders({each.operator for each in operations})
    drafts = _Search(influence, operations, scope, clocks.as_of).drafts()
    shown = drafts[:limit]
    names = names_of(graph, {name for draft in shown for name in draft.named})
    rows = tuple(_told(draft, names, clocks.as_of) for draft in shown)
    return EntangledAnswer(
        question=question("entangled", clocks, market=scope, limit=limit),
        entanglements=rows,
        total=len(drafts),
        investors=len({draft.investor for draft in drafts}),
        sources=cite(graph, (source for row in rows for source in row.sources)),
    )


@dataclass(frozen=True)
class _Combination:
    """A chain to each of two rivals and a market in which they meet, all at one time."""

    one: Chain
    other: Chain
    meeting: Meeting
    period: Period

    @property
    def strength(self) -> tuple[Decimal, Decimal]:
        """The weaker interest, then the stronger one."""
        low, high = sorted((self.one.bounds[0], self.other.bounds[0]))
        return low, high

    @cached_property
    def rank(self) -> tuple[Any, ...]:
        low, high = self.strength
        sure = surely_holds(self.period)
        return (not sure, -low, -high, self.one.rank, self.other.rank, -self.period.end_last)


@dataclass(frozen=True)
class _Draft:
    """A row before it is told."""

    investor: str
    rivals: tuple[str, str]
    kind: Kind
    combinations: tuple[_Combination, ...]
    current: tuple[_Combination, ...]
    counts: tuple[int, int]
    also: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()

    @cached_property
    def best(self) -> _Combination:
        return min(self.current, key=lambda c: c.rank)

    @cached_property
    def spans(self) -> dict[Scope, list[Period]]:
        """In which markets, and when."""
        found: dict[Scope, list[Period]] = defaultdict(list)
        for each in self.combinations:
            found[each.meeting.market].append(each.period)
        return {scope: merged(periods) for scope, periods in found.items()}

    @property
    def ended(self) -> bool:
        return all(span.has_ended(None) for spans in self.spans.values() for span in spans)

    def contains(self, other: _Draft) -> bool:
        """Whether it was so in every market and at every time in which another was."""
        return all(
            any(
                own.start_first <= span.start_first and span.end_last <= own.end_last
                for own in self.spans.get(scope, ())
            )
            for scope, spans in other.spans.items()
            for span in spans
        )

    def holds(self, as_of: Date | None) -> Holds:
        """Whether it surely is, or was, the case."""
        if as_of is None:
            return "yes" if surely_holds(self.best.period) else "possible"
        return "yes" if any(c.period.holds(as_of) == "yes" for c in self.current) else "possible"

    @property
    def named(self) -> set[str]:
        chains = (self.best.one, self.best.other)
        return {*self.rivals, *self.also, *self.behind, *(m for c in chains for m in c.members)}


@dataclass(frozen=True)
class _Search:
    influence: Influence
    operations: list[Operation]
    scope: Scope | None
    as_of: Date | None

    def drafts(self) -> list[_Draft]:
        """Every row, the strongest first."""
        found = [draft for pair in self._pairs() for draft in self._of_pair(*pair)]
        kept = self._without_those_behind(found)
        return sorted(self._folded(kept), key=self._rank)

    @cached_property
    def _by_operator(self) -> dict[str, list[Operation]]:
        found: dict[str, list[Operation]] = defaultdict(list)
        for operation in self.operations:
            found[operation.operator].append(operation)
        return dict(sorted(found.items()))

    def _pairs(self) -> Iterator[tuple[str, str, str, list[Chain], list[Chain]]]:
        """Investors with two operators each that meet, whether as rivals or not."""
        says: dict[str, dict[str, list[Chain]]] = defaultdict(dict)
        for operator in self._by_operator:
            for investor, chains in self.influence.interests(operator).items():
                says[investor][operator] = chains
        for investor, found in sorted(says.items()):
            for one, other in combinations(sorted(found), 2):
                if self._meetings(one, other):
                    yield investor, one, other, found[one], found[other]

    @cached_property
    def _met(self) -> dict[tuple[str, str], list[Meeting]]:
        return {}

    def _meetings(self, one: str, other: str) -> list[Meeting]:
        """Where two operators meet; a market in which another of theirs lies is left out."""
        if (one, other) not in self._met:
            by_operator = self._by_operator
            found = meetings(by_operator[one], by_operator[other], self.scope)
            self._met[(one, other)] = sorted(found, key=lambda m: (m.market.id, m.one.link.id))
        return self._met[(one, other)]

    def _of_pair(
        self, investor: str, one: str, other: str, ones: list[Chain], others: list[Chain]
    ) -> Iterator[_Draft]:
        """The rows of an investor and two operators: as rivals, and as its own group."""
        met = self._meetings(one, other)
        apart: list[_Combination] = []
        inside: list[_Combination] = []
        joint = self._joint(one, other)
        for a, b in product(ones, others):
            held = together(a.period, b.period)
            both = a.controls and b.controls
            if held is None or (both and not (a.links and b.links)):
                continue
            for meeting in met:
                period = together(meeting.period, held)
                taken = [] if both else [p for _, p in joint]
                left = without_all(period, taken) if period else []
                into = inside if both else apart
                into += [_Combination(a, b, meeting, p) for p in left]
        counts = (len(ones), len(others))
        now, own = self._current(apart), self._current(inside)
        if now:
            draft = _Draft(investor, (one, other), "common", tuple(apart), now, counts)
            best = draft.best
            yield (
                replace(draft, kind="rival") if best.one.controls or best.other.controls else draft
            )
        elif own and not {one, other} & {top for top, _ in joint}:
            yield _Draft(investor, (one, other), "own-group", tuple(inside), own, counts)

    def _current(self, found: list[_Combination]) -> tuple[_Combination, ...]:
        """Those that may hold on the date; all where none is asked for."""
        return tuple(c for c in found if c.period.holds(self.as_of) != "no")

    def _joint(self, one: str, other: str) -> list[tuple[str, Period]]:
        """Who controlled both, or the one the other, and when: they were no rivals then."""
        found = []
        above = self.influence.controllers(other)
        for a in self.influence.controllers(one):
            for b in above:
                period = together(a.period, b.period)
                if a.investor == b.investor and period:
                    found.append((a.investor, period))
        return found

    def _without_those_behind(self, drafts: list[_Draft]) -> list[_Draft]:
        """Rows of those who control an investor go to the row of the investor."""
        known = {(d.investor, d.rivals): place for place, d in enumerate(drafts)}
        behind: dict[int, list[str]] = defaultdict(list)
        kept = []
        for place, draft in enumerate(drafts):
            front = known.get((_front(draft), draft.rivals))
            if front is None:
                kept.append(place)
            else:
                behind[front].append(draft.investor)
        return [
            replace(drafts[place], behind=tuple(sorted(self._all_behind(place, behind, drafts))))
            for place in kept
        ]

    def _all_behind(
        self, place: int, behind: dict[int, list[str]], drafts: list[_Draft]
    ) -> set[str]:
        places = {(d.investor, d.rivals): number for number, d in enumerate(drafts)}
        found: set[str] = set()
        work = list(behind[place])
        while work:
            each = work.pop()
            if each not in found:
                found.add(each)
                work += behind[places[(each, drafts[place].rivals)]]
        return found

    def _folded(self, drafts: list[_Draft]) -> Iterator[_Draft]:
        """Of rows with a company and what it controls only that of the company."""
        rows = {(d.investor, d.kind, frozenset(d.rivals)): d for d in drafts}
        also: dict[tuple[str, Kind, frozenset[str]], set[str]] = defaultdict(set)
        folded = set()
        for key, draft in rows.items():
            for above in self._lifted(draft):
                into = rows.get((draft.investor, draft.kind, above))
                if into and into.contains(draft):
                    also[(draft.investor, draft.kind, above)] |= set(draft.rivals) - above
                    folded.add(key)
                    break
        for key, draft in rows.items():
            if key not in folded:
                yield replace(draft, also=tuple(sorted(also[key])))

    def _lifted(self, draft: _Draft) -> Iterator[frozenset[str]]:
        """The pairs with whoever controls one of the two, or both, in their place."""
        heads = [
            [chain.investor for chain in reversed(self.influence.controllers(rival))]
            for rival in draft.rivals
        ]
        for one in heads[0]:
            for other in heads[1]:
                pair = frozenset((one, other))
                if len(pair) == 2 and pair != frozenset(draft.rivals):
                    yield pair

    def _rank(self, draft: _Draft) -> tuple[Any, ...]:
        low, high = draft.best.strength
        doubtful = draft.holds(self.as_of) != "yes"
        own = draft.kind == "own-group"
        return (own, doubtful, -low, -high, draft.ended, draft.investor, draft.rivals)


def _front(draft: _Draft) -> str:
    """Whom the investor controls and has both its interests through; itself where none."""
    chains = (draft.best.one, draft.best.other)
    firsts = {chain.links[0].end if chain.links else "" for chain in chains}
    through = all(chain.links and chain.links[0] != chain.holding for chain in chains)
    return next(iter(firsts)) if through and len(firsts) == 1 else ""


def _told(draft: _Draft, names: dict[str, str], as_of: Date | None) -> Entanglement:
    best = draft.best
    low, _ = best.strength
    one = _say(draft.rivals[0], best.one, draft.counts[0], names, as_of)
    other = _say(draft.rivals[1], best.other, draft.counts[1], names, as_of)
    shared = tuple(_shared(draft, as_of))
    cited = [source for say in (one, other) for link in say.chain for source in link.sources]
    cited += [source for market in shared for source in market.sources]
    name = names.get(draft.investor, draft.investor)
    return Entanglement(
        id=":".join((draft.investor, *draft.rivals)),
        investor=draft.investor,
        investor_name=name,
        kind=draft.kind,
        sentence=_sentence(name, (one, other), shared),
        strength=low,
        holds=draft.holds(as_of),
        ended=draft.ended,
        interests=(one, other),
        markets=shared,
        also=draft.also,
        also_names=tuple(names.get(each, each) for each in draft.also),
        behind=draft.behind,
        behind_names=tuple(names.get(each, each) for each in draft.behind),
        sources=tuple(dict.fromkeys(cited)),
    )


def _sentence(investor: str, says: tuple[Say, Say], markets: tuple[SharedMarket, ...]) -> str:
    """Who has what of whom, and where they compete."""
    (one, other), named = says, list(dict.fromkeys(market.name for market in markets))
    if one.itself or other.itself:
        rival = other if one.itself else one
        told = f"{investor} has {_part(rival)} of its rival {rival.rival_name}"
    else:
        told = f"{investor} has {_part(one)} of {one.rival_name} and {_part(other)} of "
        told += f"{other.rival_name}, rivals"
    more = f" and {len(named) - 1} more" if len(named) > 1 else ""
    return f"{told} in {named[0]}{more}"


def _part(say: Say) -> str:
    return "control" if say.controls else share_words(say.share or "")


def _say(rival: str, chain: Chain, chains: int, names: dict[str, str], as_of: Date | None) -> Say:
    low, high = chain.bounds
    return Say(
        rival=rival,
        rival_name=names.get(rival, rival),
        share=chain.share,
        share_min=low,
        share_max=high,
        controls=chain.controls,
        itself=not chain.links,
        chain=tuple(tell_link(link, names, as_of) for link in chain.links),
        chains=chains,
    )


def _shared(draft: _Draft, as_of: Date | None) -> Iterator[SharedMarket]:
    """The markets, the narrowest first, each time of them that holds at the date."""

    def width(scope: Scope) -> tuple[int, str]:
        return sum(scope.relation(other) == "narrower" for other in draft.spans), scope.id

    operations: dict[Scope, list[Operation]] = defaultdict(list)
    for each in draft.current:
        operations[each.meeting.market] += [each.meeting.one, each.meeting.other]
    for scope in sorted(operations, key=width):
        cited = (source for o in operations[scope] for source in o.link.texts("sourceIds"))
        sources = tuple(dict.fromkeys(cited))
        for span in draft.spans[scope]:
            if span.holds(as_of) != "no":
                since, until = start_text(span), end_text(span)
                yield SharedMarket(scope.id, scope.name, since, until, sources)
