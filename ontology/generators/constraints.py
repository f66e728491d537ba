"""Constraints and indexes of the graph, named, in the part of Cypher that all engines share.

Every node carries `:Entrepot` and an id that is unique over all kinds, so one constraint serves
all labels. A relationship is addressed by its start node and its id, unique within its type.
"""

from __future__ import annotations

from ontology.generators.model import Model

_INDEXED = (
    ("Actor", "name"),
    ("Brand", "name"),
    ("Entrepot", "dataset"),
    ("Market", "name"),
    ("Name", "key"),
)


def list_constraints(model: Model) -> dict[str, str]:
    """Return the statements that make ids unique, by the name of the constraint."""
    nodes = {
        "entrepot_id": "CREATE CONSTRAINT entrepot_id IF NOT EXISTS "
        "FOR (n:Entrepot) REQUIRE n.id IS UNIQUE"
    }
    names = sorted(each.name for each in model.relationships)
    return nodes | {_name_constraint(name): _constrain_relationship(name) for name in names}


def _name_constraint(relationship: str) -> str:
    return f"entrepot_{relationship.lower()}_id"


def _constrain_relationship(relationship: str) -> str:
    return (
        f"CREATE CONSTRAINT {_name_constraint(relationship)} IF NOT EXISTS "
        f"FOR ()-[r:{relationship}]-() REQUIRE r.id IS UNIQUE"
    )


def list_indexes(model: Model) -> dict[str, str]:
    """Return the statements that make look-ups fast, by the name of the index."""
    known = {each.name for each in model.classes} | {"Entrepot"}
    return {
        name: f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON (n.{key})"
        for label, key in _INDEXED
        if label in known
        for name in [f"entrepot_{label.lower()}_{key}"]
    }
