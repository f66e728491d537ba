"""The reference of the command line, written from the help of its commands: docs/cli.md."""

from __future__ import annotations

from collections.abc import Iterator

import click

from entrepot.cli.main import HELP_OPTIONS, cli

WIDTH = 88


def reference() -> str:
    """Every command with its help, in Markdown."""
    return "\n".join(_sections(cli, "entrepot")) + "\n"


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """A group's commands by their full names, those of groups within it after the group."""
    context = click.Context(group, info_name=name)
    for own in group.list_commands(context):
        command = group.get_command(context, own)
        if command is None:
            continue
        yield f"{name} {own}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {own}")


def _sections(group: click.Group, name: str) -> Iterator[str]:
    yield from _section(name, group)
    for full_name, command in commands(group, name):
        yield from _section(full_name, command)


def _section(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, terminal_width=WIDTH, help_option_names=HELP_OPTIONS
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield from (f"## {name}", "", "```", text, "```", "")
