"""Who controls whom: the smallest set that is closed under a majority of votes and declarations.

A head controls a company where it, together with those that it controls, has more than half of the
votes, or where control is on record for another reason. The set is found from the head outwards,
always taking next what has the smallest proof, so that every step found is one with the fewest
holdings (Knuth's generalisation of Dijkstra's algorithm).

Votes lie between two bounds, so there are three readings: what is `certain` holds whichever values
are true; what is `possible` holds for some of the values on record; what is `open` holds at most if
a share that nobody knows is large. And a holder's recorded votes may contain those of the actors
that it controls. Certain is therefore only what holds where they do, possible what holds where they
are added.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Literal

Reading = Literal["certain", "possible", "open"]
READINGS: tuple[Reading, ...] = ("certain", "possible", "open")
HALF = Fraction(50)
WHOLE = Fraction(100)
VOTES = "votes"
JOINT = "joint"
MANY = 10
Amount = tuple[Fraction, int]  # at least so much; more than that where the second is not zero


@dataclass(frozen=True)
class Votes:
    """Percent of the votes: between two bounds, `above` where the lower one is itself too low.

    `stated` is the highest that some source or rule gives; of a share that nobody knows, nothing.
    """

    low: Fraction
    high: Fraction
    above: bool = False
    stated: Fraction = Fraction(0)

    @classmethod
    def exactly(cls, percent: Fraction | int) -> Votes:
        """A known number of votes."""
        return cls(Fraction(percent), Fraction(percent), stated=Fraction(percent))


@dataclass(frozen=True)
class Declaration:
    """Control that is on record as such; `sure` where its dates leave no doubt."""

    basis: str
    sure: bool = True


@dataclass(frozen=True)
class Step:
    """How a company comes under control: by `votes`, `joint`ly or by the basis on record.

    `members` are those of the set that bring it about, and `least` and `most` their votes.
    """

    company: str
    way: str
    members: tuple[str, ...]
    cost: int
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(0)


@dataclass(frozen=True)
class VotingNetwork:
    """Votes by company and holder, declarations by company and controller, joint controllers."""

    votes: Mapping[str, Mapping[str, Votes]]
    declared: Mapping[str, Mapping[str, Declaration]] = field(default_factory=dict)
    joint: Mapping[str, tuple[frozenset[str], bool]] = field(default_factory=dict)

    @cached_property
    def _reached(self) -> dict[str, list[str]]:
        """The companies in which each actor has a say."""
        found: dict[str, set[str]] = {}
        for by_company in (self.votes, self.declared):
            for company, holders in by_company.items():
                for holder in holders:
                    found.setdefault(holder, set()).add(company)
        for company, (members, _) in self.joint.items():
            for member in members:
                found.setdefault(member, set()).add(company)
        return {actor: sorted(companies) for actor, companies in found.items()}

    @cached_property
    def _known_below(self) -> dict[tuple[str, str], frozenset[str]]:
        return {}

    def controlled(self, heads: Set[str], reading: Reading = "certain") -> dict[str, Step]:
        """Whom the heads control together, each with the step that brings it about, in order.

        >>> shares = {"2": {"1": Votes.exactly(80)}, "3": {"2": Votes.exactly(80)}}
        >>> list(VotingNetwork(shares).controlled({"1"}))
        ['2', '3']
        """
        costs = dict.fromkeys(sorted(heads), 0)
        found: dict[str, Step] = {}
        best: dict[str, Step] = {}
        waiting: list[tuple[int, str]] = []
        new = list(costs)
        while True:
            for company in sorted({c for member in new for c in self._reached.get(member, ())}):
                step = None if company in costs else self.step(company, costs, reading)
                if step:
                    best[company] = step
                    heapq.heappush(waiting, (step.cost, company))
            while waiting and waiting[0][1] in costs:
                heapq.heappop(waiting)
            if not waiting:
                return found
            cost, company = heapq.heappop(waiting)
            costs[company], found[company] = cost, best[company]
            new = [company]

    def step(self, company: str, costs: Mapping[str, int], reading: Reading) -> Step | None:
        """The step with the smallest proof by which members of a set control a company."""
        return min(self.steps(company, costs, reading), key=_order, default=None)

    def steps(self, company: str, costs: Mapping[str, int], reading: Reading) -> Iterator[Step]:
        """Every way in which members of a set control a company, none with more than it needs."""
        for controller, declaration in sorted(self.declared.get(company, {}).items()):
            if controller in costs and (declaration.sure or reading != "certain"):
                yield Step(company, declaration.basis, (controller,), costs[controller] + 1)
        members, sure = self.joint.get(company, (frozenset(), False))
        if members and members <= costs.keys() and (sure or reading != "certain"):
            cost = sum(costs[member] + 1 for member in members)
            yield Step(company, JOINT, tuple(sorted(members)), cost)
        yield from self._majorities(company, costs, reading)

    def least(self, company: str, members: Iterable[str]) -> Amount:
        """The votes that members have at the least: what one has may contain what others have."""
        left = set(members)
        votes = self.votes[company]
        below = {m: self.within(m, company) & left for m in left} if len(left) > 1 else {}
        tops = [m for m in sorted(left) if not any(_is_below(m, o, below) for o in left - {m})]
        total, above = Fraction(0), 0
        left -= set(tops)
        for top in tops:
            own = left & below.get(top, frozenset())
            left -= own
            known: Amount = (votes[top].low, int(votes[top].above))
            more = max(known, self.least(company, own)) if own else known
            total, above = total + more[0], above + more[1]
        return total, above

    def most(self, company: str, members: Set[str], group: Set[str], reading: Reading) -> Fraction:
        """The votes that members have at the most: theirs together, less what others surely have.

        Others whose votes may contain those of the group take nothing from it.
        """
        votes = self.votes[company]
        added = sum((_ceiling(votes[m], reading) for m in members), Fraction(0))
        if added <= HALF:
            return added
        others = {o for o in votes if o not in group and not self.within(o, company) & group}
        return min(added, max(WHOLE - self.least(company, others)[0], Fraction(0)))

    def within(self, actor: str, company: str) -> frozenset[str]:
        """Whose shares of a company those of an actor may contain: whom it may control.

        Not those that it controls through the company itself: what they have is a cross-holding.
        """
        found = self._below(actor, "")
        return self._below(actor, company) if company in found else found

    @cached_property
    def heads(self) -> frozenset[str]:
        """The actors that may control somebody at all: each needs a first company of its own."""
        majorities = (
            holder
            for holders in self.votes.values()
            for holder, votes in holders.items()
            if votes.high > HALF
        )
        declared = (actor for controllers in self.declared.values() for actor in controllers)
        joint = (actor for members, _ in self.joint.values() for actor in members)
        return frozenset((*majorities, *declared, *joint))

    def _below(self, actor: str, besides: str) -> frozenset[str]:
        if actor not in self.heads:
            return frozenset()
        key = (actor, besides)
        if key not in self._known_below:
            self._known_below[key] = frozenset(self._may_control(actor, besides))
        return self._known_below[key]

    def _may_control(self, actor: str, besides: str) -> set[str]:
        """Rather too many than too few: the highest votes, and nobody else's taken off."""
        found = {actor}
        work = [actor]
        while work:
            for company in self._reached.get(work.pop(), ()):
                if company not in found and company != besides and self._may_fall(company, found):
                    found.add(company)
                    work.append(company)
        return found - {actor}

    def _may_fall(self, company: str, group: set[str]) -> bool:
        if any(controller in group for controller in self.declared.get(company, {})):
            return True
        if any(member in group for member in self.joint.get(company, (frozenset(), False))[0]):
            return True
        found = [votes for holder, votes in self.votes.get(company, {}).items() if holder in group]
        total = sum((votes.stated for votes in found), Fraction(0))
        return total > HALF or (total == HALF and any(votes.above for votes in found))

    def _majorities(
        self, company: str, costs: Mapping[str, int], reading: Reading
    ) -> Iterator[Step]:
        votes = self.votes.get(company, {})
        group = costs.keys() & votes.keys()
        members = sorted(m for m in group if _ceiling(votes[m], reading) > 0)
        together = sum((_ceiling(votes[m], reading) for m in members), Fraction(0))
        if together < HALF or not self._has_majority(company, members, group, reading):
            return
        for chosen in self._smallest(company, members, group, reading):
            least = self.least(company, chosen)[0]
            most = max(self.most(company, set(chosen), group, "open"), least)
            cost = sum(costs[member] + 1 for member in chosen)
            yield Step(company, VOTES, chosen, cost, least, most)

    def _smallest(
        self, company: str, members: list[str], group: Set[str], reading: Reading
    ) -> Iterator[tuple[str, ...]]:
        """The sets of members that have a majority and of which none can be left out.

        Of many holders one such set is taken, by leaving out those with the fewest votes.
        """
        if len(members) > MANY:
            chosen = sorted(members, key=lambda m: (_ceiling(self.votes[company][m], reading), m))
            for member in list(chosen):
                fewer = [m for m in chosen if m != member]
                if self._has_majority(company, fewer, group, reading):
                    chosen = fewer
            yield tuple(sorted(chosen))
            return
        found: list[set[str]] = []
        for size in range(1, len(members) + 1):
            for some in combinations(members, size):
                if any(smaller <= set(some) for smaller in found):
                    continue
                if self._has_majority(company, some, group, reading):
                    found.append(set(some))
                    yield some

    def _has_majority(
        self, company: str, members: Iterable[str], group: Set[str], reading: Reading
    ) -> bool:
        chosen = set(members)
        if not chosen:
            return False
        if _is_more_than_half(self.least(company, chosen)):
            return True
        return reading != "certain" and self.most(company, chosen, group, reading) > HALF


def _ceiling(votes: Votes, reading: Reading) -> Fraction:
    return {"certain": votes.low, "possible": votes.stated, "open": votes.high}[reading]


def _is_more_than_half(amount: Amount) -> bool:
    return amount[0] > HALF or (amount[0] == HALF and amount[1] > 0)


def _is_below(one: str, other: str, below: Mapping[str, frozenset[str]]) -> bool:
    """Whether what `other` has may contain what `one` has; of two in a circle the first does."""
    return one in below[other] and (other not in below[one] or other < one)


def _order(step: Step) -> tuple[int, str, tuple[str, ...]]:
    return (step.cost, step.way, step.members)
