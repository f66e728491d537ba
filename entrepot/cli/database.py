"""The store as commands: start, stop, status, wipe, dump, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from entrepot.cli.options import Shared, output_options, place_options
from entrepot.cli.output import Report, Table, print_report
from entrepot.settings import Settings, read_settings
from ontology.errors import EntrepotError


@click.group()
def db() -> None:
    """The store: start, stop, status, wipe, dump, restore."""


@db.command(epilog="Example:  entrepot db start")
@place_options
def start(shared: Shared) -> int:
    """Start the embedded store; any question does, too."""
    from graph.engines.embedded import ensure_started

    endpoint = ensure_started(_embedded(shared).folder)
    shared.tell(f"the store answers at {endpoint.uri}")
    return 0


@db.command(epilog="Example:  entrepot db stop")
@place_options
def stop(shared: Shared) -> int:
    """Stop the embedded store; it stops by itself when idle. Exit code 1 where none ran."""
    from graph.engines.embedded import stop

    stopped = stop(_embedded(shared).folder)
    shared.tell("stopped" if stopped else "no store was running")
    return 0 if stopped else 1


@db.command(epilog="Example:  entrepot db status -f json")
@output_options
def status(shared: Shared) -> int:
    """Where the store is, whether it runs, and what it holds."""
    chosen = read_settings(shared.uri, shared.store)
    facts = _embedded_facts(chosen) if chosen.is_embedded else {"uri": chosen.uri}
    if facts.get("running", True):
        facts |= _graph_facts(shared)
    rows = tuple((key, "" if value is None else str(value)) for key, value in facts.items())
    return print_report(Report(facts, [facts], [Table(("store", ""), rows)]), shared.format)


@db.command(epilog="Example:  entrepot db wipe --yes")
@click.option("--yes", is_flag=True, help="Do not ask.")
@place_options
def wipe(yes: bool, shared: Shared) -> int:
    """Remove everything of Entrepôt's from the store; what others keep there stays."""
    chosen = read_settings(shared.uri, shared.store)
    where = str(chosen.folder) if chosen.is_embedded else chosen.uri
    if not yes and not click.confirm(f"Remove the whole graph from {where}?", err=True):
        raise EntrepotError("nothing was removed")
    with shared.open(write=True) as kg:
        removed = kg.store.wipe()
    shared.tell(f"removed {removed} elements")
    return 0


@db.command(epilog="Example:  entrepot db dump graph.jsonl.gz")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@place_options
def dump(file: Path, shared: Shared) -> int:
    """Write the whole graph to a file, compressed where its name ends in .gz."""
    from loaders.dumping import dump

    with shared.open() as kg, shared.progress() as progress:
        count = dump(kg.store, file, progress)
    shared.tell(f"wrote {count} elements to {file}")
    return 0


@db.command(epilog="Example:  entrepot db restore graph.jsonl.gz --yes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@place_options
def restore(file: Path, yes: bool, shared: Shared) -> int:
    """Make the store hold exactly what a dump holds; the same graph on every engine."""
    from loaders.dumping import restore

    if not yes and not click.confirm("Replace the whole graph by the dump?", err=True):
        raise EntrepotError("nothing was changed")
    with shared.open(write=True) as kg, shared.progress() as progress:
        difference = restore(kg.store, file, progress)
    shared.tell(str(difference))
    return 0


def _embedded(shared: Shared) -> Settings:
    """The settings, where they mean the embedded store."""
    chosen = read_settings(shared.uri, shared.store)
    if not chosen.is_embedded:
        raise EntrepotError(
            f"{chosen.uri} is a server of its own", hint="only the embedded store is started here"
        )
    return chosen


def _embedded_facts(chosen: Settings) -> dict[str, Any]:
    from graph.engines.embedded import status

    found = status(chosen.folder)
    return {
        "folder": str(found.folder),
        "running": found.running,
        "pid": found.pid,
        "boltPort": found.bolt_port,
        "sizeBytes": found.size_bytes,
        "started": found.started,
        "engineVersion": found.version,
    }


def _graph_facts(shared: Shared) -> dict[str, Any]:
    with shared.open() as kg:
        meta = kg.store.meta()
    editions = ", ".join(f"{name} {edition}" for name, edition in sorted(meta.editions.items()))
    return {
        "state": meta.state or "empty",
        "graphVersion": meta.version,
        "schemaVersion": meta.schema_version,
        "editions": editions,
    }
