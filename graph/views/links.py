"""The links of the graph as columns: what a path is searched in.

Searching in Cypher, level by level, costs a hundred milliseconds where this costs one. The columns
are kept in a folder under the graph's version, opened by mapping them into memory, and built anew
when the version is another: an answer never comes from an old view.

Links stand in the order of their strength, then of their ids, so that the lower number of two is
the one to show first. Days are ordinals. For each node, `neighbours` and `links` hold a slice of
everything that touches it, in both directions.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.clocks import EVENTS, Period, live_periods
from graph.elements import Relationship
from graph.graphs import Graph
from graph.views.rumours import RUMOURED, rumoured_links
from ontology.generated.vocabulary import RELATIONSHIP_TYPES

Column = NDArray[Any]
STRENGTHS = {name: known.strength for name, known in RELATIONSHIP_TYPES.items() if known.path_step}
PATH_TYPES = tuple(sorted(STRENGTHS, key=lambda name: (-STRENGTHS[name], name)))
TYPES = (*PATH_TYPES, RUMOURED)
FORMAT = 3
FEW = 4  # holdings and the like, up to which nobody is a hub
HUB_POINTS = 10  # of strength, for each time that they double from there on
POINT = 64  # of what a route costs


@dataclass(frozen=True)
class Texts:
    """Many texts in one block of bytes, so that they need not be read to be opened."""

    block: Column
    ends: Column

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([len(piece) for piece in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, place: int) -> str:
        start = int(self.ends[place - 1]) if place else 0
        return bytes(self.block[start : int(self.ends[place])]).decode()

    def find(self, text: str) -> int:
        """The place of a text among sorted ones, -1 where it is not."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self[middle] < text else (low, middle)
        return low if low < len(self) and self[low] == text else -1


@dataclass(frozen=True)
class LinkView:
    """The columns. `ends_first` and `ends_last` say until when a link is live.

    `bonds` counts, for each link, the links between the same two nodes, hearsay apart. `hubs` is
    what a step through each node costs: the more it holds, founded or runs, the less that tells.
    """

    node_block: Column
    node_ends: Column
    id_block: Column
    id_ends: Column
    starts: Column
    ends: Column
    types: Column
    bonds: Column
    hubs: Column
    begins_first: Column
    begins_last: Column
    ends_first: Column
    ends_last: Column
    pointers: Column
    neighbours: Column
    links: Column

    @cached_property
    def nodes(self) -> Texts:
        """The ids of the nodes, sorted; a node is its place here."""
        return Texts(self.node_block, self.node_ends)

    @cached_property
    def ids(self) -> Texts:
        """The ids of the links, by number."""
        return Texts(self.id_block, self.id_ends)

    def period(self, link: int) -> Period:
        """When a link is live."""
        columns = (self.begins_first, self.begins_last, self.ends_first, self.ends_last)
        return Period(*(int(column[link]) for column in columns))

    def reach(self, node: int) -> int:
        """How many others a node's own links lead to: what it holds, founded, runs."""
        slice_ = slice(int(self.pointers[node]), int(self.pointers[node + 1]))
        return len(np.unique(self.neighbours[slice_][self.starts[self.links[slice_]] == node]))

    def degree(self, nodes: Column) -> int:
        """How many links touch these nodes."""
        return int((self.pointers[nodes + 1] - self.pointers[nodes]).sum())

    def touching(self, nodes: Column) -> tuple[Column, Column, Column]:
        """Each link that touches one of the nodes: the node's place in `nodes`, neighbour, link."""
        first = self.pointers[nodes]
        counts = self.pointers[nodes + 1] - first
        owners = np.repeat(np.arange(len(nodes)), counts)
        before = np.repeat(np.cumsum(counts) - counts, counts)
        places = np.arange(len(owners)) - before + first[owners]
        return owners, self.neighbours[places], self.links[places]

    def __hash__(self) -> int:
        return id(self)


def open_view(graph: Graph, folder: Path | None = None) -> LinkView:
    """The view of a graph as it is now: the kept one where its version is right, else a new one."""
    while True:
        version = graph.version
        place = folder / _folder_name(version) if folder else None
        kept = _open(place) if place else None
        if kept:
            return kept
        with _uncollected():
            view = build_view([*graph.link_times(PATH_TYPES), *rumoured_links(graph)])
        # A load may have run meanwhile: then the columns belong to neither version.
        if graph.version == version:
            if place:
                _save(view, place)
            return view


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector: going through a million live objects again and again costs a third."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_uncollected()
def build_view(relationships: Iterable[Relationship]) -> LinkView:
    """Columns of relationships; one from a node to itself is no step and left out."""
    codes = {name: code for code, name in enumerate(TYPES)}
    found = [link for link in relationships if link.start != link.end and link.type in codes]
    found.sort(key=lambda link: (codes[link.type], link.id))
    nodes = sorted({link.start for link in found} | {link.end for link in found})
    places = {node: place for place, node in enumerate(nodes)}
    starts = np.array([places[link.start] for link in found], dtype=np.int32)
    ends = np.array([places[link.end] for link in found], dtype=np.int32)
    node_texts, id_texts = Texts.of(nodes), Texts.of([link.id for link in found])
    return LinkView(
        node_texts.block,
        node_texts.ends,
        id_texts.block,
        id_texts.ends,
        starts,
        ends,
        np.array([codes[link.type] for link in found], dtype=np.int8),
        _bonds(starts, ends, [link.type != RUMOURED for link in found]),
        _hubs(starts, ends, [link.type != RUMOURED for link in found], len(nodes)),
        *_days(found),
        *_adjacency(starts, ends, len(nodes)),
    )


def is_event() -> Column:
    """For each type's number, whether it is an event: one holds from its date on."""
    return np.array([name in EVENTS for name in TYPES])


def _days(links: list[Relationship]) -> tuple[Column, Column, Column, Column]:
    live = live_periods(links)
    rows = [
        (p.start_first, p.start_last, p.end_first, p.end_last)
        for p in (live[link.id] for link in links)
    ]
    columns = np.array(rows, dtype=np.int32).reshape(len(rows), 4).T
    first, last, end_first, end_last = (np.ascontiguousarray(column) for column in columns)
    return first, last, end_first, end_last


def _bonds(starts: Column, ends: Column, firm: list[bool]) -> Column:
    """For each link, how many firm ones join the same two nodes."""
    pairs = np.minimum(starts, ends).astype(np.int64) << 32 | np.maximum(starts, ends)
    _, places = np.unique(pairs, return_inverse=True)
    counts = np.bincount(places, weights=firm)
    return counts[places].astype(np.int32)


def _hubs(starts: Column, ends: Column, firm: list[bool], nodes: int) -> Column:
    """What a step through each node costs: by the logarithm of how many its own links lead to."""
    kept = np.array(firm, dtype=bool)
    pairs = np.unique(starts[kept].astype(np.int64) << 32 | ends[kept])
    reached = np.bincount(pairs >> 32, minlength=nodes)
    costs = HUB_POINTS * POINT * np.log2(np.maximum(reached / FEW, 1))
    return np.asarray(np.rint(costs), dtype=np.int32)


def _adjacency(starts: Column, ends: Column, nodes: int) -> tuple[Column, Column, Column]:
    """By node: where its slice begins, the neighbours and the links in it."""
    owners = np.concatenate([starts, ends])
    others = np.concatenate([ends, starts])
    links = np.tile(np.arange(len(starts), dtype=np.int32), 2)
    order = np.lexsort((links, others, owners))
    counts = np.bincount(owners, minlength=nodes)
    pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return pointers, others[order].astype(np.int32), links[order]


def _folder_name(version: str) -> str:
    """A name that is new when the graph, the types of its links or the format of the view are."""
    content = "\n".join([version, str(FORMAT), *TYPES])
    return f"links-{hashlib.blake2b(content.encode(), digest_size=12).hexdigest()}"


def _open(place: Path) -> LinkView | None:
    try:
        columns = [np.load(place / f"{f.name}.npy", mmap_mode="r") for f in fields(LinkView)]
    except (OSError, ValueError):
        return None
    # As plain arrays: the mapped class does every small operation ten times slower.
    return LinkView(*(np.asarray(column) for column in columns))


def _save(view: LinkView, place: Path) -> None:
    """Keep a view, whole or not at all; where nothing can be written the next one builds again."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".links-", dir=place.parent))
        try:
            for column in fields(LinkView):
                np.save(draft / f"{column.name}.npy", getattr(view, column.name))
            os.rename(draft, place)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        for old in place.parent.glob("links-*"):
            if old != place:
                shutil.rmtree(old, ignore_errors=True)
