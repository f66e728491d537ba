"""An opened store: its connections, its graphs by both clocks, and its upkeep.

What `entrepot.knowledge` asks its questions of. An empty embedded store is filled with the packaged
records by the first question, and brought up to date when the package has newer ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from entrepot.settings import Settings, cache_folder
from graph.clocks import Clocks
from graph.elements import Elements
from graph.errors import StoreUnavailable
from graph.graphs import Graph, MemoryGraph
from graph.store import Store
from graph.store_graph import StoreGraph
from ontology.values import Date

if TYPE_CHECKING:
    from graph.corpus import Corpus
    from graph.views.links import LinkView
    from loaders.loading import Loaded
    from loaders.progress import Progress

Tell = Callable[[str], None]
Answer = TypeVar("Answer")
_LOG = logging.getLogger("entrepot")


class Known:
    """The graph of one day's knowledge, with its view, which is made when first looked at."""

    def __init__(self, graph: Graph, views: Path | None = None) -> None:
        self.graph = graph
        self._views = views

    @cached_property
    def view(self) -> LinkView:
        """The columns that paths are searched in."""
        from graph.views.links import open_view

        return open_view(self.graph, self._views)


class OpenStore:
    """A graph in a store, connected when first used. Use it in a `with` block."""

    def __init__(
        self,
        settings: Settings,
        *,
        write: bool = False,
        tell: Tell | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.settings = settings
        self._tell: Tell = tell or _LOG.info
        self._progress = progress
        self._write = write
        self._known: dict[tuple[str, str], Known] = {}  # by graph version and day

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; an embedded server goes on until it is idle."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def store(self) -> Store:
        """The store, connected when first used."""
        return self._connect("write" if self._write else "read")

    def elements(self, known_at: str | None = None) -> Elements:
        """The whole graph, or what of it was known on a day."""
        day = Clocks.read(None, known_at).known_at
        if day is None:
            self._make_ready()
            return self.store.elements()
        return self._derived(day)

    def graph(self, known_at: Date | None = None) -> Graph:
        """The graph as known today or on a day: what the questions of `graph.queries` take."""
        if known_at is None:
            self._make_ready()
            return StoreGraph(self.store)
        return self._at(known_at).graph

    def graph_hash(self) -> str:
        """One hash over every element, the same for equal graphs; kept until the graph changes."""
        from entrepot.upkeep import kept_hash

        version = self.graph().version
        return kept_hash(self._views, version, self.store.graph_hash)

    def corpus(self) -> Corpus:
        """All records, read back from the store."""
        from graph.store_graph import stored_corpus

        self._make_ready()
        return stored_corpus(self.store)

    def load(
        self,
        folder: str | Path | None = None,
        *,
        dataset: str | None = None,
        keep_going: bool = False,
    ) -> Loaded:
        """Check records, by default the packaged ones, and bring the store to what they say."""
        from loaders.checking import CURATED, PACKAGED
        from loaders.loading import load

        place = Path(folder) if folder else PACKAGED
        name = dataset or (place.resolve().name if folder else CURATED)
        with self._writing() as store:
            done = load(store, place, dataset=name, keep_going=keep_going, progress=self._progress)
        if folder is None:
            self._upkeep.remember()
        self._known.clear()
        return done

    def _at(self, known_at: Date | None) -> Known:
        """The graph of a day's knowledge and its view, both made once."""
        version = self.graph().version
        key = (version, str(known_at.last) if known_at else "")
        if key not in self._known:
            # Another process may have written since: what rests on its older graph is of no use.
            for stale in [known for known in self._known if known[0] != version]:
                del self._known[stale]
            if known_at is None:
                self._known[key] = Known(self.graph(), self._views)
            else:
                self._known[key] = Known(MemoryGraph(self._derived(known_at)))
        return self._known[key]

    def _derived(self, known_at: Date) -> Elements:
        from graph.building import build

        return build(self.corpus().known_at(known_at.last))

    @property
    def _views(self) -> Path:
        from graph.engines.store_folder import VIEWS

        if self.settings.is_embedded:
            return self.settings.folder / VIEWS
        return cache_folder(self.settings.uri, self.settings.database)

    @cached_property
    def _upkeep(self) -> Any:
        from entrepot.upkeep import Upkeep

        return Upkeep(self._views)

    def _make_ready(self) -> None:
        """See to it that there is something to ask; once, for it costs a statement."""
        if "_editions" in self.__dict__:
            return
        meta = self.store.meta()
        reason = self._upkeep.reason(meta) if self.settings.is_embedded else ""
        if reason:
            self._tell(reason)
            self.load()
            meta = self.store.meta()
        if not meta.version:
            raise StoreUnavailable(
                f"the graph at {self.settings.uri} is empty", hint="`entrepot load` fills it"
            )
        self._editions = dict(sorted(meta.editions.items()))

    def _dated(self, answer: Answer) -> Answer:
        """The answer, naming the edition of the data that gave it."""
        question: dict[str, Any] = answer.question  # type: ignore[attr-defined]
        question["editions"] = self._editions
        return answer

    def _writing(self) -> Store:
        """The store for writing: a connection of its own, for questions must not have one."""
        return self._connect("write")

    def _connect(self, access: str) -> Store:
        from graph.engines.endpoint import Endpoint
        from graph.opening import open_folder, open_server

        chosen = self.settings
        if chosen.is_embedded:
            told = "starting the embedded store"
            return open_folder(chosen.folder, access=access, on_start=lambda: self._tell(told))
        endpoint = Endpoint(chosen.uri, chosen.username, chosen.password, chosen.database)
        return open_server(endpoint, access=access)
