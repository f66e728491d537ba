"""Entrepôt: a knowledge graph of e-commerce actors, sourced, dated and explained.

    import entrepot
    with entrepot.open() as kg:            # or entrepot.open("neo4j://…")
        for path in kg.path("Alibaba", "Rocket Internet", as_of="2016-06"):
            print(path)

Names are loaded when first used, so that `entrepot --help` need not wait for a driver.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from entrepot.knowledge import KnowledgeGraph, open  # noqa: A004 - used as entrepot.open
    from graph.errors import StoreRefused, StoreUnavailable, UnknownName
    from loaders.findings import RecordsInvalid
    from ontology.errors import EntrepotError, ValueFormatError

__version__ = "0.1.0"

__all__ = [
    "EntrepotError",
    "KnowledgeGraph",
    "RecordsInvalid",
    "StoreRefused",
    "StoreUnavailable",
    "UnknownName",
    "ValueFormatError",
    "__version__",
    "open",
]

_HOMES = {
    "EntrepotError": "ontology.errors",
    "KnowledgeGraph": "entrepot.knowledge",
    "RecordsInvalid": "loaders.findings",
    "StoreRefused": "graph.errors",
    "StoreUnavailable": "graph.errors",
    "UnknownName": "graph.errors",
    "ValueFormatError": "ontology.errors",
    "open": "entrepot.knowledge",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'entrepot' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
