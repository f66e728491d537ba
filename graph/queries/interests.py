"""Interests at a date, as control and integrated ownership read them: between two bounds.

The bounds of a share cover every segment that may hold on the date, the range of each, and every
value that some source gives and that is not rejected. Capital and votes are kept apart. Where votes
of one holder are on record, shares of capital say nothing of the votes of the others.

Companies are read level by level, only those that a question needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from graph.clocks import holds, period_of, surely_holds
from graph.elements import Relationship
from graph.graphs import Graph
from graph.networks.control import JOINT, WHOLE, Declaration, Votes, VotingNetwork
from graph.queries.claims import ClaimRow, Contest, contests_about
from graph.queries.ownership import holding_at
from graph.queries.wording import share_of
from ontology.errors import ValueFormatError
from ontology.values import Date, Share

READ = ("OWNS", "CONTROLS", "MANAGES", "RUNS")
MAJORITY = "majority"
REJECTED = "deprecated"
HALVES = Fraction(50)
UNKNOWN = Votes(Fraction(0), WHOLE)
Shares = dict[str, dict[str, Fraction]]


@dataclass(frozen=True)
class Bounds:
    """Percent between two bounds; `above` where the lower one is itself too low."""

    low: Fraction
    high: Fraction
    above: bool = False

    @property
    def stated(self) -> Fraction:
        """The highest that is on record: of "at least 9" no more than 9."""
        return self.low if self.high == WHOLE else self.high


@dataclass(frozen=True)
class Interest:
    """What one holder has of one company at a date; `sure` where it surely has anything.

    `capital` and `votes` are the bounds over all readings, `votes` None where votes are on record
    for others only; `shown` is the least of the capital as the policy shows it. `claims` are the
    values that sources dispute, the winner first; those of rank deprecated are among them, but no
    reading takes them.
    """

    holder: str
    company: str
    links: tuple[Relationship, ...]
    sure: bool
    capital: Bounds
    shown: Fraction
    votes: Bounds | None
    has_votes: bool
    claims: tuple[ClaimRow, ...]

    @property
    def share(self) -> str:
        """The shares of its segments, as printed or computed."""
        return " or ".join(dict.fromkeys(share_of(link) or "unknown" for link in self.links))


@dataclass(frozen=True)
class Declared:
    """Control on record for another reason than votes."""

    controller: str
    company: str
    basis: str
    sure: bool
    links: tuple[Relationship, ...]


class Interests:
    """The interests around some companies of a graph at a date, read when they are needed."""

    def __init__(self, graph: Graph, as_of: Date | None) -> None:
        self.graph = graph
        self.as_of = as_of
        self.companies: dict[str, dict[str, Interest]] = {}
        self.declared: dict[str, dict[str, Declared]] = {}

    def read_above(self, target: str) -> None:
        """Read who has an interest in a company, who in those, and so on."""
        level = {target}
        links: list[Relationship] = []
        seen: set[str] = set()
        while level:
            seen |= level
            found = self._current(level)
            links += found
            level = {link.start for link in found} - seen
        self._take(seen, links)

    def read_held(self, actors: Collection[str]) -> None:
        """Read the companies in which some actors have an interest, with all their holders."""
        held = self.graph.links(sorted(actors), READ, direction="out")
        new = {link.end for link in holding_at(held, self.as_of)} - self.companies.keys()
        if new:
            self._take(new, self._current(new))

    def network(self) -> VotingNetwork:
        """The votes and declarations read so far."""
        votes = {
            company: {holder: _votes(interest) for holder, interest in holders.items()}
            for company, holders in self.companies.items()
        }
        declared: dict[str, dict[str, Declaration]] = defaultdict(dict)
        joint = {c: pair for c in self.companies if (pair := self._halves(c))}
        for company, controllers in self.declared.items():
            together = {i: d for i, d in controllers.items() if d.basis == JOINT}
            if together:
                # Of one alone it is not on record with whom; alone it need not control.
                sure = len(together) > 1 and all(d.sure for d in together.values())
                joint[company] = (frozenset(together), sure)
            for controller, found in controllers.items():
                if found.basis != JOINT:
                    declared[company][controller] = Declaration(found.basis, found.sure)
        return VotingNetwork(votes, declared, joint)

    def shares(self, network: VotingNetwork, part: Callable[[Interest], Fraction]) -> Shares:
        """Capital as fractions of one, without what a holder's stake contains of another's."""
        found: Shares = {}
        for company, holders in self.companies.items():
            own = {holder: part(interest) for holder, interest in holders.items()}
            net = _apart(company, own, network)
            total = max(sum(net.values(), Fraction(0)), WHOLE)
            found[company] = {holder: share / total for holder, share in net.items() if share}
        return found

    def highest(self) -> Shares:
        """Capital as fractions of one, each share as high as it may be."""
        return {
            company: {h: i.capital.high / WHOLE for h, i in holders.items() if i.capital.high}
            for company, holders in self.companies.items()
        }

    def actors(self) -> set[str]:
        """Everybody who has an interest or controls."""
        held = {h for holders in self.companies.values() for h in holders}
        return held | {c for controllers in self.declared.values() for c in controllers}

    def _current(self, companies: Collection[str]) -> list[Relationship]:
        return holding_at(self.graph.links(sorted(companies), READ, direction="in"), self.as_of)

    def _take(self, companies: Collection[str], links: list[Relationship]) -> None:
        """Make interests of links, all that there are to these companies."""
        owning = [link for link in links if link.type == "OWNS" and link.start != link.end]
        contests = _contests(self.graph, owning)
        by_company: dict[str, list[Relationship]] = defaultdict(list)
        for link in owning:
            by_company[link.end].append(link)
        for company in companies:
            pairs = by_pair(by_company[company])
            self.companies[company] = _company(pairs, contests, self.as_of)
        for (controller, company), found in by_pair(links, declaring=True).items():
            others = [
                link
                for link in found
                if link.text("basis") != MAJORITY or controller not in self.companies[company]
            ]
            if others:
                told = _declared(others, self.as_of)
                self.declared.setdefault(company, {})[controller] = told

    def _halves(self, company: str) -> tuple[frozenset[str], bool] | None:
        """Two holders with half of the votes each control together."""
        found = [
            holder
            for holder, interest in self.companies[company].items()
            if interest.votes and interest.votes.low == interest.votes.high == HALVES
        ]
        return (frozenset(found), True) if len(found) == 2 else None


def by_pair(
    links: Iterable[Relationship], *, declaring: bool = False
) -> dict[tuple[str, str], list[Relationship]]:
    """Links of shares, or those that declare control, by holder and company, in time."""
    found: dict[tuple[str, str], list[Relationship]] = defaultdict(list)
    for link in sorted(links, key=_in_time):
        if (link.type != "OWNS") == declaring and link.start != link.end:
            found[(link.start, link.end)].append(link)
    return found


def _company(
    pairs: dict[tuple[str, str], list[Relationship]],
    contests: dict[str, Contest],
    as_of: Date | None,
) -> dict[str, Interest]:
    """The interests in one company."""
    interests = (_interest(p, links, contests, as_of) for p, links in sorted(pairs.items()))
    found = {interest.holder: interest for interest in interests}
    if not any(interest.has_votes for interest in found.values()):
        return found
    return {h: i if i.has_votes else replace(i, votes=None) for h, i in found.items()}


def _interest(
    pair: tuple[str, str],
    segments: list[Relationship],
    contests: dict[str, Contest],
    as_of: Date | None,
) -> Interest:
    found = [_values(segment, contests) for segment in segments]
    values = [share for shares, _ in found for share in shares]
    claims = tuple(claim for _, rows in found for claim in rows)
    sure = surely_holds(segments, as_of)
    shown = min(_bounds(_share(segment), votes=False).low for segment in segments)
    capital = _hull([_bounds(share, votes=False) for share in values], sure)
    votes = _hull([_bounds(share, votes=True) for share in values], sure)
    has_votes = any(share.votes is not None for share in values)
    shown = shown if sure else Fraction(0)
    return Interest(*pair, tuple(segments), sure, capital, shown, votes, has_votes, claims)


def _values(
    segment: Relationship, contests: dict[str, Contest]
) -> tuple[list[Share], tuple[ClaimRow, ...]]:
    """The share that is shown, and those of the sources that dispute it."""
    shown = _share(segment)
    for stem in _stems(segment):
        contest = contests.get(stem)
        if contest and contest.disputed and contest.claims[0].value == segment.text("shareText"):
            taken = [claim.value for claim in contest.claims if claim.rank != REJECTED]
            return [shown, *_parsed(taken)], contest.claims
    return [shown], ()


def _contests(graph: Graph, links: list[Relationship]) -> dict[str, Contest]:
    stems = {stem for link in links for stem in _stems(link)}
    found = contests_about(graph, {link.end for link in links}, stems=stems) if stems else []
    return {f"{contest.record}#{contest.field}": contest for contest in found}


def _stems(link: Relationship) -> list[str]:
    """Where a record says the share of a link: of a deal's stakes either side."""
    record = link.text("recordId")
    if link.text("dealId"):
        stem = f"{record}#stakes.{link.end}.{link.start}"
        return [f"{stem}.after", f"{stem}.before"]
    return [f"{record}#holders.{link.start}"]


def _parsed(texts: Iterable[str]) -> Iterator[Share]:
    for text in texts:
        try:
            yield Share.parse(text)
        except ValueFormatError:
            continue


def _share(link: Relationship) -> Share:
    """The share of a link: its text, or the bounds of one that was not printed."""
    found = next(_parsed([link.text("shareText")]), None) if link.text("shareText") else None
    if found:
        return found
    exact = link.properties.get("share")
    low, high = (
        Decimal(str(link.properties.get(key, exact if exact is not None else default)))
        for key, default in (("shareMin", 0), ("shareMax", 100))
    )
    votes = link.properties.get("votes")
    found = Share.between(low, high)
    known = Decimal(str(votes)) if votes is not None else None
    return Share(found.text, low, high, votes=known)


def _bounds(share: Share, *, votes: bool) -> Bounds:
    if votes and share.votes is not None:
        return Bounds(Fraction(share.votes), Fraction(share.votes))
    return Bounds(Fraction(share.low), Fraction(share.high), share.low_open)


def _hull(bounds: list[Bounds], sure: bool) -> Bounds:
    """What covers all; nothing at the least where the interest itself is in doubt."""
    low = min(bound.low for bound in bounds)
    above = all(bound.above or bound.low > low for bound in bounds)
    high = max(bound.high for bound in bounds)
    return Bounds(low, high, above) if sure else Bounds(Fraction(0), high)


def _votes(interest: Interest) -> Votes:
    known = interest.votes
    return Votes(known.low, known.high, known.above, known.stated) if known else UNKNOWN


def _declared(links: list[Relationship], as_of: Date | None) -> Declared:
    """The basis of the link that is surest, then first."""
    ordered = sorted(links, key=lambda link: as_of is not None and holds(link, as_of) != "yes")
    first = ordered[0]
    basis = first.text("basis") or {"MANAGES": "management", "RUNS": "runs"}.get(first.type, "")
    return Declared(
        first.start, first.end, basis or "declared", surely_holds(links, as_of), tuple(ordered)
    )


def _apart(company: str, own: dict[str, Fraction], network: VotingNetwork) -> dict[str, Fraction]:
    """What each has without what it contains: a group's stake counts once."""
    inside = {h: network.within(h, company) & own.keys() - {h} for h in own}
    if not any(inside.values()):
        return own
    left = dict(own)
    for holder in sorted(own, key=lambda h: (len(inside[h]), h)):
        taken = sum((left[h] for h in inside[holder] if holder not in inside[h]), Fraction(0))
        left[holder] = max(own[holder] - taken, Fraction(0))
    return left


def _in_time(link: Relationship) -> tuple[int, int, str]:
    period = period_of(link)
    return (period.start_last, period.end_last, link.id)
