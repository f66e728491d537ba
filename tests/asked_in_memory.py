"""A knowledge graph without a store: the questions as methods, on records in memory."""

from __future__ import annotations

from entrepot.knowledge import KnowledgeGraph
from entrepot.opened import OpenStore
from entrepot.settings import read_settings
from entrepot.supposed import SupposedGraph
from graph.corpus import Corpus
from loaders.supposing import Supposition


class Records(OpenStore):
    """Nothing but records."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(read_settings(environment={}))
        self._records = corpus
        self._editions: dict[str, str] = {}

    def corpus(self) -> Corpus:
        return self._records


def knowledge_of(corpus: Corpus) -> KnowledgeGraph:
    """The graph that follows from records, to be asked; nothing is supposed of it."""
    return SupposedGraph(Records(corpus), Supposition())
