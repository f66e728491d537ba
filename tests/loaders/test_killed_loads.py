"""A load that was killed, or lost its server, is completed by the next one to the same graph.

Five rounds here; `python -m bench.kill 100` runs as many as asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.kill import rounds
from graph.engines import embedded

PER_COMPANY = """
- company: company-{n}
  name: Company {n}
  founded: {year} @paper
  sources: [paper]
- deal: deal-{n}
  type: stake-purchase
  completed: 2016-04-12
  moves:
    - {{of: company-{n}, to: company-0, share: 20, for: {n}m USD}}
  sources: [paper]
"""
PAPER = """
- source: paper
  url: https://example.org/paper
  publisher: Paper
  title: All of it
  published: 2017
  kind: press
- company: company-0
  name: Company 0
  sources: [paper]
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    folder.mkdir()
    many = (PER_COMPANY.format(n=n, year=1990 + n % 20) for n in range(1, 150))
    (folder / "all.yaml").write_text(PAPER + "".join(many), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "store"
    embedded.stop(tmp_path / "store")


def test_loads_killed_at_random_points_end_in_equal_graphs(folder: Path, records: Path) -> None:
    done = list(rounds(folder, records, 5, seed=7))
    assert [each for each in done if not each.is_equal] == []
    assert {each.victim for each in done} == {"loader", "server"}
