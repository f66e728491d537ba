"""Shares of one deal against each other: what was sold against before and after, gains and losses.

Only where no new shares were issued, for these change everybody's share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from graph.networks.books import valid_claims
from graph.networks.intervals import HUNDRED, Interval, hull, share_interval
from graph.queries.implied_values import NOTHING, DealNumbers
from graph.queries.wording import share_words
from graph.records import Claims, Move, Sources, Stakes
from ontology.values import Share


@dataclass(frozen=True)
class ShareSum:
    """A share that was printed, and the one that follows from others."""

    field: str
    holder: str
    printed: str
    words: str
    expected: Interval
    gap: Fraction
    reason: Literal["others", "withdrawn", "diluted", "unexplained"] | None
    sources: Sources
    known: str = ""


def share_sums(numbers: DealNumbers) -> Iterator[ShareSum]:
    """Each holder's share before, bought, sold and after."""
    if numbers.new or numbers.deal.type in ("merger", "spin-off", "restructuring"):
        return
    for stakes in numbers.stakes:
        if stakes.before and stakes.after and _numbers(stakes.before):
            yield from _holder(numbers, stakes)
    yield from _gains(numbers)


def _holder(numbers: DealNumbers, stakes: Stakes) -> Iterator[ShareSum]:
    sold = [m for m in numbers.moves if m.sellers == (stakes.holder,)]
    bought = [m for m in numbers.moves if m.buyers == (stakes.holder,)]
    moves = sold + bought
    if not moves or any(not m.share or not _numbers(m.share) or _is_whole(m) for m in moves):
        return
    gains = sum((_shares(m.share) for m in bought), NOTHING)
    losses = sum((_shares(m.share) for m in sold), NOTHING)
    expected = _shares(stakes.before) + gains - losses
    for claim in stakes.after:
        printed = share_interval(claim.value)
        if claim.value.exact is None:
            continue
        gap = printed.gap(expected)
        bases = {c.value.basis for m in moves for c in m.share} | {claim.value.basis}
        reason = _why(printed, expected, bool(bought), losses, _is_buyback(numbers, sold))
        reason = "diluted" if reason == "unexplained" and len(bases) > 1 else reason
        changes = [f"bought {share_words(c.value.text)}" for m in bought for c in m.share]
        changes += [f"sold {share_words(c.value.text)}" for m in sold for c in m.share]
        before = " or ".join(share_words(c.value.text) for c in stakes.before)
        yield ShareSum(
            claim.id.split("#", 1)[1].split("=", 1)[0], stakes.holder, claim.value.text,
            f"{numbers.name(stakes.holder)} had {before} and {' and '.join(changes)}",
            expected, gap, reason if gap else None, claim.sources,
            claim.reason if claim.rank == "deprecated" else "",
        )  # fmt: skip


def _why(
    printed: Interval, expected: Interval, is_buyer: bool, lost: Interval, is_buyback: bool
) -> Literal["others", "withdrawn", "diluted", "unexplained"]:
    """Why a share is not what it should be after what is on record."""
    is_more = expected.high is not None and printed.low > expected.high
    if is_buyer and is_more and lost == NOTHING:
        return "others"
    left = Interval.exactly(HUNDRED) - lost
    most = expected * Interval.exactly(100) / left
    if is_buyback and is_more and (most.high is None or printed.low <= most.high):
        return "withdrawn"
    return "unexplained"


def _is_buyback(numbers: DealNumbers, sold: Iterable[Move]) -> bool:
    """Whether the company may have taken its shares back: no other buyer is named."""
    return all(set(move.buyers) <= {numbers.company} for move in sold)


def _gains(numbers: DealNumbers) -> Iterator[ShareSum]:
    """A sole buyer's gain against what the named sellers lost."""
    buyers = {move.buyers for move in numbers.moves}
    if len(buyers) != 1 or len(next(iter(buyers))) != 1:
        return
    buyer = next(iter(buyers))[0]
    own = next((s for s in numbers.stakes if s.holder == buyer and s.before and s.after), None)
    lost = _lost(numbers)
    if own is None or lost is None or not (_numbers(own.before) and _numbers(own.after)):
        return
    expected = _shares(own.before) + lost
    for claim in own.after:
        printed = share_interval(claim.value)
        gap = printed.gap(expected)
        fewer = printed.high is not None and printed.high < expected.low
        yield ShareSum(
            claim.id.split("#", 1)[1].split("=", 1)[0], buyer, claim.value.text,
            f"the sellers that are named lost {_told(lost)} together",
            Interval(expected.low, min(expected.high or HUNDRED, HUNDRED)), gap,
            None if not gap else "unexplained" if fewer else "others", claim.sources,
            claim.reason if claim.rank == "deprecated" else "",
        )  # fmt: skip


def _lost(numbers: DealNumbers) -> Interval | None:
    """What the named sellers lost together; None where one's loss is not known."""
    sellers = {seller for move in numbers.moves for seller in move.sellers}
    losses = []
    for seller in sorted(sellers):
        stakes = next((s for s in numbers.stakes if s.holder == seller and s.after), None)
        before = numbers.share_before(stakes) if stakes else None
        if stakes is None or before is None or before == NOTHING or not _numbers(stakes.after):
            return None
        losses.append(before - _shares(stakes.after))
    return sum(losses, NOTHING) if losses and not _from_holders(numbers) else None


def _from_holders(numbers: DealNumbers) -> bool:
    return any(move.from_holders or not move.sellers for move in numbers.moves)


def _is_whole(move: Move) -> bool:
    return any(claim.value.low == HUNDRED for claim in move.share)


def _shares(claims: Claims[Share]) -> Interval:
    return hull(share_interval(claim.value) for claim in valid_claims(claims))


def _numbers(claims: Claims[Share]) -> bool:
    return all(claim.value.exact is not None for claim in claims)


def _told(share: Interval) -> str:
    return f"{float(share.middle):.4g}%"
