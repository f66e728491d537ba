"""A graph as a file of JSON lines, and back: exact, and the same on every engine.

The first line says what the file is; then come nodes and relationships, each by its id, so that
equal graphs are equal files. Dates are marked, since JSON has none.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Any

from graph import cypher
from graph.elements import Elements, Node, Property, Relationship
from graph.errors import StoreRefused
from graph.rows import read_node, read_relationship
from graph.store import COMPLETE, GraphChanged, Store
from loaders.progress import Progress, Silent
from loaders.syncing import Difference, apply
from ontology.errors import EntrepotError
from ontology.generated.vocabulary import SCHEMA_VERSION

FORMAT = "entrepot-dump"
_VERSION = 1
_DATE = "date"
_BATCH = 5_000
_TOLD = 1_000


class DumpUnreadable(EntrepotError):
    """A file that is no dump, or of a newer version."""


def dump(store: Store, path: Path, progress: Progress | None = None) -> int:
    """Write the whole graph to a file, compressed where its name ends in .gz; tells how many."""
    told = progress or Silent()
    meta = store.meta()
    if meta.state != COMPLETE:
        raise StoreRefused("the store is not completely loaded", hint="load the records first")
    head = {
        "format": FORMAT,
        "version": _VERSION,
        "schemaVersion": meta.schema_version,
        "editions": dict(sorted(meta.editions.items())),
    }
    told.begin("dumping", None)
    count = 0
    partial = path.with_name(path.name + ".part")
    with _opened(path, partial, "wt") as file:
        file.write(json.dumps(head, ensure_ascii=False) + "\n")
        for line in _lines(store):
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
            if count % _TOLD == 0:
                told.advance(_TOLD)
    if store.meta().version != meta.version:
        partial.unlink()
        raise GraphChanged("the graph was changed while it was dumped", hint="try again")
    partial.replace(path)  # only a whole dump ever has the name
    return count


def restore(store: Store, path: Path, progress: Progress | None = None) -> Difference:
    """Make the store hold what a dump holds, and nothing else of ours."""
    head = read_head(path)
    if int(head["schemaVersion"]) > int(SCHEMA_VERSION):
        raise DumpUnreadable(f"{path} is of a newer version of Entrepôt", hint="use that version")
    return apply(store, _batches(path), head["editions"], progress, whole=True)


def read_head(path: Path) -> dict[str, Any]:
    """What a dump says of itself."""
    with _opened(path, path, "rt") as file:
        line = file.readline()
    try:
        head = json.loads(line)
    except ValueError:
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DumpUnreadable(f"{path} is no dump of a graph")
    if head["version"] > _VERSION:
        raise DumpUnreadable(f"{path} is of a newer version of Entrepôt", hint="use that version")
    return head


def _lines(store: Store) -> Iterator[dict[str, Any]]:
    for row in store.stream(cypher.ALL_NODES, {"meta": cypher.META_ID}):
        node = read_node(row)
        yield {"labels": list(node.labels), "properties": _packed(node.properties)}
    for row in store.stream(cypher.ALL_RELATIONSHIPS):
        link = read_relationship(row)
        ends = {"type": link.type, "start": link.start, "end": link.end}
        yield {**ends, "properties": _packed(link.properties)}


def _batches(path: Path) -> Callable[[], Iterator[Elements]]:
    def read() -> Iterator[Elements]:
        with _opened(path, path, "rt") as file:
            next(file)
            while lines := list(islice(file, _BATCH)):
                try:
                    found = [_element(json.loads(line)) for line in lines]
                except (ValueError, KeyError, TypeError) as error:
                    raise DumpUnreadable(f"{path} is damaged: {error}") from error
                yield Elements.of(
                    (each for each in found if isinstance(each, Node)),
                    (each for each in found if isinstance(each, Relationship)),
                )

    return read


def _element(line: dict[str, Any]) -> Node | Relationship:
    properties = _unpacked(line["properties"])
    own = str(properties["id"])
    if "labels" in line:
        return Node(own, tuple(line["labels"]), properties)
    return Relationship(own, line["type"], line["start"], line["end"], properties)


def _packed(properties: Mapping[str, Property]) -> dict[str, Any]:
    return {
        key: {_DATE: value.isoformat()} if isinstance(value, date) else value
        for key, value in sorted(properties.items())
    }


def _unpacked(properties: Mapping[str, Any]) -> dict[str, Property]:
    return {
        key: date.fromisoformat(value[_DATE]) if isinstance(value, dict) else value
        for key, value in properties.items()
    }


@contextmanager
def _opened(name: Path, path: Path, mode: str) -> Iterator[IO[str]]:
    """A text file, compressed or not by its name; equal content makes equal bytes."""
    try:
        if name.suffix != ".gz":
            with path.open(mode, encoding="utf-8") as plain:
                yield plain
        elif "w" in mode:
            with (
                path.open("wb") as raw,
                gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding="utf-8") as text,
            ):
                yield text
        else:
            with gzip.open(path, "rt", encoding="utf-8") as read:
                yield read
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DumpUnreadable(f"{name}: {reason}") from error
