"""The JSON Schema of a record file, draft 2020-12, made from the shapes.

Alternatives are written as if/then/else, never anyOf: a checker then names the one thing that is
wrong instead of every alternative that does not fit. Kinds are tried by their key; `company` comes
last, since a disclosure has a field of that name.
"""

from __future__ import annotations

import json
from typing import Any

from ontology.generators.model import Model, Property, Requirement, Shape

Schema = dict[str, Any]  # JSON has no narrower type


def write_record_schema(model: Model) -> str:
    """Return the text of the JSON Schema."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:entrepot:schema:record",
        "title": "Entrepôt record file",
        "description": "A list of records; all scalars are text. Generated: do not edit.",
        "type": "array",
        "items": {"$ref": "#/$defs/record"},
        "$defs": {"record": _choose_kind(model), **_define_all(model)},
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _choose_kind(model: Model) -> Schema:
    kinds = sorted(
        (shape.kind for shape in model.list_record_shapes()),
        key=lambda kind: (kind == "company", kind),
    )
    choice: Schema = {"$ref": f"#/$defs/{kinds[-1]}"}
    for kind in reversed(kinds[:-1]):
        choice = {
            "if": {"required": [kind]},
            "then": {"$ref": f"#/$defs/{kind}"},
            "else": choice,
        }
    return {
        "type": "object",
        "description": f"A record; its first key is its kind: {', '.join(sorted(kinds))}.",
        **choice,
    }


def _define_all(model: Model) -> Schema:
    forms = {
        name: {"type": "string", "pattern": form.pattern, "description": form.description}
        for name, form in sorted(model.forms.items())
    }
    shapes = {
        shape.kind or shape.name: _define_shape(model, shape)
        for _, shape in sorted(model.shapes.items())
        if not any(each.name == "key" for each in shape.properties)
    }
    return shapes | forms


def _define_shape(model: Model, shape: Shape) -> Schema:
    properties: Schema = {each.name: _define_field(model, each) for each in shape.properties}
    required = [each.name for each in shape.properties if each.required]
    if shape.kind:
        head = {"$ref": "#/$defs/Ref", "description": "The id of the record: a slug."}
        properties = {shape.kind: head, **properties}
        required = [shape.kind, *required]
    schema: Schema = {
        "type": "object",
        "description": shape.description,
        "properties": properties,
        "required": required,
        "minProperties": 1,
        "additionalProperties": False,
    }
    if shape.conditions:
        schema["allOf"] = [_write_condition(each) for each in shape.conditions]
    return schema


def _define_field(model: Model, field: Property) -> Schema:
    schema = _define_keyed(model, field) if field.keyed else _define_plain(field)
    return {"description": field.description, **schema}


def _define_keyed(model: Model, field: Property) -> Schema:
    entry = model.shapes[field.mapping]
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"$ref": f"#/$defs/{entry.find('key').form}"},
        "additionalProperties": _define_field(model, entry.find("value")),
    }


def _define_plain(field: Property) -> Schema:
    item = _define_item(field)
    if not (field.claims or field.many):
        return item
    return {
        "if": {"type": "array"},
        "then": {"type": "array", "minItems": 1, "items": item},
        "else": item,
    }


def _define_item(field: Property) -> Schema:
    if field.choices:
        return {"type": "string", "enum": list(field.choices)}
    mapping = {"$ref": f"#/$defs/{field.mapping}"}
    form = {"$ref": f"#/$defs/{field.form}"}
    if field.mapping and field.form:
        return {"if": {"type": "object"}, "then": mapping, "else": form}
    return mapping if field.mapping else form


def _write_condition(alternatives: tuple[tuple[Requirement, ...], ...]) -> Schema:
    """Return "at least one of these" as: if not the first, then the rest."""
    first, *rest = alternatives
    schema = _write_alternative(first)
    return {"if": schema, "else": _write_condition(tuple(rest))} if rest else schema


def _write_alternative(requirements: tuple[Requirement, ...]) -> Schema:
    present = [each.field for each in requirements if each.present]
    absent = [each.field for each in requirements if each.present is False]
    choices = {each.field: {"enum": list(each.choices)} for each in requirements if each.choices}
    schema: Schema = {}
    if present:
        schema["required"] = present
    if absent:
        schema["not"] = {"required": absent}
    if choices:
        schema["properties"] = choices
    return schema
