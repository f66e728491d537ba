"""Why a number of a deal likely does not fit the others: each known mistake is tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from graph.networks.intervals import Interval
from graph.queries.implied_values import NOTHING, DealNumbers, Implied
from graph.records import Move

Reason = Literal[
    "new-over-old",
    "pre-for-post",
    "post-for-pre",
    "share-of-after",
    "announced-for-completed",
    "other-amount",
    "option",
    "price-of-whole",
    "held-before",
    "undiluted",
    "in-kind",
    "other-claim",
    "withdrawn",
    "enterprise",
    "diluted",
    "rounding",
    "discount",
    "premium",
    "others",
    "unexplained",
]
REASONS: dict[Reason, str] = {
    "new-over-old": "the money is counted over the value before it, which does not contain the "
    "new money",
    "pre-for-post": "it is the value before the new money, not the one after it",
    "post-for-pre": "it is the value after the new money, not the one before it",
    "share-of-after": "the share is one of the capital after the deal, not before it",
    "announced-for-completed": "it is what was announced or committed, not what was completed",
    "other-amount": "it fits another amount that was printed for the same deal",
    "option": "it counts the shares under an option as well",
    "price-of-whole": "the amount is that for the whole company, not for the share",
    "held-before": "shares were held before the deal, which is not on record",
    "undiluted": "it counts the points gained as though no new shares had been issued",
    "in-kind": "not all was paid in money",
    "other-claim": "another claim on the same fits",
    "enterprise": "it likely is the value of the business, debts included, not that of its shares",
    "withdrawn": "the shares bought back were withdrawn, so that every other is a larger part",
    "diluted": "one share counts options and the like (fully diluted), the other does not",
    "rounding": "both are rounded",
    "discount": "the shares changed hands below the value of the company, as existing shares do",
    "premium": "the shares changed hands above the value of the company, as control does",
    "others": "others took part whom the records do not name",
    "unexplained": "no common mistake explains it",
}
_ROUNDED = Fraction(3, 100)
_CLOSE = Fraction(1, 100)
_DILUTED = Fraction(1, 4)
_BARGAIN = Fraction(1, 2)
_WHOLE = Interval.exactly(100)


def explain(
    numbers: DealNumbers, implied: Implied, value: Interval, beside: Sequence[Implied] = ()
) -> Reason:
    """The likeliest reason for which something does not allow the value that the rest does."""
    if implied.fits(value.widened(_ROUNDED)):
        return "rounding"
    new = numbers.new_money
    old = value - new if new is not None and new.low else None
    found: Reason = "unexplained"
    if implied.kind == "stake":
        found = _stake(numbers, implied, value, old)
    elif implied.kind == "valuation" and old is not None:
        found = _valuation(numbers, implied, value, old, beside)
    elif implied.kind == "valuation" and _is_enterprise(numbers, implied, value):
        found = "enterprise"
    elif implied.kind == "sale":
        found = _sale(implied, value, old)
    if found == "unexplained" and _has_better(implied, value, beside):
        return "other-claim"
    return _by_basis(numbers, implied, value) if found == "unexplained" else found


def _is_enterprise(numbers: DealNumbers, implied: Implied, value: Interval) -> bool:
    more = value.high is not None and all(f.value.low > value.high for f in implied.footings)
    return more and implied.basis == "unknown" and numbers.deal.type == "acquisition"


def _has_better(implied: Implied, value: Interval, beside: Sequence[Implied]) -> bool:
    return any(each.field == implied.field and each.fits(value) for each in beside)


def _stake(numbers: DealNumbers, implied: Implied, value: Interval, old: Interval | None) -> Reason:
    """A buyer's share, reckoned anew with each mistake."""
    share, paid = implied.share, implied.paid
    if share is None or paid is None:
        return "unexplained"
    if old is not None and (implied.before + _part(paid, old)).meets(share):
        return "new-over-old"
    near = share.widened(_CLOSE)
    for other in _other_amounts(numbers):
        if (implied.before + _part(other, value)).meets(share):
            return "announced-for-completed"
        if old is not None and implied.before == NOTHING and _part(other, old + other).meets(near):
            return "other-amount"
    option = sum((price for m in _options(numbers) if (price := numbers.price(m))), NOTHING)
    if option.low and (implied.before + _part(paid + option, value)).meets(near):
        return "option"
    if any(paid.meets(each) for each in _printed_values(numbers)):
        return "price-of-whole"
    if numbers.deal.type == "joint-venture" or any(m.paid_with for m in numbers.deal.moves):
        return "in-kind"
    bought = _part(paid, value)
    is_more = bought.high is not None and share.low > bought.high
    return "held-before" if implied.is_assumed and is_more else "unexplained"


def _valuation(
    numbers: DealNumbers,
    implied: Implied,
    value: Interval,
    old: Interval,
    beside: Sequence[Implied],
) -> Reason:
    readings = {footing.reading: footing.value for footing in implied.footings}
    new = numbers.new_money or NOTHING
    if "post" in readings and readings["post"].meets(old):
        return "pre-for-post"
    if "pre" in readings and (readings["pre"] - new).meets(value):
        return "post-for-pre"
    stakes = [each for each in beside if each.kind == "stake" and each.share and each.paid]
    for stake in stakes:
        share, paid = stake.share or NOTHING, stake.paid or NOTHING
        gained = share - stake.before
        if gained.low and any(f.value.meets(paid * _WHOLE / gained) for f in implied.footings):
            return "undiluted"
        for other in _other_amounts(numbers):
            if "pre" in readings and _part(other, readings["pre"] - new + other).meets(share):
                return "other-amount"
    return "unexplained"


def _sale(implied: Implied, value: Interval, old: Interval | None) -> Reason:
    if implied.paid is None or implied.share is None:
        return "unexplained"
    whole = implied.paid * _WHOLE / implied.share
    if old is not None and whole.meets(value):
        return "share-of-after"
    worth = old or value
    if whole.high is not None and worth.low * (1 - _BARGAIN) <= whole.high < worth.low:
        return "discount"
    if worth.high is not None and worth.high < whole.low <= worth.high * (1 + _BARGAIN):
        return "premium"
    return "unexplained"


def _by_basis(numbers: DealNumbers, implied: Implied, value: Interval) -> Reason:
    """Whether shares of different bases were held against each other."""
    bases = {claim.value.basis for stakes in numbers.stakes for claim in stakes.after}
    bases |= {claim.value.basis for move in numbers.moves for claim in move.share}
    if len(bases) > 1 and implied.fits(value.widened(_DILUTED)):
        return "diluted"
    return "unexplained"


def _part(paid: Interval, value: Interval) -> Interval:
    """What percent an amount is of a value."""
    return paid * _WHOLE / value


def _options(numbers: DealNumbers) -> list[Move]:
    return [move for move in numbers.deal.moves if move.option and move.of == numbers.company]


def _printed_values(numbers: DealNumbers) -> list[Interval]:
    claims = [claim for value in numbers.valuations for claim in value.amount]
    return [money for claim in claims if (money := numbers.money(claim.value))]


def _other_amounts(numbers: DealNumbers) -> list[Interval]:
    """What else was said to be the amount: other claims, and what was only committed."""
    claims = [*numbers.deal.amounts.get("commitment", ()), *numbers.deal.amounts.get("total", ())]
    return [money for claim in claims if (money := numbers.money(claim.value))]
