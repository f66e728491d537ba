"""Who has a say in an actor or a brand: by control, or by a holding, each through a chain of links.

A chain runs from the investor down. It has at most one holding; all else in it is control: steps of
`CONTROLS`, `MANAGES` and `RUNS`, above the holding (the investor controls who holds) or below it
(what is held controls or runs the rival). A holding of a holder without control ends no chain: the
shareholders of a minority shareholder have no say.

Links are read level by level, all of a level at once, and only those that a question needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from graph.clocks import Period, period_of
from graph.elements import Relationship
from graph.graphs import Graph
from graph.queries.periods import EVER, together
from graph.queries.wording import share_of

CONTROL = ("CONTROLS", "MANAGES", "RUNS")
HOLDING = "OWNS"
LONGEST = 8
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Chain:
    """Links from an investor down to an actor or a brand, and the time in which all of them held.

    Without links it is the investor itself. `holding` is its one link of shares, None where all of
    it is control.
    """

    investor: str
    links: tuple[Relationship, ...]
    period: Period
    holding: Relationship | None = None

    @property
    def controls(self) -> bool:
        """Whether it is control all through, or the investor itself."""
        return self.holding is None

    @property
    def share(self) -> str | None:
        """The share of its holding, as printed or computed."""
        return share_of(self.holding) or None if self.holding else None

    @cached_property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The share of its holding, at least and at most; control counts as the whole.

        Control passes an interest on undiminished, for who controls decides alone.
        """
        if self.holding is None:
            return WHOLE, WHOLE
        low, high = (self.holding.properties.get(key) for key in ("shareMin", "shareMax"))
        return _decimal(low, Decimal(0)), _decimal(high, WHOLE)

    @cached_property
    def members(self) -> set[str]:
        """Everybody on it."""
        return {self.investor, *(link.end for link in self.links)}

    @cached_property
    def rank(self) -> tuple[Decimal, Decimal, int, tuple[str, ...]]:
        """Orders chains: the strongest first, then the shortest."""
        low, high = self.bounds
        return (-low, -high, len(self.links), tuple(link.id for link in self.links))


class Influence:
    """Control and holdings above some actors and brands, as they ever were."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._control: dict[str, dict[str, Relationship]] = defaultdict(dict)
        self._holdings: dict[str, dict[str, Relationship]] = defaultdict(dict)
        self._controlled: set[str] = set()
        self._held: set[str] = set()
        self._above: dict[str, list[Chain]] = {}
        self._periods: dict[str, Period] = {}

    def read_controllers(self, ids: Collection[str]) -> set[str]:
        """Read who controls some actors or brands, and who controls those; give all of them."""
        return self._read(set(ids), CONTROL)

    def read_holders(self, ids: Collection[str]) -> None:
        """Read who holds shares of some, or of who controls them, and who controls the holders."""
        above = self._read(set(ids), (*CONTROL, HOLDING))
        self._read(
            {link.start for each in above for link in self._holdings[each].values()}, CONTROL
        )

    def controllers(self, actor: str) -> list[Chain]:
        """Every chain of control down to an actor or a brand, that of itself first."""
        if actor not in self._above:
            self._above[actor] = list(self._climb(Chain(actor, (), EVER)))
        return self._above[actor]

    def interests(self, rival: str) -> dict[str, list[Chain]]:
        """Everybody who has a say in an actor or a brand, each by its chains, the strongest first.

        It has all of the say in itself.
        """
        found: dict[str, list[Chain]] = defaultdict(list)
        for below in self.controllers(rival):
            found[below.investor].append(below)
            for holding in self._holdings[below.investor].values():
                for chain in self._through(holding, below):
                    found[chain.investor].append(chain)
        return {
            investor: sorted(chains, key=lambda c: c.rank) for investor, chains in found.items()
        }

    def _through(self, holding: Relationship, below: Chain) -> Iterator[Chain]:
        """The chains that lead to a holding, continued by it and by the control below it."""
        held = together(self._period(holding), below.period)
        if holding.start in below.members or held is None:
            return
        for above in self.controllers(holding.start):
            period = together(above.period, held)
            if period and not above.members & below.members:
                links = (*above.links, holding, *below.links)
                yield Chain(above.investor, links, period, holding)

    def _climb(self, chain: Chain) -> Iterator[Chain]:
        yield chain
        if len(chain.links) >= LONGEST:
            return
        for link in self._control[chain.investor].values():
            period = together(self._period(link), chain.period)
            if link.start not in chain.members and period:
                yield from self._climb(Chain(link.start, (link, *chain.links), period))

    def _period(self, link: Relationship) -> Period:
        if link.id not in self._periods:
            self._periods[link.id] = period_of(link)
        return self._periods[link.id]

    def _read(self, ids: set[str], types: Collection[str]) -> set[str]:
        """Read what leads to these by control, level by level; holdings too where asked for."""
        with_holdings = HOLDING in types
        known = self._held if with_holdings else self._controlled | self._held
        seen, level = set(ids), ids
        while level:
            new = level - known
            for link in self.graph.links(sorted(new), types, direction="in") if new else ():
                self._take(link)
            known |= new
            self._controlled |= new
            if with_holdings:
                self._held |= new
            level = {link.start for each in level for link in self._control[each].values()} - seen
            seen |= level
        return seen

    def _take(self, link: Relationship) -> None:
        side = self._holdings if link.type == HOLDING else self._control
        if link.start != link.end:
            side[link.end][link.id] = link


def read_below(graph: Graph, head: str) -> dict[str, list[Period]]:
    """Whom an actor controlled or ran, directly or through others, and when; itself ever."""
    found: dict[str, list[Period]] = {head: [EVER]}
    level = {head: [EVER]}
    for _ in range(LONGEST):
        new: dict[str, list[Period]] = defaultdict(list)
        for link in graph.links(sorted(level), CONTROL, direction="out"):
            for above in level[link.start]:
                period = together(above, period_of(link))
                if period and link.end != head and period not in found.get(link.end, []):
                    new[link.end].append(period)
        if not new:
            break
        for each, periods in new.items():
            found.setdefault(each, []).extend(periods)
        level = new
    return found


def _decimal(value: object, default: Decimal) -> Decimal:
    return Decimal(f"{value:.4f}").normalize() + 0 if isinstance(value, int | float) else default
