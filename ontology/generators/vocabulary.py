"""The module of constants: `ontology/generated/vocabulary.py`.

It is plain literals, so that importing it reads no Turtle and needs no library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields

from ontology.generators.constraints import list_constraints, list_indexes
from ontology.generators.model import Model, Property, Shape, TaxonomyConcept
from ontology.terms import FieldSpec, KeySpec

_HEAD = '''"""Constants of the ontology, generated from its Turtle: do not edit.

Made by `python -m ontology.generating`. The classes of the constants are in `ontology.terms`.
"""

# ruff: noqa: E501, RUF022

from __future__ import annotations

from ontology.terms import Concept, FieldSpec, Form, KeySpec, PolicyRule, RelationshipType
'''


def write_vocabulary(model: Model) -> str:
    """Return the text of the module of constants."""
    constants = {
        "SCHEMA_VERSION": ("str", repr(model.version)),
        **_write_classes(model),
        **_write_lists(model),
        "RELATIONSHIP_TYPES": (
            "dict[str, RelationshipType]",
            _write_dict({each.name: _write_object(each) for each in model.relationships}),
        ),
        "POLICY": ("tuple[PolicyRule, ...]", _write_tuple(map(_write_object, model.policy))),
        **_write_taxonomies(model),
        "CONSTRAINTS": ("dict[str, str]", _write_texts(list_constraints(model))),
        "INDEXES": ("dict[str, str]", _write_texts(list_indexes(model))),
        "FORMS": (
            "dict[str, Form]",
            _write_dict({name: _write_tuple_object(form) for name, form in model.forms.items()}),
        ),
    }
    records = _write_records(model)
    names = sorted([*constants, "CLAIM_FIELDS", "RECORD_FIELDS", *_TYPES])
    parts = [_HEAD, f"__all__ = {_write_tuple(map(repr, names), '[]')}\n"]
    parts += [f"{name}: {kind} = {value}\n" for name, (kind, value) in constants.items()]
    return "\n".join([*parts, records])


_TYPES = ("Concept", "FieldSpec", "Form", "KeySpec", "PolicyRule", "RelationshipType")


def _write_classes(model: Model) -> dict[str, tuple[str, str]]:
    above = {each.name: each.above for each in model.classes}
    kinds = {each.kind: (*above[each.name], each.name) for each in model.classes if each.kind}
    labels = {each.name: each.description for each in model.classes}
    return {
        "NODE_LABELS": ("dict[str, str]", _write_texts(labels)),
        "RECORD_LABELS": (
            "dict[str, tuple[str, ...]]",
            _write_dict({kind: repr(names) for kind, names in sorted(kinds.items())}),
        ),
        "ACTOR_KINDS": (
            "tuple[str, ...]",
            repr(tuple(sorted(kind for kind, names in kinds.items() if "Actor" in names))),
        ),
    }


def _write_lists(model: Model) -> dict[str, tuple[str, str]]:
    lists = {
        each.constant: _write_texts({word.word: word.label for word in each.words})
        for each in model.lists
    }
    kinds = next(each for each in model.lists if each.name == "SourceKind")
    ranks = {word.word: str(rank) for rank, word in enumerate(kinds.words, start=1)}
    return {
        **{name: ("dict[str, str]", text) for name, text in lists.items()},
        "SOURCE_KIND_RANKS": ("dict[str, int]", _write_dict(ranks)),
    }


def _write_taxonomies(model: Model) -> dict[str, tuple[str, str]]:
    both = [*model.places, *model.sectors]
    countries = {each.notation: each.id for each in model.places if each.notation}
    also = {each.id: repr(each.also) for each in both if each.also}
    return {
        "SECTORS": ("dict[str, Concept]", _write_concepts(model.sectors)),
        "PLACES": ("dict[str, Concept]", _write_concepts(model.places)),
        "PLACE_KINDS": ("dict[str, str]", _write_texts({p.id: p.kind for p in model.places})),
        "COUNTRIES": ("dict[str, str]", _write_texts(dict(sorted(countries.items())))),
        "ALTERNATIVE_LABELS": (
            "dict[str, tuple[str, ...]]",
            _write_dict(dict(sorted(also.items()))),
        ),
    }


def _write_concepts(concepts: Iterable[TaxonomyConcept]) -> str:
    return _write_dict(
        {each.id: f"Concept{(each.label, each.broader, each.notation)!r}" for each in concepts}
    )


def _write_records(model: Model) -> str:
    """Return RECORD_FIELDS, with the fields of each mapping as a constant that is used by name."""
    order = sorted(model.shapes.values(), key=lambda shape: (_get_depth(model, shape), shape.name))
    mappings = [each for each in order if not each.kind and not each.name.endswith("Claim")]
    parts = [
        f"{_name_constant(shape)}: tuple[FieldSpec, ...] = {_write_fields(model, shape)}\n"
        for shape in mappings
        if not _is_entry(shape)
    ]
    kinds = {shape.kind: _write_fields(model, shape) for shape in model.list_record_shapes()}
    records = _write_dict(kinds)
    parts.append(f"RECORD_FIELDS: dict[str, tuple[FieldSpec, ...]] = {records}\n")
    return "\n".join(parts)


def _get_depth(model: Model, shape: Shape) -> int:
    below = [model.shapes[each.mapping] for each in shape.properties if each.mapping]
    return 1 + max((_get_depth(model, each) for each in below), default=0)


def _is_entry(shape: Shape) -> bool:
    return any(each.name == "key" for each in shape.properties)


def _name_constant(shape: Shape) -> str:
    if shape.name == "ClaimMapping":
        return "CLAIM_FIELDS"
    return "_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", shape.name).upper()


def _write_fields(model: Model, shape: Shape) -> str:
    return _write_tuple(_write_field(model, each) for each in shape.properties)


def _write_field(model: Model, field: Property) -> str:
    spec, mapping = make_field(model, field)
    text = _write_object(spec)
    if mapping:
        return text.replace("nested=()", f"nested={_name_constant(model.shapes[mapping])}")
    return text.replace(", nested=()", "")


def make_field(model: Model, field: Property) -> tuple[FieldSpec, str]:
    """Return the field without its nested ones, and the name of the mapping that has them.

    The entries of a mapping with free keys are folded into `keys`, one per level.
    """
    inner, keys = field, []
    while inner.keyed:
        entry = model.shapes[inner.mapping]
        key = entry.find("key")
        keys.append(KeySpec(model.forms[key.form].value_type, key.refers_to))
        inner = entry.find("value")
    form = model.forms.get(inner.form)
    spec = FieldSpec(
        name=field.name,
        value_type=form.value_type if form else "choice" if inner.choices else "mapping",
        order=field.order,
        required=field.required,
        claims=inner.claims,
        many=field.many,
        citable=form.citable if form else False,
        form=inner.form,
        refers_to=inner.refers_to,
        choices=inner.choices,
        keys=tuple(keys),
        description=field.description,
    )
    return spec, "" if inner.claims else inner.mapping


def _write_object(value: object) -> str:
    """Return the call that makes a dataclass, leaving out what is the default (but `nested`)."""
    given = [
        f"{each.name}={getattr(value, each.name)!r}"
        for each in fields(value)  # type: ignore[arg-type]  # any dataclass of ours
        if each.name == "nested" or getattr(value, each.name) != each.default
    ]
    return f"{type(value).__name__}({', '.join(given)})"


def _write_tuple_object(value: tuple[object, ...]) -> str:
    return f"{type(value).__name__}{tuple(value)!r}"


def _write_texts(values: Mapping[str, str]) -> str:
    return _write_dict({name: repr(text) for name, text in values.items()})


def _write_dict(values: Mapping[str, str]) -> str:
    lines = "".join(f"    {name!r}: {_indent(text)},\n" for name, text in values.items())
    return f"{{\n{lines}}}"


def _write_tuple(values: Iterable[str], brackets: str = "()") -> str:
    lines = "".join(f"    {_indent(text)},\n" for text in values)
    return f"{brackets[0]}\n{lines}{brackets[1]}"


def _indent(text: str) -> str:
    return text.replace("\n", "\n    ")
