"""The options that every question has, accepted before and after the command's name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from entrepot.knowledge import KnowledgeGraph
    from loaders.progress import Progress

FORMATS = ("table", "json", "jsonl", "csv", "md")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Shared:
    """The shared options as given so far; None where they were not."""

    format: str | None = None
    as_of: str | None = None
    known_at: str | None = None
    uri: str | None = None
    store: str | None = None
    receipt: bool = False
    quiet: bool = False
    verbose: bool = False

    def overridden(self, later: Shared) -> Shared:
        """These, with those of `later` that were given: the one nearer the command wins."""
        given = {f.name: value for f in fields(later) if (value := getattr(later, f.name))}
        return replace(self, **given)

    @property
    def clocks(self) -> dict[str, str | None]:
        """Both clocks, as the questions take them."""
        return {"as_of": self.as_of, "known_at": self.known_at}

    def tell(self, text: str) -> None:
        """Say something beside the answer."""
        if not self.quiet:
            click.echo(text, err=True)

    @contextmanager
    def open(self, *, write: bool = False) -> Iterator[KnowledgeGraph]:
        """The knowledge graph that these options choose."""
        from entrepot.knowledge import open as open_graph

        with (
            self.progress() as progress,
            open_graph(
                self.uri, store=self.store, write=write, tell=self.tell, progress=progress
            ) as kg,
        ):
            yield kg

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Where a long job tells how far it is, until it is done."""
        from entrepot.cli.progress import progress_for

        told = progress_for(sys.stderr, quiet=self.quiet)
        try:
            yield told
        finally:
            told.close()


class _Options:
    """The options by name, so that group and commands have the very same."""

    format = click.option(
        "-f", "--format", type=click.Choice(FORMATS), help="Form of the answer [default: table]."
    )
    as_of = click.option("--as-of", metavar="DATE", help="What was the case then.")
    known_at = click.option("--known-at", metavar="DATE", help="What sources said by then.")
    uri = click.option("--uri", metavar="URI", help="A Neo4j server, instead of NEO4J_URI.")
    store = click.option(
        "--store", metavar="FOLDER", help="The embedded store's folder, instead of ENTREPOT_STORE."
    )
    receipt = click.option(
        "--receipt", is_flag=True, help="Also print what `entrepot replay` asks again by."
    )
    quiet = click.option("-q", "--quiet", is_flag=True, help="Only the answer and errors.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="More on what happens.")


PLACE = ("uri", "store", "quiet", "verbose")
OUTPUT = ("format", *PLACE)
CLOCKS = ("as_of", "known_at")
ALL = ("format", *CLOCKS, "receipt", *PLACE)
TIMELESS = ("format", "receipt", *PLACE)


def shared_options(*names: str) -> Callable[[Command], Command]:
    """Give a command these shared options; it gets them, and those before its name, as `shared`."""

    def decorate(command: Command) -> Command:
        @wraps(command)
        def run(*args: Any, **given: Any) -> Any:
            own = Shared(**{name: given.pop(name) for name in names})
            before = click.get_current_context().find_object(Shared) or Shared()
            return command(*args, shared=before.overridden(own), **given)

        decorated: Any = run
        for name in reversed(names):
            decorated = getattr(_Options, name)(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def question_options(command: Command) -> Command:
    """The options of a question at two clocks."""
    return shared_options(*ALL)(command)


def timeless_options(command: Command) -> Command:
    """The options of a question without clocks of its own."""
    return shared_options(*TIMELESS)(command)


def output_options(command: Command) -> Command:
    """The options of what has an answer, but no clocks."""
    return shared_options(*OUTPUT)(command)


def place_options(command: Command) -> Command:
    """The options of what only needs to know which store."""
    return shared_options(*PLACE)(command)
