"""Which of several claims is shown: the policy, as pure functions.

The order of the criteria is the ontology's: an explicit rank, then a source at or after completion
before an announcement, then the kind of source, the number of independent sources, the later
publication, and last the claim's id, so that the order in which records are read changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic

from graph.corpus import Corpus
from graph.records import Claims, Sources, Value
from ontology.generated.vocabulary import SOURCE_KIND_RANKS
from ontology.values import Claim, Date, Money, Number, Share

RANKS = {"preferred": 0, "normal": 1, "deprecated": 2}
RULES = ("rank", "completion", "source-kind", "witnesses", "publication", "id")
Criteria = tuple[int, int, int, int, int, str]


@dataclass(frozen=True)
class Decision(Generic[Value]):
    """The winner among the claims of a field, and for each loser the rule that decided."""

    winner: Claim[Value]
    losers: tuple[tuple[Claim[Value], str], ...] = ()

    @property
    def rule(self) -> str:
        """The rule by which the winner stood out from the next; empty where it is alone."""
        return self.losers[0][1] if self.losers else ""


def decide(
    claims: Sequence[Claim[Value]], corpus: Corpus, *, completed: date | None = None
) -> Decision[Value]:
    """Apply the policy; `completed` is the day from which a source could see the outcome.

    Claims of one value count as one, resting on the sources of all of them. Raises IndexError
    without claims.
    """
    joined = join_equal(claims)
    if len(joined) == 1:
        return Decision(joined[0])
    marks = {claim.id: _criteria(claim, corpus, completed) for claim in joined}
    winner, *rest = sorted(joined, key=lambda claim: marks[claim.id])
    losers = tuple((loser, _deciding(marks[winner.id], marks[loser.id])) for loser in rest)
    return Decision(winner, losers)


def shown(claims: Claims[Value], corpus: Corpus, *, completed: date | None = None) -> Value | None:
    """The value that the policy picks, None without claims."""
    return decide(claims, corpus, completed=completed).winner.value if claims else None


def shown_sources(claims: Claims[Value], corpus: Corpus, completed: date | None) -> Sources:
    """The sources of the value that the policy picks, none without claims."""
    return decide(claims, corpus, completed=completed).winner.sources if claims else ()


def agree(one: object, other: object) -> bool:
    """Whether both values can be true, one being less precise: 2017 and 2017-06, 8.8 and <10.

    >>> agree(Date.parse("2017"), Date.parse("2017-06"))
    True
    """
    if isinstance(one, Date) and isinstance(other, Date):
        spans = [(value.first or date.min, value.last) for value in (one, other)]
        return _one_within_the_other(*spans)
    if isinstance(one, Share) and isinstance(other, Share):
        votes = {share.votes for share in (one, other)} - {None}
        return len(votes) < 2 and _one_within_the_other(
            (one.low, one.high), (other.low, other.high)
        )
    if isinstance(one, Money | Number) and isinstance(other, Money | Number):
        units = {getattr(v, "currency", "") or getattr(v, "unit", "") for v in (one, other)} - {""}
        return len(units) < 2 and _one_within_the_other(_ends(one), _ends(other))
    return False


def _ends(value: Money | Number) -> tuple[Decimal, Decimal]:
    low = value.low if value.low is not None else Decimal("-Infinity")
    return low, value.high if value.high is not None else Decimal("Infinity")


def _one_within_the_other(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    overlap = (max(one[0], other[0]), min(one[1], other[1]))
    return overlap in (one, other)


def join_equal(claims: Sequence[Claim[Value]]) -> list[Claim[Value]]:
    """Claims of one value and rank made one, the first by id, with the sources of all."""
    found: dict[tuple[str, str], Claim[Value]] = {}
    for claim in sorted(claims, key=lambda claim: claim.id):
        key = (str(claim.value), claim.rank)
        known = found.get(key)
        found[key] = known.with_sources(_union(known.sources, claim.sources)) if known else claim
    return list(found.values())


def independent(sources: Sources, corpus: Corpus) -> int:
    """How many witnesses: a page that repeats another is none, nor a publisher's second page."""
    return len({_origin(source, corpus.sources) for source in sources})


def _criteria(claim: Claim[Value], corpus: Corpus, completed: date | None) -> Criteria:
    known = [corpus.sources[source] for source in claim.sources if source in corpus.sources]
    days = [source.published.last for source in known if source.published]
    saw_it = completed is not None and any(day >= completed for day in days)
    kinds = [SOURCE_KIND_RANKS.get(source.kind, len(SOURCE_KIND_RANKS)) for source in known]
    return (
        RANKS[claim.rank],
        0 if saw_it else 1,
        min(kinds, default=len(SOURCE_KIND_RANKS)),
        -independent(claim.sources, corpus),
        -max((day.toordinal() for day in days), default=0),
        claim.id,
    )


def _deciding(winner: Criteria, loser: Criteria) -> str:
    """The first rule on which two claims differ."""
    pairs = zip(RULES, winner, loser, strict=True)
    return next(rule for rule, one, other in pairs if one != other)


def _origin(source_id: str, sources: Mapping[str, object]) -> str:
    """The publisher of the page that a source repeats in the end."""
    seen: set[str] = set()
    while source_id not in seen:
        seen.add(source_id)
        repeated = getattr(sources.get(source_id), "repeats", "")
        if not repeated:
            break
        source_id = repeated
    return str(getattr(sources.get(source_id), "publisher", "") or source_id)


def _union(one: Sources, other: Sources) -> Sources:
    return tuple(dict.fromkeys((*one, *other)))
