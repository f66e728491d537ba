"""When an embedded store is filled or refreshed by itself, and when it is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from entrepot import upkeep
from entrepot.upkeep import Upkeep
from graph.store import COMPLETE, LOADING, Meta


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of what the package brings."""
    file = tmp_path / "records" / "all.yaml"
    file.parent.mkdir()
    file.write_text("- company: x\n  name: X\n")
    monkeypatch.setattr(upkeep, "PACKAGED", file.parent)
    return file


def loaded(kept: Upkeep, edition: str | None = None, **changed: str) -> Meta:
    """What a graph says of itself that was loaded from the package, or from elsewhere."""
    own = edition or kept._read()["edition"]
    told = {"version": "1", "schema_version": "1", "state": COMPLETE, **changed}
    return Meta(**told, editions={"curated": own})


def test_empty_store_is_filled(tmp_path: Path, records: Path) -> None:
    assert "empty" in Upkeep(tmp_path / "views").reason(Meta())


def test_store_with_the_packaged_records_is_left_alone(tmp_path: Path, records: Path) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    assert kept.reason(loaded(kept)) == ""


def test_store_is_refreshed_when_the_package_has_newer_records(
    tmp_path: Path, records: Path
) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    meta = loaded(kept)
    records.write_text("- company: y\n  name: Y\n")
    assert "newer records" in kept.reason(meta)


def test_records_that_were_only_touched_are_not_loaded_again(tmp_path: Path, records: Path) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    meta = loaded(kept)
    os.utime(records, (1, 1))
    assert kept.reason(meta) == ""


def test_records_of_ones_own_are_not_replaced_by_newer_packaged_ones(
    tmp_path: Path, records: Path
) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    records.write_text("- company: y\n  name: Y\n")
    assert kept.reason(loaded(kept, edition="of my own")) == ""


def test_load_that_was_killed_is_completed(tmp_path: Path, records: Path) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    assert "did not come to its end" in kept.reason(loaded(kept, state=LOADING))


def test_graph_of_an_older_version_is_built_anew(tmp_path: Path, records: Path) -> None:
    kept = Upkeep(tmp_path / "views")
    kept.remember()
    assert "older version" in kept.reason(loaded(kept, schema_version="0"))
