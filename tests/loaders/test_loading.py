"""A load as a curator sees it: from files to a graph, refused where the files are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from samples import SOURCES

from graph.engines.endpoint import Endpoint
from graph.errors import StoreRefused
from graph.store import Store
from graph.store_graph import StoreGraph, stored_corpus
from loaders.findings import RecordsInvalid
from loaders.loading import edition_of, load, plan_load

ACME = """
- company: acme
  name: Acme
  sources: [s2016]
- company: globex
  name: Globex
  sources: [s2017]
"""
BOUGHT = """
- deal: globex-acme-2016
  type: acquisition
  completed: 2016-04-12
  moves:
    - {of: acme, to: globex, share: all}
  sources: [s2016]
"""
MINE = """
- source: my-notes
  url: https://example.org/notes
  publisher: Me
  title: Notes
  published: 2018
  kind: blog
- company: initech
  name: Initech
  sources: [my-notes]
- deal: initech-globex-2018
  type: stake-purchase
  completed: 2018-01
  moves:
    - {of: globex, to: initech, share: 20}
  stakes:
    globex: {initech: -> 20}
  sources: [my-notes]
"""
BROKEN = "- company: broken\n  nam: Broken\n  sources: [s2016]\n"

Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    def write(name: str, **texts: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for file, text in texts.items():
            (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def store(empty_endpoint: Endpoint) -> Iterator[Store]:
    with Store.open(empty_endpoint, access="write") as opened:
        yield opened


def owners(store: Store) -> list[tuple[str, str]]:
    return [(link.start, link.end) for link in StoreGraph(store).all_links(["OWNS"])]


def test_loaded_records_are_a_graph_with_what_follows_from_them(store: Store, files: Files) -> None:
    folder = files("records", sources=SOURCES, actors=ACME, deals=BOUGHT)
    done = load(store, folder)
    assert done.difference.count("add", "nodes") > 0
    assert owners(store) == [("globex", "acme")]
    assert store.meta().editions["curated"] == edition_of(folder)
    assert str(load(store, folder).difference) == "nothing changes"
    assert str(plan_load(store, folder).difference) == "nothing changes"


def test_record_that_is_taken_out_of_the_files_goes_with_what_followed(
    store: Store, files: Files
) -> None:
    load(store, files("records", sources=SOURCES, actors=ACME, deals=BOUGHT))
    folder = files("records", sources=SOURCES, actors=ACME)
    told = plan_load(store, folder).difference
    done = load(store, folder).difference
    assert dict(done.counts) == dict(told.counts)
    assert owners(store) == []
    assert "globex-acme-2016" not in store.elements().nodes


def test_wrong_record_stops_the_load_before_the_first_write(store: Store, files: Files) -> None:
    load(store, files("records", sources=SOURCES, actors=ACME))
    before = (store.meta(), store.graph_hash())
    folder = files("records", sources=SOURCES, actors=ACME, deals=BOUGHT, wrong=BROKEN)
    with pytest.raises(RecordsInvalid, match=r"wrong\.yaml:2:3"):
        load(store, folder)
    assert (store.meta(), store.graph_hash()) == before


def test_wrong_record_is_left_out_where_the_load_keeps_going(store: Store, files: Files) -> None:
    folder = files("records", sources=SOURCES, actors=ACME, wrong=BROKEN)
    done = load(store, folder, keep_going=True)
    assert [finding.found for finding in done.check.errors] == ["nam"]
    assert {"acme", "globex"} <= set(stored_corpus(store).records)
    assert "broken" not in store.elements().nodes


def test_other_data_set_stands_beside_and_outlives_a_change_of_the_first(
    store: Store, files: Files
) -> None:
    load(store, files("records", sources=SOURCES, actors=ACME, deals=BOUGHT))
    load(store, files("mine", all=MINE), dataset="mine")
    assert owners(store) == [("globex", "acme"), ("initech", "globex")]
    load(store, files("records", sources=SOURCES, actors=ACME))
    assert owners(store) == [("initech", "globex")]
    load(store, files("mine", all=""), dataset="mine")
    assert owners(store) == []
    assert {"acme", "globex"} <= set(stored_corpus(store).records)


def test_other_data_set_may_not_redefine_what_the_first_has(store: Store, files: Files) -> None:
    load(store, files("records", sources=SOURCES, actors=ACME))
    again = MINE + "- company: acme\n  name: My Acme\n  sources: [my-notes]\n"
    with pytest.raises(RecordsInvalid, match="another data set has a company of this id"):
        load(store, files("mine", all=again), dataset="mine")


def test_record_that_another_data_set_needs_is_not_taken_away(store: Store, files: Files) -> None:
    load(store, files("records", sources=SOURCES, actors=ACME))
    load(store, files("mine", all=MINE), dataset="mine")
    before = store.graph_hash()
    fewer = ACME.split("- company: globex", maxsplit=1)[0]
    with pytest.raises(StoreRefused, match="no longer have globex, but initech-globex-2018"):
        load(store, files("records", sources=SOURCES, actors=fewer))
    assert store.graph_hash() == before


def test_graph_of_an_older_version_is_built_anew_and_that_is_said(
    store: Store, files: Files
) -> None:
    folder = files("records", sources=SOURCES, actors=ACME, deals=BOUGHT)
    load(store, folder)
    wanted = store.graph_hash()
    store.write([], meta={"schemaVersion": "0"})
    said: list[str] = []

    class Listener:
        def begin(self, what: str, total: int | None) -> None:
            said.append(what)

        def advance(self, steps: int) -> None:
            pass

    assert load(store, folder, progress=Listener()).rebuilt
    assert any("anew" in what for what in said)
    assert store.graph_hash() == wanted
    assert not store.meta().is_older


def test_folder_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="there is no folder"):
        load(store, tmp_path / "none")


def test_edition_is_that_of_the_files_wherever_they_lie(files: Files) -> None:
    first = files("first", actors=ACME)
    second = files("second", actors=ACME)
    assert edition_of(first) == edition_of(second)
    assert edition_of(files("second", actors=ACME + "\n# later\n")) != edition_of(first)
