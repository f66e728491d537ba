"""Generated networks of holdings: the same for the same seed, of the shape that real ones have.

Most companies have one or a few holders, some have dozens; a few holders have holdings by the
thousand; holdings run upwards through several levels to people at the top. A core of companies hold
shares of each other, as the largest firms and funds of the world do, and beside it there are small
circles. Of every company a part belongs to nobody on record.
"""

from __future__ import annotations

import numpy as np

from graph.networks.columns import Columns

LEVELS = 12
CORE = 1_300
PER_COMPANY = 2.4


def make_network(holdings: int, seed: int = 1) -> Columns:
    """A network of about so many holdings, in percent of its size the same for every size."""
    chance = np.random.Generator(np.random.PCG64(seed))
    companies = int(holdings / PER_COMPANY)
    size = companies + companies // 2
    counts = np.minimum(chance.zipf(2.1, companies), 60)
    counts = counts[np.cumsum(counts) <= holdings]
    held = np.repeat(np.arange(len(counts)), counts)
    level = np.minimum(chance.geometric(0.35, len(held)), LEVELS)
    # A holder stands above what it holds; the cube makes a few of each level hold the most.
    reach = chance.random(len(held)) ** 3
    room = np.maximum((size - held - 1) // (LEVELS + 1 - level), 1)
    holders = np.minimum(held + 1 + (reach * room).astype(np.int64), size - 1)
    busy = chance.random(len(held)) < 0.68
    top = size - 1 - (chance.random(len(held)) ** 4 * (size - companies)).astype(np.int64)
    holders = np.where(busy, top, holders)
    holders, held = _with_circles(holders, held, len(counts), chance)
    return _shared_out(holders, held, size, chance)


def _with_circles(
    holders: np.ndarray, held: np.ndarray, companies: int, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A core that holds shares of itself, and circles of two to four."""
    core = min(CORE, companies // 20)
    members = companies - 1 - np.arange(core)
    inner = (chance.choice(members, 4 * core), chance.choice(members, 4 * core))
    small = chance.integers(0, companies // 2, companies // 200)
    circles = (small, small + chance.integers(1, 4, len(small)))
    every = [holders, inner[0], circles[0], circles[1]], [held, inner[1], circles[1], circles[0]]
    one, other = (np.concatenate(part) for part in every)
    return one[one != other], other[one != other]


def _shared_out(
    holders: np.ndarray, held: np.ndarray, size: int, chance: np.random.Generator
) -> Columns:
    """Shares as unequal as they are, of at most the whole."""
    pairs = np.unique(held * size + holders)
    held, holders = pairs // size, pairs % size
    weights = chance.pareto(1.0, len(held)) + 0.05
    totals = np.bincount(held, weights, minlength=size)
    recorded = chance.uniform(0.6, 1.0, size)
    return Columns(holders, held, weights / totals[held] * recorded[held], size)
