"""Views of links: kept, opened again, and never older than the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.clocks import TIMES, live_periods
from graph.elements import Elements, Node, Relationship
from graph.graphs import MemoryGraph
from graph.views.links import TYPES, LinkView, build_view, open_view


def graph(*pairs: str) -> MemoryGraph:
    """A graph of holdings, each written as its two ends."""
    nodes = [Node(own, ("Actor",)) for pair in pairs for own in pair]
    links = [Relationship(f"owns:{p}", "OWNS", p[0], p[1], {"validFrom": "2010"}) for p in pairs]
    return MemoryGraph(Elements.of(nodes, links))


def pairs_of(view: LinkView) -> list[str]:
    numbers = range(len(view.starts))
    return [view.nodes[int(view.starts[n])] + view.nodes[int(view.ends[n])] for n in numbers]


def test_view_kept_in_a_folder_is_the_same_when_opened_again(tmp_path: Path) -> None:
    first = open_view(graph("ab", "bc"), tmp_path)
    second = open_view(graph("ab", "bc"), tmp_path)
    assert pairs_of(second) == pairs_of(first) == ["ab", "bc"]
    assert [second.ids[n] for n in range(2)] == ["owns:ab", "owns:bc"]


def test_view_is_read_from_the_folder_when_the_version_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_view(graph("ab"), tmp_path)
    monkeypatch.setattr("graph.views.links.build_view", lambda _: pytest.fail("built again"))
    assert pairs_of(open_view(graph("ab"), tmp_path)) == ["ab"]


def test_changed_graph_gets_a_new_view_and_the_old_one_goes(tmp_path: Path) -> None:
    open_view(graph("ab"), tmp_path)
    assert pairs_of(open_view(graph("ab", "bd"), tmp_path)) == ["ab", "bd"]
    assert len(list(tmp_path.glob("links-*"))) == 1


def test_graph_that_changes_while_its_view_is_built_is_read_again(tmp_path: Path) -> None:
    class Changing(MemoryGraph):
        asked = 0

        @property
        def version(self) -> str:
            self.asked += 1
            return "before" if self.asked == 1 else "after"

    changing = Changing(graph("ab").elements)
    open_view(changing, tmp_path)
    assert changing.asked == 4


def test_broken_view_is_built_again(tmp_path: Path) -> None:
    open_view(graph("ab"), tmp_path)
    kept = next(tmp_path.glob("links-*"))
    (kept / "types.npy").write_bytes(b"not an array")
    assert pairs_of(open_view(graph("ab"), tmp_path)) == ["ab"]


def test_view_needs_no_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert pairs_of(open_view(graph("ab"), tmp_path / "file")) == ["ab"]


def test_link_from_a_node_to_itself_is_no_step() -> None:
    view = build_view([Relationship("x", "OWNS", "a", "a", {"validFrom": "2010"})])
    assert len(view.starts) == 0


def test_node_of_a_view_is_found_by_its_id_only() -> None:
    view = build_view(graph("ab", "bé").elements.relationships.values())
    assert view.nodes[view.nodes.find("é")] == "é"
    assert view.nodes.find("z") == view.nodes.find("") == -1


class Watched(dict[str, str]):
    """Properties that remember which of them were asked for."""

    asked: set[str]

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.asked.add(key)
        return super().get(key, default)


def test_clocks_read_nothing_that_a_view_is_not_given() -> None:
    asked: set[str] = set()
    for number, name in enumerate(TYPES):
        for given in ({}, {"validFrom": "2010", "validTo": "2012"}, {"validTo": "by 2012"}):
            properties = Watched(given)
            properties.asked = asked
            live_periods([Relationship(f"{number}", name, "a", "b", properties)])
    assert asked
    assert asked <= set(TIMES)
