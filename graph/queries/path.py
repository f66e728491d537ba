"""How two actors are related: the best routes between them, each hop explained.

Routes that differ in substance are found in the view; their links are then fetched and told:
direction, dates, share, deal, one sentence, sources, and why a path stands where it does. Where
there is none, the answer says why not: another day, another knowledge, hearsay, too few hops, or
nothing on record, and whether anybody looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.clocks import Clocks
from graph.graphs import Graph
from graph.names import Resolved, resolve_all
from graph.queries.answers import Sources, cite
from graph.queries.path_search import Asked, PathOptions
from graph.queries.path_telling import Hop, Path, Teller, Variant, cited_by
from graph.views.links import LinkView, open_view
from ontology.errors import EntrepotError

if TYPE_CHECKING:
    from graph.queries.absence import NoPath, Researched

__all__ = ["Hop", "Path", "PathAnswer", "PathOptions", "Variant", "find_path"]


@dataclass(frozen=True)
class PathAnswer:
    """The paths, best first, what they rest on, and why there are none.

    Of several reasons `reason` is the most telling, `others` are the rest. `researched` says what
    was looked for about both ends, where there is no path.
    """

    question: dict[str, Any]
    paths: tuple[Path, ...]
    sources: Sources
    reason: NoPath | None = None
    others: tuple[NoPath, ...] = ()
    researched: tuple[Researched, ...] = ()

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    @property
    def found(self) -> bool:
        """Whether there is a path."""
        return bool(self.paths)


def find_path(
    graph: Graph,
    start: str,
    goal: str,
    clocks: Clocks | None = None,
    options: PathOptions | None = None,
    *,
    view: LinkView | None = None,
    present: Callable[[], Graph] | None = None,
) -> PathAnswer:
    """The best routes between two actors or brands, explained.

    `view` is the graph's own; `present` gives the graph as known today, so that under `known_at`
    the absence of a path can be explained by what was not known yet.
    """
    clocks, options = clocks or Clocks(), (options or PathOptions()).checked()
    one, other, *more = resolve_all(graph, [start, goal, *options.avoid, *options.through])
    if one.id == other.id:
        raise EntrepotError(f"{start!r} and {goal!r} are the same: {one.id}")
    avoided, through = _ids(more[: len(options.avoid)]), _ids(more[len(options.avoid) :])
    if avoided & through:
        both = ", ".join(sorted(avoided & through))
        raise EntrepotError(f"a path cannot both avoid and go through {both}")
    view = view or open_view(graph)
    asked = Asked(graph, view, one, other, clocks, options, avoided, through - {one.id, other.id})
    paths = Teller(asked).tell(asked.routes())
    if not paths:
        return _absent(asked, present)
    cited = [source for path in paths for source in cited_by(path.hops)]
    return PathAnswer(asked.question(), paths, cite(graph, cited))


def _absent(asked: Asked, present: Callable[[], Graph] | None) -> PathAnswer:
    from graph.queries.absence import explain_absence  # most questions have an answer

    why = explain_absence(asked, present)
    sources = cite(asked.graph, [s for reason in why.reasons for s in reason.sources])
    reason, *others = why.reasons
    return PathAnswer(asked.question(), (), sources, reason, tuple(others), why.researched)


def _ids(resolved: list[Resolved]) -> frozenset[str]:
    return frozenset(found.id for found in resolved)
