"""The knowledge graph as an object: every question as a method, on any store.

Without `known_at` a question reads the stored links; with it, links are derived afresh from the
stored records that were known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entrepot.comparing import Comparing
from entrepot.opened import Tell
from entrepot.settings import read_settings
from graph.clocks import Clocks

if TYPE_CHECKING:
    import networkx

    from graph.queries.captable import CapTableAnswer
    from graph.queries.claims import ClaimsAnswer
    from graph.queries.common import CommonAnswer
    from graph.queries.control import ControlAnswer
    from graph.queries.coverage import CoverageAnswer
    from graph.queries.deals import DealsAnswer
    from graph.queries.entangled import EntangledAnswer
    from graph.queries.find import FindAnswer
    from graph.queries.markets import MarketAnswer, MarketsAnswer
    from graph.queries.ownership import HoldingsAnswer, OwnersAnswer
    from graph.queries.path import PathAnswer
    from graph.queries.reconciliation import ReconciliationAnswer
    from graph.queries.rivals import RivalsAnswer
    from graph.queries.schema import SchemaAnswer
    from graph.queries.show import ShowAnswer
    from graph.queries.timeline import TimelineAnswer
    from graph.statements import Rows
    from loaders.progress import Progress


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


class KnowledgeGraph(Comparing):
    """A graph to be asked. Use it in a `with` block; open it with `entrepot.open`."""

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
        through: Sequence[str] = (),
        owning: bool = False,
    ) -> PathAnswer:
        """How two actors or brands are related: the shortest routes, each hop explained.

        >>> answer = kg.path("Alibaba", "Rocket Internet", as_of="2016-12-31")
        >>> answer.paths[0].nodes
        ('alibaba', 'lazada', 'rocket-internet')
        """
        from graph.queries.path import PathOptions, find_path

        clocks = Clocks.read(as_of, known_at)
        filters = (tuple(only), tuple(without), tuple(avoid), rumours, tuple(through), owning)
        options = PathOptions(max_hops, limit, *filters)
        known = self._at(clocks.known_at)
        present = (lambda: self._at(None).graph) if clocks.known_at else None
        answer = find_path(
            known.graph, start, goal, clocks, options, view=known.view, present=present
        )
        return self._dated(answer)

    def common(
        self,
        names: Sequence[str],
        *,
        as_of: str | None = None,
        known_at: str | None = None,
        max_hops: int = 6,
        avoid: Sequence[str] = (),
    ) -> CommonAnswer:
        """What several actors or brands share, and the smallest tree that joins them all.

        >>> answer = kg.common(["Alibaba", "Rocket Internet", "Tesco"], as_of="2016-12-31")
        >>> answer.tree.joints
        ('lazada',)
        """
        from graph.queries.common import find_common

        clocks = Clocks.read(as_of, known_at)
        known = self._at(clocks.known_at)
        answer = find_common(
            known.graph, names, clocks, max_hops=max_hops, avoid=avoid, view=known.view
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

    def market(
        self, market: str, *, as_of: str | None = None, known_at: str | None = None
    ) -> MarketAnswer:
        """Who serves a market and who left it, its estimates, forecasts and concentration.

        >>> found = kg.market("e-commerce in Indonesia")
        >>> "tokopedia" in {operator.id for operator in found.operators}
        True
        """
        from graph.queries.markets import find_market

        clocks = Clocks.read(as_of, known_at)
        return self._dated(find_market(self.graph(clocks.known_at), market, clocks))

    def markets(
        self,
        *,
        sector: str | None = None,
        place: str | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> MarketsAnswer:
        """Every market on record, or those of a sector and of a place.

        >>> "e-commerce-in-vietnam" in {row.id for row in kg.markets(place="Southeast Asia")}
        True
        """
        from graph.queries.markets import find_markets

        clocks = Clocks.read(as_of, known_at)
        graph = self.graph(clocks.known_at)
        return self._dated(find_markets(graph, clocks, sector=sector, place=place))

    def rivals(
        self,
        about: str,
        *,
        limit: int | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> RivalsAnswer:
        """Who competes with an actor or a brand, the strongest first; its own group does not.

        >>> "shopee" in {rival.id for rival in kg.rivals("Lazada")}
        True
        """
        from graph.queries.rivals import find_rivals

        clocks = Clocks.read(as_of, known_at)
        return self._dated(find_rivals(self.graph(clocks.known_at), about, clocks, limit=limit))

    def entangled(
        self,
        market: str | None = None,
        *,
        limit: int | None = None,
        as_of: str | None = None,
        known_at: str | None = None,
    ) -> EntangledAnswer:
        """Investors with a say in two or more rivals of a market, or of any market.

        >>> found = kg.entangled("e-commerce in Indonesia", as_of="2017-09-01")
        >>> [[say.rival for say in row.interests] for row in found if row.investor == "alibaba"]
        [['lazada', 'tokopedia']]
        """
        from graph.queries.entangled import find_entangled

        clocks = Clocks.read(as_of, known_at)
        graph = self.graph(clocks.known_at)
        return self._dated(find_entangled(graph, market, clocks, limit=limit))

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

    def coverage(self, about: str | None = None) -> CoverageAnswer:
        """What was researched about an actor or a brand, or about each, and until when.

        >>> [topic.topic for topic in kg.coverage("Lazada").rows[0].topics][:3]
        ['names', 'founders', 'owners']
        """
        from graph.queries.coverage import find_coverage

        return self._dated(find_coverage(self.graph(), about))

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
