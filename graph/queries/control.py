"""Who controls a company, how surely, and why; who has how much of it through all chains.

The verdict is `certain` where control holds under every reading of the records: all ranges, all
disputed values, all doubtful dates, and a group's stake taken to contain those of the actors that
it controls. It is `possible` where it holds for some of the values on record, `unknown` where only
shares that nobody knows could give it, and `no` where nothing could.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from graph.clocks import Clocks, Holds
from graph.graphs import Graph
from graph.names import Resolved, resolve_all
from graph.networks.control import HALF, WHOLE, Reading, VotingNetwork
from graph.networks.ownership import closed_circles, integrated_shares, largest_shares
from graph.networks.power import power_indices
from graph.queries.answers import Sources, cite, names_of, question
from graph.queries.interests import Interest, Interests
from graph.queries.proofs import Premise, Proof, Prover, Turn, percent

Verdict = Literal["certain", "possible", "unknown", "no"]
LARGE = 600
PLACES = 6


@dataclass(frozen=True)
class Controller:
    """One who controls, or several who do so jointly; `ultimate` where nobody controls them.

    `turns` says what would have to be otherwise for another verdict.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    verdict: Verdict
    ultimate: bool
    direct: bool
    proofs: tuple[Proof, ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class IntegratedShare:
    """What an actor has of the company directly and through others, as a part of one.

    `share` is the least that follows from the values that are shown, None where that is nothing but
    unknown; `exact` the same as a fraction. The bounds are over all readings.
    """

    id: str
    name: str
    share: Decimal | None
    share_min: Decimal
    share_max: Decimal
    exact: str | None
    top: bool


@dataclass(frozen=True)
class Direct:
    """A direct holder: capital and votes apart, in percent; votes None where nobody knows them."""

    id: str
    name: str
    share: str
    share_min: Decimal
    share_max: Decimal
    votes_min: Decimal | None
    votes_max: Decimal | None
    holds: Holds
    sources: tuple[str, ...]


@dataclass(frozen=True)
class VotingPower:
    """How much the votes of a holder, with those of its group, decide."""

    id: str
    name: str
    votes: Decimal
    banzhaf: Decimal
    shapley_shubik: Decimal


@dataclass(frozen=True)
class Powers:
    """Voting power where nobody surely has a majority; others, `rest` of 100, do not vote.

    `error` is the bound on sampled numbers, None where they are exact.
    """

    holders: tuple[VotingPower, ...]
    rest: Decimal
    error: float | None


@dataclass(frozen=True)
class Member:
    """A company of the group that an actor controls."""

    id: str
    name: str
    verdict: Verdict
    way: str
    by: tuple[str, ...]


@dataclass(frozen=True)
class ControlAnswer:
    """The verdict, the ultimate controllers to whom it applies, and all that it rests on.

    `control` has everybody who controls, certainly or possibly; `proof` the proofs for
    `controllers`, the smallest first. `untraced` is the part of the company that comes to nobody
    on record, and `circles` are closed: nobody outside holds a share.
    """

    question: dict[str, Any]
    verdict: Verdict
    controllers: tuple[str, ...]
    control: tuple[Controller, ...]
    reason: str | None
    proof: tuple[Proof, ...]
    direct: tuple[Direct, ...]
    integrated: tuple[IntegratedShare, ...]
    untraced: Decimal
    circles: tuple[tuple[str, ...], ...]
    power: Powers | None
    group: tuple[Member, ...]
    sources: Sources

    def __iter__(self) -> Iterator[Controller]:
        return iter(self.control)

    @property
    def found(self) -> bool:
        """Whether somebody controls, certainly or possibly."""
        return bool(self.controllers)


def find_control(
    graph: Graph, company: str, by: str | None = None, clocks: Clocks | None = None
) -> ControlAnswer:
    """Who controls a company or a brand, or whether `by` does."""
    clocks = clocks or Clocks()
    thing, *asked = resolve_all(graph, [company, *([by] if by else [])])
    interests = Interests(graph, clocks.as_of)
    interests.read_above(thing.id)
    found = _Control(graph, interests, interests.network(), thing, asked[0].id if by else None)
    return found.answer(question("control", clocks, of=thing, by=asked[0] if by else None))


@dataclass(frozen=True)
class _Control:
    """The parts of one answer."""

    graph: Graph
    interests: Interests
    network: VotingNetwork
    thing: Resolved
    by: str | None

    def answer(self, asked: dict[str, Any]) -> ControlAnswer:
        names = names_of(self.graph, {*self.interests.actors(), self.thing.id, *self._by()})
        direct = self._direct(names)
        shares = integrated(self.interests, self.network, self.thing.id, names)
        circles, power_of = self._circles(), None
        rows = self._controllers(names)
        verdict = self._verdict(rows)
        ultimate = [row for row in rows if row.verdict == verdict and (row.ultimate or self.by)]
        if verdict != "certain" and not self.by:
            power_of = self._powers(names)
        proofs = sorted((p for row in ultimate for p in row.proofs), key=lambda p: p.size)
        cited = [s for row in rows for s in _cited(row)]
        cited += [source for each in direct for source in each.sources]
        return ControlAnswer(
            question=asked,
            verdict=verdict,
            controllers=tuple(dict.fromkeys(i for row in ultimate for i in row.ids)),
            control=tuple(rows),
            reason=self._reason(verdict, names),
            proof=tuple(proofs),
            direct=direct,
            integrated=shares,
            untraced=_untraced(shares, circles, self.thing.id),
            circles=circles,
            power=power_of,
            group=() if self.by else group_of(self.graph, self.interests, self.thing.id),
            sources=cite(self.graph, cited),
        )

    def _by(self) -> set[str]:
        return {self.by} if self.by else set()

    def _controllers(self, names: dict[str, str]) -> list[Controller]:
        """Everybody who controls: the surest first, those at the top before those between."""
        heads = self._heads()
        certain = _controlling(self.network, heads, self.thing.id, "certain")
        possible = _controlling(self.network, heads, self.thing.id, "possible")
        prover = Prover(self.interests, self.network, names)
        rows = []
        for each in possible:
            reading: Literal["certain", "possible"] = "certain" if each in certain else "possible"
            among = certain if reading == "certain" else possible
            proofs = prover.proofs(each, self.thing.id, reading)
            rows.append(
                Controller(
                    ids=tuple(sorted(each)),
                    names=tuple(names.get(i, i) for i in sorted(each)),
                    verdict=reading,
                    ultimate=_is_ultimate(self.network, each, among, reading),
                    direct=all(premise.because is None for premise in proofs[0].premises),
                    proofs=proofs,
                    turns=prover.turns(proofs[0], reading),
                )
            )
        return sorted(
            rows, key=lambda r: (r.verdict != "certain", not r.ultimate, r.proofs[0].size, r.ids)
        )

    def _heads(self) -> list[frozenset[str]]:
        """Who may control: each actor alone, and those on record as controlling jointly."""
        joint = sorted((members for members, _ in self.network.joint.values()), key=sorted)
        if self.by:
            alone = [frozenset({self.by})]
            return [*alone, *dict.fromkeys(m for m in joint if self.by in m and len(m) > 1)]
        alone = [frozenset({actor}) for actor in sorted(self.network.heads - {self.thing.id})]
        return [*alone, *dict.fromkeys(m for m in joint if len(m) > 1)]

    def _verdict(self, rows: list[Controller]) -> Verdict:
        if rows:
            return rows[0].verdict
        if self._may_be(self._heads()) or (not self.by and self._is_room()):
            return "unknown"
        return "no"

    def _may_be(self, heads: list[frozenset[str]]) -> list[frozenset[str]]:
        return [h for h in heads if self.thing.id in self.network.controlled(h, "open")]

    def _is_room(self) -> bool:
        """Whether somebody who is not on record may have a majority."""
        holders = self.network.votes.get(self.thing.id, {})
        return not holders or self.network.least(self.thing.id, holders)[0] < HALF

    def _reason(self, verdict: Verdict, names: dict[str, str]) -> str | None:
        """Why there is no controller to name."""
        if verdict in ("certain", "possible"):
            return None
        name = self.thing.name
        holders = self.interests.companies.get(self.thing.id, {})
        if verdict == "no":
            if self.by:
                return f"no reading of the records gives {names[self.by]} control of {name}"
            return f"no reading of the records gives anybody a majority of {name}"
        open_ones = sorted({i for h in self._may_be(self._heads()) for i in h if i in holders})
        if open_ones:
            told = [names.get(i, i) for i in open_ones[:4]]
            told += [f"{len(open_ones) - 4} more"] if len(open_ones) > 4 else []
            holding = " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)
            return f"it is not on record how many votes in {name} belong to {holding}"
        if not holders:
            return f"no holder of {name} is on record"
        return f"half of {name} or more is held by nobody on record"

    def _direct(self, names: dict[str, str]) -> tuple[Direct, ...]:
        found = self.interests.companies.get(self.thing.id, {})
        ordered = sorted(
            found.values(), key=lambda i: (-i.capital.low, -i.capital.stated, i.holder)
        )
        return tuple(_direct(interest, names) for interest in ordered)

    def _circles(self) -> tuple[tuple[str, ...], ...]:
        shares = self.interests.shares(self.network, lambda interest: interest.capital.low)
        return tuple(closed_circles(shares, self.thing.id))

    def _powers(self, names: dict[str, str]) -> Powers | None:
        """The power of the holders, each group as one."""
        groups: dict[str, set[str]] = {}
        for holder, votes in self.network.votes.get(self.thing.id, {}).items():
            if votes.low > 0:
                groups.setdefault(self._top(holder), set()).add(holder)
        blocks = {
            top: self.network.least(self.thing.id, members)[0] for top, members in groups.items()
        }
        total = sum(blocks.values(), Fraction(0))
        if len(blocks) < 2 or total > WHOLE:
            return None
        found = power_indices(blocks)
        rows = [
            VotingPower(
                top,
                names.get(top, top),
                percent(blocks[top]),
                rounded(power.banzhaf),
                rounded(power.shapley_shubik),
            )
            for top, power in found.powers.items()
        ]
        ordered = tuple(sorted(rows, key=lambda row: (-row.votes, row.id)))
        return Powers(ordered, percent(WHOLE - total), found.error)

    def _top(self, holder: str) -> str:
        """Who surely controls a holder in the end, itself where nobody does."""
        heads = [frozenset({actor}) for actor in sorted(self.network.heads)]
        above = _controlling(self.network, heads, holder, "certain")
        tops = [h for h in above if _is_ultimate(self.network, h, above, "certain")]
        return min((next(iter(top)) for top in tops), default=holder)


def integrated(
    interests: Interests, network: VotingNetwork, target: str, names: dict[str, str]
) -> tuple[IntegratedShare, ...]:
    """What everybody has of a company, directly and through others, the largest first."""
    shown = interests.shares(network, lambda interest: interest.shown)
    low = interests.shares(network, lambda interest: interest.capital.low)
    high = interests.highest()
    most_likely, least = integrated_shares(shown, target), integrated_shares(low, target)
    holders = sorted({*_above(high, target), *most_likely})
    wide = low != high and sum(map(len, high.values())) <= LARGE
    most = largest_shares(low, high, target, holders) if wide else {}
    tops = {holder for holder in holders if not high.get(holder)}
    rows = []
    for holder in holders:
        share, lowest = most_likely.get(holder), least.get(holder, Fraction(0))
        highest = rounded(lowest) if low == high else rounded_up(most.get(holder, Decimal(1)))
        rows.append(
            IntegratedShare(
                id=holder,
                name=names.get(holder, holder),
                share=rounded(share) if share else None,
                share_min=rounded(lowest),
                share_max=max(highest, rounded(lowest), rounded(share or Fraction(0))),
                exact=str(share) if share else None,
                top=holder in tops,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-(row.share or 0), -row.share_max, row.id)))


def group_of(graph: Graph, above: Interests, head: str) -> tuple[Member, ...]:
    """The companies and brands that an actor controls, certainly or possibly."""
    interests = Interests(graph, above.as_of)
    interests.read_above(head)
    known, new = {head}, {head}
    network = interests.network()
    while new:
        interests.read_held(new)
        network = interests.network()
        found = network.controlled({head}, "possible").keys()
        new, known = found - known, known | found
    certain = network.controlled({head}, "certain")
    possible = network.controlled({head}, "possible")
    names = names_of(graph, possible.keys())
    return tuple(
        Member(
            id=company,
            name=names.get(company, company),
            verdict="certain" if company in certain else "possible",
            way=(certain.get(company) or step).way,
            by=(certain.get(company) or step).members,
        )
        for company, step in sorted(possible.items(), key=lambda p: (p[0] not in certain, p[0]))
    )


def rounded(value: Fraction) -> Decimal:
    """A fraction to six places."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), PLACES).normalize() + 0


def rounded_up(value: Decimal) -> Decimal:
    """A bound to six places; what is left beyond twelve comes from rounding up on the way."""
    return round(value, PLACES).normalize() + 0


def _controlling(
    network: VotingNetwork, heads: list[frozenset[str]], target: str, reading: Reading
) -> list[frozenset[str]]:
    """The heads that control a company; several together only where none of them does alone."""
    found = [head for head in heads if target in network.controlled(head, reading)]
    alone = {next(iter(head)) for head in found if len(head) == 1}
    return [head for head in found if len(head) == 1 or not head & alone]


def _is_ultimate(
    network: VotingNetwork, head: frozenset[str], others: list[frozenset[str]], reading: Reading
) -> bool:
    """Whether nobody controls the head, but for those that it controls itself."""
    below = network.controlled(head, reading).keys()
    return not any(
        other != head and head <= network.controlled(other, reading).keys() and not other <= below
        for other in others
    )


def _above(shares: dict[str, dict[str, Fraction]], target: str) -> set[str]:
    """Everybody above a company, itself where it is in a circle."""
    found: set[str] = set()
    work = [target]
    while work:
        for holder in shares.get(work.pop(), {}):
            if holder not in found:
                found.add(holder)
                work.append(holder)
    return found


def _direct(interest: Interest, names: dict[str, str]) -> Direct:
    votes = interest.votes
    cited = [source for link in interest.links for source in link.texts("sourceIds")]
    cited += [source for claim in interest.claims for source in claim.sources]
    return Direct(
        id=interest.holder,
        name=names.get(interest.holder, interest.holder),
        share=interest.share,
        share_min=percent(interest.capital.low),
        share_max=percent(interest.capital.high),
        votes_min=percent(votes.low) if votes else None,
        votes_max=percent(votes.high) if votes else None,
        holds="yes" if interest.sure else "possible",
        sources=tuple(dict.fromkeys(cited)),
    )


def _untraced(
    shares: tuple[IntegratedShare, ...], circles: tuple[tuple[str, ...], ...], target: str
) -> Decimal:
    """What comes to nobody at the top; a closed circle keeps what comes to it."""
    traced = sum(
        (Fraction(share.exact) for share in shares if share.top and share.exact), Fraction()
    )
    by_id = {share.id: share.exact for share in shares if share.exact}
    kept = [
        max((Fraction(by_id.get(i, 0)) for i in circle), default=Fraction()) for circle in circles
    ]
    if any(target in circle for circle in circles):
        return Decimal(0)
    return rounded(max(1 - traced - sum(kept, Fraction()), Fraction()))


def _cited(row: Controller) -> Iterator[str]:
    for proof in row.proofs:
        yield from _cited_by(proof.premises)
    for turn in row.turns:
        yield from turn.sources


def _cited_by(premises: tuple[Premise, ...]) -> Iterator[str]:
    for premise in premises:
        yield from premise.sources
        if premise.because:
            yield from _cited_by(premise.because.premises)
