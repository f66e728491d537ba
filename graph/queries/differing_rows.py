"""Which rows of two answers differ: on the answers' plain data, whatever the question.

An answer's lists of objects are its rows; what stands beside them, such as a verdict, is one row
more. Two rows are the same row where their keys are equal: the fields that say whom a row is about.
They are found by their names (`KEYS`), or declared where names do not tell (`DECLARED`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

Plain = Mapping[str, Any]
Because = Literal["world", "knowledge", "supposition"]
Key = tuple[str, ...]
Fields = tuple[str, ...]

ANSWER = "answer"  # the list of the one row that holds what stands beside the lists
# Lists whose rows are the same by other fields than their names tell, by question and place.
DECLARED: Mapping[tuple[str, str], Fields] = {
    ("path", "paths"): ("hops.from", "hops.to"),
    ("timeline", "entries"): ("id", "kind", "text"),
    ("show", "events"): ("id", "kind", "text"),
    ("changes", "happened"): ("id", "kind", "text"),
    ("changes", "learnt"): ("id", "kind", "text"),
    ("check_deals", "checks.lines"): ("kind", "field", "holder"),
}
# What rests on the rest of such an answer: how a path ranks among the others and why there
# is none, why a claim that is not shown lost, what a proof rests on.
RESTING: Mapping[str, frozenset[str]] = {
    "path": frozenset({"others", "rank", "reason"}),
    "owners": frozenset({"why"}),
    "holdings": frozenset({"why"}),
    "control": frozenset({"links", "premises", "proof", "turns"}),
}
# Fields that say whom a row is about, the first that every row has and that tell all rows apart.
KEYS: tuple[Fields, ...] = (
    ("record", "field"),
    ("deal", "company"),
    ("holder", "company"),
    ("holder",),
    ("type", "start", "end"),
    ("from", "to"),
    ("ids",),
    ("id",),
    ("actor",),
    ("company",),
    ("deal",),
    ("sentence",),
)
# What rests on the rest, is told by it or beside it: no change by itself.
_ASIDE = frozenset(
    {
        *("also", "editions", "history", "knownFrom"),
        *("losers", "question", "researched", "sources"),
    }
)
_NAMES = ("name", "dealName", "text", "words", "sentence", "id")


@dataclass(frozen=True)
class FieldChange:
    """One field of a row, by its place in it, with its value on either side."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RowChange:
    """A row that only one answer has, or that differs. `because` says which clock moved it.

    `place` is the list that it stands in, `answer` for what stands beside all lists.
    """

    place: str
    key: Key
    name: str
    because: tuple[Because, ...]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: tuple[FieldChange, ...]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The row on either side, as far as it is there."""
        return [row for row in (self.before, self.after) if row is not None]


def differing_rows(
    question: str, answers: Sequence[Plain], labels: Sequence[Because]
) -> list[RowChange]:
    """The rows in which the first answer differs from the last.

    Answers between the two say which of their steps made a row differ: a step has a label.
    """
    return list(_Comparison(question).rows(answers, labels))


def row_name(row: Plain) -> str:
    """Whom or what a row is about, in words.

    >>> row_name({"holderName": "Alibaba", "companyName": "Lazada", "share": "51"})
    'Alibaba in Lazada'
    """
    hops = row.get("hops")
    if hops:
        return " – ".join([hops[0]["fromName"], *(hop["toName"] for hop in hops)])
    if row.get("holderName"):
        company = row.get("companyName")
        return f"{row['holderName']} in {company}" if company else str(row["holderName"])
    if "record" in row and "field" in row:
        return f"{row['record']}: {row['field']}"
    if isinstance(row.get("names"), list) and "ids" in row:
        return " and ".join(row["names"])
    return next((str(row[key]) for key in _NAMES if row.get(key)), "")


def row_words(row: Plain) -> str:
    """What a row says as a sentence, empty where it has none.

    >>> row_words({"hops": [{"sentence": "A holds B"}, {"sentence": "C founded B"}]})
    'A holds B; C founded B'
    """
    hops = row.get("hops") or [row]
    return "; ".join(str(hop["sentence"]) for hop in hops if hop.get("sentence"))


class _Comparison:
    """How answers to one question are compared."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.aside = _ASIDE | RESTING.get(question, frozenset())

    def rows(self, answers: Sequence[Plain], labels: Sequence[Because]) -> Iterator[RowChange]:
        """The rows that differ, list by list."""
        tables = [dict(self.lists(answer)) for answer in answers]
        for place in dict.fromkeys(place for table in tables for place in table):
            lists = [table.get(place, []) for table in tables]
            fields = _key_fields(self.question, place, lists)
            yield from self.compare(place, [self.keyed(rows, fields) for rows in lists], labels)

    def lists(self, answer: Plain) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The lists of an answer with their places; what stands beside them last, as one row."""
        beside: dict[str, Any] = {}
        for name, value in answer.items():
            if name in self.aside:
                continue
            if _is_rows(value):
                yield name, value
            elif isinstance(value, Mapping) and value and all(map(_is_rows, value.values())):
                yield from ((f"{name}.{section}", rows) for section, rows in value.items())
            elif value != []:
                beside[name] = value
        yield ANSWER, [beside]

    def keyed(self, rows: Sequence[Plain], fields: Fields | None) -> dict[Key, dict[str, Any]]:
        """Rows by their keys, or by all that they say where nothing less tells them apart."""
        if fields is None:
            return {(json.dumps(self.essence(row), sort_keys=True),): dict(row) for row in rows}
        return {_key(row, fields): dict(row) for row in rows}

    def compare(
        self,
        place: str,
        tables: Sequence[Mapping[Key, dict[str, Any]]],
        labels: Sequence[Because],
    ) -> Iterator[RowChange]:
        """The rows of one list that differ."""
        for key in dict.fromkeys(key for table in tables for key in table):
            rows = [table.get(key) for table in tables]
            content = [self.essence(row) if row is not None else None for row in rows]
            if content[0] == content[-1]:
                continue
            steps = zip(pairwise(content), labels, strict=True)
            because = tuple(dict.fromkeys(label for (one, other), label in steps if one != other))
            before, after = content[0], content[-1]
            both = before is not None and after is not None
            fields = tuple(self.fields(place, before, after)) if both else ()
            name = "" if place == ANSWER else row_name(after or before or {})
            yield RowChange(place, key, name, because, rows[0], rows[-1], fields)

    def fields(self, place: str, before: Any, after: Any) -> Iterator[FieldChange]:
        """The single values in which two rows differ; no list is as good as none."""
        one, other = (dict(self.flat(place, "", row)) for row in (before, after))
        for field in dict.fromkeys((*one, *other)):
            values = [None if row.get(field) == [] else row.get(field) for row in (one, other)]
            if values[0] != values[1]:
                yield FieldChange(field, *values)

    def flat(self, place: str, field: str, value: Any) -> Iterator[tuple[str, Any]]:
        """The single values within a value, each with the way to it."""
        if isinstance(value, Mapping) and value:
            for key, item in value.items():
                yield from self.flat(f"{place}.{key}", f"{field}.{key}" if field else key, item)
        elif _is_rows(value):
            fields = _key_fields(self.question, place, [value])
            for number, item in enumerate(value):
                name = " ".join(filter(None, _key(item, fields))) if fields else str(number)
                yield from self.flat(place, f"{field}[{name}]", item)
        else:
            yield field, value

    def essence(self, value: Any) -> Any:
        """A value without what is told aside: its sources, and what else rests on the rest."""
        if isinstance(value, Mapping):
            return {k: self.essence(item) for k, item in value.items() if k not in self.aside}
        return [self.essence(item) for item in value] if isinstance(value, list) else value


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _key_fields(question: str, place: str, lists: Sequence[Sequence[Plain]]) -> Fields | None:
    """The fields by which rows are the same row; None where only their whole content tells."""
    if place == ANSWER:
        return ()
    declared = DECLARED.get((question, place))
    if declared:
        return declared if _tells_apart(declared, lists) else None
    return next((f for f in KEYS if _all_have(f, lists) and _tells_apart(f, lists)), None)


def _tells_apart(fields: Fields, lists: Sequence[Sequence[Plain]]) -> bool:
    keys = [[_key(row, fields) for row in rows] for rows in lists]
    return all(len(set(each)) == len(each) for each in keys)


def _all_have(fields: Fields, lists: Sequence[Sequence[Plain]]) -> bool:
    return all(row.get(field) for rows in lists for row in rows for field in fields)


def _key(row: Plain, fields: Fields) -> Key:
    return tuple(part for field in fields for part in _parts(row, field))


def _parts(row: Plain, field: str) -> list[str]:
    """A field as texts; `hops.from` is that of each hop."""
    first, _, rest = field.partition(".")
    value = row.get(first)
    if rest:
        return [part for item in value or [] for part in _parts(item, rest)]
    if isinstance(value, list):
        return [str(item) for item in value]
    return ["" if value is None else str(value)]
