"""Cypher, the schema and the export as commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.options import Shared, output_options, shared_options, timeless_options
from entrepot.cli.output import Report, Table, Text, print_report
from ontology.errors import EntrepotError

EXPORTS = ("turtle", "json-ld", "graphml")


@click.command(
    epilog="Example:  entrepot cypher 'MATCH (a:Actor {id: $id}) RETURN a.name' -p id=alibaba"
)
@click.argument("statement")
@click.option(
    "-p", "--param", multiple=True, metavar="NAME=VALUE", help="A parameter; JSON or text."
)
@click.option("--max-rows", type=int, default=1000, show_default=True, help="Cut the answer there.")
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Seconds.")
@click.option("--write", is_flag=True, help="Allow the statement to write.")
@output_options
def cypher(
    statement: str,
    param: tuple[str, ...],
    max_rows: int,
    timeout: float,
    write: bool,
    shared: Shared,
) -> int:
    """Run a Cypher statement. It can neither write, nor read files, nor open connections.

    `-` reads the statement from the standard input.
    """
    text = sys.stdin.read() if statement == "-" else statement
    parameters = dict(_parameter(each) for each in param)
    with shared.open(write=write) as kg:
        if write:
            rows = kg.write_cypher(text, parameters)
        else:
            rows = kg.cypher(text, parameters, max_rows=max_rows, seconds=timeout)
    if rows.is_cut:
        shared.tell(f"the answer was cut at {max_rows} rows; --max-rows allows more")
    return print_report(_report(list(rows.rows)), shared.format)


@click.command(epilog="Example:  entrepot schema -f json")
@timeless_options
def schema(shared: Shared) -> int:
    """The graph's labels, types, properties and counts, and statements to begin with."""
    from entrepot.cli.reports import report_schema

    return ask(shared, report_schema, "schema")


@click.command(epilog="Example:  entrepot export turtle -o entrepot.ttl")
@click.argument("form", metavar="FORM", type=click.Choice(EXPORTS))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file, not the terminal.")
@shared_options("known_at", "uri", "store", "quiet", "verbose")
def export(form: str, output: Path | None, shared: Shared) -> int:
    """The whole graph as turtle, json-ld or graphml."""
    with shared.open() as kg:
        text = kg.export(form, known_at=shared.known_at)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        shared.tell(f"wrote {output}")
    return 0


def _parameter(text: str) -> tuple[str, Any]:
    """`name=value`; a value that is JSON is read as such, anything else is text."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise EntrepotError(f"{text!r} is no parameter", hint="write NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _report(rows: list[dict[str, Any]]) -> Report:
    plain = [{key: _plain(value) for key, value in row.items()} for row in rows]
    columns = tuple(dict.fromkeys(key for row in plain for key in row))
    cells = tuple(tuple(_cell(row.get(column)) for column in columns) for row in plain)
    block = Table(columns, cells) if rows else Text("No rows.")
    return Report(plain, plain, [block])


def _plain(value: Any) -> Any:
    """A value of a row as JSON has it: nodes and relationships become their properties."""
    from graph.elements import Node, Relationship

    if isinstance(value, Node):
        return {"labels": list(value.labels), **_plain(dict(value.properties))}
    if isinstance(value, Relationship):
        # Not its ends: a server sends of them only what the statement returns beside it.
        return {"type": value.type, **_plain(dict(value.properties))}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
