"""Examples of records: the fast checker (JSON Schema) and the authoritative one (SHACL) agree.

Every example is judged by both. Then every valid example is spoilt in small ways, one at a time,
and both judge that too: agreement on what a person thought of is not yet agreement.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest
import yaml
from pyshacl import validate
from rdflib import SH, Graph

from loaders.rdf import ENT, ID, write_records
from ontology.errors import EntrepotError
from ontology.generated.vocabulary import RECORD_FIELDS
from ontology.generators.reading import read_model
from ontology.generators.turtle import FOLDER, load_graph

EXAMPLES = FOLDER / "examples"
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.yaml"))
Record = dict[str, Any]


@cache
def get_checker() -> jsonschema_rs.Draft202012Validator:
    schema = json.loads((FOLDER / "generated/record.schema.json").read_text("utf-8"))
    return jsonschema_rs.Draft202012Validator(schema)


@cache
def get_shapes() -> Graph:
    return load_graph(("shapes.ttl", "values.ttl"))


def read_example(path: Path) -> list[Record]:
    records: list[Record] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return records


def find_bad_by_shacl(records: list[Record]) -> set[str]:
    """Return the ids of the records that break a shape."""
    _, report, _ = validate(write_records(records), shacl_graph=get_shapes())
    assert isinstance(report, Graph)
    # Only results of the report itself: their details have nodes inside of records as focus.
    nodes = [report.value(result, SH.focusNode) for result in report.objects(None, SH.result)]
    return {unquote(str(node).removeprefix(str(ID))) for node in nodes}


def get_id(record: Record) -> str:
    return str(next(iter(record.values())))


def spoil(record: Record) -> Iterator[tuple[str, Record]]:
    """Yield copies of a record that differ in one place."""
    for path in {name_position(path): path for path in walk(record)}.values():
        for what, value in (
            ("no value", ""),
            ("odd text", "?!"),
            ("empty list", []),
            ("empty mapping", {}),
            ("list of lists", [["a"]]),
            ("list", ["a", "b"]),
            ("mapping", {"a": "b"}),
            ("claim", {"value": "2012", "sources": ["a"]}),
        ):
            yield f"{what} at {path}", change(shorten(record, path), path, value)
        yield f"nothing at {path}", change(shorten(record, path), path, None)
    yield "unknown field", {**record, "unheardOf": "a"}


def name_position(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Name what members of one list share: one of them stands for all."""
    return tuple("*" if isinstance(step, int) else step for step in path)


def shorten(record: Record, path: tuple[str | int, ...]) -> Record:
    """Return the record with its needed fields and the one on the path: SHACL is slow."""
    kind = next(iter(record))
    needed = {field.name for field in RECORD_FIELDS[kind] if field.required}
    return {name: record[name] for name in record if name in {kind, path[0], *needed}}


def walk(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of everything inside, except of the record's kind and id."""
    items: Any = ()
    if isinstance(data, dict):
        items = list(data.items())[0 if path else 1 :]
    elif isinstance(data, list):
        items = enumerate(data)
    for key, value in items:
        yield (*path, key)
        yield from walk(value, (*path, key))


def change(record: Record, path: tuple[str | int, ...], value: object) -> Record:
    """Return a copy with another value at the path, or without it for None."""
    copy = deepcopy(record)
    inner: Any = copy
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example_passes_both(path: Path) -> None:
    records = read_example(path)
    assert [error.message for error in get_checker().iter_errors(records)] == []
    assert find_bad_by_shacl(records) == set()


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example_fails_both(path: Path) -> None:
    records = read_example(path)
    assert not get_checker().is_valid(records)
    assert find_bad_by_shacl(records) == {get_id(record) for record in records}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_spoilt_example_is_judged_alike(path: Path) -> None:
    spoilt: dict[str, tuple[str, Record]] = {}
    for record in read_example(path):
        kind = next(iter(record))
        for what, copy in spoil(record):
            name = f"spoilt-{len(spoilt)}"
            spoilt[name] = what, {**copy, kind: name}
    by_shacl = find_bad_by_shacl([copy for _, copy in spoilt.values()])
    by_schema = {name for name, (_, copy) in spoilt.items() if not get_checker().is_valid([copy])}
    assert [spoilt[name][0] for name in sorted(by_shacl ^ by_schema)] == []
    assert by_schema


def test_shapes_are_valid_shacl() -> None:
    conforms, _, text = validate(Graph(), shacl_graph=get_shapes(), meta_shacl=True)
    assert conforms, text


def test_record_of_unknown_kind_fails_both() -> None:
    records = [{"firm": "acme", "name": "Acme"}]
    assert not get_checker().is_valid(records)
    with pytest.raises(EntrepotError, match="firm"):
        write_records(records)


def test_packaged_records_are_judged_alike() -> None:
    paths = sorted((FOLDER.parent / "loaders/records").rglob("*.yaml"))
    records = [record for path in paths for record in read_example(path)]
    by_schema = {get_id(record) for record in records if not get_checker().is_valid([record])}
    assert find_bad_by_shacl(records) == by_schema


def test_every_kind_has_valid_and_invalid_example() -> None:
    for paths in (VALID, INVALID):
        kinds = {next(iter(record)) for path in paths for record in read_example(path)}
        assert kinds == set(RECORD_FIELDS)


def test_every_shape_is_exercised_by_a_valid_example() -> None:
    fields = {
        field
        for path in VALID
        for record in read_example(path)
        for field in (str(each) for each in write_records([record]).predicates())
    }
    model = read_model()
    named = {str(ENT[each.name]) for shape in model.shapes.values() for each in shape.properties}
    assert sorted(named - fields) == []


@pytest.mark.parametrize("path", [*VALID, *INVALID], ids=lambda path: path.stem)
def test_example_is_named_after_its_kind(path: Path) -> None:
    kinds = {next(iter(record)) for record in read_example(path)}
    assert path.stem.startswith((*kinds, "claim"))
