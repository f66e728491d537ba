"""Dumps: exact, equal for equal graphs, and restored alike on every engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_graphs import small

from graph.elements import Elements
from graph.engines.endpoint import Endpoint
from graph.errors import StoreRefused
from graph.store import Store
from loaders.dumping import DumpUnreadable, dump, read_head, restore
from loaders.syncing import apply, in_batches

EDITIONS = {"curated": "one"}
HEAD = {"format": "entrepot-dump", "version": 1, "schemaVersion": "1", "editions": EDITIONS}


@pytest.fixture
def store(empty_endpoint: Endpoint) -> Iterator[Store]:
    with Store.open(empty_endpoint, access="write") as opened:
        yield opened


@pytest.mark.parametrize("name", ["graph.jsonl", "graph.jsonl.gz"])
def test_restored_graph_is_the_one_that_was_dumped(store: Store, tmp_path: Path, name: str) -> None:
    apply(store, in_batches(small()), EDITIONS)
    first, second = tmp_path / name, tmp_path / f"second-{name}"
    assert dump(store, first) == 5
    store.wipe()
    restore(store, first)
    assert store.elements() == small()
    assert store.graph_hash() == small().hash
    assert dict(store.meta().editions) == EDITIONS
    dump(store, second)
    assert second.read_bytes() == first.read_bytes()


def test_every_engine_dumps_the_same_bytes(store: Store, tmp_path: Path) -> None:
    apply(store, in_batches(small()), EDITIONS)
    dump(store, tmp_path / "graph.jsonl")
    head, *lines = (tmp_path / "graph.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(head) == HEAD
    assert [json.loads(line)["properties"]["id"] for line in lines] == [
        "acme", "globex", "shop", "r1", "r2",
    ]  # fmt: skip
    assert json.loads(lines[0])["properties"]["fromDay"] == {"date": "2016-04-12"}


def test_restore_removes_what_the_dump_does_not_hold(store: Store, tmp_path: Path) -> None:
    apply(store, in_batches(small()), EDITIONS)
    dump(store, tmp_path / "graph.jsonl")
    both = {**EDITIONS, "mine": "two"}
    mine = small("mine", prefix="my-")
    nodes = [*small().nodes.values(), *mine.nodes.values()]
    apply(store, in_batches(Elements.of(nodes, mine.relationships.values())), both)
    restore(store, tmp_path / "graph.jsonl")
    assert store.graph_hash() == small().hash
    assert dict(store.meta().editions) == EDITIONS


def test_empty_store_is_not_dumped(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="not completely loaded"):
        dump(store, tmp_path / "graph.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no dump"),
        ("{}\n", "no dump"),
        ("- company: x\n", "no dump"),
        (json.dumps({**HEAD, "version": 2}) + "\n", "newer version"),
    ],
)
def test_file_that_is_no_dump_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DumpUnreadable, match=said):
        read_head(path)


def test_dump_that_is_not_there_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(DumpUnreadable, match="No such file"):
        read_head(tmp_path / "none.jsonl")
    (tmp_path / "bad.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(DumpUnreadable):
        read_head(tmp_path / "bad.jsonl.gz")


def test_dump_cut_off_in_a_line_is_told(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(HEAD) + '\n{"labels":["Actor"],"prop', encoding="utf-8")
    with pytest.raises(DumpUnreadable, match="damaged"):
        restore(store, path)
