"""Every recorded value as a claim, and how those that contest one field were decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from graph.claims import Decision, agree, decide
from graph.corpus import Corpus
from graph.holdings import Holdings, settled_from
from graph.records import STATUSES, Claims, Deal, Figures, Move, Record, Source, Valuation
from ontology.values import Claim, Date, Money, Number, Share

Scalar = str | Date | Share | Money | Number


@dataclass(frozen=True)
class Contest:
    """The claims on one field of one record, the decision, and whom the field is about."""

    record: str
    field: str
    about: tuple[str, ...]
    claims: Claims[Any]
    decision: Decision[Any]

    @property
    def id(self) -> str:
        return f"{self.record}#{self.field}"

    def status(self, claim: Claim[Any]) -> str:
        """`only`, `winner`, `loser`, or `agrees` where it says the same less precisely."""
        if not self.decision.losers:
            return "only"
        if self._wins(claim):
            return "winner"
        return "agrees" if agree(claim.value, self.decision.winner.value) else "loser"

    def rule(self, claim: Claim[Any]) -> str:
        """The rule of the policy by which a claim won or lost; empty where it is alone."""
        if self._wins(claim):
            return self.decision.rule
        return next((rule for loser, rule in self.decision.losers if _same(loser, claim)), "")

    def _wins(self, claim: Claim[Any]) -> bool:
        return _same(self.decision.winner, claim)


def contests(corpus: Corpus, holdings: Holdings) -> list[Contest]:
    """All claims of a corpus by field, in the order of records and fields.

    The share after a deal is contested by later deals' shares before; those claims stand in both.
    """
    found = []
    for record in corpus.records.values():
        if not isinstance(record, Source):
            for claims in _claims_within(record):
                found.append(_contest(record, claims, corpus, holdings))
    return found


def _contest(record: Record, claims: Claims[Any], corpus: Corpus, holdings: Holdings) -> Contest:
    field = claims[0].id.split("#", 1)[1].split("=", 1)[0]
    about = _about(record, field)
    key = _stake_key(record, field)
    if key in holdings.decisions:
        return Contest(record.id, field, about, holdings.ballots[key], holdings.decisions[key])
    completed = _settled(record, field, corpus)
    return Contest(record.id, field, about, claims, decide(claims, corpus, completed=completed))


def _settled(record: Record, field: str, corpus: Corpus) -> date | None:
    """From when the terms of a deal could be seen; its dates are no terms."""
    is_term = isinstance(record, Deal) and field.split(".", maxsplit=1)[0] not in STATUSES
    return settled_from(record, corpus) if isinstance(record, Deal) and is_term else None


def _claims_within(value: Any) -> Iterator[Claims[Any]]:
    """Every non-empty tuple of claims, and every single claim, of a record."""
    if isinstance(value, Claim):
        yield (value,)
    elif isinstance(value, tuple):
        if value and isinstance(value[0], Claim):
            yield value
        else:
            for item in value:
                yield from _claims_within(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _claims_within(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for part in fields(value):
            yield from _claims_within(getattr(value, part.name))


def _stake_key(record: Record, field: str) -> tuple[str, str, str]:
    parts = field.split(".")
    if isinstance(record, Deal) and len(parts) == 4 and parts[0] == "stakes":
        return (record.id, parts[1], parts[2]) if parts[3] == "after" else ("", "", "")
    return ("", "", "")


def _about(record: Record, field: str) -> tuple[str, ...]:
    """Whom a field is about beside its record: a stake's company and holder, a move's company."""
    parts = field.split(".")
    if isinstance(record, Figures):
        return (record.subject,)
    if not isinstance(record, Deal):
        holder = parts[1:] if parts[0] == "holders" else []
        company = [getattr(record, "company", "")]
        return tuple(i for i in (*company, *holder) if i)
    if parts[0] == "stakes":
        return (parts[1], parts[2])
    if parts[0] in ("moves", "valuation"):
        stem = f"{record.id}#{parts[0]}.{parts[1]}."
        parts_of_deal: list[Move | Valuation] = [*record.moves, *record.valuations]
        return tuple(sorted({part.of for part in parts_of_deal if _has_claim_at(part, stem)}))
    return tuple(sorted({move.of for move in record.moves}))


def _has_claim_at(part: Move | Valuation, stem: str) -> bool:
    return any(c.id.startswith(stem) for claims in _claims_within(part) for c in claims)


def _same(one: Claim[Any], other: Claim[Any]) -> bool:
    return str(one.value) == str(other.value) and one.rank == other.rank
