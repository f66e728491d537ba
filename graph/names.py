"""Whom a name means: ids, names, former names, tickers and domains.

A name is looked up by its key, in which case, accents, scripts, punctuation and legal forms make no
difference. Identity stays an id: where several have a name, the asker chooses, and is told of whom.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph.elements import Node, Relationship
from graph.errors import UnknownName
from graph.graphs import Graph
from graph.name_keys import name_key

SUBJECTS = ("Actor", "Brand")
RECORDED = (
    *SUBJECTS,
    "Deal",
    "Disclosure",
    "FigureTable",
    "Market",
    "Milestone",
    "Place",
    "Sector",
    "Source",
)
NEAR = 60
SHOWN = 5


@dataclass(frozen=True)
class Resolved:
    """A name and the node that it means; `note` says so where it might have meant another."""

    asked: str
    id: str
    name: str
    label: str
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """As it stands in the question of an answer."""
        found = {"asked": self.asked, "id": self.id, "name": self.name, "kind": self.label}
        return {**found, "note": self.note} if self.note else dict(found)


def name_id(key: str) -> str:
    """The id of the Name node of a key."""
    return f"name:{key}"


def resolve(graph: Graph, text: str, labels: Collection[str] = SUBJECTS) -> Resolved:
    """The one node that a text means; raises UnknownName where none does, or several do."""
    return resolve_all(graph, [text], labels)[0]


def resolve_all(
    graph: Graph, texts: Iterable[str], labels: Collection[str] = SUBJECTS
) -> list[Resolved]:
    """Resolve several texts at once, in as few statements as one.

    >>> from graph.elements import Elements
    >>> from graph.graphs import MemoryGraph
    >>> lazada = Node("lazada", ("Actor", "Company"), {"name": "Lazada Group"})
    >>> resolve_all(MemoryGraph(Elements.of([lazada], [])), ["lazada"])[0].name
    'Lazada Group'
    """
    asked = list(texts)
    keys = {text: name_key(text) for text in asked}
    by_id = graph.nodes({i for text in asked for i in _ids(text, keys[text])})
    names = {name_id(key) for key in keys.values()} & by_id.keys()
    naming = graph.links(sorted(names), ["NAMES"], direction="out") if names else []
    named = graph.nodes({link.end for link in naming}) if naming else {}
    return [_choose(graph, text, keys[text], by_id, naming, named, labels) for text in asked]


def suggest(graph: Graph, text: str, limit: int = SHOWN) -> tuple[str, ...]:
    """The ids whose names are nearest to a text, those that contain its words first."""
    from rapidfuzz import fuzz, process  # loaded only when a name is wrong

    key = name_key(text)
    keys = sorted(node.text("key") for node in graph.labelled("Name"))
    words = set(key.split())
    holding = [k for k in keys if words and words <= set(k.split())]
    nearest = process.extract(key, keys, scorer=fuzz.ratio, limit=4 * limit, score_cutoff=NEAR)
    found = dict.fromkeys([*sorted(holding, key=len)[: 2 * limit], *(near[0] for near in nearest)])
    links = graph.links([name_id(k) for k in found], ["NAMES"], direction="out")
    ends = {k: [link.end for link in links if link.start == name_id(k)] for k in found}
    return tuple(dict.fromkeys(end for k in found for end in ends[k]))[:limit]


def _choose(
    graph: Graph,
    text: str,
    key: str,
    by_id: dict[str, Node],
    naming: list[Relationship],
    named: dict[str, Node],
    labels: Collection[str],
) -> Resolved:
    links = [link for link in naming if link.start == name_id(key)]
    found = [named[link.end] for link in links if link.end in named]
    wanted = [node for node in found if set(labels) & set(node.labels)]
    as_ids = [by_id[i] for i in _ids(text, key)[:-1] if i in by_id]
    literal = [node for node in as_ids if set(labels) & set(node.labels)]
    if literal and (literal[0].id == text.strip() or not wanted):
        return _resolved(text, literal[0], _also(literal[0], wanted))
    if not wanted:
        raise _unknown(graph, text, by_id)
    chosen = _prefer(wanted, links)
    if len(chosen) > 1:
        raise _ambiguous(text, chosen)
    return _resolved(text, chosen[0], _also(chosen[0], wanted))


def _ids(text: str, key: str) -> list[str]:
    """The ids that a text may be, the most literal first, the Name node's last."""
    return [*dict.fromkeys([text.strip(), key.replace(" ", "-")]), name_id(key)]


def _prefer(nodes: list[Node], links: list[Relationship]) -> list[Node]:
    """Actors before brands, then those whose name it is now before those whose name it was."""
    actors = [node for node in nodes if "Actor" in node.labels] or nodes
    called = {link.end for link in links if link.text("kind") == "name"}
    return [node for node in actors if node.id in called] or actors


def _also(chosen: Node, nodes: list[Node]) -> str:
    others = [f"{node.labels[-1].lower()} {node.id}" for node in nodes if node.id != chosen.id]
    if not others:
        return ""
    meant = f"{kind_of_node(chosen).lower()} {chosen.id} is meant"
    return f"{meant}; the name is also that of {', '.join(others)}"


def _resolved(text: str, node: Node, note: str) -> Resolved:
    return Resolved(text, node.id, node.text("name") or node.id, kind_of_node(node), note)


def kind_of_node(node: Node) -> str:
    """The most telling label: what it is, not the role it plays."""
    return next((x for x in reversed(node.labels) if x not in ("Investor", "Actor")), "Actor")


def _unknown(graph: Graph, text: str, by_id: dict[str, Node]) -> UnknownName:
    if text.strip() in by_id:
        what = kind_of_node(by_id[text.strip()]).lower()
        return UnknownName(f"{text!r} is a {what}, and an actor or a brand is asked for", ())
    near = suggest(graph, text)
    hint = f"the nearest: {', '.join(near)}" if near else "`entrepot find` searches all names"
    return UnknownName(f"nothing is called {text!r}", near, hint=hint)


def _ambiguous(text: str, nodes: list[Node]) -> UnknownName:
    ids = tuple(sorted(node.id for node in nodes))
    return UnknownName(
        f"{text!r} may mean several: {', '.join(ids)}", ids, hint="ask for one by its id"
    )
