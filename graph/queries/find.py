"""Things by any part of their names: what to type when the id is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from graph.clocks import Clocks
from graph.elements import Node
from graph.graphs import Graph
from graph.name_keys import name_key
from graph.names import kind_of_node
from graph.queries.answers import name_of, question

OTHERS = ("Deal", "Market", "Place", "Sector")
NEAR = 60.0
EXACT, STARTS, HOLDS = 100.0, 95.0, 90.0


@dataclass(frozen=True)
class Match:
    """One thing found: by which spelling, and how near that is, from 0 to 100."""

    id: str
    name: str
    kind: str
    matched: str
    score: float


@dataclass(frozen=True)
class FindAnswer:
    """The things found, nearest first."""

    question: dict[str, Any]
    matches: tuple[Match, ...]

    def __iter__(self) -> Iterator[Match]:
        return iter(self.matches)

    @property
    def found(self) -> bool:
        """Whether anything was."""
        return bool(self.matches)


def find_names(
    graph: Graph,
    text: str,
    clocks: Clocks | None = None,
    *,
    kind: str | None = None,
    limit: int = 20,
) -> FindAnswer:
    """Actors, brands, deals and markets whose names are like a text.

    `kind` keeps one label, such as `Company` or `Deal`.
    """
    key = name_key(text)
    subjects = _subjects(graph, key)
    others = _others(graph, key)
    nodes = graph.nodes(subjects)
    found = [
        _match(nodes[i], spelling, score) for i, (spelling, score) in subjects.items() if i in nodes
    ]
    found += [_match(node, name_of(node), score) for node, score in others]
    kept = [match for match in found if kind is None or _is_kind(match, kind, nodes)]
    kept.sort(key=lambda match: (-match.score, match.kind in OTHERS, len(match.name), match.id))
    asked = question("find", clocks or Clocks(), text=text, of_kind=kind, limit=limit)
    return FindAnswer(asked, tuple(kept[:limit]))


def _subjects(graph: Graph, key: str) -> dict[str, tuple[str, float]]:
    """For each actor or brand that is like the key: its best spelling, and how like it is."""
    scores = _scores(key, (node.text("key") for node in graph.labelled("Name")))
    ids = {f"name:{spelling}": spelling for spelling in scores}
    best: dict[str, tuple[str, float]] = {}
    for link in graph.links(sorted(ids), ["NAMES"], direction="out") if ids else []:
        spelling = ids[link.start]
        if scores[spelling] > best.get(link.end, ("", 0.0))[1]:
            best[link.end] = (spelling, scores[spelling])
    return best


def _others(graph: Graph, key: str) -> list[tuple[Node, float]]:
    """Deals, markets, sectors and places with the words of the key in their names."""
    nodes = [node for label in OTHERS for node in graph.labelled(label)]
    scored = ((node, _holding(key, name_key(name_of(node)))) for node in nodes)
    return [(node, score) for node, score in scored if score]


def _scores(key: str, spellings: Iterable[str]) -> dict[str, float]:
    from rapidfuzz import fuzz, process

    known = sorted(spellings)
    near = process.extract(key, known, scorer=fuzz.ratio, limit=None, score_cutoff=NEAR)
    scores = {spelling: round(min(score, HOLDS - 1), 1) for spelling, score, _ in near}
    return scores | {spelling: held for spelling in known if (held := _holding(key, spelling))}


def _holding(key: str, spelling: str) -> float:
    """How well a spelling holds the words of a key; 0 where it does not."""
    words = spelling.split()
    if key == spelling:
        return EXACT
    if not key or not all(any(w.startswith(part) for w in words) for part in key.split()):
        return 0.0
    return STARTS if spelling.startswith(key) else HOLDS


def _match(node: Node, spelling: str, score: float) -> Match:
    return Match(node.id, name_of(node), kind_of_node(node), spelling, score)


def _is_kind(match: Match, kind: str, nodes: dict[str, Node]) -> bool:
    wanted = kind.casefold()
    labels = nodes[match.id].labels if match.id in nodes else (match.kind,)
    return wanted in {label.casefold() for label in labels}
