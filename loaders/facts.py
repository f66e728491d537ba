"""Every value of a record with its field and its sources, whatever it is nested in.

Checks of values, of references and of sources all ask the same: which field is this, what does its
text say, on what does it rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.reading import Step
from ontology.generated.vocabulary import RECORD_FIELDS
from ontology.terms import FieldSpec, KeySpec
from ontology.values import split_sources

Path = tuple[Step, ...]
_FREE = frozenset({"text", "choice", "boolean", "url", "language", "source"})


@dataclass(frozen=True)
class Fact:
    """One text of a record. `key` is given for the keys of tables: holders, companies, periods."""

    path: Path
    value_type: str
    text: str
    sources: tuple[str, ...]
    refers_to: tuple[str, ...]
    is_key: bool = False
    cites: bool = False

    @property
    def field(self) -> str:
        """The field of the record in which it stands."""
        return str(self.path[0]) if self.path else ""


def facts_of(kind: str, plain: Mapping[str, Any]) -> Iterator[Fact]:
    """The facts of a plain record.

    >>> [(f.path, f.value_type, f.text, f.sources) for f in facts_of("company", {
    ...     "company": "acme", "founded": "2012 @x", "sources": ["y"]})][1:]
    [(('founded',), 'date', '2012', ('x',)), (('sources', 0), 'source', 'y', ())]
    """
    return _fields(RECORD_FIELDS[kind], plain, (), ())


def _fields(
    specs: Sequence[FieldSpec], plain: Mapping[str, Any], path: Path, outer: tuple[str, ...]
) -> Iterator[Fact]:
    sources = _texts(plain.get("sources")) or outer
    for spec in specs:
        if spec.name in plain:
            yield from _table(spec, spec.keys, plain[spec.name], (*path, spec.name), sources)


def _table(
    spec: FieldSpec, keys: Sequence[KeySpec], value: Any, path: Path, sources: tuple[str, ...]
) -> Iterator[Fact]:
    """A field's value, or a mapping with free keys around such values."""
    if not keys:
        yield from _values(spec, value, path, sources)
    elif isinstance(value, dict):
        key = keys[0]
        for name, inner in value.items():
            at = (*path, name)
            yield Fact(at, key.value_type, name, sources, key.refers_to, is_key=True)
            yield from _table(spec, keys[1:], inner, at, sources)


def _values(spec: FieldSpec, value: Any, path: Path, sources: tuple[str, ...]) -> Iterator[Fact]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(spec, item, (*path, index), sources)
    else:
        yield from _value(spec, value, path, sources)


def _value(spec: FieldSpec, value: Any, path: Path, sources: tuple[str, ...]) -> Iterator[Fact]:
    if isinstance(value, dict) and spec.nested:
        yield from _fields(spec.nested, value, path, sources)
    elif isinstance(value, dict):
        yield from _claim(spec, value, path, sources)
    elif isinstance(value, str) and spec.value_type == "source":
        yield Fact(path, "source", value, (), spec.refers_to)
    elif isinstance(value, str):
        yield from _text(spec, value, path, sources)


def _claim(
    spec: FieldSpec, claim: Mapping[str, Any], path: Path, sources: tuple[str, ...]
) -> Iterator[Fact]:
    """A claim written as a mapping, with its value and perhaps its own sources."""
    own = claim.get("sources")
    for at, source in _cited(own, (*path, "sources")):
        yield Fact(at, "source", source, (), ("source",))
    if isinstance(claim.get("value"), str):
        yield from _text(spec, claim["value"], (*path, "value"), _texts(own) or sources)


def _text(spec: FieldSpec, text: str, path: Path, sources: tuple[str, ...]) -> Iterator[Fact]:
    own: tuple[str, ...] = ()
    if spec.value_type not in _FREE:
        text, own = split_sources(text)
    for source in own:
        yield Fact(path, "source", source, (), ("source",))
    cites = spec.value_type not in _FREE
    yield Fact(path, spec.value_type, text, own or sources, spec.refers_to, cites=cites)


def _cited(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, i), item) for i, item in enumerate(value) if isinstance(item, str))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for _, text in _cited(value, ()))
