"""The command `entrepot`: finds commands by name and imports only the one that is run.

Errors for people become one line on stderr and the exit code 2; the code 1 means that the answer
is no. Help of the group is written here, because importing every command for it would take half a
second.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from entrepot import __version__
from entrepot.cli.options import ALL, Shared, shared_options
from entrepot.settings import wants_colour
from ontology.errors import EntrepotError

# In the order of `--help`: name, where it is, what it does.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("path", "paths:path", "How two actors are related."),
    ("common", "common:common", "What several actors share, and what joins them all."),
    ("find", "questions:find", "Things by any part of their names."),
    ("show", "questions:show", "One page about anything on record."),
    ("owners", "questions:owners", "Who holds shares of a company."),
    ("holdings", "questions:holdings", "What an actor holds shares of."),
    ("control", "control:control", "Who controls a company, how surely, with the proof."),
    ("captable", "captable:captable", "Within which bounds each holder's share lies."),
    ("market", "markets:market", "Who serves a market, its estimates and its concentration."),
    ("markets", "markets:markets", "Every market, and what is on record about it."),
    ("rivals", "rivals:rivals", "Who competes with an actor or a brand, where and when."),
    ("entangled", "rivals:entangled", "Investors with a say in several rivals of a market."),
    ("deals", "questions:deals", "Deals by actor, market, period, type or status."),
    ("claims", "questions:claims", "What sources say, and which claim is shown."),
    ("timeline", "questions:timeline", "Everything dated about something."),
    ("coverage", "questions:coverage", "What was researched, until when, and what was not found."),
    ("diff", "differences:diff", "What changed in an answer, and which records caused it."),
    ("changes", "changes:changes", "What happened since a date, apart from what was learnt."),
    ("whatif", "differences:whatif", "An answer without some records, or with others."),
    ("replay", "receipts:replay", "Whether a printed answer is still the same."),
    ("cypher", "statements:cypher", "Run a Cypher statement, by default read-only."),
    ("schema", "statements:schema", "Labels, types, properties, counts and examples."),
    ("export", "statements:export", "The whole graph as Turtle, JSON-LD or GraphML."),
    ("check", "loading:check", "Check records, without a store."),
    ("plan", "loading:plan", "What loading records would change."),
    ("apply", "loading:apply", "Write what `plan` says."),
    ("load", "loading:load", "Check, plan and apply in one."),
    ("records", "records:records", "Work on record files: form, drafts, and where to look."),
    ("db", "database:db", "The store: start, stop, status, wipe, dump, restore."),
)
HELP_OPTIONS = ["-h", "--help"]
_HOMES = {name: home for name, home, _ in COMMANDS}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        module, attribute = home.split(":")
        command: click.Command = getattr(
            importlib.import_module(f"entrepot.cli.{module}"), attribute
        )
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, _, text in COMMANDS])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _HOMES and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], _HOMES, n=1)
            hint = f"did you mean {near[0]}?" if near else "`entrepot --help` lists the commands"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": HELP_OPTIONS, "max_content_width": 100},
    epilog="Example:  entrepot path alibaba 'rocket internet' --as-of 2016-12-31",
)
@click.version_option(__version__, message="entrepot %(version)s")
@shared_options(*ALL)
@click.pass_context
def cli(ctx: click.Context, shared: Shared) -> None:
    """A knowledge graph of e-commerce actors, sourced, dated and explained."""
    ctx.obj = shared
    ctx.color = wants_colour()


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code: 0 done, 1 the answer is no, 2 failed."""
    try:
        result: Any = cli.main(arguments, prog_name="entrepot", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return 2
    except EntrepotError as error:
        return _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted")
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.filename or 'the system'}: {error.strerror or error}")
    except Exception as error:
        if {"-v", "--verbose"} & set(arguments):
            raise
        return _fail(f"this should not happen: {error!r}; -v shows where it did")
    return result if isinstance(result, int) else 0


def _fail(message: str) -> int:
    click.echo(f"{click.style('Error:', fg='red')} {message}", err=True, color=wants_colour())
    return 2
