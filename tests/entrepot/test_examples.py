"""Every example in the help runs, against the packaged records."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from entrepot.cli.main import cli, run
from entrepot.cli.reference import commands
from graph.engines import embedded

RECORDS = """- company: acme-of-the-examples
  name: Acme
  sources: [gazette-of-the-examples]

- source: gazette-of-the-examples
  url: https://example.org/gazette
  publisher: Gazette
  kind: press
"""
EXAMPLES = {
    name: (command.epilog or "").removeprefix("Example:").strip()
    for name, command in commands(cli, "entrepot")
    if not isinstance(command, click.Group)
}
# What these print is a finding, whose number is not known beforehand.
MAY_BE_NO = ("records stale", "records thin", "coverage")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with records of one's own and what earlier examples left, beside a store."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "my-records").mkdir()
    (folder / "my-records" / "acme.yaml").write_text(RECORDS, encoding="utf-8")
    yield folder
    for store in ("store", "another"):
        embedded.stop(folder / store)


@pytest.mark.parametrize("name", EXAMPLES)  # in the order of the help: dump before restore
def test_example_of_the_help_runs(
    name: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    # Wiping every record takes a minute, and that it does is tested where wiping is.
    store = "another" if name == "entrepot db wipe" else "store"
    monkeypatch.setenv("ENTREPOT_STORE", str(place / store))
    monkeypatch.delenv("NEO4J_URI", raising=False)
    program, *arguments = shlex.split(EXAMPLES[name])
    assert program == "entrepot"
    if name == "entrepot replay":
        assert run(["owners", "lazada", "--receipt", "-f", "json"]) == 0
        Path("answer.json").write_text(capsys.readouterr().out, encoding="utf-8")
    code = run(arguments)
    said = capsys.readouterr()
    allowed = (0, 1) if name.removeprefix("entrepot ") in MAY_BE_NO else (0,)
    assert code in allowed, said.err
