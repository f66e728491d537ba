"""Records that look like the same thing: two actors of one name, one deal written down twice.

Nobody's name decides who somebody is, so that a likeness is a question to a curator: the two are
brought together under one id, or one of them says in `differentFrom` why they are two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from rapidfuzz import fuzz, process

from graph.corpus import Corpus
from graph.name_keys import name_key
from graph.records import Deal, Subject

NEAR_NAMES = 93.0  # of 100: "Goldman Sachs" and "Goldmann Sachs", not "Sequoia Capital India"
NEAR_DEALS = timedelta(days=45)
_SHORT = 6  # letters; below that every name is near to some other
_ORGANISED = ("company", "fund", "public_body")


@dataclass(frozen=True, order=True)
class Likeness:
    """Two records that may be one, in the order of their ids, and what they have in common."""

    one: str
    other: str
    common: str


def find_likenesses(corpus: Corpus) -> tuple[Likeness, ...]:
    """All likenesses that no curator has judged."""
    found: dict[tuple[str, str], Likeness] = {}
    for each in (*_identified(corpus), *_named(corpus), *_dealt(corpus)):
        found.setdefault((each.one, each.other), each)
    judged = set(_judged(corpus))
    return tuple(found[pair] for pair in sorted(found.keys() - judged))


def _judged(corpus: Corpus) -> Iterator[tuple[str, str]]:
    records: list[Subject | Deal] = [*corpus.subjects.values(), *corpus.deals.values()]
    for record in records:
        for span in record.different:
            yield _pair(record.id, span.other)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _likeness(one: str, other: str, common: str) -> Likeness:
    return Likeness(*_pair(one, other), common)


def _identified(corpus: Corpus) -> Iterator[Likeness]:
    """Subjects that have an identifier in common."""
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subject in corpus.subjects.values():
        for scheme, claims in subject.identifiers.items():
            for value in {claim.value.casefold() for claim in claims}:
                holders[scheme, value].append(subject.id)
    for (scheme, value), ids in holders.items():
        for one, other in combinations(ids, 2):
            if not _runs(corpus, one, other):
                yield _likeness(one, other, f"the {scheme} {value}")


def _named(corpus: Corpus) -> Iterator[Likeness]:
    """Subjects of one sort that have a name in common, or names that are nearly the same."""
    for sort in (_ORGANISED, ("person",), ("brand",)):
        keys = _keys(s for s in corpus.subjects.values() if s.kind in sort)
        for key, ids in keys.items():
            for one, other in combinations(sorted(ids), 2):
                yield _likeness(one, other, f"the name {key!r}")
        for key, near in _near_keys([key for key in keys if len(key) >= _SHORT]):
            for one in keys[key]:
                for other in keys[near] - {one}:
                    yield _likeness(one, other, f"the names {key!r} and {near!r}")


def _keys(subjects: Iterable[Subject]) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        names = [claim.value for claim in subject.name] + [span.other for span in subject.names]
        for name in names:
            keys[name_key(name)].add(subject.id)
    return keys


def _near_keys(keys: list[str]) -> Iterator[tuple[str, str]]:
    scores = process.cdist(keys, keys, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_NAMES)
    for row, column in zip(*scores.nonzero(), strict=True):
        if row < column:
            yield keys[row], keys[column]


def _runs(corpus: Corpus, one: str, other: str) -> bool:
    """Whether one is a brand of the other: a shop and its company may well share a domain."""
    pair = (corpus.subjects[one], corpus.subjects[other])
    return any(
        brand.kind == "brand" and company.id in _runners(brand)
        for brand, company in (pair, pair[::-1])
    )


def _runners(brand: Subject) -> set[str]:
    return {claim.value for claim in brand.launched_by} | {span.other for span in brand.run_by}


def _dealt(corpus: Corpus) -> Iterator[Likeness]:
    """Deals of one type over the same companies, by some of the same parties, at one time."""
    groups: dict[tuple[str, frozenset[str]], list[Deal]] = defaultdict(list)
    for deal in corpus.deals.values():
        about = frozenset(move.of for move in deal.moves) or frozenset(deal.parties)
        groups[deal.type, about].append(deal)
    for deals in groups.values():
        for one, other in combinations(deals, 2):
            shared = _parties(one) & _parties(other)
            if shared and _are_near(one, other) and not _are_apart(one, other):
                told = ", ".join(sorted({name for name, _ in shared}))
                yield _likeness(
                    one.id, other.id, f"the type, what it is over, the time, and {told}"
                )


def _parties(deal: Deal) -> set[tuple[str, str]]:
    """Who sells, buys or takes part: a purchase is not like the sale of the same a year later."""
    sides = {(each, "sells") for move in deal.moves for each in move.sellers}
    sides |= {(each, "buys") for move in deal.moves for each in move.buyers}
    return sides | {(each, "takes part") for each in deal.parties}


def _are_near(one: Deal, other: Deal) -> bool:
    """Whether both came to the same status at most `NEAR_DEALS` apart."""
    return any(
        a.value.first <= b.value.last + NEAR_DEALS and b.value.first <= a.value.last + NEAR_DEALS
        for status in one.statuses.keys() & other.statuses.keys()
        for a in one.statuses[status]
        for b in other.statuses[status]
        if a.value.first is not None and b.value.first is not None
    )


def _are_apart(one: Deal, other: Deal) -> bool:
    """Whether their rounds or their amounts are printed, and are not the same."""
    if one.round and other.round and one.round != other.round:
        return True
    amounts = [
        {claim.value.text for claim in deal.amounts.get("total", ())} for deal in (one, other)
    ]
    return all(amounts) and not amounts[0] & amounts[1]
