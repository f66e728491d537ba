"""Records as they would be: some left out, some added or altered, for one question only.

What is added is checked as any records are, beside all others; it may redefine a record, which
alters it. A record that cites nothing rests on the supposition itself, which stands among the
sources of an answer, so that nobody takes it for what somebody reported.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from graph.corpus import Corpus, claims_in, is_meant
from graph.records import kind_of
from loaders.checking import check_reading
from loaders.facts import facts_of
from loaders.findings import Finding, RecordsInvalid, suggest
from loaders.reading import PlainRecord, Reading, Written, read_files, read_text
from loaders.structure import find_kind, record_id
from loaders.values import is_reference, referred_id
from ontology.errors import EntrepotError, ValueFormatError
from ontology.values import Date

SUPPOSED = "supposed"
SUPPOSITION = "supposition"
_EARLIEST = "1900-01-01"
Given = str | Path | Mapping[str, Any]


@dataclass(frozen=True)
class Supposition:
    """What is supposed: records, claims or sources that are left out, and records that are added.

    `without` has ids of records, and claims as `record#field=value` or `record#field`; `records`
    has files, folders, or records in their plain form.
    """

    without: tuple[str, ...] = ()
    records: tuple[Given, ...] = field(default=())

    def plain_records(self) -> list[PlainRecord]:
        """The records that are added, in their plain form; raises RecordsInvalid."""
        return [written.plain for written in self._read().records] if self.records else []

    def apply(self, corpus: Corpus) -> Corpus:
        """The corpus as it would be; raises RecordsInvalid, or EntrepotError on what is not there.

        >>> acme = {"company": "acme", "name": "Acme", "sources": ["s"]}
        >>> Supposition(without=("acme",)).apply(Corpus.of([acme])).records
        {}
        """
        added = self._checked(corpus) if self.records else corpus
        ids = [each for each in self.without if "#" not in each]
        claims = [each for each in self.without if "#" in each]
        _demand_records(added, ids)
        _demand_claims(added, claims)
        return added.without(records=ids, claims=claims) if self.without else added

    def _read(self) -> Reading:
        """All that is added, read with its positions."""
        records: list[Written] = []
        findings: list[Finding] = []
        for each in self.records:
            if isinstance(each, Mapping):
                text = yaml.safe_dump([dict(each)], sort_keys=False, allow_unicode=True)
                reading = read_text(text, SUPPOSITION)
            else:
                reading = read_files([Path(each)])
            records += reading.records
            findings += reading.findings
        if findings:
            raise RecordsInvalid(findings)
        if not records:
            raise EntrepotError("the files have no records in them")
        return Reading(tuple(records), ())

    def _checked(self, corpus: Corpus) -> Corpus:
        """The corpus with what is added, which may redefine what is there."""
        reading = self._read()
        sources = [_cite(w) for w in reading.records if find_kind(w) not in ("", "source")]
        own = {record_id(written) for written in reading.records}
        others = corpus.without(records=own & corpus.records.keys() - corpus.sources.keys())
        beside = others.joined(Corpus.of([each for each in sources if each], SUPPOSED))
        result = check_reading(reading, dataset=SUPPOSED, beside=beside)
        return beside.joined(result.demand())


def _cite(written: Written) -> PlainRecord | None:
    """The source of a record that cites nothing: the supposition itself, told once it happened."""
    if "sources" in written.plain:
        return None
    own = f"{SUPPOSITION}-{record_id(written)}"
    written.plain["sources"] = [own]
    return {
        "source": own,
        "url": f"https://example.org/{own}",
        "publisher": "Nobody",
        "title": "supposed for this question",
        "published": _last_day(written),
        "kind": "filing",
    }


def _last_day(written: Written) -> str:
    """The last day that a record speaks of."""
    days = [_EARLIEST]
    for fact in facts_of(find_kind(written), written.plain):
        with contextlib.suppress(ValueFormatError):  # the check tells of it
            if fact.value_type == "date":
                days.append(Date.parse(fact.text).last.isoformat())
    return max(days)


def _demand_records(corpus: Corpus, ids: Sequence[str]) -> None:
    """Raise where a record is not there, or another that stays has to refer to it."""
    for own in ids:
        if own not in corpus.records:
            hint = suggest(own, list(corpus.records)) or "`entrepot find` searches all names"
            raise EntrepotError(f"there is no record {own!r} to leave out", hint=hint)
    needed = {own for own in ids if own in corpus.subjects}
    for own, plain in corpus.plains.items() if needed else ():
        for fact in facts_of(kind_of(plain), plain):
            if own not in ids and is_reference(fact) and referred_id(fact) in needed:
                raise EntrepotError(
                    f"{referred_id(fact)} cannot be left out: {own} refers to it",
                    hint="leave out the deals and disclosures about it",
                )


def _demand_claims(corpus: Corpus, claims: Sequence[str]) -> None:
    """Raise where nobody claims what is to be left out; the hint is what is claimed."""
    for told in claims:
        own = told.partition("#")[0]
        if own not in corpus.records:
            raise EntrepotError(f"there is no record {own!r}", hint=suggest(own, [*corpus.records]))
        known = list(claims_in(corpus.records[own]))
        if not any(is_meant(claim, told) for claim in known):
            near = suggest(told, [claim.id for claim in known])
            hint = near or f"`entrepot claims {own}` lists what is claimed"
            raise EntrepotError(f"nobody claims {told!r}", hint=hint)
