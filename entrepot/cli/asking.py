"""How every question command asks: the question as data, asked once, its answer printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrepot.cli.options import Shared
from entrepot.cli.output import Report, print_report

if TYPE_CHECKING:
    from entrepot.knowledge import KnowledgeGraph


@dataclass(frozen=True)
class Question:
    """A method of `KnowledgeGraph` by its name, with its arguments; and how its answer reads."""

    name: str
    arguments: Mapping[str, Any]
    report: Callable[[Any], Report]

    def ask(self, kg: KnowledgeGraph) -> Any:
        """The answer of a graph."""
        return getattr(kg, self.name)(**self.arguments)


def ask(shared: Shared, report: Callable[[Any], Report], name: str, /, **arguments: Any) -> int:
    """Ask a question and print its answer; the exit code says whether the answer is yes."""
    question = Question(name, arguments, report)
    with shared.open() as kg:
        answer = question.ask(kg)
    return print_report(question.report(answer), shared.format)
