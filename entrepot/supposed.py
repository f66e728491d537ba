"""The graph as it would be under a supposition: asked like any other, and never written.

Links are derived in memory from the records as supposed, by the functions that a load uses, so that
every question holds, those that ask the records themselves included.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from entrepot.knowledge import KnowledgeGraph
from entrepot.opened import Known, OpenStore
from graph.building import build
from graph.clocks import Clocks
from graph.elements import Elements
from graph.errors import StoreRefused
from graph.graphs import Graph, MemoryGraph
from ontology.values import Date

if TYPE_CHECKING:
    from graph.corpus import Corpus
    from graph.store import Store
    from loaders.supposing import Supposition


class SupposedGraph(KnowledgeGraph):
    """What a graph would be under a supposition. It needs no closing."""

    def __init__(self, base: OpenStore, supposition: Supposition) -> None:
        super().__init__(base.settings)
        self._corpus = supposition.apply(base.corpus())
        self._editions = base._editions  # known since its corpus was read

    @cached_property
    def store(self) -> Store:
        """There is none: what is supposed is nowhere but in memory."""
        raise StoreRefused("what is only supposed is in no store", hint="ask the graph itself")

    def corpus(self) -> Corpus:
        """The records as supposed."""
        return self._corpus

    def graph(self, known_at: Date | None = None) -> Graph:
        """The graph that follows from them, as known today or on a day."""
        return self._at(known_at).graph

    def graph_hash(self) -> str:
        """One hash over every element."""
        return self.elements().hash

    def elements(self, known_at: str | None = None) -> Elements:
        """The whole graph, or what of it was known on a day."""
        return self._derived(Clocks.read(None, known_at).known_at)

    def _at(self, known_at: Date | None) -> Known:
        key = ("", str(known_at.last) if known_at else "")
        if key not in self._known:
            self._known[key] = Known(MemoryGraph(self._derived(known_at)))
        return self._known[key]

    def _derived(self, known_at: Date | None) -> Elements:
        return build(self._corpus.known_at(known_at.last) if known_at else self._corpus)

    def _make_ready(self) -> None:
        """It is."""
