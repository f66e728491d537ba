"""Voting power where nobody has a majority: how often each holder's votes decide.

Banzhaf counts the coalitions of the others that a holder turns from losing into winning;
Shapley and Shubik count the orders of all holders in which it is the one to do so. Both are exact
fractions for up to `EXACT` holders, by halving them: the sums of all coalitions of one half are
looked up among the sorted sums of the other. Above that both are sampled, always with the same
numbers, and with a bound on the error that holds for all holders at once with the probability
`CONFIDENCE`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, lcm, log, sqrt

EXACT = 25
SAMPLES = 100_000
CONFIDENCE = 0.99
_BATCH = 5_000
_SEED = 1967


@dataclass(frozen=True)
class Power:
    """The power of one holder: fractions of one, which add up to one over all holders.

    `swings` is Banzhaf's own measure, the part of the others' coalitions that the holder decides.
    """

    banzhaf: Fraction
    shapley_shubik: Fraction
    swings: Fraction


@dataclass(frozen=True)
class PowerIndices:
    """The power of all holders; `error` is the bound on `swings` and `shapley_shubik` if sampled.

    It is None where all numbers are exact.
    """

    powers: Mapping[str, Power]
    error: float | None = None


def power_indices(votes: Mapping[str, Fraction]) -> PowerIndices:
    """The power of holders in votes that more than half of their votes decide.

    >>> found = power_indices({"a": Fraction(50), "b": Fraction(49), "c": Fraction(1)})
    >>> {holder: str(power.banzhaf) for holder, power in found.powers.items()}
    {'a': '3/5', 'b': '1/5', 'c': '1/5'}
    """
    holders = sorted(holder for holder, part in votes.items() if part > 0)
    scale = lcm(1, *(votes[holder].denominator for holder in holders))
    weights = [int(votes[holder] * scale) for holder in holders]
    if len(holders) <= EXACT:
        pairs = [_exact(weights, place) for place in range(len(holders))]
        return PowerIndices(_normalised(holders, pairs))
    pairs = _sampled(weights)
    error = sqrt(log(4 * len(holders) / (1 - CONFIDENCE)) / (2 * SAMPLES))
    return PowerIndices(_normalised(holders, pairs), error)


def _normalised(holders: list[str], pairs: list[tuple[Fraction, Fraction]]) -> dict[str, Power]:
    total = sum((swings for swings, _ in pairs), Fraction(0))
    return {
        holder: Power(swings / total if total else swings, pivots, swings)
        for holder, (swings, pivots) in zip(holders, pairs, strict=True)
    }


def _exact(weights: list[int], place: int) -> tuple[Fraction, Fraction]:
    """The part of coalitions, and of orders, in which one holder decides."""
    own, total = weights[place], sum(weights)
    others = weights[:place] + weights[place + 1 :]
    half = len(others) // 2
    left, right = _sums(others[:half]), _sums(others[half:])
    # It decides where the others' votes are at most half of all, and with its own more than half.
    lowest, highest = total // 2 + 1 - own, total // 2 + 1
    swings, pivots, count = 0, Fraction(0), len(others) + 1
    for size, found in enumerate(left):
        for more, sums in enumerate(right):
            decided = sum(
                bisect_left(sums, highest - each) - bisect_left(sums, lowest - each)
                for each in found
            )
            swings += decided
            before = size + more
            orders = factorial(before) * factorial(count - 1 - before)
            pivots += Fraction(decided * orders, factorial(count))
    return Fraction(swings, 2 ** len(others)), pivots


def _sums(weights: list[int]) -> list[list[int]]:
    """The sorted sums of all coalitions, by how many are in them."""
    found: list[list[int]] = [[0]]
    for weight in weights:
        grown = [[], *([each + weight for each in sums] for sums in found)]
        found = [sorted(a + b) for a, b in zip([*found, []], grown, strict=True)]
    return found


def _sampled(weights: list[int]) -> list[tuple[Fraction, Fraction]]:
    """The same from random coalitions, and from random orders."""
    import numpy as np

    chance = np.random.Generator(np.random.PCG64(_SEED))
    votes = np.array([float(weight) for weight in weights])
    half, count = votes.sum() / 2, len(votes)
    swings, pivots = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    for _ in range(SAMPLES // _BATCH):
        inside = chance.random((_BATCH, count)) < 0.5
        others = (inside @ votes)[:, None] - inside * votes
        swings += ((others <= half) & (others + votes > half)).sum(axis=0)
        orders = chance.random((_BATCH, count)).argsort(axis=1)
        decides = (votes[orders].cumsum(axis=1) > half).argmax(axis=1)
        pivots += np.bincount(orders[np.arange(_BATCH), decides], minlength=count)
    return [
        (Fraction(int(s), SAMPLES), Fraction(int(p), SAMPLES))
        for s, p in zip(swings, pivots, strict=True)
    ]
