"""The knowledge graph as an object: every question as a method, on any store.

Without `known_at` a question reads the stored links; with it, links are derived afresh from the
stored records that were known. An empty embedded store is filled with the packaged records by the
first question, and brought up to date when the package has newer ones.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from entrepot.settings import Settings, cache_folder, read_settings
from graph.clocks import Clocks
from graph.elements import Elements
from graph.errors import StoreUnavailable
from graph.graphs import Graph, MemoryGraph
from graph.store import Store
from graph.store_graph import StoreGraph
from ontology.values import Date

if TYPE_CHECKING:
    import networkx

    from graph.corpus import Corpus
    from graph.queries.captable import CapTableAnswer
    from graph.queries.claims import ClaimsAnswer
    from graph.queries.control import ControlAnswer
    from graph.queries.deals import DealsAnswer
    from graph.queries.find import FindAnswer
    from graph.queries.ownership import HoldingsAnswer, OwnersAnswer
    from graph.queries.path import PathAnswer
    from graph.queries.reconciliation import ReconciliationAnswer
    from graph.queries.schema import SchemaAnswer
    from graph.queries.show import ShowAnswer
    from graph.queries.timeline import TimelineAnswer
    from graph.statements import Rows
    from graph.views.links import LinkView
    from loaders.loading import Loaded
    from loaders.progress import Progress

Tell = Callable[[str], None]
Answer = TypeVar("Answer")
_LOG = logging.getLogger("entrepot")


@dataclass
class _Known:
    """The graph of one day's knowledge, with its view."""

    graph: Graph
    view: LinkView


def open(  # noqa: A001 - users write entrepot.open, as they write gzip.open
    uri: str | None = None,
    *,
    store: str | Path | None = None,
    write: bool = False,
    tell: Tell | None = None,
    progress: Progress | None = None,
) -> KnowledgeGraph:
    """Open a server by its address, or the embedded store, by default in the user's data folder.

    User name, password and database of a server come from the environment (NEO4J_USERNAME and so
    on). `tell` is given lines about what is done beside answering, such as a first load.
    """
    return KnowledgeGraph(read_settings(uri, store), write=write, tell=tell, progress=progress)


class KnowledgeGraph:
    """A graph to be asked. Use it in a `with` block; open it with `entrepot.open`."""

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
        self._known: dict[tuple[str, str], _Known] = {}  # by graph version and day

    def __enter__(self) -> KnowledgeGraph:
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

    def path(
        self,
        start: str,
        goal: str,
        *,
        as_of: str | None = None,
        known_at: str | None = None,
        max_hops: int = 6,
        limit: int = 3,
        only: Sequence[str] = (),
        without: Sequence[str] = (),
        avoid: Sequence[str] = (),
        rumours: bool = False,
    ) -> PathAnswer:
        """How two actors or brands are related: the shortest routes, each hop explained.

        >>> answer = kg.path("Alibaba", "Rocket Internet", as_of="2016-12-31")
        >>> answer.paths[0].nodes
        ('alibaba', 'lazada', 'rocket-internet')
        """
        from graph.queries.path import PathOptions, find_path

        clocks = Clocks.read(as_of, known_at)
        options = PathOptions(max_hops, limit, tuple(only), tuple(without), tuple(avoid), rumours)
        known = self._at(clocks.known_at)
        present = (lambda: self._at(None).graph) if clocks.known_at else None
        answer = find_path(
            known.graph, start, goal, clocks, options, view=known.view, present=present
        )
        return self._dated(answer)

    def find(self, text: str, *, kind: str | None = None, limit: int = 20) -> FindAnswer:
        """Actors, brands, deals and markets whose names are like a text.

        >>> kg.find("rocket internet").matches[0].id
        'rocket-internet'
        """
        from graph.queries.find import find_names

        return self._dated(find_names(self.graph(), text, kind=kind, limit=limit))

    def show(
        self, about: str, *, as_of: str | None = None, known_at: str | None = None
    ) -> ShowAnswer:
        """Everything on one page about an actor, a brand, a deal, a market or another record.

        >>> [link.start for link in kg.show("lazada").links["incubators"]]
        ['rocket-internet']
        """
        from graph.queries.show import show

        clocks = Clocks.read(as_of, known_at)
        return self._dated(show(self.graph(clocks.known_at), about, clocks))

    def owners(
        self, company: str, *, as_of: str | None = None, known_at: str | None = None
    ) -> OwnersAnswer:
        """Who holds shares of a company, directly, and who controls it otherwise.

        >>> [owner.holder for owner in kg.owners("Lazada", as_of="2016-12-31")][:2]
        ['alibaba', 'rocket-internet']
        """
        from graph.queries.ownership import find_owners

        clocks = Clocks.read(as_of, known_at)
        return self._dated(find_owners(self.graph(clocks.known_at), company, clocks))

    def holdings(
        self, holder: str, *, as_of: str | None = None, known_at: str | None = None
    ) -> HoldingsAnswer:
        """What an actor holds shares of, directly.

        >>> "lazada" in {stake.company for stake in kg.holdings("Alibaba", as_of="2018")}
        True
        """
        from graph.queries.ownership import find_holdings

        clocks = Clocks.read(as_of, known_at)
        return self._dated(find_holdings(self.graph(clocks.known_at), holder, clocks))

    def control(
        self,
        company: str,
        *,
        by: str | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> ControlAnswer:
        """Who controls a company in the end, how surely, and why; or whether `by` does.

        >>> found = kg.control("Lazada", as_of="2016-12-31")
        >>> found.verdict, found.controllers
        ('certain', ('alibaba',))
        """
        from graph.queries.control import find_control

        clocks = Clocks.read(as_of, known_at)
        return self._dated(find_control(self.graph(clocks.known_at), company, by, clocks))

    def deals(
        self,
        actor: str | None = None,
        *,
        market: str | None = None,
        period: str | None = None,
        type: str | None = None,  # noqa: A002 - the word that records and the command line use
        status: str | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> DealsAnswer:
        """Deals by actor, market, period, type and status.

        >>> [deal.id for deal in kg.deals("Lazada", period="2016", type="acquisition")][0]
        'alibaba-lazada-2016'
        """
        from graph.queries.deals import DealFilter, find_deals

        clocks = Clocks.read(as_of, known_at)
        wanted = DealFilter(actor, market, period, type, status)
        return self._dated(find_deals(self.graph(clocks.known_at), wanted, clocks))

    def captable(
        self,
        company: str,
        *,
        each_claim: bool = False,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> CapTableAnswer:
        """Between what and what each holder's share lies, by all deals and disclosures together.

        >>> found = kg.captable("Lazada", as_of="2016-12-31")
        >>> next((str(row.low), str(row.high)) for row in found if row.holder == "tesco")
        ('8.25', '8.35')
        """
        from graph.names import resolve
        from graph.queries.captable import find_captable

        clocks = Clocks.read(as_of, known_at)
        thing = resolve(self.graph(), company)
        return self._dated(find_captable(self.corpus(), thing.id, clocks, each_claim=each_claim))

    def check_deals(
        self, name: str | None = None, *, as_of: str | None = None, known_at: str | None = None
    ) -> ReconciliationAnswer:
        """Whether the numbers of a deal fit, of all deals of an actor, or of all deals.

        >>> [check.verdict for check in kg.check_deals("alibaba-lazada-2017")]
        ['fits']
        """
        from graph.names import resolve
        from graph.queries.reconciliation import check_deals

        clocks = Clocks.read(as_of, known_at)
        corpus = self.corpus()
        is_deal = name is None or name in corpus.deals
        actor = None if is_deal else resolve(self.graph(), name or "").id
        deal = name if is_deal else None
        return self._dated(check_deals(corpus, deal, clocks, actor=actor))

    def claims(
        self,
        about: str,
        field: str | None = None,
        *,
        disputed: bool = False,
        known_at: str | None = None,
    ) -> ClaimsAnswer:
        """What sources say about something, which claim is shown, and the rule that decided.

        >>> contest = kg.claims("alibaba-lazada-2016", "stakes.lazada.alibaba").contests[0]
        >>> contest.claims[0].status, "67" in [claim.value for claim in contest.losers]
        ('winner', True)
        """
        from graph.queries.claims import find_claims

        clocks = Clocks.read(None, known_at)
        graph = self.graph(clocks.known_at)
        return self._dated(find_claims(graph, about, field, clocks, disputed=disputed))

    def timeline(
        self,
        about: str,
        *,
        period: str | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> TimelineAnswer:
        """Everything dated about something, or what lies in a period; rumours marked as such.

        >>> "talks" in {entry.certainty for entry in kg.timeline("Tokopedia")}
        True
        """
        from graph.queries.timeline import find_timeline

        clocks = Clocks.read(as_of, known_at)
        graph = self.graph(clocks.known_at)
        return self._dated(find_timeline(graph, about, clocks, period=period))

    def schema(self) -> SchemaAnswer:
        """Labels, types and properties of the graph, with counts and example statements.

        >>> next(row.to for row in kg.schema().types if row.type == "RUNS")
        ('Brand',)
        """
        from graph.queries.schema import read_schema

        return self._dated(read_schema(self.graph()))

    def cypher(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        max_rows: int | None = None,
        seconds: float | None = None,
    ) -> Rows:
        """The rows of a Cypher statement that only reads, within limits of rows and of time.

        >>> kg.cypher("MATCH (a:Actor {id: $id}) RETURN a.name AS name", {"id": "lazada"}).rows
        ({'name': 'Lazada'},)
        """
        from graph.statements import MAX_ROWS, SECONDS, read_statement

        self._make_ready()
        rows = max_rows or MAX_ROWS
        return read_statement(
            self.store, statement, parameters, max_rows=rows, seconds=seconds or SECONDS
        )

    def write_cypher(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Run a Cypher statement that may write; the graph must have been opened for writing."""
        from graph.statements import write_statement

        self._make_ready()
        self._known.clear()
        return write_statement(self.store, statement, parameters)

    def elements(self, known_at: str | None = None) -> Elements:
        """The whole graph, or what of it was known on a day."""
        day = Clocks.read(None, known_at).known_at
        if day is None:
            self._make_ready()
            return self.store.elements()
        return self._derived(day)

    def export(self, form: str, *, known_at: str | None = None) -> str:
        """The whole graph as `turtle`, `json-ld` or `graphml`."""
        from graph.views.export import export

        return export(self.elements(known_at), form)

    def to_networkx(self, *, known_at: str | None = None) -> networkx.MultiDiGraph[str]:
        """The whole graph for networkx.

        >>> kg.to_networkx().has_edge("alibaba", "lazada")
        True
        """
        from graph.views.export import to_networkx

        return to_networkx(self.elements(known_at))

    def graph(self, known_at: Date | None = None) -> Graph:
        """The graph as known today or on a day: what the questions of `graph.queries` take."""
        if known_at is None:
            self._make_ready()
            return StoreGraph(self.store)
        return self._at(known_at).graph

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

    def _at(self, known_at: Date | None) -> _Known:
        """The graph of a day's knowledge and its view, both made once."""
        from graph.views.links import open_view

        version = self.graph().version
        key = (version, str(known_at.last) if known_at else "")
        if key not in self._known:
            # Another process may have written since: what rests on its older graph is of no use.
            for stale in [known for known in self._known if known[0] != version]:
                del self._known[stale]
            if known_at is None:
                graph: Graph = self.graph()
                self._known[key] = _Known(graph, open_view(graph, self._views))
            else:
                graph = MemoryGraph(self._derived(known_at))
                self._known[key] = _Known(graph, open_view(graph))
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
