"""Why a path stands where it does: the reasons of its order, in numbers and in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.queries.routes import POSSIBLE, Ranked
from graph.views.links import POINT, LinkView


@dataclass(frozen=True)
class HubStep:
    """A step of which a path tells less, because it holds, founded or runs so many."""

    id: str
    name: str
    holds: int
    points: float


@dataclass(frozen=True)
class Rank:
    """The place of a path, and what gave it, each reason before the next.

    `weakness` is how far its links fall short of the strongest type, in points of strength; `hubs`
    are the points that its steps add to it.
    """

    place: int
    hops: int
    ended_hops: int
    possible_hops: int
    weakness: float
    hubs: tuple[HubStep, ...]
    reason: str


def rank_of(
    view: LinkView, names: Mapping[str, str], found: Ranked, before: Ranked | None, place: int
) -> Rank:
    """The rank of a route, against the one before it."""
    steps = [step for step in found.route[1:-1] if view.hubs[step]]
    hubs = tuple(
        HubStep(
            view.nodes[step],
            names.get(view.nodes[step], view.nodes[step]),
            view.reach(step),
            _points(int(view.hubs[step])),
        )
        for step in steps
    )
    reason = _against(view, found, before, place, hubs) if before else _first(found)
    weakness = _points(_weakness(view, found))
    return Rank(place, found.hops, found.ended, found.possible, weakness, hubs, reason)


def _first(found: Ranked) -> str:
    hops = "1 hop" if found.hops == 1 else f"{found.hops} hops"
    return f"none has fewer than {hops}" if found.hops > 1 else "the two are joined directly"


def _against(
    view: LinkView, found: Ranked, before: Ranked, place: int, hubs: tuple[HubStep, ...]
) -> str:
    """The first reason for which it stands behind another."""
    behind = f"path {place - 1}"
    if found.hops > before.hops:
        more = found.hops - before.hops
        return f"{more} hop{'s' if more > 1 else ''} more than {behind}"
    if found.ended > before.ended:
        return f"as long as {behind}; more of it has ended ({_of(found.ended, found)})"
    if found.possible > before.possible:
        return f"as long as {behind}; less of it is sure ({_of(found.possible, found)} possible)"
    weaker = _weakness(view, found) - _weakness(view, before)
    if weaker + _hub_cost(view, found) - _hub_cost(view, before) == 0:
        return f"equal to {behind}; in the order of ids"
    if weaker >= POINT:
        return f"as long and as live as {behind}; its links are weaker"
    passed = {view.nodes[step] for step in before.route}
    new = [hub for hub in hubs if hub.id not in passed]
    if new and weaker + _hub_cost(view, found) - _hub_cost(view, before) >= POINT:
        hub = max(new, key=lambda step: step.points)
        return f"as {behind}, but through {hub.name}, which holds or runs {hub.holds} others"
    return f"as {behind}; fewer links join its steps"


def _of(count: int, found: Ranked) -> str:
    return f"{count} of {found.hops} hop{'s' if found.hops > 1 else ''}"


def _hub_cost(view: LinkView, found: Ranked) -> int:
    return sum(int(view.hubs[step]) for step in found.route[1:-1])


def _weakness(view: LinkView, found: Ranked) -> int:
    return found.cost % POSSIBLE - _hub_cost(view, found)


def _points(cost: int) -> float:
    return round(cost / POINT, 2)
