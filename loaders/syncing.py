"""The difference between elements and a store: told by `plan`, written by `apply`.

Elements come in batches, so that a set of any size needs little memory; a relationship's ends have
to be in the same batch, in an earlier one, or in the store. Only the data sets that are named are
touched. The store says `loading` until the last batch is written: a load that was killed is
completed by the next one, which finds what is missing by the same difference.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from graph import cypher
from graph.elements import Elements, Node, Relationship
from graph.errors import StoreRefused
from graph.store import COMPLETE, LOADING, GraphChanged, Meta, Row, Statement, Store
from loaders import changes
from loaders.progress import Progress, Silent
from loaders.stored import Stored
from ontology.generated.vocabulary import SCHEMA_VERSION

ADD, CHANGE, REMOVE = "add", "change", "remove"
NODES, RELATIONSHIPS = "nodes", "relationships"
_BATCH = 5_000
TURNS = 40  # how often another load may come between before this one gives up
_QUIET_SECONDS = 2.0
_POLL_SECONDS = 0.2

Item = TypeVar("Item")
Batches = Callable[[], Iterable[Elements]]


@dataclass(frozen=True, order=True)
class Change:
    """One element to add, change or remove; `name` is its main label or its type."""

    action: str
    kind: str
    name: str
    id: str


@dataclass(frozen=True)
class Difference:
    """What a load would do, or did. `changes` are told by `plan` only."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    @property
    def total(self) -> int:
        """How many elements differ."""
        return sum(self.counts.values())

    def count(self, action: str, kind: str) -> int:
        """How many nodes or relationships are added, changed or removed."""
        return self.counts.get((action, kind), 0)

    def __str__(self) -> str:
        if not self.total:
            return "nothing changes"
        told = sorted(self.counts.items())
        return ", ".join(f"{action} {count} {kind}" for (action, kind), count in told if count)


def in_batches(elements: Elements) -> Batches:
    """Elements at hand, cut into batches: all nodes first."""

    def cut() -> Iterator[Elements]:
        for nodes in _sliced(list(elements.nodes.values())):
            yield Elements.of(nodes, [])
        for relationships in _sliced(list(elements.relationships.values())):
            yield Elements.of([], relationships)

    return cut


def plan(store: Store, batches: Batches, datasets: Sequence[str]) -> Difference:
    """What `apply` would do; nothing is written."""
    nodes = Stored.read(store, NODES, datasets)
    relationships = Stored.read(store, RELATIONSHIPS, datasets)
    found: list[Change] = []
    for batch in batches():
        new, changed = nodes.compare(list(batch.nodes.values()))
        found += [Change(ADD, NODES, _label(n), n.id) for n in new]
        found += [Change(CHANGE, NODES, _label(n), n.id) for n in changed]
        made, altered = relationships.compare(list(batch.relationships.values()))
        found += [Change(ADD, RELATIONSHIPS, r.type, r.id) for r in made]
        found += [Change(CHANGE, RELATIONSHIPS, r.type, r.id) for r in altered]
    for kind, stored in ((NODES, nodes), (RELATIONSHIPS, relationships)):
        found += [Change(REMOVE, kind, "", i) for i in _unmet(store, stored, kind, datasets)]
    counts = Counter((change.action, change.kind) for change in found)
    return Difference(dict(counts), tuple(sorted(found)))


def apply(
    store: Store,
    batches: Batches,
    editions: Mapping[str, str],
    progress: Progress | None = None,
    *,
    whole: bool = False,
    total: int | None = None,
    expected: str = "",
) -> Difference:
    """Make the store hold these elements, and nothing else of the data sets of `editions`.

    `editions` says, by data set, from which edition of the records the elements are; `whole` makes
    these the only data sets, `total` is told to `progress`. Other loads may run at the same time:
    whoever finds the graph changed looks again and goes on. Where the elements follow from what a
    graph of the version `expected` held, GraphChanged is raised instead.
    """
    done: Counter[tuple[str, str]] = Counter()
    told = progress or Silent()
    for _ in range(TURNS):
        told.begin("writing", total)
        try:
            _Run(store, batches, editions, told, done, whole=whole, expected=expected).run()
        except GraphChanged:
            if expected:
                raise
            wait_until_quiet(store)
        else:
            return Difference(dict(done))
    raise StoreRefused("another load keeps changing the graph", hint="try again when it is done")


class _Run:
    """One attempt to bring a store to the elements, given up when another writer comes between."""

    def __init__(
        self,
        store: Store,
        batches: Batches,
        editions: Mapping[str, str],
        progress: Progress,
        done: Counter[tuple[str, str]],
        *,
        whole: bool,
        expected: str,
    ) -> None:
        self.store = store
        self.batches = batches
        self.datasets = [] if whole else sorted(editions)
        self.progress = progress
        self.done = done
        self.meta = store.ensure_schema()
        if expected and self.meta.version != expected:
            raise GraphChanged("the graph was changed by another", hint="try again")
        self.editions = dict(editions) if whole else {**self.meta.editions, **editions}
        self.version = self.meta.version
        self.is_begun = self.meta.state == LOADING

    def run(self) -> None:
        nodes = Stored.read(self.store, NODES, self.datasets)
        relationships = Stored.read(self.store, RELATIONSHIPS, self.datasets)
        for batch in self.batches():
            self._write_nodes(*nodes.compare(list(batch.nodes.values())))
            self._write_relationships(*relationships.compare(list(batch.relationships.values())))
            self.progress.advance(len(batch.nodes) + len(batch.relationships))
        self._remove_relationships(relationships)
        self._remove_nodes(nodes)
        self._finish()

    def _write_nodes(self, new: list[Node], changed: list[Node]) -> None:
        for some in _sliced(new):
            self._write(changes.create_nodes(some))
            self.done[ADD, NODES] += len(some)
        for some in _sliced(changed):
            found = self.store.read(cypher.LOCATE_NODES, {"ids": [n.id for n in some]})
            labels = {row["id"]: row["labels"] for row in found}
            for statements in changes.change_nodes(some, labels):
                self._write(statements)
            self.done[CHANGE, NODES] += len(some)

    def _write_relationships(self, new: list[Relationship], changed: list[Relationship]) -> None:
        for some in _sliced(new):
            self._write(changes.create_relationships(some))
            self.done[ADD, RELATIONSHIPS] += len(some)
        for some in _sliced(changed):
            rows = self._write(changes.change_relationships(some))
            found = {i for (row,) in rows for i in row["done"]}
            self._move([r for r in some if r.id not in found])
            self.done[CHANGE, RELATIONSHIPS] += len(some)

    def _move(self, relationships: list[Relationship]) -> None:
        """Relationships whose type or ends are others than before are made anew."""
        if relationships:
            places = _places(self.store, [r.id for r in relationships])
            removing = changes.remove_relationships(places)
            self._write([*removing, *changes.create_relationships(relationships)])

    def _remove_relationships(self, stored: Stored) -> None:
        for ids in _sliced(_unmet(self.store, stored, RELATIONSHIPS, self.datasets)):
            self._write(changes.remove_relationships(_places(self.store, ids)))
            self.done[REMOVE, RELATIONSHIPS] += len(ids)

    def _remove_nodes(self, stored: Stored) -> None:
        for ids in _sliced(_unmet(self.store, stored, NODES, self.datasets)):
            _check_free(self.store, ids)
            self._write(changes.remove_nodes(ids))
            self.done[REMOVE, NODES] += len(ids)

    def _write(self, statements: list[Statement]) -> tuple[list[Row], ...]:
        meta = {} if self.is_begun else {"state": LOADING}
        outcome = self.store.write(statements, expected=self.version, meta=meta)
        self.version = outcome.version
        self.is_begun = True
        return outcome.rows

    def _finish(self) -> None:
        """Say that the graph is complete, unless it says so already."""
        if self.is_begun or self.editions != self.meta.editions:
            told = sorted(f"{name}={edition}" for name, edition in self.editions.items())
            meta = {"state": COMPLETE, "editions": told, "schemaVersion": SCHEMA_VERSION}
            self.store.write([], expected=self.version, meta=meta)


def _places(store: Store, ids: Sequence[str]) -> list[changes.Place]:
    rows = store.read(cypher.LOCATE_RELATIONSHIPS, {"ids": list(ids)})
    return [(row["type"], row["startId"], row["id"]) for row in rows]


def _unmet(store: Store, stored: Stored, kind: str, datasets: Sequence[str]) -> list[str]:
    """The ids of what the records no longer have; read again only where there is any."""
    if not stored.left:
        return []
    parts = store.hashes(kind, datasets)
    return sorted(i for part in parts for i in stored.unmet([i for i, _ in part]))


def _check_free(store: Store, ids: Sequence[str]) -> None:
    """What another data set still refers to is not removed under it."""
    for row in store.read(cypher.HELD_NODES, {"ids": list(ids)}):
        other = row["dataset"] or "something that is not ours"
        raise StoreRefused(
            f"{row['id']} is no longer in the records, but {other} refers to it",
            hint=f"remove that first (it is at {row['other'] or 'a node without an id'})",
        )


def wait_until_quiet(store: Store) -> None:
    """Wait until the other load is complete, or has not written for a while."""
    seen, since = store.meta(), time.monotonic()
    while seen.state == LOADING and time.monotonic() - since < _QUIET_SECONDS:
        time.sleep(_POLL_SECONDS)
        now: Meta = store.meta()
        if now.version != seen.version:
            seen, since = now, time.monotonic()


def _sliced(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for at in range(0, len(items), _BATCH):
        yield items[at : at + _BATCH]


def _label(node: Node) -> str:
    return node.labels[0] if node.labels else ""
