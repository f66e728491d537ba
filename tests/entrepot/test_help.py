"""Help and the reference page: every command has both, and the page is as the help is."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from cogapp import Cog  # type: ignore[import-untyped]  # it has no types

from entrepot.cli.main import COMMANDS, cli
from entrepot.cli.reference import commands

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
ALL = dict(commands(cli, "entrepot"))


@pytest.mark.parametrize("name", ALL)
def test_command_has_help_an_example_and_a_place_on_the_page(name: str) -> None:
    command = ALL[name]
    assert command.help
    assert f"\n## {name}\n" in PAGE.read_text(encoding="utf-8")
    if not isinstance(command, click.Group):
        assert (command.epilog or "").startswith(f"Example:  {name}")


@pytest.mark.parametrize("name", ALL)
def test_every_option_has_help(name: str) -> None:
    options = [param for param in ALL[name].params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_of_the_group_lists_each_command_with_what_it_does() -> None:
    assert [name for name, _, text in COMMANDS if text.endswith(".")] == [c[0] for c in COMMANDS]


def test_reference_page_is_as_the_help_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert Cog().process_string(page) == page, "`make docs` rewrites it"
