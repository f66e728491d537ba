"""Work on record files: their form, a new record, and where a curator should look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.cli.options import Shared, shared_options
from entrepot.cli.output import Block, Report, Table, Text, print_report
from graph.records import KINDS

if TYPE_CHECKING:
    from graph.corpus import Corpus

FOLDER = click.argument(
    "folder", required=False, type=click.Path(exists=True, path_type=Path), metavar="[FOLDER]"
)


@click.group()
def records() -> None:
    """Work on record files."""


@records.command("format", epilog="Example:  entrepot records format my-records --check")
@FOLDER
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 where it would.")
def format_records(folder: Path | None, only_check: bool) -> int:
    """Rewrite record files in their canonical order and form; comments stay."""
    from loaders.checking import PACKAGED
    from loaders.formatting import format_files

    changed = [
        f.path for f in format_files([folder or PACKAGED], write=not only_check) if f.is_changed
    ]
    for path in changed:
        click.echo(f"{'would change' if only_check else 'changed'} {path}")
    if changed and only_check:
        click.echo("`entrepot records format` rewrites them", err=True)
    return 1 if changed and only_check else 0


@records.command("new", epilog="Example:  entrepot records new deal alibaba-lazada-2016")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.argument("record_id", metavar="ID")
def new_record(kind: str, record_id: str) -> int:
    """Print a new record of a KIND, to be filled in: company, deal, disclosure, source and so on.

    What must be there is there, every other field stands in a comment with its meaning.
    """
    from loaders.drafting import draft_record

    click.echo(draft_record(kind, record_id), nl=False)
    return 0


@records.command("find-duplicates", epilog="Example:  entrepot records find-duplicates")
@FOLDER
@shared_options("format")
def find_duplicates(folder: Path | None, shared: Shared) -> int:
    """Records that look like the same thing: by name, by identifier, or as one deal told twice.

    What a record's `differentFrom` has judged is left out. Exit code 1 where some are found.
    """
    from loaders.resemblance import find_likenesses

    found = find_likenesses(_corpus(folder))
    table = Table(("id", "looks like", "by"), tuple((x.other, x.one, x.common) for x in found))
    rows = [vars(each) for each in found]
    none = Text("No two records look like the same thing.")
    return print_report(Report(rows, rows, [table if found else none], not found), shared.format)


@records.command("stale", epilog="Example:  entrepot records stale --years 8")
@FOLDER
@click.option("--years", type=click.IntRange(1), default=5, show_default=True, help="How long.")
@shared_options("format")
def stale(folder: Path | None, years: int, shared: Shared) -> int:
    """Open holdings that no source has seen for some years before the newest source on record.

    Exit code 1 where some are found.
    """
    from loaders.curating import stale_holdings

    found = stale_holdings(_corpus(folder), years=years)
    columns = ("seen", "holder", "company", "share", "record")
    table = Table(columns, tuple((s.seen, s.holder, s.company, s.share, s.record) for s in found))
    rows = [vars(each) for each in found]
    none = Text(f"Every open holding was seen within {years} years.")
    return print_report(Report(rows, rows, [table if found else none], not found), shared.format)


@records.command("thin", epilog="Example:  entrepot records thin --limit 10")
@FOLDER
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="How many.")
@shared_options("format")
def thin(folder: Path | None, limit: int, shared: Shared) -> int:
    """Actors and brands with many links of whom something is not on record.

    Exit code 1 where some are found.
    """
    from loaders.curating import thin_spots

    every = thin_spots(_corpus(folder))
    found = every[:limit]
    columns = ("id", "kind", "links", "not on record")
    table = Table(columns, tuple((s.id, s.kind, str(s.links), ", ".join(s.missing)) for s in found))
    told = Text(f"{len(every)} in all." if every else "Nothing is missing.")
    rows = [{**vars(each), "missing": list(each.missing)} for each in found]
    blocks: list[Block] = [table, told] if found else [told]
    return print_report(Report(rows, rows, blocks, not found), shared.format)


def _corpus(folder: Path | None) -> Corpus:
    """The records of a folder together with the packaged ones, or these alone."""
    from loaders.checking import PACKAGED, check, packaged_corpus

    if folder is None or folder.resolve() == PACKAGED.resolve():
        return packaged_corpus()
    beside = packaged_corpus()
    return beside.joined(check(folder, dataset=folder.resolve().stem, beside=beside).demand())
