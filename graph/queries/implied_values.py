"""What the numbers of one deal say that a company is worth.

Every printed pair of an amount and a share implies a value of the whole company: US$137m for 9.1%
means US$1.5bn before the new money; 51% for US$1bn means US$2bn after it. A holder whose share fell
without its selling says by how much the capital grew. Brought to one footing, the value after the
new money, they can be held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from graph.corpus import Corpus
from graph.holdings import Holdings
from graph.networks.books import valid_claims
from graph.networks.intervals import HUNDRED, Interval, hull, money_interval, share_interval
from graph.nodes import subject_name
from graph.queries.exchange import rate
from graph.queries.wording import money_words, share_words
from graph.records import Claims, Deal, Move, Sources, Stakes, Valuation
from ontology.values import Claim, Money, Share

NOTHING = Interval.exactly(0)
_DATED = ("announced", "completed", "approved", "offered", "talks", "rumoured")
Kind = Literal["valuation", "sale", "stake", "dilution"]


@dataclass(frozen=True)
class Footing:
    """A value of the company after the new money, if what was printed is meant in this way."""

    reading: Literal["pre", "post", "plain"]
    value: Interval


@dataclass(frozen=True)
class Implied:
    """Something printed, and the values of the whole company that it can mean.

    `paid` and `before` are what a stake was reckoned from, so that it can be reckoned anew;
    `is_assumed` says that it rests on a guess: that who is not known to have held shares before
    held none, or that a "valuation" is one of the shares.
    """

    kind: Kind
    field: str
    printed: str
    words: str
    footings: tuple[Footing, ...]
    sources: Sources
    holder: str = ""
    basis: str = ""
    known: str = ""
    share: Interval | None = None
    paid: Interval | None = None
    before: Interval = NOTHING
    is_assumed: bool = False

    def fits(self, value: Interval) -> bool:
        """Whether one of its meanings allows the value."""
        return any(footing.value.meets(value) for footing in self.footings)

    def gap(self, value: Interval) -> Fraction:
        """How far its nearest meaning is from the value."""
        return min(footing.value.gap(value) for footing in self.footings)


@dataclass(frozen=True)
class DealNumbers:
    """The numbers of one deal that concern one company, all in one currency."""

    corpus: Corpus
    holdings: Holdings
    deal: Deal
    company: str

    @cached_property
    def moves(self) -> list[Move]:
        return [m for m in self.deal.moves if m.of == self.company and not m.option]

    @cached_property
    def new(self) -> list[Move]:
        return [move for move in self.moves if move.new]

    @cached_property
    def old(self) -> list[Move]:
        return [move for move in self.moves if not move.new]

    @cached_property
    def stakes(self) -> list[Stakes]:
        return [stakes for stakes in self.deal.stakes if stakes.company == self.company]

    @cached_property
    def valuations(self) -> list[Valuation]:
        return [value for value in self.deal.valuations if value.of == self.company]

    @cached_property
    def is_alone(self) -> bool:
        """Whether the deal's amounts are all for this company."""
        return {move.of for move in self.deal.moves if not move.option} <= {self.company}

    @cached_property
    def currency(self) -> str:
        """The one that most of the money is printed in."""
        found = [claim.value.currency for claim in self._money_claims() if claim.value.currency]
        return min(found, key=lambda each: (-found.count(each), each), default="")

    @cached_property
    def new_money(self) -> Interval | None:
        """What went into the company; zero without new shares, None where that is not printed."""
        if not self.new:
            return NOTHING
        prices = [self.price(move) for move in self.new]
        told = [price for price in prices if price is not None]
        if len(told) == len(prices):
            return sum(told, NOTHING)
        return self.total if self.is_alone and not self.old else None

    @cached_property
    def total(self) -> Interval | None:
        """What the whole deal was said to cost: one of the claims."""
        return self.amount("total") if self.is_alone else None

    def amount(self, key: str) -> Interval | None:
        claims = self.deal.amounts.get(key, ())
        found = [money for claim in valid_claims(claims) if (money := self.money(claim.value))]
        return hull(found) if found else None

    def price(self, move: Move) -> Interval | None:
        """What was paid in one move, where money was."""
        found = [money for claim in valid_claims(move.price) if (money := self.money(claim.value))]
        return hull(found) if found else None

    def money(self, money: Money) -> Interval | None:
        """An amount in the currency of the deal; at the rates of its time, if it is in another."""
        if money.low is None and money.high is None:
            return None
        first, last = self.days
        factor = rate(money.currency, self.currency, first, last)
        return money_interval(money) * factor if factor else None

    @cached_property
    def days(self) -> tuple[date, date]:
        """The time of the deal's announcement, or what else is known of its time."""
        for status in _DATED:
            for claim in self.deal.statuses.get(status, ()):
                return claim.value.first or claim.value.last, claim.value.last
        return date.max, date.max

    def paid_by(self, buyer: str) -> Interval | None:
        """What one buyer paid; None where it is not known, or was not all money.

        As the only buyer it paid the total, for the sellers that are named may be but some.
        """
        if any(m.paid_with == self.company and buyer in m.sellers for m in self.deal.moves):
            return None
        own = [move for move in self.moves if buyer in move.buyers]
        if own and all(move.buyers == (buyer,) for move in self.moves) and self.total is not None:
            return self.total
        prices = [self.price(move) if move.buyers == (buyer,) else None for move in own]
        told = [price for price in prices if price is not None]
        return sum(told, NOTHING) if own and len(told) == len(prices) else None

    def share_before(self, stakes: Stakes) -> Interval | None:
        """What a holder had before: as printed with the deal, else as last known."""
        if stakes.before:
            return _shares(stakes.before)
        outcome = self.holdings.outcomes.get((self.deal.id, self.company, stakes.holder))
        if outcome is None or outcome.before is None:
            return NOTHING
        return share_interval(outcome.before)

    def held_by_buyers(self, move: Move) -> Interval:
        """What the buyers had before, so that "all" is only the rest."""
        own = [stakes for stakes in self.stakes if stakes.holder in move.buyers]
        return sum((found for each in own if (found := self.share_before(each))), NOTHING)

    def name(self, actor: str) -> str:
        return subject_name(actor, self.corpus)

    def _money_claims(self) -> Iterator[Claim[Money]]:
        for move in self.moves:
            yield from move.price
        for value in self.valuations:
            yield from value.amount
        for claims in self.deal.amounts.values():
            yield from claims


def implied_values(numbers: DealNumbers) -> list[Implied]:
    """All that the numbers of a deal imply about the value of the company."""
    return [
        *_valuations(numbers),
        *_sales(numbers),
        *_bought_stakes(numbers),
        *_sold_stakes(numbers),
        *_dilutions(numbers),
    ]


def _valuations(numbers: DealNumbers) -> Iterator[Implied]:
    for value in numbers.valuations:
        for claim in value.amount:
            printed = numbers.money(claim.value)
            if printed is None or value.kind == "enterprise":
                continue
            told = money_words(claim.value.text)
            meant = {"pre": " before the new money", "post": " after it"}.get(value.money, "")
            words = f"{told} was printed as its value{meant}"
            is_vague = value.kind == "unknown" and value.money == "unknown"
            yield Implied(
                "valuation", _field(claim), claim.value.text, words,
                _footings(value, printed, numbers.new_money), claim.sources, basis=value.kind,
                known=_known(claim), is_assumed=is_vague,
            )  # fmt: skip


def _footings(value: Valuation, printed: Interval, new: Interval | None) -> tuple[Footing, ...]:
    """A value before the new money is one after it, once the new money is added."""
    if new == NOTHING:
        return (Footing("plain", printed),)
    after = Footing("post", printed)
    before = Footing("pre", printed + (new or Interval(Fraction(0), None)))
    if value.money == "post" or value.kind == "market":
        return (after,)
    return (before,) if value.money == "pre" else (before, after)


def _sales(numbers: DealNumbers) -> Iterator[Implied]:
    """A price for a part of the capital as it was before the deal."""
    new = numbers.new_money
    for move in numbers.moves:
        price = numbers.price(move)
        for claim in move.share:
            share = share_interval(claim.value)
            if claim.value.low == HUNDRED:
                share = share - numbers.held_by_buyers(move)
            if price is None or new is None or not _is_number(claim.value) or not share.low:
                continue
            who = ", ".join(numbers.name(seller) for seller in move.sellers) or "new shares"
            told = f"{money_words(move.price[0].value.text)} for {share_words(claim.value.text)}"
            whole = price * Interval.exactly(100) / share
            yield Implied(
                "sale", _field(claim), claim.value.text, f"{told} ({who})",
                (Footing("pre" if new != NOTHING else "plain", whole + new),),
                _union(claim.sources, move.price[0].sources),
                holder=next(iter(move.sellers), ""), basis=claim.value.basis, known=_known(claim),
                share=share, paid=price,
            )  # fmt: skip


def _bought_stakes(numbers: DealNumbers) -> Iterator[Implied]:
    """What a buyer held afterwards against what it paid."""
    new = numbers.new_money
    for stakes in numbers.stakes:
        paid = numbers.paid_by(stakes.holder)
        before = numbers.share_before(stakes)
        if paid is None or before is None or before.high is None:
            continue
        if new is None and before != NOTHING:
            continue
        for claim in stakes.after:
            share = share_interval(claim.value)
            gained = share - before
            if not _is_number(claim.value) or gained.high == 0:
                continue
            # after × value = before × (value - new money) + paid
            worth = (paid - before * (new or NOTHING) / Interval.exactly(100)) * Interval.exactly(
                100
            )
            words = f"{numbers.name(stakes.holder)} held {share_words(claim.value.text)} afterwards"
            had = f", having had {_told(before)}" if before != NOTHING else ""
            yield Implied(
                "stake", _field(claim), claim.value.text, f"{words}{had}",
                (Footing("post" if numbers.new else "plain", worth / gained),), claim.sources,
                holder=stakes.holder, basis=claim.value.basis, known=_known(claim),
                share=share, paid=paid, before=before,
                is_assumed=before == NOTHING and not stakes.before,
            )  # fmt: skip


def _sold_stakes(numbers: DealNumbers) -> Iterator[Implied]:
    """What a seller got for the difference of its shares, where no new ones were issued."""
    if numbers.new:
        return
    for stakes in numbers.stakes:
        own = [move for move in numbers.old if move.sellers == (stakes.holder,)]
        prices = [price for move in own if (price := numbers.price(move))]
        if not own or len(prices) != len(own) or not stakes.before or any(m.share for m in own):
            continue
        for claim in stakes.after:
            lost = _shares(stakes.before) - share_interval(claim.value)
            if _is_number(claim.value) and lost.low > 0:
                value = sum(prices, NOTHING) * Interval.exactly(100) / lost
                told = f"{_told(_shares(stakes.before))} to {share_words(claim.value.text)}"
                yield Implied(
                    "stake", _field(claim), claim.value.text,
                    f"{numbers.name(stakes.holder)} went from {told}",
                    (Footing("plain", value),), claim.sources, holder=stakes.holder,
                    known=_known(claim), share=share_interval(claim.value),
                )  # fmt: skip


def _dilutions(numbers: DealNumbers) -> Iterator[Implied]:
    """By how much the capital grew, as those tell who took no new shares."""
    new = numbers.new_money
    if new is None or not new.low:
        return
    buyers = {buyer for move in numbers.moves for buyer in move.buyers}
    for stakes in numbers.stakes:
        sold = _sold_share(numbers, stakes.holder)
        if stakes.holder in buyers or not stakes.before or sold is None:
            continue
        kept = _shares(stakes.before) - sold
        for claim in stakes.after:
            share = share_interval(claim.value)
            grown = kept / share if share.low and _is_number(claim.value) else None
            if grown is None or grown.high is None or grown.low <= 1:
                continue
            value = Interval(
                new.low * grown.high / (grown.high - 1),
                (new.high or new.low) * grown.low / (grown.low - 1),
            )
            did = f", having sold {_told(sold)}" if sold != NOTHING else ""
            words = (
                f"{numbers.name(stakes.holder)} went from {_told(_shares(stakes.before))} to "
                f"{share_words(claim.value.text)}{did}"
            )
            yield Implied(
                "dilution", _field(claim), claim.value.text, words, (Footing("post", value),),
                claim.sources, holder=stakes.holder, basis=claim.value.basis, known=_known(claim),
                share=share, before=kept,
            )  # fmt: skip


def _sold_share(numbers: DealNumbers, holder: str) -> Interval | None:
    """What part of the old capital a holder sold; None where that is not printed."""
    parts = [move.share for move in numbers.old if holder in move.sellers]
    if any(not claims or not all(_is_number(c.value) for c in claims) for claims in parts):
        return None
    return sum((_shares(claims) for claims in parts), NOTHING)


def _shares(claims: Claims[Share]) -> Interval:
    return hull(share_interval(claim.value) for claim in valid_claims(claims))


def _is_number(share: Share) -> bool:
    return share.exact is not None


def _told(share: Interval) -> str:
    """A share in words, from the middle of what was printed: 19.55..19.65 -> 19.6%."""
    if share.high is None or share.high - share.low > HUNDRED / 20:
        return "an unknown share"
    return f"{float(share.middle):.4g}%"


def _field(claim: Claim[Money] | Claim[Share]) -> str:
    return claim.id.split("#", 1)[1].split("=", 1)[0]


def _known(claim: Claim[Money] | Claim[Share]) -> str:
    """Why a claim was set aside."""
    return claim.reason if claim.rank == "deprecated" else ""


def _union(one: Sources, other: Sources) -> Sources:
    return tuple(dict.fromkeys((*one, *other)))
