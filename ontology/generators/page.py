"""The reference page docs/ontology.md."""

from __future__ import annotations

from ontology.generators.model import Model


def write_page(model: Model) -> str:
    """Return the reference page as Markdown."""
    return f"# Ontology\n\nVersion {model.version}.\n"
