"""What records say of a company's shares, as rows of a linear program.

The unknowns are numbers of shares: of each holder and in all, at each stage (before and after each
deal, at each disclosure). In numbers everything is linear: a holder that takes no part in an issue
keeps its shares, and its percentage falls because there are more of them. Beside what was printed
stand the laws (holders together have no more than all) and assumptions, such as that nobody sold
unseen between two reports; an assumption is given up where it goes against what was printed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from graph.corpus import Corpus
from graph.networks.books import (
    CAPITAL,
    Book,
    Event,
    Groups,
    Premise,
    Standing,
    direct_groups,
    events_of,
    valid_claims,
)
from graph.networks.intervals import HUNDRED, Interval, hull, share_interval
from graph.networks.linear import Row
from graph.nodes import deal_name, subject_name
from graph.queries.wording import date_words, on_words, share_words
from graph.records import Claims, Deal, Disclosure, Move, Sources
from ontology.values import Claim, Share

ZERO, ONE = Fraction(0), Fraction(1)
_PERCENT = Fraction(1, 100)


def keep_book(
    corpus: Corpus,
    company: str,
    until: date | None = None,
    *,
    each_claim: bool = False,
    apart: Collection[str] = (),
) -> Book:
    """The book of a company up to a day.

    Claims of one field are alternatives, those that were deprecated left out; with `each_claim`
    every one stands for itself. The stakes of those who are `apart` are in nobody else's.
    """
    keeper = _Keeper(corpus, Book(company), each_claim)
    keeper.book.above = Groups(direct_groups(corpus, company), apart)
    for event in events_of(corpus, company, until):
        keeper.take(event)
    return keeper.book


@dataclass
class _Keeper:
    """Writes one event after the other into a book."""

    corpus: Corpus
    book: Book
    each_claim: bool

    def take(self, event: Event) -> None:
        self._pass_time(event)
        self.book.events.append(event)
        if isinstance(event.record, Disclosure):
            self._disclose(event, event.record)
        else:
            self._deal(event, event.record)
        self.book.chapters.append((len(self.book.rows), self.book.capital))

    # ---- what is printed

    def _disclose(self, event: Event, disclosure: Disclosure) -> None:
        when = date_words(event.when.text)
        for holder, claims in sorted(disclosure.holders.items()):
            self._add_holder(holder)
            self._print(event, holder, claims, on_words(event.when.text))
        self._sum(event, "")
        if disclosure.complete:
            listed = set(disclosure.holders)
            for holder in self.book.holders:
                if holder not in listed and not self.book.above[holder] & listed:
                    words = f"{self._name(holder)} is not in the complete list of {when}"
                    premise = self._claim(disclosure, f"absent.{holder}", words, holder)
                    self._row(premise, {self.book.shares(holder): ONE}, high=ZERO)
            words = f"the list of {when} is complete"
            terms = {self.book.shares(h): ONE for h in self.book.top() if h in listed}
            premise = self._claim(disclosure, "complete", words)
            self._row(premise, {**terms, self.book.capital: -ONE}, ZERO, ZERO)

    def _print(self, event: Event, holder: str, claims: Claims[Share], when: str) -> None:
        """The share of a holder, as its claims have it: one of them is right."""
        if holder == self.book.company or not claims:
            return
        kept = claims if self.each_claim else valid_claims(claims)
        told = " or ".join(dict.fromkeys(share_words(c.value.text) for c in kept))
        self.book.seen[holder] = (event, told)
        groups = [(claim,) for claim in kept] if self.each_claim else [kept]
        for group in groups:
            words = " or ".join(dict.fromkeys(share_words(c.value.text) for c in group))
            sources = tuple(dict.fromkeys(s for c in group for s in c.sources))
            premise = Premise(
                group[0].id, Standing.PRINTED, f"{self._name(holder)} held {words} {when}",
                event.record.id, holder, sources,
            )  # fmt: skip
            self._part(premise, holder, hull(share_interval(c.value) for c in group))

    def _part(self, premise: Premise, holder: str, share: Interval) -> None:
        own, capital = self.book.shares(holder), self.book.capital
        if share.low > 0:
            self._row(premise, {own: ONE, capital: -share.low * _PERCENT}, low=ZERO)
        if share.high is not None and share.high < HUNDRED:
            self._row(premise, {own: ONE, capital: -share.high * _PERCENT}, high=ZERO)

    # ---- deals

    def _deal(self, event: Event, deal: Deal) -> None:
        named = f"{deal_name(deal, self.corpus)} ({deal.id})"
        moves = [m for m in deal.moves if m.of == self.book.company and not m.option]
        stakes = [s for s in deal.stakes if s.company == self.book.company]
        self._open(deal, moves, [s.holder for s in stakes], named)
        for stake in stakes:
            self._print(event, stake.holder, stake.before, f"before {named}")
        self._sum(event, "before ")
        self.book.stage += 1
        self._capital(deal, moves, named)
        restated = {s.holder for s in stakes if s.after}
        for holder in self.book.holders:
            self._trade(deal, holder, moves, named, is_restated=holder in restated)
        self._joint_moves(deal, moves, named)
        for stake in stakes:
            self._print(event, stake.holder, stake.after, f"after {named}")
        self._sum(event, "after ")

    def _open(self, deal: Deal, moves: list[Move], others: list[str], named: str) -> None:
        """Accounts for those who appear for the first time; a buyer had nothing, unless told."""
        sellers = [seller for move in moves for seller in move.sellers]
        buyers = [buyer for move in moves for buyer in move.buyers]
        told = {s.holder for s in deal.stakes if s.before}
        for holder in [*sellers, *buyers, *others]:
            is_new = self._add_holder(holder)
            if is_new and holder in buyers and holder not in {*sellers, *told}:
                words = f"{self._name(holder)} held nothing before {named}"
                otherwise = f"{self._name(holder)} held shares before {named}"
                premise = self._assume(deal.id, Standing.NEW_HOLDER, words, holder, otherwise)
                self._row(premise, {self.book.shares(holder): ONE}, high=ZERO)

    def _capital(self, deal: Deal, moves: list[Move], named: str) -> None:
        """New shares add to the capital; without them it stays as it is."""
        now, before = self.book.capital, self.book.shares(CAPITAL, self.book.stage - 1)
        grown = {now: ONE, before: -ONE}
        new = [move for move in moves if move.new]
        if not new:
            words = f"{named} changed nothing in the number of all shares"
            otherwise = f"shares were issued or withdrawn in {named}"
            premise = self._assume(deal.id, Standing.CAPITAL_KEPT, words, "", otherwise)
            self._row(premise, grown, ZERO, ZERO)
            return
        law = self._law(f"issue.{deal.id}", f"{named} added shares")
        self._row(law, grown, low=ZERO)
        takers = {buyer for move in new for buyer in move.buyers}
        if all(m.buyers for m in new) and not takers & {s for m in moves for s in m.sellers}:
            words = f"nobody else took new shares in {named}"
            otherwise = f"others took new shares too in {named}"
            premise = self._assume(deal.id, Standing.ALL_TOLD, words, "", otherwise)
            gains = {self.book.shares(taker): ONE for taker in takers}
            gains |= {self._before(taker): -ONE for taker in takers}
            bought_more = any(taker in m.buyers for m in moves if not m.new for taker in takers)
            high = None if bought_more else ZERO
            self._row(premise, {**gains, now: -ONE, before: ONE}, ZERO, high)
        parts = [_moved(move) for move in new]
        if all(part is not None for part in parts):
            total = sum((p for p in parts if p), Interval.exactly(0))
            self._of_old(
                self._moves_claim(deal, new, f"the issue of {named}"), grown, total, before
            )

    def _trade(
        self, deal: Deal, holder: str, moves: list[Move], named: str, *, is_restated: bool
    ) -> None:
        """What a deal does to the shares of one holder."""
        gained = {self.book.shares(holder): ONE, self._before(holder): -ONE}
        bought = [m for m in moves if holder in m.buyers]
        sold = [m for m in moves if holder in m.sellers and not m.new]
        if bought and not sold:
            self._bought(deal, holder, bought, gained, named)
        elif sold and not bought:
            self._sold(deal, holder, sold, gained, named)
        elif not sold and any(m.to_holders_of for m in moves):
            self._row(self._law(f"{deal.id}.{holder}", ""), gained, low=ZERO)
        elif not bought and any(m.from_holders and _is_whole(m) for m in moves) and not is_restated:
            claim = self._moves_claim(deal, moves, f"{named} took the shares of all", holder)
            self._row(claim, {self.book.shares(holder): ONE}, high=ZERO)
        elif not bought and not sold and any(_from_anybody(m) for m in moves):
            words = f"{self._name(holder)} bought nothing in {named}"
            otherwise = f"{self._name(holder)} bought in {named}"
            premise = self._assume(deal.id, Standing.BYSTANDER, words, holder, otherwise)
            self._row(premise, gained, high=ZERO)
        elif not bought and not sold:
            words = f"{self._name(holder)} took no part in {named}"
            otherwise = f"{self._name(holder)} bought or sold in {named}"
            premise = self._assume(deal.id, Standing.BYSTANDER, words, holder, otherwise)
            self._row(premise, gained, ZERO, ZERO)

    def _bought(
        self, deal: Deal, holder: str, moves: list[Move], gained: dict[str, Fraction], named: str
    ) -> None:
        """At least what its own moves brought; no more, where they all say how much."""
        alone = [m for m in moves if m.buyers == (holder,)]
        told = f"{self._name(holder)} bought"
        if any(_is_whole(m) for m in alone):
            claim = self._moves_claim(deal, alone, f"{told} all in {named}", holder)
            return self._part(claim, holder, Interval(HUNDRED, None))
        parts = [_moved(m) for m in alone]
        total = sum((p for p in parts if p), Interval.exactly(0))
        before = self.book.shares(CAPITAL, self.book.stage - 1)
        claim = self._moves_claim(deal, alone, f"{told} {_told(alone)} in {named}", holder)
        self._of_old(claim, gained, Interval(total.low, None), before)
        if any(_word(m) == "majority" for m in alone):
            claim = self._moves_claim(deal, alone, f"{told} a majority in {named}", f"{holder}.")
            self._part(claim, holder, Interval(Fraction(50), None))
        if alone == moves and all(parts):
            words = f"{told} no more in {named} than is recorded"
            otherwise = f"{told} more in {named} than is recorded"
            premise = self._assume(deal.id, Standing.ALL_TOLD, words, holder, otherwise)
            self._of_old(premise, gained, Interval(ZERO, total.high), before)
        return None

    def _sold(
        self, deal: Deal, holder: str, moves: list[Move], gained: dict[str, Fraction], named: str
    ) -> None:
        alone = [m for m in moves if m.sellers == (holder,)]
        told = f"{self._name(holder)} sold"
        if any(_is_whole(m) for m in alone):
            claim = self._moves_claim(deal, alone, f"{told} all in {named}", holder)
            return self._row(claim, {self.book.shares(holder): ONE}, high=ZERO)
        parts = [_moved(m) for m in alone]
        total = sum((p for p in parts if p), Interval.exactly(0))
        before = self.book.shares(CAPITAL, self.book.stage - 1)
        lost = {name: -factor for name, factor in gained.items()}
        claim = self._moves_claim(deal, alone, f"{told} {_told(alone)} in {named}", holder)
        self._of_old(claim, lost, Interval(total.low, None), before)
        if alone == moves and all(parts):
            words = f"{told} no more in {named} than is recorded"
            otherwise = f"{told} more in {named} than is recorded"
            premise = self._assume(deal.id, Standing.ALL_TOLD, words, holder, otherwise)
            self._of_old(premise, lost, Interval(ZERO, total.high), before)
        return None

    def _joint_moves(self, deal: Deal, moves: list[Move], named: str) -> None:
        """What several bought or sold together, nobody knowing who how much."""
        before = self.book.shares(CAPITAL, self.book.stage - 1)
        for place, move in enumerate(moves):
            part = _moved(move)
            for sign, actors, verb in ((-ONE, move.sellers, "sold"), (ONE, move.buyers, "bought")):
                if part is None or len(actors) < 2:
                    continue
                terms = {self.book.shares(a): sign for a in actors}
                terms |= {self._before(a): -sign for a in actors}
                names = ", ".join(self._name(a) for a in actors)
                words = f"{names} {verb} {_told([move])} together in {named}"
                claim = self._claim(deal, f"moves.{place}.{verb}", words, "", _cited([move]))
                self._of_old(claim, terms, Interval(part.low, None), before)

    # ---- laws and assumptions

    def _pass_time(self, event: Event) -> None:
        """Nothing happens between two events, as far as anybody told."""
        last = self.book.events[-1] if self.book.events else None
        self.book.stage += 1
        if last is None:
            return
        self._same(CAPITAL, "the number of all shares stayed the same", last, event)
        for holder in self.book.holders:
            self._same(holder, f"{self._name(holder)} neither bought nor sold", last, event)

    def _same(self, holder: str, words: str, last: Event, event: Event) -> None:
        is_capital = holder == CAPITAL
        when = (last.when.text, event.when.text)
        premise = Premise(
            f"since:{event.record.id}.{holder}",
            Standing.CAPITAL_KEPT if is_capital else Standing.NO_TRADE,
            f"{words} between {date_words(when[0])} and {date_words(when[1])}",
            holder="" if is_capital else holder,
            otherwise="shares were issued or withdrawn"
            if is_capital
            else f"the share of {self._name(holder)} changed",
            span=when,
        )
        self._row(premise, {self.book.shares(holder): ONE, self._before(holder): -ONE}, ZERO, ZERO)

    def _sum(self, event: Event, when: str) -> None:
        """All holders together have no more than all; who belongs to another counts once."""
        words = f"all holders together have at most 100% {when}{event.record.id}".strip()
        terms = {self.book.shares(holder): ONE for holder in self.book.top()}
        if terms:
            law = self._law(f"sum.{self.book.stage}", words)
            self._row(law, {**terms, self.book.capital: -ONE}, high=ZERO)
        for holder in self.book.holders:
            law = self._law(f"part.{self.book.stage}.{holder}", words)
            self._row(law, {self.book.shares(holder): ONE, self.book.capital: -ONE}, high=ZERO)
            self._inside(holder)

    def _inside(self, holder: str) -> None:
        """The stake of a group contains those of its members."""
        group = self.book.within(holder)
        if group:
            words = f"the stake of {self._name(group)} contains that of {self._name(holder)}"
            premise = self._assume(group, Standing.WITHIN_GROUP, words, holder)
            terms = {self.book.shares(holder): ONE, self.book.shares(group): -ONE}
            self._row(premise, terms, high=ZERO)

    # ---- writing

    def _add_holder(self, holder: str) -> bool:
        """Open an account; False where there is one already."""
        if holder == self.book.company or holder in self.book.holders:
            return False
        self.book.holders.append(holder)
        return True

    def _before(self, holder: str) -> str:
        return self.book.shares(holder, self.book.stage - 1)

    def _name(self, holder: str) -> str:
        return subject_name(holder, self.corpus)

    def _row(
        self,
        premise: Premise,
        terms: dict[str, Fraction],
        low: Fraction | None = None,
        high: Fraction | None = None,
    ) -> None:
        self.book.premises.setdefault(premise.id, premise)
        self.book.rows.append(Row(premise.id, terms, low, high))

    def _of_old(
        self, premise: Premise, terms: dict[str, Fraction], part: Interval, before: str
    ) -> None:
        """The terms are a part of the capital before, in percent."""
        low, high = part.low * _PERCENT, part.high
        if low > 0:
            self._row(premise, {**terms, before: terms.get(before, ZERO) - low}, low=ZERO)
        if high is not None:
            less = terms.get(before, ZERO) - high * _PERCENT
            self._row(premise, {**terms, before: less}, high=ZERO)

    def _law(self, key: str, words: str) -> Premise:
        return Premise(f"law:{key}", Standing.PRINTED, words, is_law=True)

    def _assume(
        self, key: str, standing: Standing, words: str, holder: str = "", otherwise: str = ""
    ) -> Premise:
        name = f"{standing.name.lower()}:{key}.{holder or CAPITAL}"
        return Premise(name, standing, words, key, holder, otherwise=otherwise)

    def _claim(
        self,
        record: Deal | Disclosure,
        field: str,
        words: str,
        holder: str = "",
        sources: Sources = (),
    ) -> Premise:
        cited = sources or record.sources
        return Premise(
            f"{record.id}#{field}", Standing.PRINTED, words, record.id, holder.rstrip("."), cited
        )

    def _moves_claim(self, deal: Deal, moves: list[Move], words: str, holder: str = "") -> Premise:
        return self._claim(deal, f"moves.{holder}", words, holder, _cited(moves))


def _moved(move: Move) -> Interval | None:
    """What part of the old capital a move is, where a number is printed."""
    claims = [c for c in valid_claims(move.share) if not _is_word(c)]
    return hull(share_interval(c.value) for c in claims) if claims else None


def _is_word(claim: Claim[Share]) -> bool:
    return not any(char.isdigit() for char in claim.value.text)


def _word(move: Move) -> str:
    return next((c.value.text for c in valid_claims(move.share) if _is_word(c)), "")


def _is_whole(move: Move) -> bool:
    return any(c.value.low == 100 for c in valid_claims(move.share))


def _from_anybody(move: Move) -> bool:
    """Whether the sellers of a move are not named."""
    return move.from_holders or (not move.new and not move.sellers)


def _told(moves: Iterable[Move]) -> str:
    texts = [c.value.text for m in moves for c in valid_claims(m.share)]
    return " and ".join(share_words(text) for text in texts) or "shares"


def _cited(moves: Iterable[Move]) -> Sources:
    return tuple(dict.fromkeys(s for m in moves for s in _sources(m)))


def _sources(move: Move) -> Iterator[str]:
    yield from (s for c in move.share for s in c.sources)
    yield from move.sources
