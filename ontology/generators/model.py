"""The ontology as read from its Turtle: plain dataclasses, in a settled order.

Everything generated is written from these, so no generator asks the graph itself, and the order of
its triples, which changes from run to run, never reaches a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.terms import Form, PolicyRule, RelationshipType


@dataclass(frozen=True)
class Property:
    """A property shape: one field of a record or of a mapping inside one."""

    name: str
    order: int
    description: str
    required: bool
    single: bool
    claims: bool
    many: bool
    keyed: bool
    form: str  # a name in Model.forms, or ""
    mapping: str  # a name in Model.shapes, or ""
    choices: tuple[str, ...]
    choices_from: str
    refers_to: tuple[str, ...]


@dataclass(frozen=True)
class Requirement:
    """What one alternative of a condition asks of one field."""

    field: str
    present: bool | None  # None: the field is free to be there or not
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """A node shape: a kind of record, or a mapping inside one.

    Of each of `conditions`, at least one alternative must hold.
    """

    name: str
    kind: str  # the kind of record, or "" for a mapping
    description: str
    properties: tuple[Property, ...]
    conditions: tuple[tuple[tuple[Requirement, ...], ...], ...]

    def find(self, name: str) -> Property:
        """Return the property of that name."""
        return next(each for each in self.properties if each.name == name)


@dataclass(frozen=True)
class Word:
    """A member of a closed list."""

    word: str
    label: str
    description: str
    derived_only: bool


@dataclass(frozen=True)
class ClosedList:
    """A closed list that records choose from, in its order."""

    name: str
    constant: str
    description: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class GraphClass:
    """A class of the graph: its label, the labels above it, the kind of record that makes it."""

    name: str
    label: str
    description: str
    above: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class TaxonomyConcept:
    """A sector or a place."""

    id: str
    label: str
    broader: tuple[str, ...]
    notation: str
    also: tuple[str, ...]
    kind: str
    is_top: bool


@dataclass(frozen=True)
class Alignment:
    """A term of ours, how it maps, and the term elsewhere."""

    term: str
    relation: str
    target: str
    note: str


@dataclass(frozen=True)
class Model:
    """All of the ontology."""

    version: str
    classes: tuple[GraphClass, ...]
    relationships: tuple[RelationshipType, ...]
    lists: tuple[ClosedList, ...]
    policy: tuple[PolicyRule, ...]
    forms: dict[str, Form]
    shapes: dict[str, Shape]
    sectors: tuple[TaxonomyConcept, ...]
    places: tuple[TaxonomyConcept, ...]
    alignments: tuple[Alignment, ...]

    def list_record_shapes(self) -> list[Shape]:
        """Return the shapes of the kinds of record, in the order of the classes."""
        order = [each.kind for each in self.classes]
        shapes = [shape for shape in self.shapes.values() if shape.kind]
        return sorted(shapes, key=lambda shape: order.index(shape.kind))
