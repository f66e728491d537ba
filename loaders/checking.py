"""Records checked by themselves and together; no store is needed.

Structure first, by the schema; then the value of each field, ids and sources; then, for records
that stood all this, what they say together. Everything is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.corpus import Corpus
from graph.record_reading import read_record
from graph.records import Record, kind_of
from loaders.facts import Fact, facts_of
from loaders.findings import Finding, RecordsInvalid
from loaders.plausibility import check_plausibility
from loaders.reading import PlainRecord, Reading, Written, read_files
from loaders.references import (
    TAXONOMIES,
    check_addresses,
    check_ids,
    check_reference,
    check_sourced,
    check_unused,
    close_over,
    tell_fallen,
)
from loaders.structure import (
    check_structure,
    find_at,
    find_kind,
    is_misspelt,
    meant_id,
    record_id,
)
from loaders.values import check_value, referred_id
from ontology.errors import ValueFormatError

CURATED = "curated"
PACKAGED = Path(__file__).parent / "records"
_NOTHING = Corpus({}, {}, {})


@dataclass(frozen=True)
class CheckResult:
    """The records that are right, as a corpus, and all that was found.

    `left_out` tells of records that are right but refer to wrong ones. `count` is the number of
    records read, the wrong ones included.
    """

    corpus: Corpus
    findings: tuple[Finding, ...]
    left_out: tuple[Finding, ...]
    count: int

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended."""
        return tuple(f for f in self.findings if f.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What should be looked at, and stops nothing."""
        return tuple(f for f in self.findings if not f.is_error)

    def demand(self) -> Corpus:
        """The corpus, or RecordsInvalid where there is an error."""
        if self.errors:
            raise RecordsInvalid(self.findings)
        return self.corpus


def check(
    folders: Path | Sequence[Path] = PACKAGED,
    *,
    dataset: str = CURATED,
    beside: Corpus | None = None,
) -> CheckResult:
    """Check the record files of folders, by default the packaged ones.

    `beside` are the records of other data sets: these may refer to them, never redefine them.
    """
    paths = [folders] if isinstance(folders, Path) else list(folders)
    return check_reading(read_files(paths), dataset=dataset, beside=beside)


def check_reading(
    reading: Reading, *, dataset: str = CURATED, beside: Corpus | None = None
) -> CheckResult:
    """Check records that were read already."""
    checker = _Checker(reading, beside or _NOTHING)
    checker.run()
    fallen = checker.fallen()
    corpus = Corpus.of_typed(checker.good(fallen), dataset)
    if not checker.errors:
        checker.weigh(corpus)
    findings = tuple(sorted(set(checker.findings)))
    left_out = tuple(tell_fallen(reading.records[place], gone) for place, gone in fallen.items())
    return CheckResult(corpus, findings, left_out, len(reading.records))


@cache
def packaged_corpus() -> Corpus:
    """The records that come with the package, which are right by the tests."""
    return check().demand()


class _Checker:
    """Gathers the findings of one set of records, and which of its records are wrong."""

    def __init__(self, reading: Reading, beside: Corpus) -> None:
        self.records = reading.records
        self.findings = list(reading.findings)
        self.beside = beside
        self.facts: dict[int, list[Fact]] = {}
        self.typed: dict[int, Record] = {}
        self.bad: set[int] = set()
        others = {i: kind_of(plain) for i, plain in beside.plains.items()}
        own = dict(meant_id(record) for record in self.records)
        self.others: Mapping[str, str] = others
        self.kinds: Mapping[str, str] = {**TAXONOMIES, **others, **own}

    @property
    def errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)

    def run(self) -> None:
        for place, record in enumerate(self.records):
            self._record(place, record)
        places = {id(record): place for place, record in enumerate(self.records)}
        for record, finding in (
            *check_ids(self.records, self.others),
            *check_addresses(self.records),
        ):
            self._add(places[id(record)], finding)
        self.findings += check_unused(self.records, self._cited())

    def fallen(self) -> dict[int, str]:
        """The records that are right but refer to wrong ones, by their place."""
        return close_over(self.records, self.facts, self.bad)

    def good(self, fallen: Mapping[int, str]) -> list[tuple[PlainRecord, Record]]:
        """The records to go on with, plain and typed."""
        left_out = self.bad | set(fallen)
        kept = [place for place in range(len(self.records)) if place not in left_out]
        return [(self.records[place].plain, self.typed[place]) for place in kept]

    def weigh(self, corpus: Corpus) -> None:
        """Add what is doubtful about the records together."""
        written = {record_id(record): record for record in self.records}
        together = self.beside.joined(corpus) if self.beside.plains else corpus
        for doubt in check_plausibility(together):
            if record := written.get(doubt.record):
                told = (doubt.found, doubt.expected, doubt.hint)
                self.findings.append(find_at(record, doubt.path, *told, severity=doubt.severity))

    def _record(self, place: int, record: Written) -> None:
        wrong = check_structure(record)
        told = [finding for findings in wrong.values() for finding in findings]
        for finding in told:
            self._add(place, finding)
        kind = find_kind(record)
        if not kind:
            return
        facts = self.facts[place] = list(facts_of(kind, record.plain))
        for finding in self._values(record, [f for f in facts if f.path not in wrong]):
            self._add(place, finding)
        if kind != "source" and not is_misspelt("sources", told):
            for finding in check_sourced(record, facts):
                self._add(place, finding)
        if place not in self.bad:
            self._read(place, record)

    def _values(self, record: Written, facts: Sequence[Fact]) -> Iterator[Finding]:
        for fact in facts:
            if error := check_value(fact):
                told = (error.found, error.expected, error.hint)
                yield find_at(record, fact.path, *told, key=fact.is_key)
            elif finding := check_reference(record, fact, self.kinds):
                yield finding

    def _read(self, place: int, record: Written) -> None:
        """What only the typed reading of a record finds."""
        try:
            self.typed[place] = read_record(record.plain)
        except ValueFormatError as error:
            self._add(place, find_at(record, (), error.found, error.expected, error.hint))

    def _add(self, place: int, finding: Finding) -> None:
        self.findings.append(finding)
        if finding.is_error:
            self.bad.add(place)

    def _cited(self) -> frozenset[str]:
        every = (fact for facts in self.facts.values() for fact in facts)
        return frozenset(referred_id(f) for f in every if f.value_type == "source")
