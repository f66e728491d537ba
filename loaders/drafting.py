"""A skeleton of a new record: what must be there, and every field that may be, as comments.

It is in canonical form, and `check` tells of each placeholder that was left in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loaders.formatting import format_text
from ontology.generated.vocabulary import RECORD_FIELDS
from ontology.terms import FieldSpec

_FORMS = {
    "date": "2016-04-12",
    "share": "30..40",
    "stake": "17.9 -> 8.8",
    "money": "~1bn USD",
    "number": "37.5m",
    "boolean": "yes",
    "country": "SG",
    "language": "en",
    "period": "2015",
    "figure": "5.5bn USD",
    "source": "SOURCE",
    "text": "…",
    "url": "URL",
}


def draft_record(kind: str, record_id: str) -> str:
    """The text of a new record of a kind.

    >>> print(draft_record("milestone", "acme-warehouse-2016").splitlines()[0])
    - milestone: acme-warehouse-2016
    """
    return format_text("\n".join(_lines(kind, record_id)) + "\n")


def _lines(kind: str, record_id: str) -> Iterator[str]:
    yield f"- {kind}: {record_id}"
    for spec in RECORD_FIELDS[kind]:
        if spec.name == kind:
            continue
        is_needed = spec.required or spec.name in ("sources", "values")
        form = _form(spec)
        yield f"  {'' if is_needed else '# '}{spec.name}: {form}  # {_told(spec)}"


def _form(spec: FieldSpec) -> str:
    """A value of the field as it may be written."""
    value = _mapping(spec.nested) if spec.nested else _scalar(spec)
    for key in reversed(spec.keys):
        value = f"{{{_FORMS.get(key.value_type, 'some-id')}: {value}}}"
    return f"[{value}]" if spec.many and not spec.keys else value


def _scalar(spec: FieldSpec) -> str:
    if spec.choices:
        return spec.choices[0]
    return _FORMS.get(spec.value_type, "some-id")


def _mapping(nested: Sequence[FieldSpec]) -> str:
    """The needed fields of an entry, and its dates."""
    shown = [spec for spec in nested if spec.required or spec.name in ("from", "to")]
    return "{" + ", ".join(f"{spec.name}: {_form(spec)}" for spec in shown or nested) + "}"


def _told(spec: FieldSpec) -> str:
    choices = f" One of {', '.join(spec.choices)}." if spec.choices else ""
    return " ".join(f"{spec.description}{choices}".split())
