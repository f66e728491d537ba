"""All records together, and what of them was known by a day.

`known_at` is the knowledge clock: it keeps the values that some source published by that day
bears out, and nothing else. Everything that is derived from a corpus so filtered is what could
have been derived on that day; no rule of derivation needs to know of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from graph.records import (
    Deal,
    Disclosure,
    Figures,
    Milestone,
    Plain,
    Record,
    Source,
    Sources,
    Subject,
    kind_of,
    read_record,
)
from ontology.values import Claim, Date


@dataclass(frozen=True)
class Corpus:
    """Typed records by id, the plain form they were read from, and the data set of each."""

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
        by_id = {str(plain[kind_of(plain)]): plain for plain in plains}
        ordered = {record_id: by_id[record_id] for record_id in sorted(by_id)}
        typed = {record_id: read_record(plain) for record_id, plain in ordered.items()}
        return cls(_witnessed(typed), ordered, dict.fromkeys(ordered, dataset))

    def joined(self, other: Corpus) -> Corpus:
        """Both corpora together; the other's records win where ids are equal."""
        plains = {**self.plains, **other.plains}
        order = sorted(plains)
        datasets = {**self.datasets, **other.datasets}
        typed = {i: read_record(plains[i]) for i in order}
        return Corpus(_witnessed(typed), {i: plains[i] for i in order}, datasets)

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

    def known_from(self, sources: Sources) -> date | None:
        """The day from which one of these sources was out; None where none has a date."""
        days = [day for source in sources if (day := _published(self.sources.get(source)))]
        return min(days) if days else None

    def known_at(self, day: date) -> Corpus:
        """Only what sources published by `day` say. An actor or a brand is never hidden.

        A source without a date takes no part. What the records say of an actor beyond its name
        goes as any other value does.
        """
        known = frozenset(i for i, s in self.sources.items() if _is_known(s, day))
        kept = {i: r for i, record in self.records.items() if (r := _keep(record, known))}
        plains = {record_id: self.plains[record_id] for record_id in kept}
        return Corpus(kept, plains, {i: self.datasets[i] for i in kept})

    @property
    def last_published(self) -> date | None:
        """The day on which the last of the sources was out."""
        days = [day for source in self.sources.values() if (day := _published(source))]
        return max(days) if days else None


def _published(source: Source | None) -> date | None:
    return source.published.last if source and source.published else None


def _is_known(source: Source, day: date) -> bool:
    published = _published(source)
    return published is not None and published <= day


def _witnessed(records: Mapping[str, Record]) -> dict[str, Record]:
    """Dates rest on the sources that could have seen them.

    A source that was out before the first day on which a thing can have happened does not report
    it; otherwise a block's announcement would make its later completion known too early. Where no
    source is late enough the date was told ahead, and rests on all of them.
    """
    out = {i: _published(r) for i, r in records.items() if isinstance(r, Source)}

    def witness(value: Any) -> Any:
        if not isinstance(value, Claim) or not isinstance(value.value, Date):
            return value
        first = value.value.first or value.value.last
        late = tuple(s for s in value.sources if (out.get(s) or date.max) >= first)
        return value.with_sources(late) if late else value

    return {i: cast(Record, _mapped(record, witness)) for i, record in records.items()}


def _mapped(value: Any, change: Any) -> Any:
    """A copy of nested dataclasses, tuples and mappings with every claim changed."""
    if isinstance(value, Claim):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, change) for item in value)
    if isinstance(value, Mapping):
        return {key: _mapped(item, change) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, Date):
        changed = {f.name: _mapped(getattr(value, f.name), change) for f in fields(value)}
        return replace(cast(Any, value), **changed)
    return value


def _keep(record: Record, known: frozenset[str]) -> Record | None:
    """What of a record is known, None where nothing is."""
    if isinstance(record, Source):
        return record if record.id in known else None
    kept = cast(Record, _known(record, known))
    if isinstance(kept, Subject):
        return kept if kept.name else replace(kept, name=cast(Subject, record).name[:1])
    return kept if _says_something(kept) else None


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


def _known(value: Any, known: frozenset[str]) -> Any:
    """A copy without the claims, entries and moves that rest on no known source."""
    if isinstance(value, tuple):
        kept = [_known(item, known) for item in value]
        return tuple(item for item in kept if item is not None)
    if isinstance(value, Mapping):
        kept_items = ((key, _known(item, known)) for key, item in value.items())
        return {key: item for key, item in kept_items if item not in (None, ())}
    if not is_dataclass(value) or not hasattr(value, "sources"):
        return _known_inside(value, known)
    rests_on = tuple(source for source in value.sources if source in known)
    is_record = getattr(value, "id", None) is not None and not isinstance(value, Claim)
    if not rests_on and not is_record:
        return None
    inside = _known_inside(value, known)
    return replace(inside, sources=rests_on)


def _known_inside(value: Any, known: frozenset[str]) -> Any:
    if not is_dataclass(value) or isinstance(value, type | Claim | Date):
        return value
    names = [f.name for f in fields(value) if f.name != "sources"]
    return replace(value, **{name: _known(getattr(value, name), known) for name in names})
