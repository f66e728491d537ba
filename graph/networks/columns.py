"""Control and integrated ownership of a whole network, as columns: a million holdings in seconds.

A network is three columns: holder, company, share. Holders and companies are numbers. What is
computed of one company stands in `graph.networks.ownership` and `graph.networks.control`, exactly
and with its proof; here it is computed of all at once, in floating point, and both agree. Shares
count as a register has them: what a parent holds does not contain what its subsidiary holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ontology.errors import EntrepotError

Column = NDArray[Any]
FULL = 1 - 1e-12
TOLERANCE = 1e-8
DENSE = 2_500
_MORE_THAN_HALF = 0.5 + 1e-12


@dataclass(frozen=True)
class Columns:
    """Holdings: who holds, what, and the share as a fraction of one; numbers below `size`."""

    holders: Column
    companies: Column
    shares: Column
    size: int


@dataclass(frozen=True)
class Portfolios:
    """What each actor has through all chains, in the value of the companies.

    `circles` are closed: nobody outside has a share, and the value of their members reaches nobody.
    `uncorrected` marks the actors in circles too large to take off what they have of themselves.
    """

    values: Column
    circles: tuple[tuple[int, ...], ...]
    uncorrected: Column


def columns_of(holdings: Iterable[tuple[str, str, float]]) -> tuple[Columns, list[str]]:
    """Columns of holdings (holder, company, share), and the ids in the order of their numbers.

    >>> columns, ids = columns_of([("a", "b", 0.7)])
    >>> ids, columns.holders.tolist(), columns.companies.tolist()
    (['a', 'b'], [0], [1])
    """
    rows = list(holdings)
    ids = sorted({end for holder, company, _ in rows for end in (holder, company)})
    places = {each: place for place, each in enumerate(ids)}
    holders = np.array([places[row[0]] for row in rows], dtype=np.int64)
    companies = np.array([places[row[1]] for row in rows], dtype=np.int64)
    return Columns(holders, companies, np.array([row[2] for row in rows]), len(ids)), ids


def portfolios(network: Columns, values: Sequence[float] | Column | None = None) -> Portfolios:
    """The integrated ownership of everybody: (I - W)^-1 W v, corrected for cycles.

    `values` is the value of each company, by default one each: then an actor with the whole of one
    company and half of another has 1.5.
    """
    worth = np.ones(network.size) if values is None else np.asarray(values, dtype=np.float64)
    circles = _circles(network)
    # Who is in a closed circle has no holders outside: a walk that comes there ends there.
    kept = ~circles.closed[network.companies]
    holdings = _matrix(network, kept)
    reached = _solve(holdings, holdings @ worth)
    uncorrected = np.zeros(network.size, dtype=bool)
    for members, inside in circles.open():
        if inside is None:
            uncorrected[members] = True
        else:
            often = np.diag(np.linalg.inv(np.eye(len(members)) - inside))
            reached[members] = (reached[members] - (often - 1) * worth[members]) / often
    return Portfolios(reached, circles.closed_ones(), uncorrected)


def integrated_column(network: Columns, target: int) -> Column:
    """What everybody has of one company, uncorrected: the column of (I - W)^-1 W."""
    begin = np.zeros(network.size)
    begin[target] = 1
    holdings = _matrix(network, ~_circles(network).closed[network.companies])
    return _solve(holdings, holdings @ begin)


def ultimate_controllers(network: Columns) -> Column:
    """For each actor, who controls it in the end; its own number where nobody does.

    Where some control each other in a circle, and nobody else controls them, it is the first of
    them. Each round takes every company in which a group has come to a majority, and looks again
    only at those companies of which holders have changed their group.
    """
    other = network.holders != network.companies
    holders, companies, shares = (
        column[other] for column in (network.holders, network.companies, network.shares)
    )
    heads = np.arange(network.size)
    controller = np.full(network.size, -1)
    looked_at = np.ones(len(holders), dtype=bool)
    while True:
        found, by = _majorities(heads[holders[looked_at]], companies[looked_at], shares[looked_at])
        fresh = (controller[found] < 0) & (by != found)
        if not fresh.any():
            return heads
        controller[found[fresh]] = by[fresh]
        before, heads = heads, _tops(controller, heads)
        moved = (heads != before)[holders] & (controller[companies] < 0)
        changed = np.zeros(network.size, dtype=bool)
        changed[companies[moved]] = True
        looked_at = changed[companies]


def _majorities(groups: Column, companies: Column, shares: Column) -> tuple[Column, Column]:
    """Companies of which a group has more than half, and the group that has."""
    if not len(groups):
        return companies, groups
    order = np.lexsort((groups, companies))
    sorted_companies, sorted_groups = companies[order], groups[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(sorted_companies) != 0) | (np.diff(sorted_groups) != 0)
    places = np.flatnonzero(begins)
    totals = np.add.reduceat(shares[order], places)
    most = totals > _MORE_THAN_HALF
    found, by = sorted_companies[places][most], sorted_groups[places][most]
    _, first = np.unique(found, return_index=True)
    return found[first], by[first]


def _tops(controller: Column, heads: Column) -> Column:
    """The end of each chain of controllers, by doubling; of a circle, its first member."""
    # What had a head before has it still below the head's own: chains stay short over the rounds.
    upwards = np.where(controller[heads] < 0, heads, controller[heads])
    for _ in range(len(controller).bit_length()):
        further = upwards[upwards]
        if np.array_equal(further, upwards):
            break
        upwards = further
    tops: Column = _firsts(controller, upwards)[upwards]
    return tops


def _firsts(controller: Column, ends: Column) -> Column:
    """For each end that is on a circle of controllers the first of its circle, else itself."""
    firsts = np.arange(len(controller))
    seen: set[int] = set()
    for begin in np.unique(ends[controller[ends] >= 0]).tolist():
        members, each = [], begin
        while each not in seen:
            seen.add(each)
            members.append(each)
            each = int(controller[each])
        if members:
            firsts[members] = min(members)
    return firsts


@dataclass(frozen=True)
class _Circles:
    """The groups of actors that hold shares of each other, and each that holds its own.

    `members` stand group by group, `begins` says where each group begins; `closed` is for everybody
    whether it is in a closed circle. The holdings inside of groups stand in the same order.
    """

    members: Column
    begins: Column
    closed: Column
    inner: tuple[Column, Column, Column]
    inner_begins: Column

    def open(self) -> Iterator[tuple[Column, Column | None]]:
        """Each group with holders outside and its shares as a table, None where it is too large."""
        place = np.zeros(len(self.closed), dtype=np.int64)
        place[self.members] = np.arange(len(self.members))
        rows, columns, shares = self.inner
        spans = zip(pairwise(self.begins), pairwise(self.inner_begins), strict=True)
        for (begin, end), (first, last) in spans:
            members = self.members[begin:end]
            if self.closed[members[0]]:
                continue
            if len(members) > DENSE:
                yield members, None
                continue
            inside = np.zeros((len(members), len(members)))
            some = slice(first, last)
            places = (place[rows[some]] - begin, place[columns[some]] - begin)
            np.add.at(inside, places, shares[some])
            yield members, inside

    def closed_ones(self) -> tuple[tuple[int, ...], ...]:
        """The closed circles."""
        groups = (self.members[begin:end] for begin, end in pairwise(self.begins))
        return tuple(sorted(tuple(g.tolist()) for g in groups if self.closed[g[0]]))


def _circles(network: Columns) -> _Circles:
    from scipy.sparse.csgraph import connected_components

    everything = np.ones(len(network.shares), dtype=bool)
    count, labels = connected_components(_matrix(network, everything), connection="strong")
    within = labels[network.holders] == labels[network.companies]
    inner = np.flatnonzero(within)
    inner = inner[np.argsort(labels[network.companies[inner]], kind="stable")]
    rows, columns, shares = network.holders[inner], network.companies[inner], network.shares[inner]
    in_circle = np.zeros(network.size, dtype=bool)
    in_circle[columns] = True
    members = np.flatnonzero(in_circle)
    members = members[np.argsort(labels[members], kind="stable")]
    held = np.bincount(columns, shares, minlength=network.size)
    is_open = np.zeros(count, dtype=bool)
    is_open[labels[members[held[members] < FULL]]] = True
    closed = in_circle & ~is_open[labels]
    begins, inner_begins = _begins(labels[members]), _begins(labels[columns])
    return _Circles(members, begins, closed, (rows, columns, shares), inner_begins)


def _begins(labels: Column) -> Column:
    """Where runs of equal labels begin, and the end of the last."""
    changes = np.flatnonzero(np.diff(labels)) + 1
    return np.concatenate([[0], changes, [len(labels)]]) if len(labels) else np.array([0])


def _matrix(network: Columns, kept: Column) -> Any:
    """The holdings that are kept as a table, holders in rows and companies in columns."""
    from scipy import sparse

    places = (network.holders[kept], network.companies[kept])
    return sparse.csr_array((network.shares[kept], places), shape=(network.size, network.size))


def _solve(holdings: Any, right: Column) -> Column:
    """x = W x + b: by elimination, circle by circle, or by BiCGSTAB where a circle is large.

    In the order of circles elimination fills in within circles only. It is exact to the last digits
    however nearly closed they are, but takes the cube of the largest one's size.
    """
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import bicgstab, splu

    matrix = (sparse.eye_array(holdings.shape[0], format="csr") - holdings).tocsr()
    _, labels = connected_components(holdings, connection="strong")
    if np.bincount(labels).max(initial=0) > DENSE:
        found, _ = bicgstab(matrix, right, rtol=1e-12, atol=1e-12, maxiter=1_000)
    else:
        order = np.argsort(labels, kind="stable")
        inner = matrix[order][:, order].tocsc()
        options = {"SymmetricMode": True, "Equil": False}
        factors = splu(inner, permc_spec="NATURAL", diag_pivot_thresh=0, options=options)
        found = np.empty_like(right)
        found[order] = factors.solve(right[order])
    error = float(np.abs(matrix @ found - right).max(initial=0))
    if error > TOLERANCE * max(1.0, float(np.abs(right).max(initial=0))):
        raise EntrepotError(
            f"the circles of this network are too large and too nearly closed: off by {error:.1g}",
            hint="ask for one company at a time",
        )
    solved: Column = np.maximum(found, 0)
    return solved
