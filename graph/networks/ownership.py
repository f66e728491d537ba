"""Integrated ownership of one company: what each holder has of it, directly and through others.

Read upwards it is a walk. From the company one goes to each holder with the share that it has, from
there to its holders, and ends where nobody is on record. The integrated share of a holder is the
chance that the walk comes to it. That is (I - W)^-1 W with the correction for cycles: the column of
the company, each entry divided by the diagonal of (I - W)^-1 of its holder, so that nobody's share
counts again each time that it returns to itself. It never exceeds one, and it is there also for
members of a closed circle, from which no walk gets out and for which I - W has no inverse.

Shares are fractions of one, and exact: every number is a Fraction. Only a circle of more than
`EXACT` members is inverted in floating point.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

Shares = Mapping[str, Mapping[str, Fraction]]  # by company, by holder
Matrix = list[list[Fraction]]
ZERO, ONE = Fraction(0), Fraction(1)
EXACT = 60
_ROUNDS = 200


def integrated_shares(shares: Shares, target: str) -> dict[str, Fraction]:
    """What everybody has of a company, directly and through others, by holder.

    >>> third, circle = Fraction(7, 10), {"c": {"b": Fraction(6, 10)}}
    >>> found = integrated_shares({"b": {"a": third, "c": Fraction(3, 10)}, **circle}, "c")
    >>> found["a"], round(float(found["a"]), 4)
    (Fraction(21, 41), 0.5122)
    """
    entering: dict[str, Fraction] = {target: ONE}
    found: dict[str, Fraction] = {}
    for members in components(shares, target):
        arrived = {member: entering.get(member, ZERO) for member in members}
        if is_circle(shares, members):
            visits, chances = _within_circle(shares, members, arrived, target)
        else:
            visits = arrived
            chances = {} if target in arrived else arrived
        found.update(chances)
        for member, often in visits.items():
            for holder, share in shares.get(member, {}).items():
                if holder not in visits:
                    entering[holder] = entering.get(holder, ZERO) + often * share
    return {holder: share for holder, share in found.items() if share}


def largest_shares(
    low: Shares, high: Shares, target: str, holders: Collection[str]
) -> dict[str, Decimal]:
    """The most that holders can have of a company where shares lie between two bounds.

    All shares of a company together are at most one, so that what one has more, another has less.
    Every round gives bounds that are true and never higher than those of the round before; without
    cycles they are exact.
    """
    return {holder: _largest(low, high, target, holder) for holder in sorted(holders)}


def closed_circles(shares: Shares, target: str) -> list[tuple[str, ...]]:
    """The circles above a company, itself included, of which nobody outside has a share."""
    return [
        tuple(sorted(members))
        for members in components(shares, target)
        if is_circle(shares, members) and _is_closed(shares, members)
    ]


def components(shares: Shares, target: str) -> list[list[str]]:
    """Who is above a company, those that hold each other together, the company's own first.

    Tarjan's algorithm, without recursion: chains of holdings are longer than Python's stack.
    """
    numbers: dict[str, int] = {target: 0}
    lowest = {target: 0}
    stack, waiting = [target], {target}
    work = [(target, iter(sorted(shares.get(target, {}))))]
    found: list[list[str]] = []
    while work:
        company, holders = work[-1]
        for holder in holders:
            if holder not in numbers:
                numbers[holder] = lowest[holder] = len(numbers)
                stack.append(holder)
                waiting.add(holder)
                work.append((holder, iter(sorted(shares.get(holder, {})))))
                break
            if holder in waiting:
                lowest[company] = min(lowest[company], numbers[holder])
        else:
            work.pop()
            if work:
                lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[company])
            if lowest[company] == numbers[company]:
                place = stack.index(company)
                found.append(sorted(stack[place:]))
                waiting.difference_update(stack[place:])
                del stack[place:]
    return found[::-1]


def is_circle(shares: Shares, members: Collection[str]) -> bool:
    """Whether the members of a component hold each other, or a single one itself."""
    one = next(iter(members))
    return len(members) > 1 or one in shares.get(one, {})


def _is_closed(shares: Shares, members: Collection[str]) -> bool:
    inside = set(members)
    return all(
        sum((s for h, s in shares.get(m, {}).items() if h in inside), ZERO) >= 1 for m in members
    )


def _within_circle(
    shares: Shares, members: list[str], arrived: Mapping[str, Fraction], target: str
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """How often a walk is at each member, and the chance that it ever comes to it."""
    if _is_closed(shares, members):
        # A walk that comes into a closed circle never leaves it, and so comes to every member.
        everything = sum(arrived.values(), ZERO)
        return dict.fromkeys(members, ZERO), dict.fromkeys(members, everything)
    size = len(members)
    flow = [arrived[member] for member in members]
    if size > EXACT:
        often, own = _visits_in_floats(shares, members, flow)
    else:
        inverse = _inverse(_remaining(shares, members))
        often = [sum((row[j] * flow[j] for j in range(size)), ZERO) for row in inverse]
        own = [inverse[i][i] for i in range(size)]
    visits = dict(zip(members, often, strict=True))
    again = dict(zip(members, own, strict=True))
    begin = {target: ONE}
    return visits, {m: (visits[m] - begin.get(m, ZERO)) / again[m] for m in members}


def _visits_in_floats(
    shares: Shares, members: list[str], flow: list[Fraction]
) -> tuple[list[Fraction], list[Fraction]]:
    """How often a walk is at each member, and how often again once it has been there."""
    import numpy as np

    place = {member: i for i, member in enumerate(members)}
    remaining = np.eye(len(members))
    for company in members:
        for holder, share in shares.get(company, {}).items():
            if holder in place:
                remaining[place[holder], place[company]] -= float(share)
    inverse = np.linalg.inv(remaining)
    often = inverse @ np.array([float(part) for part in flow])
    return [Fraction(x) for x in often.tolist()], [Fraction(x) for x in np.diag(inverse).tolist()]


def _remaining(shares: Shares, members: list[str]) -> Matrix:
    """I - W of some members, a row for each holder."""
    return [[Fraction(h == c) - shares.get(c, {}).get(h, ZERO) for c in members] for h in members]


def _inverse(matrix: Matrix) -> Matrix:
    """The inverse, by elimination; pivots stay on the diagonal, which dominates its column."""
    size = len(matrix)
    rows = [[*row, *(Fraction(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for j, other in enumerate(rows):
            factor = other[i]
            if j != i and factor:
                rows[j] = [a - factor * b for a, b in zip(other, rows[i], strict=True)]
    return [row[size:] for row in rows]


def _largest(low: Shares, high: Shares, target: str, holder: str) -> Decimal:
    """Bounds from above: at first one for everybody below the holder, then what each step allows.

    The arithmetic rounds up, so that a bound stays one.
    """
    up = Context(prec=28, rounding=ROUND_CEILING)
    order = [company for members in components(high, target) for company in members][::-1]
    reach = _below(high, holder)
    bounds = {company: Decimal(1) for company in order if company in reach}
    for _ in range(_ROUNDS):
        before = dict(bounds)
        for company in order:
            if company in reach:
                values = {**bounds, holder: Decimal(1)}
                bounds[company] = _best(low, high, company, values, up)
        if bounds == before:
            break
    return bounds.get(target, Decimal(0))


def _best(
    low: Shares, high: Shares, company: str, values: Mapping[str, Decimal], up: Context
) -> Decimal:
    """The most that flows on where first everybody has the least, then the best take the rest."""
    least = low.get(company, {})
    left = max(ONE - sum(least.values(), ZERO), ZERO)
    total = Decimal(0)
    holders = high.get(company, {})
    for holder in sorted(holders, key=lambda h: (-values.get(h, Decimal(0)), h)):
        value = values.get(holder, Decimal(0))
        more = min(holders[holder] - least.get(holder, ZERO), left)
        left -= more
        share = least.get(holder, ZERO) + more
        total = up.add(total, up.multiply(_decimal(share, up), value))
    return min(total, Decimal(1))


def _decimal(share: Fraction, up: Context) -> Decimal:
    return up.divide(Decimal(share.numerator), Decimal(share.denominator))


def _below(shares: Shares, holder: str) -> set[str]:
    """The companies of which a holder may have a share, through any chain."""
    held: dict[str, list[str]] = {}
    for company, holders in shares.items():
        for each, share in holders.items():
            if share > 0:
                held.setdefault(each, []).append(company)
    found: set[str] = set()
    work = [holder]
    while work:
        for company in held.get(work.pop(), ()):
            if company not in found:
                found.add(company)
                work.append(company)
    return found
