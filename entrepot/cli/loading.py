"""Records as commands: check, plan, apply and load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.options import Shared, output_options
from entrepot.cli.output import Block, Report, Table, Text, print_report

if TYPE_CHECKING:
    from loaders.checking import CheckResult
    from loaders.loading import Loaded
    from loaders.syncing import Difference

FOLDER = click.argument(
    "folder", required=False, type=click.Path(exists=True, path_type=Path), metavar="[FOLDER]"
)
DATASET = click.option(
    "--dataset", metavar="NAME", help="Whose records they are [default: the folder's name]."
)
KEEP_GOING = click.option(
    "--keep-going", is_flag=True, help="Load the good records and list the bad."
)
MOST_CHANGES = 20


@click.command(epilog="Example:  entrepot check my-records")
@FOLDER
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@output_options
def check(folder: Path | None, strict: bool, shared: Shared) -> int:
    """Check record files, by default the packaged ones; no store is needed.

    Exit code 1 where something is wrong.
    """
    from loaders.checking import CURATED, PACKAGED, check, packaged_corpus

    beside = packaged_corpus() if folder and not _is_packaged(folder) else None
    name = CURATED if beside is None else _dataset(folder, None)
    result = check(folder or PACKAGED, dataset=name, beside=beside)
    found = result.findings if strict else result.errors
    return print_report(_check_report(result, not found), shared.format)


@click.command(epilog="Example:  entrepot plan my-records")
@FOLDER
@DATASET
@KEEP_GOING
@output_options
def plan(folder: Path | None, dataset: str | None, keep_going: bool, shared: Shared) -> int:
    """What loading records would add, change and remove; nothing is written."""
    from loaders.checking import PACKAGED
    from loaders.loading import plan_load

    with shared.open(write=True) as kg:
        name = _dataset(folder, dataset)
        done = plan_load(kg.store, folder or PACKAGED, dataset=name, keep_going=keep_going)
    _tell_findings(done, shared)
    return print_report(_plan_report(done.difference), shared.format)


@click.command(epilog="Example:  entrepot apply my-records --dataset mine")
@FOLDER
@DATASET
@KEEP_GOING
@output_options
def apply(folder: Path | None, dataset: str | None, keep_going: bool, shared: Shared) -> int:
    """Bring the store to what the records say, as `plan` tells."""
    return _load(folder, dataset, keep_going, shared)


@click.command(epilog="Example:  entrepot load")
@FOLDER
@DATASET
@KEEP_GOING
@output_options
def load(folder: Path | None, dataset: str | None, keep_going: bool, shared: Shared) -> int:
    """Check, plan and apply in one, by default the packaged records.

    A second load changes nothing, and says so.
    """
    return _load(folder, dataset, keep_going, shared)


def _load(folder: Path | None, dataset: str | None, keep_going: bool, shared: Shared) -> int:
    with shared.open(write=True) as kg:
        done = kg.load(folder, dataset=_dataset(folder, dataset), keep_going=keep_going)
    _tell_findings(done, shared)
    if done.rebuilt:
        shared.tell("the graph was of an older version, and was built anew")
    return print_report(_plan_report(done.difference), shared.format)


def _is_packaged(folder: Path) -> bool:
    from loaders.checking import PACKAGED

    return folder.resolve() == PACKAGED.resolve()


def _dataset(folder: Path | None, given: str | None) -> str:
    """The data set that a folder's records belong to."""
    from loaders.checking import CURATED

    if given or folder is None or _is_packaged(folder):
        return given or CURATED
    return folder.resolve().stem


def _tell_findings(done: Loaded, shared: Shared) -> None:
    """What was left out, and what should be looked at."""
    for finding in (*done.check.errors, *done.check.left_out):
        click.echo(str(finding), err=True)
    if shared.verbose:
        for finding in done.check.warnings:
            click.echo(str(finding), err=True)
    elif done.check.warnings:
        shared.tell(f"{len(done.check.warnings)} warnings; `entrepot check` lists them")


def _check_report(result: CheckResult, found: bool) -> Report:
    lines: list[Block] = [Text(str(finding)) for finding in result.findings]
    errors, warnings = len(result.errors), len(result.warnings)
    lines.append(Text(f"{result.count} records, {errors} errors, {warnings} warnings"))
    rows = [_finding(finding) for finding in result.findings]
    summary = {"records": result.count, "errors": errors, "warnings": warnings}
    return Report({**summary, "findings": rows}, rows, lines, found)


def _finding(finding: Any) -> dict[str, Any]:
    keys = ("severity", "file", "line", "column", "field", "found", "expected", "hint")
    return {key: getattr(finding, key) for key in keys}


def _plan_report(difference: Difference) -> Report:
    """How many elements are added, changed and removed, and the first of them where told."""
    actions, kinds = ("add", "change", "remove"), ("nodes", "relationships")
    counts = {action: {k: difference.count(action, k) for k in kinds} for action in actions}
    blocks: list[Block] = [Text(str(difference))]
    if difference.changes:
        shown = difference.changes[:MOST_CHANGES]
        rows = tuple((each.action, each.kind, each.name, each.id) for each in shown)
        blocks.append(Table(("action", "kind", "name", "id"), rows))
        if len(difference.changes) > MOST_CHANGES:
            blocks.append(Text(f"and {len(difference.changes) - MOST_CHANGES} more (see -f json)"))
    changes = [vars(each) for each in difference.changes]
    answer = {"total": difference.total, **counts, "changes": changes}
    return Report(answer, changes, blocks)
