"""What sources say of one thing, which claim is shown, and the rule that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from graph.clocks import Clocks
from graph.elements import Node
from graph.graphs import Graph
from graph.names import RECORDED, resolve
from graph.queries.answers import Sources, cite, question, texts_of
from ontology.generated.vocabulary import POLICY

RULES = {rule.id: rule.sentence for rule in POLICY}


@dataclass(frozen=True)
class ClaimRow:
    """One value that sources give.

    `status` is `winner`, `loser`, `agrees` (what it says is less or more precise) or `only`.
    """

    id: str
    value: str
    status: str
    rank: str
    reason: str | None
    rule: str | None
    known_from: str | None
    sources: tuple[str, ...]
    votes: tuple[str, ...]


@dataclass(frozen=True)
class Contest:
    """All claims on one field of one record, the winner first; `why` says the deciding rule."""

    record: str
    field: str
    disputed: bool
    why: str | None
    claims: tuple[ClaimRow, ...]

    @property
    def losers(self) -> tuple[ClaimRow, ...]:
        """The claims that are not shown."""
        return tuple(claim for claim in self.claims if claim.status == "loser")


@dataclass(frozen=True)
class ClaimsAnswer:
    """The contests about one thing, by record and field."""

    question: dict[str, Any]
    contests: tuple[Contest, ...]
    sources: Sources

    def __iter__(self) -> Iterator[Contest]:
        return iter(self.contests)

    @property
    def found(self) -> bool:
        """Whether there is any claim."""
        return bool(self.contests)


def find_claims(
    graph: Graph,
    about: str,
    field: str | None = None,
    clocks: Clocks | None = None,
    *,
    disputed: bool = False,
) -> ClaimsAnswer:
    """Every claim about an actor, a deal or anything else recorded, or those on one field.

    A field may be told by its whole path (`stakes.lazada.alibaba.after`) or any part of it.
    """
    thing = resolve(graph, about, RECORDED)
    found = contests_about(graph, [thing.id], field=field)
    kept = tuple(contest for contest in found if contest.disputed or not disputed)
    cited = [source for contest in kept for claim in contest.claims for source in claim.sources]
    asked = question("claims", clocks or Clocks(), about=thing, field=field, disputed=disputed)
    return ClaimsAnswer(asked, kept, cite(graph, cited))


def contests_about(
    graph: Graph, ids: Iterable[str], *, field: str | None = None, stems: Iterable[str] = ()
) -> list[Contest]:
    """The contests about these things, or those of them whose `record#field` is one of `stems`."""
    wanted = set(stems)
    links = graph.links(sorted(set(ids)), ["ABOUT"], direction="in")
    starts = {link.start for link in links if "#" in link.start}
    kept = {i for i in starts if _is_asked(i, field) and (not wanted or _stem(i) in wanted)}
    nodes = [node for node in graph.nodes(kept).values() if "Claim" in node.labels]
    ordered = sorted(
        nodes, key=lambda node: (_stem(node.id), node.text("status") != "winner", node.id)
    )
    groups = [(stem, list(group)) for stem, group in groupby(ordered, key=lambda n: _stem(n.id))]
    voting = graph.nodes({vote for _, group in groups for vote in _votes(group)})
    return [_contest(stem, group, voting) for stem, group in groups]


def _stem(claim_id: str) -> str:
    return claim_id.split("=", 1)[0]


def _is_asked(claim_id: str, field: str | None) -> bool:
    own = _stem(claim_id).split("#", 1)[1]
    return field is None or field in (own, *own.split(".")) or own.startswith(f"{field}.")


def _votes(nodes: list[Node]) -> tuple[str, ...]:
    """The claims of other records that voted where none of the record's own won."""
    won = any(node.text("status") != "loser" for node in nodes)
    return () if won else tuple(dict.fromkeys(v for node in nodes for v in texts_of(node, "votes")))


def _contest(stem: str, nodes: list[Node], voting: dict[str, Node]) -> Contest:
    record, field = stem.split("#", 1)
    elsewhere = _winner_elsewhere(nodes, voting)
    winner = next((node for node in nodes if node.text("status") == "winner"), None)
    rule = (winner or nodes[0]).text("rule")
    disputed = any(node.text("status") == "loser" for node in nodes)
    rows = (*(_row(node, "winner") for node in elsewhere), *(_row(node) for node in nodes))
    return Contest(record, field, disputed, RULES.get(rule), rows)


def _winner_elsewhere(nodes: list[Node], voting: dict[str, Node]) -> list[Node]:
    """The claims of a later record that decided: what it prints as before was the share after."""
    lost = {node.text("value") for node in nodes}
    return [voting[v] for v in _votes(nodes) if v in voting and voting[v].text("value") not in lost]


def _row(node: Node, status: str = "") -> ClaimRow:
    return ClaimRow(
        id=node.id,
        value=node.text("value"),
        status=status or node.text("status"),
        rank=node.text("rank") or "normal",
        reason=node.text("reason") or None,
        rule=node.text("rule") or None,
        known_from=node.text("knownFrom") or None,
        sources=texts_of(node),
        votes=texts_of(node, "votes"),
    )
