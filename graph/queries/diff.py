"""What changed in an answer, and which records caused it: the world's doing, or what we learnt.

The same question is asked at two dates, at two states of knowledge, or under a supposition; the
answers are compared as plain data, so that any question can be. Where both clocks move, the answer
between the two tells the one from the other: what we learnt about the earlier date, and what then
happened in the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from graph.clocks import Clocks
from graph.queries.answers import Source, Sources, cite
from graph.queries.causes import Cause, Stage, find_causes, turning_days
from graph.queries.differing_rows import Because, Plain, RowChange, differing_rows
from ontology.values import Date

MOST_STEPS = 12
Ask = Callable[[Date], Plain]


@dataclass(frozen=True)
class Asked:
    """A question asked of a graph by clocks: its answer as plain data."""

    stage: Stage
    answer: Plain


@dataclass(frozen=True)
class Step:
    """What the answer had become by a day between the two dates."""

    as_of: str
    rows: tuple[RowChange, ...]


@dataclass(frozen=True)
class DiffAnswer:
    """Both answers, the rows that differ, what caused it, and what came between two dates.

    `steps` is empty too where the answer changed too often to be asked each time.
    """

    question: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    added: tuple[RowChange, ...]
    removed: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]
    causes: tuple[Cause, ...]
    steps: tuple[Step, ...]
    sources: Sources

    def __iter__(self) -> Iterator[RowChange]:
        return iter((*self.added, *self.removed, *self.changed))

    @property
    def found(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.removed or self.changed)


def find_diff(
    question: str,
    asked: Sequence[Asked],
    labels: Sequence[Because],
    *,
    told: Mapping[str, Any],
    ask: Ask | None = None,
) -> DiffAnswer:
    """Compare the first answer with the last; `labels` says of each step between what moved.

    `told` is the question as it stands in front of the answer. With `ask`, the question is asked
    again for each day between the dates on which something happened that makes the answers differ.
    """
    answers = [each.answer for each in asked]
    stages = [each.stage for each in asked]
    rows = differing_rows(question, answers, labels)
    about = {k: v for answer in answers for k, v in answer.get("question", {}).items()}
    causes = find_causes(rows, about, stages, labels)
    steps = _steps(question, asked[-2], asked[-1], causes, ask) if ask and rows else ()
    sources = _sources(answers, causes, stages)
    found = _answer(told, answers, rows)
    return replace(found, causes=tuple(causes), steps=steps, sources=sources)


def _answer(
    told: Mapping[str, Any], answers: Sequence[Plain], rows: Sequence[RowChange]
) -> DiffAnswer:
    """The answer without what only a graph can tell."""
    return DiffAnswer(
        question=dict(told),
        before=_bare(answers[0]),
        after=_bare(answers[-1]),
        added=tuple(row for row in rows if row.before is None),
        removed=tuple(row for row in rows if row.after is None),
        changed=tuple(row for row in rows if row.before is not None and row.after is not None),
        causes=(),
        steps=(),
        sources=_sources(answers, (), ()),
    )


def _steps(
    question: str, before: Asked, after: Asked, causes: Sequence[Cause], ask: Ask
) -> tuple[Step, ...]:
    """The answers between two dates, each by what is other than in the one before."""
    since = before.stage.clocks.as_of
    if since is None:
        return ()
    days = turning_days(causes, since, after.stage.clocks.as_of)
    if len(days) > MOST_STEPS:
        return ()
    answers = [before.answer, *(ask(day) for day in days), after.answer]
    told = [*(str(day) for day in days), str(after.stage.clocks.as_of or "")]
    steps = []
    for (one, other), day in zip(pairwise(answers), told, strict=True):
        rows = differing_rows(question, [one, other], ["world"])
        steps += [Step(day, tuple(rows))] if rows else []
    return tuple(steps) if len(steps) > 1 else ()


def _bare(answer: Plain) -> dict[str, Any]:
    """An answer without its sources, which stand at the end."""
    return {key: value for key, value in answer.items() if key != "sources"}


def _sources(answers: Iterable[Plain], causes: Iterable[Cause], stages: Sequence[Stage]) -> Sources:
    """The sources of both answers and of the causes, in that order."""
    found: Sources = {}
    for answer in answers:
        for own, plain in answer.get("sources", {}).items():
            found.setdefault(own, Source(**plain))
    wanted = [source for cause in causes for source in cause.sources if source not in found]
    for stage in reversed(stages):
        missing = [source for source in wanted if source not in found]
        found.update(cite(stage.graph, missing))
    return found


def clocks_told(clocks: Clocks) -> dict[str, str | None]:
    """Both clocks, as they stand in the question of an answer."""
    return {
        "asOf": str(clocks.as_of) if clocks.as_of else None,
        "knownAt": str(clocks.known_at) if clocks.known_at else None,
    }


def compare(question: str, before: Plain, after: Plain) -> DiffAnswer:
    """Compare two answers where the graph of the first is not there to say what caused it."""
    rows = differing_rows(question, [before, after], ["knowledge"])
    told = {"kind": "compare", "question": question}
    return _answer(told, [before, after], rows)
