"""Why somebody controls a company: a tree of holdings and declarations, and what would upset it.

A proof names only what it needs. Its leaves are links with their sentences and sources; where a
holding belongs to somebody who is controlled in turn, the proof of that stands under it. `turns`
says of each premise when the verdict would be another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from graph.elements import Relationship
from graph.networks.control import HALF, JOINT, VOTES, Reading, Step, VotingNetwork
from graph.queries.answers import tell_link
from graph.queries.claims import ClaimRow
from graph.queries.interests import REJECTED, Interest, Interests
from graph.queries.wording import share_words
from ontology.generated.vocabulary import CONTROL_BASES

ALTERNATIVES = 3


@dataclass(frozen=True)
class Premise:
    """A holding, or a declaration, that a proof rests on.

    `because` proves that the holder is controlled, where it is not the controller itself. `claims`
    are the ids of the claims that dispute the share.
    """

    type: str
    holder: str
    holder_name: str
    company: str
    share: str | None
    votes_min: Decimal | None
    votes_max: Decimal | None
    seen: str | None
    sentence: str
    links: tuple[str, ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    because: Proof | None


@dataclass(frozen=True)
class Proof:
    """That `controllers` control a company, by `votes`, `joint`ly or by a declared basis.

    `size` counts the premises of the whole tree.
    """

    controllers: tuple[str, ...]
    company: str
    company_name: str
    way: str
    votes_min: Decimal | None
    votes_max: Decimal | None
    size: int
    sentence: str
    premises: tuple[Premise, ...]


@dataclass(frozen=True)
class Turn:
    """What would have to be so for another verdict, and the claims on it as it is."""

    holder: str
    company: str
    verdict: str
    sentence: str
    claims: tuple[ClaimRow, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Prover:
    """Makes proofs from the interests of a network."""

    interests: Interests
    network: VotingNetwork
    names: Mapping[str, str]

    def proofs(self, heads: frozenset[str], target: str, reading: Reading) -> tuple[Proof, ...]:
        """A few proofs that heads control a company, the smallest first."""
        steps = self.network.controlled(heads, reading)
        costs = dict.fromkeys(heads, 0)
        for company, step in steps.items():
            if company == target:
                break
            costs[company] = step.cost
        found = sorted(
            self.network.steps(target, costs, reading), key=lambda s: (s.cost, s.way, s.members)
        )
        return tuple(self._proof(step, heads, steps) for step in islice(found, ALTERNATIVES))

    def turns(self, proof: Proof, reading: Reading) -> tuple[Turn, ...]:
        """What would upset a proof that is certain, or make certain one that is not."""
        found = (turn for step in _walk(proof) for turn in self._turns(step, reading))
        return tuple({(t.holder, t.company, t.sentence): t for t in found}.values())

    def _proof(self, step: Step, heads: frozenset[str], steps: Mapping[str, Step]) -> Proof:
        premises = tuple(
            self._premise(step, member, self._because(member, heads, steps))
            for member in step.members
        )
        by_votes = step.way == VOTES
        return Proof(
            controllers=tuple(sorted(heads)),
            company=step.company,
            company_name=self._name(step.company),
            way=step.way,
            votes_min=percent(step.least) if by_votes else None,
            votes_max=percent(step.most) if by_votes else None,
            size=step.cost,
            sentence=self._sentence(step, heads),
            premises=premises,
        )

    def _because(
        self, member: str, heads: frozenset[str], steps: Mapping[str, Step]
    ) -> Proof | None:
        return None if member in heads else self._proof(steps[member], heads, steps)

    def _premise(self, step: Step, holder: str, because: Proof | None) -> Premise:
        interest = self.interests.companies[step.company].get(holder)
        if step.way == VOTES and interest:
            links, claims = interest.links, interest.claims
        else:
            links, claims = self._declaring(step.company, holder, interest), ()
        facts = [tell_link(link, self.names, self.interests.as_of) for link in links]
        votes = interest.votes if interest and step.way == VOTES else None
        cited = [source for fact in facts for source in fact.sources]
        cited += [source for claim in claims for source in claim.sources]
        return Premise(
            type=facts[-1].type,
            holder=holder,
            holder_name=self._name(holder),
            company=step.company,
            share=interest.share if interest and step.way == VOTES else None,
            votes_min=percent(votes.low) if votes else None,
            votes_max=percent(votes.high) if votes else None,
            seen=facts[-1].share_as_of,
            sentence=", or: ".join(fact.sentence for fact in facts),
            links=tuple(fact.id for fact in facts),
            claims=tuple(claim.id for claim in claims),
            sources=tuple(dict.fromkeys(cited)),
            because=because,
        )

    def _declaring(
        self, company: str, holder: str, interest: Interest | None
    ) -> tuple[Relationship, ...]:
        """The links that declare control; of two halves, the holdings."""
        declared = self.interests.declared.get(company, {}).get(holder)
        if declared:
            return declared.links
        return interest.links if interest else ()

    def _sentence(self, step: Step, heads: frozenset[str]) -> str:
        who = " and ".join(self._name(head) for head in sorted(heads))
        company = self._name(step.company)
        if step.way == VOTES:
            amount = _range(step.least, step.most)
            return (
                f"{who} and those controlled have {amount} of the votes of {company}"
                if (set(step.members) - heads)
                else f"{who} has {amount} of the votes of {company}"
            )
        if step.way == JOINT:
            together = " and ".join(self._name(member) for member in step.members)
            return f"{together} control {company} jointly"
        by = self._name(step.members[0])
        basis = CONTROL_BASES.get(step.way, step.way)
        return f"{by} controls {company} ({basis})"

    def _turns(self, proof: Proof, reading: Reading) -> Iterator[Turn]:
        if proof.way != VOTES:
            yield from (self._without(proof, premise, reading) for premise in proof.premises)
            return
        members = [premise.holder for premise in proof.premises]
        least = self.network.least(proof.company, members)[0]
        for premise in proof.premises:
            interest = self.interests.companies[proof.company][premise.holder]
            if reading == "certain":
                yield self._fall(interest, least, premise)
            elif interest.votes is None or interest.votes.low < interest.votes.high:
                yield self._rise(interest, least, premise)
        if reading != "certain" and len(members) > 1:
            yield from self._overlap(proof, members)

    def _without(self, proof: Proof, premise: Premise, reading: Reading) -> Turn:
        told = f"it were wrong that {premise.sentence}"
        if reading != "certain":
            told = f"it were sure on the date that {premise.sentence}"
        verdict = "certain" if reading != "certain" else "possible"
        return Turn(premise.holder, proof.company, verdict, told, (), premise.sources)

    def _fall(self, interest: Interest, least: Fraction, premise: Premise) -> Turn:
        """How far a holding would have to fall for control to be certain no more."""
        limit = max((interest.votes.low if interest.votes else least) - (least - HALF), Fraction(0))
        told = (
            f"the votes of {self._name(interest.holder)} in {self._name(interest.company)} were "
            f"{number(limit)}% or less, where every source says {_said(interest)}"
        )
        return Turn(
            interest.holder, interest.company, "possible", told, interest.claims, premise.sources
        )

    def _rise(self, interest: Interest, least: Fraction, premise: Premise) -> Turn:
        """What a holding would have to be for control to be certain."""
        low = interest.votes.low if interest.votes else Fraction(0)
        limit = min(low + max(HALF - least, Fraction(0)), HALF)
        told = (
            f"the votes of {self._name(interest.holder)} in {self._name(interest.company)} were "
            f"more than {number(limit)}%, where the records say {_said(interest)}"
        )
        return Turn(
            interest.holder, interest.company, "certain", told, interest.claims, premise.sources
        )

    def _overlap(self, proof: Proof, members: list[str]) -> Iterator[Turn]:
        for premise in proof.premises:
            within = self.network.within(premise.holder, proof.company)
            inside = sorted(within & set(members) - {premise.holder})
            if inside:
                names = " and ".join(self._name(member) for member in inside)
                told = (
                    f"the recorded stake of {premise.holder_name} in {proof.company_name} were its "
                    f"own alone, without that of {names}"
                )
                yield Turn(premise.holder, proof.company, "certain", told, (), premise.sources)

    def _name(self, own: str) -> str:
        return self.names.get(own, own)


def percent(value: Fraction) -> Decimal:
    """Percent, to four places."""
    return Decimal(number(value))


def number(value: Fraction) -> str:
    """A fraction as people write it, to four places: 51, 33.3333.

    >>> number(Fraction(51)), number(Fraction(100, 3))
    ('51', '33.3333')
    """
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.4f}"
    return text.rstrip("0").rstrip(".")


def _range(low: Fraction, high: Fraction) -> str:
    return f"{number(low)}%" if low >= high else f"{number(low)}% to {number(high)}%"


def _said(interest: Interest) -> str:
    """What sources say of a share; values that were rejected apart, for they may agree."""
    values = [claim.value for claim in interest.claims if claim.rank != REJECTED]
    told = _listed(values or [interest.share])
    rejected = [claim.value for claim in interest.claims if claim.rank == REJECTED]
    known = interest.votes
    if known and interest.has_votes:
        told += f", with {_range(known.low, known.high)} of the votes"
    return told + (f" (rejected: {_listed(rejected)})" if rejected else "")


def _listed(values: list[str]) -> str:
    return " or ".join(dict.fromkeys(share_words(value) for value in values))


def _walk(proof: Proof) -> Iterator[Proof]:
    yield proof
    for premise in proof.premises:
        if premise.because:
            yield from _walk(premise.because)
