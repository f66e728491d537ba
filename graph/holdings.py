"""Who held what, when: holdings derived from deals and disclosures.

Deals and disclosures are taken in the order of their dates. Each company has a ledger of open
holdings; an event restates some shares, moves others, dilutes the rest. What comes out are
segments, one for each share that a holder had over a time, half-open and never overlapping for a
pair. The numbers in the code are those of the rules in docs/derivation.md.

Nothing here knows of the knowledge clock: a corpus filtered by `Corpus.known_at` gives the
holdings that were known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from graph.claims import Decision, decide, shown, shown_sources
from graph.corpus import Corpus
from graph.ledgers import Event, Holding, Ledger, by_then
from graph.records import Claims, Deal, Disclosure, Move, Sources, Stakes
from ontology.values import Claim, Date, Share
from ontology.values.shares import ALL, HUNDRED, UNKNOWN

ZERO = Decimal(0)
WIDE = timedelta(days=100)
Pair = tuple[str, str]  # company, holder
StakeKey = tuple[str, str, str]  # deal, company, holder


@dataclass(frozen=True)
class Outcome:
    """What a completed deal did for one holder of one company."""

    deal: str
    company: str
    holder: str
    before: Share | None
    after: Share | None


@dataclass(frozen=True)
class Holdings:
    """All segments, what each deal did, and how disputed shares were decided.

    `ballots` are the claims that voted on each share after a deal.
    """

    segments: tuple[Holding, ...]
    outcomes: Mapping[StakeKey, Outcome]
    ballots: Mapping[StakeKey, Claims[Share]]
    decisions: Mapping[StakeKey, Decision[Share]]


@lru_cache(maxsize=2)  # every table of holders and every check begins with them
def derive_holdings(corpus: Corpus) -> Holdings:
    """Derive every holding of a corpus, deterministic whatever the order of its records."""
    ledgers: dict[str, Ledger] = {}
    outcomes: dict[StakeKey, Outcome] = {}
    events = sorted(_events(corpus), key=_event_key)
    ballots = stake_ballots(corpus, events)
    decisions = decide_stakes(corpus, ballots)
    for event in events:
        if isinstance(event.record, Deal):
            before = {company: frozenset(ledger.open) for company, ledger in ledgers.items()}
            for company in _companies(event.record):
                step = _DealStep(corpus, ledgers, event, event.record, company, decisions, before)
                outcomes.update(step.take())
        else:
            _disclose(corpus, _ledger(ledgers, event.record.company), event, event.record)
    segments = [
        holding
        for ledger in ledgers.values()
        for holding in (*ledger.closed, *ledger.open.values())
        if not _is_empty(holding)
    ]
    ordered = _merged(sorted(segments, key=lambda h: (h.company, h.holder)))
    return Holdings(tuple(ordered), outcomes, ballots, decisions)


def completion(deal: Deal, corpus: Corpus) -> Claim[Date] | None:
    """When a deal was completed, by the policy; None where it was not.

    A completion known only as "by D" lies after the announcement.
    """
    claims = deal.statuses.get("completed", ())
    if not claims or not _is_done(deal):
        return None
    chosen = decide(claims, corpus).winner
    announced = deal.statuses.get("announced", ())
    if chosen.value.first is None and announced:
        first = decide(announced, corpus).winner.value.first
        if first is not None and first <= chosen.value.last:
            return replace(chosen, value=replace(chosen.value, first=first))
    return chosen


def decide_stakes(
    corpus: Corpus, ballots: Mapping[StakeKey, Claims[Share]]
) -> dict[StakeKey, Decision[Share]]:
    """The share after each deal, by the policy."""
    saw = {deal.id: settled_from(deal, corpus) for deal in corpus.deals.values()}
    return {key: decide(claims, corpus, completed=saw[key[0]]) for key, claims in ballots.items()}


def stake_ballots(corpus: Corpus, events: list[Event]) -> dict[StakeKey, Claims[Share]]:
    """The claims on each share after a deal, the later deals' "before" among them."""
    ballots = {key: list(claims) for key, claims in _afters(corpus).items()}
    pending: dict[Pair, StakeKey] = {}
    for event in events:
        if isinstance(event.record, Disclosure):
            pending = {p: k for p, k in pending.items() if p[0] != event.record.company}
            continue
        deal = event.record
        for stakes in deal.stakes:
            voted = pending.get((stakes.company, stakes.holder))
            if voted and stakes.before:
                ballots[voted].extend(stakes.before)
        pending = {p: k for p, k in pending.items() if not _disturbs(deal, p)}
        for stakes in deal.stakes:
            if stakes.after:
                pair = (stakes.company, stakes.holder)
                pending[pair] = (deal.id, *pair)
    return {key: tuple(claims) for key, claims in ballots.items()}


def _afters(corpus: Corpus) -> dict[StakeKey, Claims[Share]]:
    return {
        (deal.id, stakes.company, stakes.holder): stakes.after
        for deal in corpus.deals.values()
        for stakes in deal.stakes
        if stakes.after
    }


def settled_from(deal: Deal, corpus: Corpus) -> date | None:
    """The first day on which a source could see the terms that count.

    Those of a completed deal can be seen from its completion on (after the announcement, where
    the day is not known), those of an announced one from the announcement on.
    """
    done = completion(deal, corpus)
    announced = deal.statuses.get("announced", ())
    told = decide(announced, corpus).winner.value if announced else None
    if done is None:
        return told.first if told else None
    if told and not done.value.is_exact:
        return told.after
    return done.value.first


def _events(corpus: Corpus) -> Iterator[Event]:
    for deal in corpus.deals.values():
        done = completion(deal, corpus)
        if done:
            yield Event(done.value, deal, done.sources, corpus.known_from(done.sources, done.value))
    for disclosure in corpus.disclosures.values():
        at = decide(disclosure.at, corpus).winner
        yield Event(at.value, disclosure, at.sources, corpus.known_from(at.sources, at.value))


def _is_done(deal: Deal) -> bool:
    """A deal that fell through after all changes nothing, whatever was said before."""
    return "terminated" not in deal.statuses and "lost" not in deal.statuses


def _companies(deal: Deal) -> list[str]:
    """The companies whose holdings a deal touches."""
    moved = {move.of for move in deal.moves if not move.option}
    return sorted(moved | {stakes.company for stakes in deal.stakes})


def _disturbs(deal: Deal, pair: Pair) -> bool:
    """Whether a deal may have changed a holder's share, so that later prints are no votes."""
    company, holder = pair
    return any(
        move.of == company
        and not move.option
        and (move.new or move.from_holders or holder in (*move.sellers, *move.buyers))
        for move in deal.moves
    )


def _disclose(corpus: Corpus, ledger: Ledger, event: Event, disclosure: Disclosure) -> None:
    for holder, claims in sorted(disclosure.holders.items()):
        chosen = decide(claims, corpus).winner
        known = corpus.known_from(chosen.sources)
        ledger.observe(holder, chosen.value, event, chosen.sources, known)
    if disclosure.complete:
        for holder in sorted(set(ledger.open) - set(disclosure.holders)):
            ledger.close(holder, event, by_then(event.when, ledger.open[holder].seen))


@dataclass
class _DealStep:
    """One completed deal, applied to the ledger of one company."""

    corpus: Corpus
    ledgers: dict[str, Ledger]
    event: Event
    deal: Deal
    company: str
    decisions: Mapping[StakeKey, Decision[Share]]
    holders: Mapping[str, frozenset[str]]  # of each company, before the deal

    def take(self) -> dict[StakeKey, Outcome]:
        """Apply the deal; returns what it did for each holder that it names."""
        self._reveal_befores()
        named = sorted(self._named())
        before = {holder: self.ledger.share_of(holder) for holder in named}
        prior = dict(self.ledger.open)
        self._end_all()
        for move in self.moves:
            for seller in move.sellers if not move.new else ():
                self._sell(seller, move, prior)
        for move in self.moves:
            self._buy(move)
        self._dilute()
        for holder in self.restated:
            self._restate(holder)
        self._fill_up()
        return {
            (self.deal.id, self.company, holder): Outcome(
                self.deal.id, self.company, holder, before[holder], self.ledger.share_of(holder)
            )
            for holder in named
        }

    @property
    def ledger(self) -> Ledger:
        return _ledger(self.ledgers, self.company)

    @property
    def moves(self) -> list[Move]:
        return [m for m in self.deal.moves if m.of == self.company and not m.option]

    @property
    def stakes(self) -> list[Stakes]:
        return [stakes for stakes in self.deal.stakes if stakes.company == self.company]

    @property
    def restated(self) -> list[str]:
        return [stakes.holder for stakes in self.stakes if stakes.after]

    @property
    def issues(self) -> bool:
        return any(move.new for move in self.moves)

    def _named(self) -> set[str]:
        sellers = {seller for move in self.moves for seller in move.sellers}
        buyers = {buyer for move in self.moves for buyer in move.buyers}
        return sellers | buyers | {stakes.holder for stakes in self.stakes}

    def _rests_on(self, move: Move) -> Sources:
        """What says how much a move was, else what says that there was one."""
        settled = settled_from(self.deal, self.corpus)
        return shown_sources(move.share, self.corpus, settled) or move.sources

    def _moved(self, move: Move) -> Share | None:
        settled = settled_from(self.deal, self.corpus)
        return shown(move.share, self.corpus, completed=settled)

    def _kept(self) -> Decimal:
        """What remains of 1% of the old capital, at the least, once new shares are out (2)."""
        issued = self._issued()
        return ZERO if issued is None else HUNDRED / (HUNDRED + issued)

    def _issued(self) -> Decimal | None:
        """New shares in percent of the old capital; None where a part of them is unknown."""
        total = ZERO
        for move in self.moves:
            if move.new:
                share = self._moved(move)
                if share is None or share.exact is None:
                    return None
                total += share.exact
        return total

    def _reveal_befores(self) -> None:
        for stakes in self.stakes:
            voted = self.ledger.open.get(stakes.holder)
            if stakes.before and not self._is_vote(stakes, voted):
                chosen = decide(stakes.before, self.corpus).winner
                known = self.corpus.known_from(chosen.sources)
                self.ledger.reveal(stakes.holder, chosen.value, self.event, chosen.sources, known)

    def _is_vote(self, stakes: Stakes, current: Holding | None) -> bool:
        """Whether this "before" was counted already on what an earlier deal printed as "after"."""
        key = (current.record if current else "", stakes.company, stakes.holder)
        decision = self.decisions.get(key)
        if decision is None:
            return False
        counted = {decision.winner, *(loser for loser, _ in decision.losers)}
        values = {str(claim.value) for claim in counted}
        return all(str(claim.value) in values for claim in stakes.before)

    def _end_all(self) -> None:
        """Everybody's shares go (7)."""
        if any(move.from_holders and _is_whole(self._moved(move)) for move in self.moves):
            buyers = {buyer for move in self.moves for buyer in move.buyers}
            for holder in sorted(set(self.ledger.open) - set(self.restated) - buyers):
                self.ledger.close(holder, self.event)

    def _sell(self, seller: str, move: Move, prior: Mapping[str, Holding]) -> None:
        """What a named seller keeps (4, 5, 6); of several sellers nobody knows who sold what."""
        moved = self._moved(move) if len(move.sellers) == 1 else None
        sold = moved or UNKNOWN
        sources = self._rests_on(move)
        known = self.corpus.known_from(sources)
        if seller not in prior and seller not in self.ledger.open:
            had = Share.between(sold.low, HUNDRED) if sold.low else UNKNOWN
            self.ledger.reveal(seller, had, self.event, sources, known)
        if seller in self.restated or seller not in self.ledger.open:
            return
        had = self.ledger.open[seller].share
        if sold.low == HUNDRED or sold.low >= had.high:
            self.ledger.close(seller, self.event)
        elif self.issues:
            self.ledger.change(seller, Share.between(ZERO, had.high), self.event)
        else:
            low = max(had.low - sold.high, ZERO)
            self.ledger.change(seller, Share.between(low, had.high - sold.low), self.event)

    def _buy(self, move: Move) -> None:
        """What a receiver has at the least (2, 3, 5)."""
        if move.to_holders_of:
            for holder in sorted(self.holders.get(move.to_holders_of, ())):
                self._receive(holder, UNKNOWN, move)
        moved = self._moved(move)
        for buyer in move.buyers:
            if buyer in self.restated:
                continue
            share = moved if moved and len(move.buyers) == 1 else UNKNOWN
            current = self.ledger.open.get(buyer)
            if share.is_unknown and current and current.record == self.deal.id:
                continue  # another move of this deal says more
            before = current.share if current else None
            self._receive(buyer, self._bought(share, before, move), move)

    def _receive(self, holder: str, share: Share, move: Move) -> None:
        if holder not in self.restated:
            sources = self._rests_on(move) if not share.is_unknown else move.sources
            known = self.corpus.known_from(sources)
            self.ledger.observe(holder, share, self.event, sources, known)

    def _bought(self, moved: Share, before: Share | None, move: Move) -> Share:
        if moved.low == HUNDRED:
            return ALL
        had_low, had_high = (before.low, before.high) if before else (ZERO, ZERO)
        if not self.issues:
            if before is None:
                return moved
            return Share.between(
                min(had_low + moved.low, HUNDRED), min(had_high + moved.high, HUNDRED)
            )
        issued = self._issued()
        if move.new and before is None and moved.exact is not None and issued is not None:
            exact = moved.exact * HUNDRED / (HUNDRED + issued)
            return Share.between(_rounded(exact), _rounded(exact))
        if not move.new:
            return UNKNOWN
        # Alone it can only gain; beside others it may take less than would keep its share.
        return Share.between(had_low if self._is_alone() else had_low * self._kept(), HUNDRED)

    def _is_alone(self) -> bool:
        """Whether one receiver takes the whole issue."""
        return len({buyer for move in self.moves if move.new for buyer in move.buyers}) == 1

    def _dilute(self) -> None:
        """Holders who take no part in an issue become ranges (2)."""
        if not self.issues:
            return
        kept = self._kept()
        for holder in sorted(set(self.ledger.open) - self._named()):
            share = self.ledger.open[holder].share
            low = _rounded(share.low * kept)
            self.ledger.change(holder, Share.between(low, share.high), self.event)

    def _restate(self, holder: str) -> None:
        chosen = self.decisions[(self.deal.id, self.company, holder)].winner
        known = self.corpus.known_from(chosen.sources)
        if chosen.value.high == 0:
            if holder in self.ledger.open:
                self.ledger.close(holder, self.event)
            return
        self.ledger.observe(holder, chosen.value, self.event, chosen.sources, known)

    def _fill_up(self) -> None:
        """Where one has everything, the others have left (6)."""
        owner = next((h for h, o in self.ledger.open.items() if o.share.low == HUNDRED), None)
        if owner is not None:
            for holder in sorted(set(self.ledger.open) - {owner}):
                self.ledger.close(holder, self.event)


def _event_key(event: Event) -> tuple[date, bool, date, str]:
    """By the first possible day; a disclosure of the same day shows what a deal has done.

    What is known to the year only may as well have been late in it as early: it comes after what
    is known better, so that it does not tear apart what belongs together.
    """
    when = event.when
    is_disclosure = isinstance(event.record, Disclosure)
    first = when.first or when.last
    is_wide = when.last - first > WIDE and not when.text.startswith("by ")
    return (when.last if is_wide else first, is_disclosure, when.last, event.record.id)


def _ledger(ledgers: dict[str, Ledger], company: str) -> Ledger:
    return ledgers.setdefault(company, Ledger(company))


def _is_whole(share: Share | None) -> bool:
    return share is None or share.low == HUNDRED


def _is_empty(holding: Holding) -> bool:
    """A segment that began and ended with the same event, so that it held on no day."""
    return holding.end is not None and holding.end == holding.start and holding.end.is_exact


def _merged(segments: list[Holding]) -> list[Holding]:
    """Those of one pair that follow each other with one share made one."""
    merged: list[Holding] = []
    for holding in segments:
        last = merged[-1] if merged else None
        follows = last is not None and (last.company, last.holder) == (
            holding.company,
            holding.holder,
        )
        if last and follows and last.end == holding.start and last.share == holding.share:
            sources = tuple(dict.fromkeys((*last.sources, *holding.sources)))
            merged[-1] = replace(
                holding, start=last.start, record=last.record, sources=sources, known=last.known
            )
        else:
            merged.append(holding)
    return merged


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.0001")).normalize() + ZERO


def group_by_company(segments: tuple[Holding, ...]) -> dict[str, list[Holding]]:
    """The segments of each company, in their order."""
    grouped: dict[str, list[Holding]] = {}
    for holding in segments:
        grouped.setdefault(holding.company, []).append(holding)
    return grouped
