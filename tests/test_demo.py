"""What a newcomer sees: `make demo` answers, and what it tells them to try next works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.engines import embedded

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
WRONG_SERVER = "bolt://127.0.0.1:1"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo") / "store"
    yield folder
    embedded.stop(folder)


@pytest.fixture(scope="module")
def shown(store: Path) -> str:
    """All that the demo says; what is installed already stays as it is."""
    command = ["make", "--no-print-directory", "--old-file=.venv/run", f"BIN={BIN}", "demo"]
    settings = {"ENTREPOT_STORE": str(store), "NEO4J_URI": WRONG_SERVER}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_demo_explains_the_path_through_lazada_first(shown: str) -> None:
    first = shown.split("1. ", 1)[1]
    assert first.startswith("Alibaba – Lazada – Rocket Internet")
    assert "Rocket Internet built up Lazada" in first


def test_demo_shows_the_share_of_the_filing_and_who_said_others(shown: str) -> None:
    assert re.search(r"^Alibaba +54%", shown, re.MULTILINE)
    assert "Others said 51% for Alibaba" in shown
    assert "Others said 67% for Alibaba" in shown


def test_demo_suggests_three_commands_that_answer(shown: str, store: Path) -> None:
    suggested = shown.split("Now try:\n", 1)[1].splitlines()
    assert len(suggested) == 3
    for line in suggested:
        answer = subprocess.run(
            [*shlex.split(line), "--store", str(store)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode in (0, 1), answer.stderr
        assert answer.stdout
