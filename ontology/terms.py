"""The shapes of generated constants: what `ontology.generated.vocabulary` is made of.

They are written by hand and hold no knowledge: that is in the Turtle, and the generated module
only fills them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Concept(NamedTuple):
    """A sector or a place: its label, the ids of the next wider ones, its code (a country's)."""

    label: str
    broader: tuple[str, ...]
    notation: str


class Form(NamedTuple):
    """How the text of a value may look; `citable` says that ` @source-id`s may follow it."""

    value_type: str
    citable: bool
    pattern: str
    description: str


@dataclass(frozen=True)
class RelationshipType:
    """A type of relationship, with the sentence that says it.

    `kind` is `recorded`, `state` or `event`; `ended_sentence` equals `sentence` where nothing else
    reads better.
    """

    name: str
    kind: str
    strength: int
    sentence: str
    ended_sentence: str
    path_step: bool
    from_labels: tuple[str, ...]
    to_labels: tuple[str, ...]
    properties: tuple[str, ...]
    description: str


@dataclass(frozen=True)
class PolicyRule:
    """A step of the policy that decides between claims: what it says, and why it is there."""

    id: str
    sentence: str
    reason: str


@dataclass(frozen=True)
class KeySpec:
    """The keys of a mapping with free keys: their type, and what an id among them must name."""

    value_type: str
    refers_to: tuple[str, ...]


@dataclass(frozen=True)
class FieldSpec:
    """What one field of a record may hold.

    A value is a scalar of `value_type` (`choice` where `choices` lists them all) or, with the type
    `mapping`, a mapping of the fields `nested`; with both (`manager`), either.
    `claims`: a list means claims that disagree, each a scalar or a mapping of CLAIM_FIELDS.
    `many`: a list is just a list, and one alone may stand without brackets.
    `keys`: the value is a mapping with free keys around such values, one level for each key.
    `refers_to`: what an id must name: kinds of record, `sector`, `place`, `market`.
    `form`: the entry of FORMS whose pattern the text must match; `citable`: ` @source-id`s may
    follow it.
    """

    name: str
    value_type: str
    order: int
    required: bool = False
    claims: bool = False
    many: bool = False
    citable: bool = False
    form: str = ""
    refers_to: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    nested: tuple[FieldSpec, ...] = ()
    keys: tuple[KeySpec, ...] = ()
    description: str = ""
