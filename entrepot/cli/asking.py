"""How every question command asks: the question as data, asked once, its answer printed.

A question that is given to another command, to be compared or supposed about, is parsed by its own
command as ever; only that it is not asked there, but handed to the other (`read_question`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from entrepot.cli.options import Shared
from entrepot.cli.output import Heading, Report, Verbatim, print_report

if TYPE_CHECKING:
    from entrepot.knowledge import KnowledgeGraph
    from entrepot.receipts import Receipt

WORDS = click.argument("words", metavar="QUESTION...", nargs=-1, type=click.UNPROCESSED)


@dataclass(frozen=True)
class Question:
    """A method of `KnowledgeGraph` by its name, with its arguments; and how its answer reads."""

    name: str
    arguments: Mapping[str, Any]
    report: Callable[[Any], Report]

    def ask(self, kg: KnowledgeGraph) -> Any:
        """The answer of a graph."""
        return getattr(kg, self.name)(**self.arguments)


@dataclass
class _Given:
    """Where a command leaves its question, instead of asking it."""

    question: Question | None = None
    shared: Shared | None = None


def ask(shared: Shared, report: Callable[[Any], Report], name: str, /, **arguments: Any) -> int:
    """Ask a question and print its answer; the exit code says whether the answer is yes."""
    question = Question(name, arguments, report)
    given = click.get_current_context().find_object(_Given)
    if given is not None:
        given.question, given.shared = question, shared
        return 0
    with shared.open() as kg:
        answer = question.ask(kg)
        receipt = _receipt(kg, question, answer) if shared.receipt else None
    told = question.report(answer)
    return print_report(_with_receipt(told, receipt, shared) if receipt else told, shared.format)


def read_question(words: Sequence[str], shared: Shared) -> tuple[Question, Shared]:
    """The question that some words of a command line are, and the shared options with it.

    Raises UsageError where they are none.
    """
    context = click.get_current_context()
    group = context.find_root().command
    assert isinstance(group, click.Group)
    if not words:
        raise click.UsageError("which question? Write it as you would ask it alone", context)
    root = context.find_root()
    name, command, rest = group.resolve_command(root, list(words))
    if command is None or not is_question(command):
        raise click.UsageError(f"{name} is no question: it cannot be asked twice", context)
    given = _Given()
    with command.make_context(name, rest, parent=context, obj=given) as inner:
        command.invoke(inner)
    if given.question is None or given.shared is None:
        raise click.UsageError(f"{name} is no question: it cannot be asked twice", context)
    return given.question, shared.overridden(given.shared)


def is_question(command: click.Command) -> bool:
    """Whether a command is a question: those have receipts."""
    return any(param.name == "receipt" for param in command.params)


def _receipt(kg: KnowledgeGraph, question: Question, answer: Any) -> Receipt:
    from entrepot.receipts import make_receipt

    return make_receipt(kg, question.name, question.arguments, answer)


def _with_receipt(report: Report, receipt: Receipt, shared: Shared) -> Report:
    """A report with a receipt: in JSON under its key, in JSON lines the last, else a last block."""
    from graph.queries.answers import to_json

    plain = receipt.to_json()
    if shared.format == "csv":  # where every line is a row of the answer
        click.echo(json.dumps(plain, ensure_ascii=False), err=True)
        return report
    rows = [*report.rows, {"receipt": plain}] if shared.format == "jsonl" else report.rows
    answer = {**to_json(report.answer), "receipt": plain}
    printed = Verbatim(json.dumps(plain, indent=1, ensure_ascii=False))
    return replace(
        report, answer=answer, rows=rows, blocks=[*report.blocks, Heading("Receipt"), printed]
    )
