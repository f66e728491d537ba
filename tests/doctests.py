"""A pytest plugin: the examples of the API see `kg`, a graph of the packaged records.

It is opened when the first of them runs, so that no other test waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import entrepot
from graph.engines import embedded


@pytest.fixture(scope="session")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[entrepot.KnowledgeGraph]:
    """The packaged records in an embedded store of their own."""
    folder = tmp_path_factory.mktemp("packaged") / "store"
    with entrepot.open(store=folder) as kg:
        yield kg
    embedded.stop(folder)


@pytest.fixture(autouse=True)
def _give_graph_to_examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]
) -> None:
    if request.node.name.startswith(("entrepot.knowledge.", "entrepot.comparing.")):
        doctest_namespace["kg"] = request.getfixturevalue("packaged")
