"""The structure of records against the generated JSON Schema, told in words and with positions.

The schema finds everything at once and fast; this module says it as a curator would: which field,
what was found, what the field's form is, and what was probably meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from graph.records import KINDS
from loaders.findings import Finding, nearest, suggest
from loaders.reading import Step, Written
from ontology.generated.vocabulary import FORMS, RECORD_FIELDS

Path = tuple[Step, ...]


def find_kind(record: Written) -> str:
    """The kind of a record: its first key; empty where that is none.

    >>> from loaders.reading import read_text
    >>> find_kind(read_text("- company: acme").records[0])
    'company'
    """
    first = next(iter(record.plain), "")
    return first if first in KINDS else ""


def record_id(record: Written) -> str:
    """The id of a record as it is written, empty where there is none."""
    found = record.plain.get(find_kind(record), "")
    return found if isinstance(found, str) else ""


def meant_id(record: Written) -> tuple[str, str]:
    """The id and the kind of a record whose kind is misspelt, so that others may refer to it."""
    first, found = next(iter(record.plain.items()), ("", ""))
    kind = first if first in KINDS else nearest(first, KINDS)
    return (found if isinstance(found, str) else ""), kind


def field_name(record: Written, path: Sequence[Step]) -> str:
    """A field in words: the record, then the way to it.

    >>> from loaders.reading import read_text
    >>> field_name(read_text("- company: acme").records[0], ["seat", 0, "place"])
    'company acme: seat[0].place'
    """
    head = f"{find_kind(record)} {record_id(record)}".strip()
    way = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).removeprefix(".")
    return f"{head}: {way}" if way else head


def find_at(
    record: Written,
    path: Sequence[Step],
    found: str,
    expected: str,
    hint: str = "",
    *,
    key: bool = False,
    severity: str = "error",
) -> Finding:
    """A finding at a value of a record, or at its key."""
    line, column = record.position(path, key=key)
    name = field_name(record, path)
    return Finding(record.file, line, column, name, found, expected, hint, severity)


def check_structure(record: Written) -> dict[Path, list[Finding]]:
    """What is wrong with the structure of one record, by the path at which it is."""
    kind = find_kind(record)
    if not kind:
        return {(): [_unknown_kind(record)]}
    found: dict[Path, list[Finding]] = {}
    errors = list(_validator(kind).iter_errors(record.plain))
    # Unknown fields first, so that one which is misspelt is not told as missing too.
    for error in sorted(errors, key=lambda each: each.kind.name != "additionalProperties"):
        for path, finding in _explain(record, error, found):
            found.setdefault(path, []).append(finding)
    return found


def is_misspelt(name: str, findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is a field that was probably meant to be this one."""
    return any(finding.hint == f"did you mean {name}?" for finding in findings)


def _unknown_kind(record: Written) -> Finding:
    first = next(iter(record.plain), "")
    hidden = next((key for key in record.plain if key in KINDS), "")
    hint = f"put '{hidden}' first" if hidden else suggest(first, KINDS)
    expected = f"the kind of the record first: {', '.join(KINDS)}"
    return find_at(record, [first], first or "nothing", expected, hint, key=True)


def _explain(
    record: Written, error: jsonschema_rs.ValidationError, before: Mapping[Path, list[Finding]]
) -> Iterable[tuple[Path, Finding]]:
    """One error of the schema as findings with the paths at which they are."""
    path: Path = tuple(error.instance_path)
    where = [str(step) for step in error.schema_path]
    kind: Any = error.kind  # its stub names none of the fields that the kinds have
    match kind.name:
        case "additionalProperties":
            known = list(_lookup(where[:-1])["properties"])
            for name in kind.unexpected:
                yield (*path, name), _unknown_field(record, path, name, known)
        case "required":
            beside = [f for at, told in before.items() if at[:-1] == path for f in told]
            if not is_misspelt(kind.property, beside):
                yield path, _missing(record, path, kind.property)
        case "propertyNames":
            # The path is that of the mapping, since the schema does not say which of its keys.
            yield path, find_at(record, path, "", "ids or periods as keys", error.message)
        case "enum":
            choices = _lookup(where)
            expected = f"one of {', '.join(choices)}"
            found = _words(error.instance)
            yield path, find_at(record, path, found, expected, suggest(found, choices))
        case "pattern":
            yield path, _wrong_form(record, path, str(error.instance), where)
        case "minItems" | "minProperties":
            hint = "leave the field out"
            yield path, find_at(record, path, _words(error.instance), "at least one", hint)
        case "type":
            yield path, _wrong_type(record, path, error.instance, where)
        case _:
            yield path, find_at(record, path, _words(error.instance), error.message)


def _missing(record: Written, path: Path, name: str) -> Finding:
    reason = " where a rank is given" if name == "reason" else ""
    return find_at(record, path, "", f"the field '{name}'{reason}", "it is missing")


def _unknown_field(record: Written, path: Path, name: str, known: list[str]) -> Finding:
    # `null` is no spelling of a field; the nearest one is the best hint that there is.
    near = nearest(name, known) or _by_meaning(name, known)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    return find_at(record, (*path, name), name, "a field of this", hint, key=True)


def _by_meaning(name: str, known: list[str]) -> str:
    """A field that has the name within its own: `date` for `announcedDate`."""
    return next((k for k in known if len(k) > 3 and k.lower() in name.lower()), "")


def _wrong_form(record: Written, path: Path, found: str, where: list[str]) -> Finding:
    form = FORMS.get(where[-2])
    expected = form.description.rstrip(".").replace("`", "'") if form else "another form"
    hint = "" if found.strip() else "leave the field out if it is not known"
    return find_at(record, path, found or "nothing", _lower(expected), hint)


def _wrong_type(record: Written, path: Path, found: Any, where: list[str]) -> Finding:
    wanted = {"string": "one value", "object": "a mapping", "array": "a list"}[_lookup(where)]
    form = FORMS.get(where[-2])
    expected = _lower(form.description.rstrip(".").replace("`", "'")) if form else wanted
    return find_at(record, path, _words(found), expected)


def _words(found: Any) -> str:
    if isinstance(found, str):
        return found or "nothing"
    name = "a list" if isinstance(found, list) else "a mapping"
    return name if found else f"{name} with nothing in it"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


@cache
def _schema() -> dict[str, Any]:
    path = files("ontology.generated").joinpath("record.schema.json")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


@cache
def _validator(kind: str) -> Any:
    """The validator of one kind of record: the file's own finds the kind in another order."""
    assert kind in RECORD_FIELDS
    schema = _schema()
    own = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{kind}"}
    return jsonschema_rs.validator_for(own)


def _lookup(where: Sequence[str]) -> Any:
    """What stands in the schema at a path."""
    found: Any = _schema()
    for step in where:
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found
