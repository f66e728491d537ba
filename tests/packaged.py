"""The packaged records as a graph in memory, built once for all tests that ask it."""

from __future__ import annotations

from functools import cache

from graph.building import build
from graph.graphs import MemoryGraph
from loaders.checking import packaged_corpus


@cache
def packaged_memory() -> MemoryGraph:
    """The graph; a test may only read it."""
    return MemoryGraph(build(packaged_corpus()))
