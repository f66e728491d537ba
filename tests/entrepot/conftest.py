"""An embedded store with the small world in it, made once for all tests of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_world import Call, Done, write_world

from entrepot.cli.main import run
from graph.engines import embedded


@pytest.fixture(scope="session")
def world_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("records") / "world")


@pytest.fixture(scope="session")
def world_store(tmp_path_factory: pytest.TempPathFactory, world_records: Path) -> Iterator[Path]:
    """The folder of an embedded store that holds the small world as its curated records."""
    folder = tmp_path_factory.mktemp("store") / "store"
    loading = ["load", str(world_records), "--dataset", "curated", "--store", str(folder), "-q"]
    assert run(loading) == 0
    yield folder
    embedded.stop(folder)


@pytest.fixture
def call(
    world_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Runs a command on the small world."""
    monkeypatch.setenv("ENTREPOT_STORE", str(world_store))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def do(*arguments: Any) -> Done:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Done(code, printed.out, printed.err)

    return do
