"""Who owns a company, and what an actor holds: shares with their ranges, at a date.

Shares are never more exact than what was printed or follows from it. Where two segments of one pair
meet inside one imprecise date, the row says "one or the other" and counts once; a group's stake
contains those of the actors that it controls or manages, so the sums leave the latter out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from graph.clocks import Clocks, Holds, holds, period_of, surely_holds
from graph.elements import Relationship
from graph.graphs import Graph
from graph.names import Resolved, resolve
from graph.queries.answers import (
    LinkFact,
    Sources,
    cite,
    names_of,
    question,
    tell_link,
)
from graph.queries.claims import ClaimRow, Contest, contests_about
from graph.queries.coverage import Research, research_on
from graph.queries.spells import ShareSpan, spells, tell_spell
from graph.queries.wording import share_of
from ontology.values import Date

GROUPING = ("CONTROLS", "MANAGES")


@dataclass(frozen=True)
class Stake:
    """What one holder has of one company.

    From `valid_from` to `valid_to` the holder had any share; `history` has the shares that it was.
    `seen` is the day of the observation that the share rests on. `either` holds the other shares
    that it may have been within the date, `within` the holder whose stake contains this one, and
    `losers` the values that the policy did not choose, `why` the rule by which.
    """

    holder: str
    holder_name: str
    company: str
    company_name: str
    share: str | None
    share_min: float
    share_max: float
    votes: float | None
    seen: str | None
    valid_from: str | None
    valid_to: str | None
    holds: Holds
    either: tuple[str, ...]
    within: str | None
    sentence: str
    deal_id: str | None
    record_id: str | None
    known_from: str | None
    sources: tuple[str, ...]
    history: tuple[ShareSpan, ...]
    why: str | None
    losers: tuple[ClaimRow, ...]


@dataclass(frozen=True)
class OwnersAnswer:
    """The direct holders, who controls without shares, and what is left unknown.

    `announced` are purchases that nothing on record has completed: they make nobody a holder.
    `others` counts the holders on record at other dates only.
    """

    question: dict[str, Any]
    owners: tuple[Stake, ...]
    controllers: tuple[LinkFact, ...]
    announced: tuple[LinkFact, ...]
    remainder_min: float
    remainder_max: float
    others: int
    researched: Research
    sources: Sources

    def __iter__(self) -> Iterator[Stake]:
        return iter(self.owners)

    @property
    def found(self) -> bool:
        """Whether any holder is on record."""
        return bool(self.owners or self.controllers or self.announced)


@dataclass(frozen=True)
class HoldingsAnswer:
    """What an actor holds directly; `others` counts what it held at other dates only."""

    question: dict[str, Any]
    holdings: tuple[Stake, ...]
    others: int
    researched: Research
    sources: Sources

    def __iter__(self) -> Iterator[Stake]:
        return iter(self.holdings)

    @property
    def found(self) -> bool:
        """Whether any holding is on record."""
        return bool(self.holdings)


def find_owners(graph: Graph, company: str, clocks: Clocks | None = None) -> OwnersAnswer:
    """Who holds shares of a company or a brand, and who controls it otherwise."""
    clocks = clocks or Clocks()
    thing = resolve(graph, company)
    links = graph.links([thing.id], ["AGREED_TO_BUY", "OWNS", "CONTROLS", "RUNS"], direction="in")
    owning = [link for link in links if link.type == "OWNS"]
    stakes = _stakes(graph, owning, clocks.as_of)
    controllers = _controllers(graph, links, stakes, clocks.as_of)
    announced = _facts(graph, [r for r in links if r.type == "AGREED_TO_BUY"], clocks.as_of)
    low, high = _remainder(stakes)
    cited = [source for stake in stakes for source in _cited(stake)]
    cited += [source for link in (*controllers, *announced) for source in link.sources]
    asked = question("owners", clocks, of=thing)
    others = len({link.start for link in owning} - {stake.holder for stake in stakes})
    researched = research_on(graph, thing.id, "owners")
    told = cite(graph, cited)
    return OwnersAnswer(asked, stakes, controllers, announced, low, high, others, researched, told)


def find_holdings(graph: Graph, holder: str, clocks: Clocks | None = None) -> HoldingsAnswer:
    """What an actor holds shares of."""
    clocks = clocks or Clocks()
    thing: Resolved = resolve(graph, holder)
    owning = graph.links([thing.id], ["OWNS"], direction="out")
    stakes = _stakes(graph, owning, clocks.as_of)
    others = len({link.end for link in owning} - {stake.company for stake in stakes})
    researched = research_on(graph, thing.id, "holdings")
    told = cite(graph, [source for stake in stakes for source in _cited(stake)])
    asked = question("holdings", clocks, of=thing)
    return HoldingsAnswer(asked, stakes, others, researched, told)


def holding_at(links: Iterable[Relationship], as_of: Date | None) -> list[Relationship]:
    """Of state links those that hold at a date; without one those whose end is not on record."""
    if as_of is None:
        return [link for link in links if not period_of(link).has_ended(None)]
    return [link for link in links if holds(link, as_of) != "no"]


def _stakes(graph: Graph, links: list[Relationship], as_of: Date | None) -> tuple[Stake, ...]:
    current = holding_at(links, as_of)
    names = names_of(graph, {end for link in current for end in (link.start, link.end)})
    contests = _contests(graph, current)
    within = _groups(graph, current, as_of)
    ordered = sorted(current, key=lambda link: (link.start, link.end, *_in_time(link)))
    rows = [
        _stake(list(group), as_of, names, contests, within, _spells(links, pair))
        for pair, group in groupby(ordered, key=lambda link: (link.start, link.end))
    ]
    return tuple(sorted(rows, key=_rank))


def _in_time(link: Relationship) -> tuple[int, int]:
    period = period_of(link)
    return (period.start_last, period.end_last)


def _rank(stake: Stake) -> tuple[bool, float, bool, float, str, str]:
    """What is sure first, the larger stake first; unknown is not zero, but comes last."""
    is_open = stake.share_max >= 100
    ends = (stake.holder, stake.company)
    return (stake.holds != "yes", -stake.share_min, is_open, -stake.share_max, *ends)


def _stake(
    segments: list[Relationship],
    as_of: Date | None,
    names: dict[str, str],
    contests: dict[str, Contest],
    within: dict[str, str],
    whole: dict[str, list[Relationship]],
) -> Stake:
    """One row for all segments of a pair that meet within the date; the latest is shown."""
    facts = [tell_link(link, names, as_of) for link in segments]
    link = segments[-1]
    fact = tell_spell(whole[link.id], link, names, as_of)
    lows = [_percent(segment, "shareMin", 0) for segment in segments]
    highs = [_percent(segment, "shareMax", 100) for segment in segments]
    sure = surely_holds(segments, as_of)
    contest = contests.get(_contest_stem(link))
    votes = link.properties.get("votes")
    return Stake(
        holder=link.start,
        holder_name=names.get(link.start, link.start),
        company=link.end,
        company_name=names.get(link.end, link.end),
        share=fact.share,
        share_min=min(lows) if sure else 0.0,
        share_max=max(highs),
        votes=float(votes) if isinstance(votes, int | float) else None,
        seen=fact.share_as_of,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        holds="yes" if sure else "possible",
        either=tuple(share_of(segment) or "unknown" for segment in segments[:-1]),
        within=within.get(link.start),
        sentence=_sentence(facts) if len(facts) > 1 else fact.sentence,
        deal_id=fact.deal_id,
        record_id=link.text("recordId") or None,
        known_from=fact.known_from,
        sources=tuple(dict.fromkeys(s for f in (*facts, fact) for s in f.sources)),
        history=fact.history,
        why=contest.why if contest and contest.disputed else None,
        losers=contest.losers if contest else (),
    )


def _spells(links: list[Relationship], pair: tuple[str, str]) -> dict[str, list[Relationship]]:
    """For each segment of a pair, all of the holding that it is a part of."""
    found = spells(link for link in links if (link.start, link.end) == pair)
    return {segment.id: spell for spell in found for segment in spell}


def _sentence(facts: list[LinkFact]) -> str:
    """The segments' sentences; of several, one or the other is true on each day of the date."""
    return ", or: ".join(fact.sentence for fact in facts)


def _contests(graph: Graph, links: list[Relationship]) -> dict[str, Contest]:
    """How the share of each link was decided, by the contest's `record#field`."""
    stems = {_contest_stem(link) for link in links}
    companies = {link.end for link in links}
    found = contests_about(graph, companies, stems=stems) if stems else []
    return {f"{contest.record}#{contest.field}": contest for contest in found}


def _contest_stem(link: Relationship) -> str:
    record = link.text("recordId")
    if link.text("dealId"):
        return f"{record}#stakes.{link.end}.{link.start}.after"
    return f"{record}#holders.{link.start}"


def _groups(graph: Graph, links: list[Relationship], as_of: Date | None) -> dict[str, str]:
    """Which holders of one company are part of another holder's group."""
    holders = {link.start for link in links}
    if len(holders) < 2 or len({link.end for link in links}) > 1:
        return {}
    grouping = holding_at(graph.links(sorted(holders), GROUPING, direction="in"), as_of)
    # One of several who control together does not have the stake of what they control.
    alone = [link for link in grouping if link.text("basis") != "joint"]
    return {link.end: link.start for link in alone if link.start in holders - {link.end}}


def _controllers(
    graph: Graph, links: list[Relationship], stakes: tuple[Stake, ...], as_of: Date | None
) -> tuple[LinkFact, ...]:
    """Who controls by other means than the shares in the answer, or runs the brand."""
    owners = {stake.holder for stake in stakes}
    others = [link for link in links if link.type in ("CONTROLS", "RUNS")]
    kept = [
        link
        for link in others
        if link.start not in owners or link.text("basis") not in ("", "majority")
    ]
    return _facts(graph, kept, as_of)


def _facts(graph: Graph, links: list[Relationship], as_of: Date | None) -> tuple[LinkFact, ...]:
    """Those links that hold at the date, told."""
    current = holding_at(links, as_of)
    names = names_of(graph, {end for link in current for end in (link.start, link.end)})
    return tuple(tell_link(link, names, as_of) for link in current)


def _remainder(stakes: tuple[Stake, ...]) -> tuple[float, float]:
    """How much of the company is held by nobody in the answer, at least and at most."""
    counted = [stake for stake in stakes if stake.within is None]
    low = sum(stake.share_min for stake in counted)
    high = sum(stake.share_max for stake in counted)
    return round(max(0.0, 100 - high), 4), round(max(0.0, 100 - low), 4)


def _percent(link: Relationship, key: str, default: float) -> float:
    value = link.properties.get(key, default)
    return float(value) if isinstance(value, int | float) else default


def _cited(stake: Stake) -> list[str]:
    return [*stake.sources, *(source for loser in stake.losers for source in loser.sources)]
