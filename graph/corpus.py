"""All records together, and what of them was known by a day.

`known_at` is the knowledge clock: it keeps the values that some source published by that day
bears out, and nothing else. Everything that is derived from a corpus so filtered is what could
have been derived on that day; no rule of derivation needs to know of the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from graph.record_reading import read_record
from graph.records import (
    Deal,
    Disclosure,
    Figures,
    Milestone,
    Plain,
    Record,
    Source,
    Sources,
    Span,
    Subject,
)
from ontology.values import Claim, Date


@dataclass(frozen=True, eq=False)
class Corpus:
    """Typed records by id, the plain form they were read from, and the data set of each.

    A corpus is itself and equal to no other, so that what follows from it is derived once.
    """

    records: Mapping[str, Record]
    plains: Mapping[str, Plain]
    datasets: Mapping[str, str]

    @classmethod
    def of(cls, plains: Iterable[Plain], dataset: str = "curated") -> Corpus:
        """Type checked plain records; raises ValueFormatError on a bad value.

        >>> corpus = Corpus.of([{"company": "acme", "name": "Acme", "sources": ["s"]}])
        >>> corpus.subjects["acme"].name[0].value
        'Acme'
        """
        return cls.of_typed(((plain, read_record(plain)) for plain in plains), dataset)

    @classmethod
    def of_typed(cls, pairs: Iterable[tuple[Plain, Record]], dataset: str = "curated") -> Corpus:
        """The same of records that were typed already."""
        by_id = {record.id: (plain, record) for plain, record in pairs}
        order = sorted(by_id)
        plains = {i: by_id[i][0] for i in order}
        return cls({i: by_id[i][1] for i in order}, plains, dict.fromkeys(order, dataset))

    def joined(self, other: Corpus) -> Corpus:
        """Both corpora together; the other's records win where ids are equal."""
        plains = {**self.plains, **other.plains}
        order = sorted(plains)
        datasets = {**self.datasets, **other.datasets}
        typed = {i: read_record(plains[i]) for i in order}
        return Corpus(typed, {i: plains[i] for i in order}, datasets)

    @cached_property
    def subjects(self) -> dict[str, Subject]:
        return {i: r for i, r in self.records.items() if isinstance(r, Subject)}

    @cached_property
    def deals(self) -> dict[str, Deal]:
        return {i: r for i, r in self.records.items() if isinstance(r, Deal)}

    @cached_property
    def disclosures(self) -> dict[str, Disclosure]:
        return {i: r for i, r in self.records.items() if isinstance(r, Disclosure)}

    @cached_property
    def figures(self) -> dict[str, Figures]:
        return {i: r for i, r in self.records.items() if isinstance(r, Figures)}

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        return {i: r for i, r in self.records.items() if isinstance(r, Milestone)}

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {i: r for i, r in self.records.items() if isinstance(r, Source)}

    def known_from(self, sources: Sources, when: Date | None = None) -> date | None:
        """The day from which one of these sources was out; None where none has a date.

        What happened at `when` was known on its first day at the earliest: a page that told it
        ahead did not know it.
        """
        days = [day for source in sources if (day := _published(self.sources.get(source)))]
        first = when.first if when and when.first else date.min
        return max(min(days), first) if days else None

    def known_at(self, day: date) -> Corpus:
        """Only what sources published by `day` say. An actor or a brand is never hidden.

        A source without a date takes no part. What the records say of an actor beyond its name
        goes as any other value does.
        """
        known = frozenset(i for i, s in self.sources.items() if _is_known(s, day))
        kept = {i: r for i, record in self.records.items() if (r := _keep(record, known, day))}
        return self._of(kept)

    def without(self, *, records: Iterable[str] = (), claims: Iterable[str] = ()) -> Corpus:
        """These records without some, and without some claims; without a source what only it says.

        A claim is told by its id; `record#field` means all claims on a field and on those in it.
        """
        gone, dropped = frozenset(records), tuple(claims)
        kept = {i: record for i, record in self.records.items() if i not in gone}
        if gone & self.sources.keys():
            known = frozenset(self.sources) - gone
            kept = {i: r for i, record in kept.items() if (r := _keep(record, known, date.max))}
        for own in {claim.partition("#")[0] for claim in dropped} & kept.keys():
            left = _left(kept.pop(own), dropped)
            if left is not None:
                kept[own] = left
        return self._of({i: kept[i] for i in sorted(kept)})

    def _of(self, kept: Mapping[str, Record]) -> Corpus:
        """Some of the records, as they now are, in their plain form as it was."""
        plains = {record_id: self.plains[record_id] for record_id in kept}
        return Corpus(kept, plains, {i: self.datasets[i] for i in kept})


def is_meant(claim: Claim[Any], told: str) -> bool:
    """Whether `record#field=value`, or the `record#field` of all claims on it, means a claim.

    >>> is_meant(Claim("a#stakes.b.c.after=51", "51"), "a#stakes.b")
    True
    >>> is_meant(Claim("a#stakes.b.c.after=51", "51"), "a#stakes.b.c.after=5")
    False
    """
    field = claim.id.partition("=")[0]
    return told == claim.id or field == told or field.startswith(f"{told}.")


def claims_in(value: Any) -> Iterator[Claim[Any]]:
    """Every claim in a record, or in a part of one."""
    if isinstance(value, Claim):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from claims_in(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from claims_in(item)
    elif is_dataclass(value) and not isinstance(value, type | Date):
        for part in fields(value):
            yield from claims_in(getattr(value, part.name))


def _left(record: Record, dropped: Iterable[str]) -> Record | None:
    """What is left of a record without some claims, None where it then says nothing."""
    gone = {c.id for c in claims_in(record) if any(is_meant(c, told) for told in dropped)}
    left = _whole(record, cast(Record, _dropped(record, gone)))
    if isinstance(left, Subject):
        return left if left.name else replace(left, name=cast(Subject, record).name[:1])
    return left if _says_something(left) else None


def _dropped(value: Any, gone: Collection[str]) -> Any:
    """A copy without claims of these ids."""
    if isinstance(value, Claim):
        return None if value.id in gone else value
    if isinstance(value, tuple):
        kept = [_dropped(item, gone) for item in value]
        return tuple(item for item in kept if item is not None)
    if isinstance(value, Mapping):
        kept_items = ((key, _dropped(item, gone)) for key, item in value.items())
        return {key: item for key, item in kept_items if item not in (None, ())}
    if not is_dataclass(value) or isinstance(value, type | Date):
        return value
    return replace(value, **{f.name: _dropped(getattr(value, f.name), gone) for f in fields(value)})


def _published(source: Source | None) -> date | None:
    return source.published.last if source and source.published else None


def _is_known(source: Source, day: date) -> bool:
    published = _published(source)
    return published is not None and published <= day


def _keep(record: Record, known: frozenset[str], day: date) -> Record | None:
    """What of a record is known, None where nothing is."""
    if isinstance(record, Source):
        return record if record.id in known else None
    kept = _whole(record, cast(Record, _known(record, known, day)))
    if isinstance(kept, Subject):
        # It goes on being called by its name, though who told of it is not known.
        called = tuple(claim.with_sources(()) for claim in cast(Subject, record).name[:1])
        return kept if kept.name else replace(kept, name=called)
    return kept if _says_something(kept) else None


def _whole(record: Record, kept: Record) -> Record:
    """What is known of a record, without what only makes sense with the rest."""
    if isinstance(kept, Deal):
        return replace(kept, stakes=tuple(s for s in kept.stakes if s.before or s.after))
    if isinstance(record, Disclosure) and isinstance(kept, Disclosure):
        # Whoever is not in a list of which a part is unknown may well be in it.
        return replace(kept, complete=kept.complete and len(kept.holders) == len(record.holders))
    return kept


def _says_something(record: Record) -> bool:
    """A deal needs a status, a disclosure its date and holders, figures a value."""
    match record:
        case Deal():
            return bool(record.statuses)
        case Disclosure():
            return bool(record.at and record.holders)
        case Figures():
            return bool(record.values or record.forecasts)
        case Milestone():
            return bool(record.date and record.sources)
    return True


def _known(value: Any, known: frozenset[str], day: date) -> Any:
    """A copy without the claims, entries and moves that rest on no known source, or lie ahead."""
    if isinstance(value, tuple):
        kept = [_known(item, known, day) for item in value]
        return tuple(item for item in kept if item is not None)
    if isinstance(value, Mapping):
        kept_items = ((key, _known(item, known, day)) for key, item in value.items())
        return {key: item for key, item in kept_items if item not in (None, ())}
    if not is_dataclass(value) or not hasattr(value, "sources"):
        return _known_inside(value, known, day)
    rests_on = tuple(source for source in value.sources if source in known)
    is_record = getattr(value, "id", None) is not None and not isinstance(value, Claim)
    if (not rests_on and not is_record) or _lies_ahead(value, day):
        return None
    inside = _known_inside(value, known, day)
    return replace(inside, sources=rests_on)


def _lies_ahead(value: Any, day: date) -> bool:
    """Whether a dated value, or the start of an entry, is later than a day."""
    dated = value.start if isinstance(value, Span) else value
    when = dated.value if isinstance(dated, Claim) else None
    return isinstance(when, Date) and when.first is not None and when.first > day


def _known_inside(value: Any, known: frozenset[str], day: date) -> Any:
    if not is_dataclass(value) or isinstance(value, type | Claim | Date):
        return value
    names = [f.name for f in fields(value) if f.name != "sources"]
    return replace(value, **{name: _known(getattr(value, name), known, day) for name in names})
