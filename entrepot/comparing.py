"""Questions about questions: two answers compared, what changed, what if, receipts.

They take any other question by its name and its arguments, so that whatever can be asked can be
compared, supposed and replayed.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from entrepot.opened import OpenStore
from graph.clocks import Clocks
from ontology.errors import EntrepotError
from ontology.values import Date

if TYPE_CHECKING:
    from entrepot.receipts import Receipt, Replay
    from entrepot.supposed import SupposedGraph
    from graph.queries.changes import ChangesAnswer
    from graph.queries.diff import Asked, DiffAnswer
    from graph.queries.differing_rows import Because
    from loaders.supposing import Given

Arguments = Mapping[str, Any]
Ends = tuple[str | None, str | None]


class Comparing(OpenStore):
    """The questions that are put to other questions."""

    def ask(self, question: str, arguments: Arguments | None = None) -> Any:
        """A question by the name of its method; raises EntrepotError where there is no such one.

        >>> kg.ask("control", {"company": "Lazada", "as_of": "2016-12-31"}).verdict
        'certain'
        """
        given = dict(arguments or {})
        known = self._parameters(question)
        wrong = [name for name in given if name not in known]
        if wrong:
            hint = f"it takes {', '.join(known)}" if known else "it takes nothing"
            raise EntrepotError(f"the question {question} takes no {wrong[0]!r}", hint=hint)
        missing = [n for n, p in known.items() if p.default is p.empty and n not in given]
        if missing:
            raise EntrepotError(f"the question {question} needs {missing[0]!r}")
        return getattr(self, question)(**given)

    def diff(
        self,
        question: str,
        arguments: Arguments,
        *,
        from_: str | None = None,
        to: str | None = None,
        known_from: str | None = None,
        known_to: str | None = None,
    ) -> DiffAnswer:
        """What changes in an answer between two dates, and which records caused it.

        `from_` and `to` move the date that is asked about: the world changed. `known_from` and
        `known_to` move what was known: we learnt. Without an end the latest is taken.

        >>> found = kg.diff(
        ...     "control", {"company": "Lazada"}, from_="2016-03-01", to="2017-12-31"
        ... )
        >>> "alibaba-lazada-2016" in [cause.id for cause in found.causes]
        True
        """
        from graph.queries.diff import clocks_told, find_diff

        ends = self._ends(question, arguments, (from_, to), (known_from, known_to))
        asked = [self._asked(question, arguments, clocks) for clocks in ends]
        labels: list[Because] = [
            "world" if one.known_at == other.known_at else "knowledge"
            for one, other in pairwise(ends)
        ]
        told = {
            "kind": "diff",
            "question": question,
            **_about(asked[-1]),
            "from": clocks_told(ends[0]),
            "to": clocks_told(ends[-1]),
        }

        def ask(day: Date) -> Mapping[str, Any]:
            clocks = Clocks(day, ends[-1].known_at)
            return self._asked(question, arguments, clocks).answer

        moves = ends[-2].as_of != ends[-1].as_of
        answer = find_diff(question, asked, labels, told=told, ask=ask if moves else None)
        return self._dated(answer)

    def changes(
        self, since: str, *, until: str | None = None, about: str | None = None
    ) -> ChangesAnswer:
        """What happened since a date, apart from what was only learnt since about earlier times.

        >>> "alibaba-lazada-2017" in {
        ...     entry.id for entry in kg.changes("2017", until="2017", about="Lazada").happened
        ... }
        True
        """
        from graph.queries.changes import Knowledge, day_before, find_changes

        start, end = Clocks.read(since).as_of, Clocks.read(until).as_of
        assert start is not None  # since is no empty text
        now = self.graph()
        then = self.graph(end) if end else now
        graphs = Knowledge(self.graph(day_before(start)), then, now)
        return self._dated(find_changes(graphs, start, end, about))

    def supposing(
        self, *, without: Sequence[str] = (), with_: Sequence[Given] = ()
    ) -> SupposedGraph:
        """The graph as it would be without some records or claims, or with others; in memory only.

        >>> other = kg.supposing(without=["alibaba-lazada-2016"])
        >>> "alibaba-lazada-2016" in [deal.id for deal in other.deals("Lazada")]
        False
        """
        from entrepot.supposed import SupposedGraph
        from loaders.supposing import Supposition

        return SupposedGraph(self, Supposition(tuple(without), tuple(with_)))

    def what_if(
        self,
        question: str,
        arguments: Arguments,
        *,
        without: Sequence[str] = (),
        with_: Sequence[Given] = (),
    ) -> DiffAnswer:
        """What changes in an answer if some records or claims are left out, or others are added.

        `without` has ids of records, and claims as `record#field=value`; `with_` has files of
        records, or records in their plain form, which may redefine one. Nothing is written.

        >>> kg.what_if("owners", {"company": "Lazada", "as_of": "2016-12-31"},
        ...            without=["alibaba-lazada-2016#stakes.lazada.alibaba.after=67"]).found
        False
        """
        from entrepot.supposed import SupposedGraph
        from graph.queries.diff import find_diff
        from loaders.supposing import Supposition

        if not without and not with_:
            raise EntrepotError("nothing is supposed", hint="leave something out, or add something")
        self._parameters(question)
        clocks = Clocks.read(arguments.get("as_of"), arguments.get("known_at"))
        supposition = Supposition(tuple(without), tuple(with_))
        supposed = SupposedGraph(self, supposition)
        asked = [graph._asked(question, arguments, clocks) for graph in (self, supposed)]
        told = {
            "kind": "what_if",
            "question": question,
            **_about(asked[0]),
            "without": list(without),
            "with": supposition.plain_records(),
        }
        return self._dated(find_diff(question, asked, ["supposition"], told=told))

    def receipt(self, question: str, arguments: Arguments | None = None) -> Receipt:
        """Ask a question, and keep what it takes to see later whether the answer is the same.

        >>> kg.replay(kg.receipt("owners", {"company": "Lazada"})).verdict
        'same'
        """
        from entrepot.receipts import make_receipt

        return make_receipt(self, question, arguments or {}, self.ask(question, arguments))

    def replay(self, given: Receipt | str) -> Replay:
        """Ask again what a receipt is for, or the text of a printed answer that has one."""
        from entrepot.receipts import replay

        return replay(self, given)

    def _parameters(self, question: str) -> dict[str, inspect.Parameter]:
        """What a question takes: a method is a question if it returns an answer."""
        method = getattr(type(self), question, None)
        if not _is_question(method):
            known = [name for name, member in _members(type(self)) if _is_question(member)]
            hint = f"there are {', '.join(known)}"
            raise EntrepotError(f"there is no question {question!r}", hint=hint)
        found = dict(inspect.signature(method).parameters)  # type: ignore[arg-type]  # it is one
        del found["self"]
        return found

    def _ends(
        self, question: str, arguments: Arguments, dates: Ends, knowledge: Ends
    ) -> list[Clocks]:
        """The clocks of both answers, and between them those that move one clock alone."""
        known = self._parameters(question)
        moved = {"as_of": dates, "known_at": knowledge}
        if not any(any(ends) for ends in moved.values()):
            hint = "give a date to compare from, or a day whose knowledge to compare from"
            raise EntrepotError("there is nothing to compare", hint=hint)
        clocks: dict[str, Ends] = {}
        for name, ends in moved.items():
            words = name.replace("_", "-")
            fixed = arguments.get(name)
            if any(ends) and name not in known:
                raise EntrepotError(f"the question {question} has no {words} that could be moved")
            if any(ends) and fixed:
                told = f"the question has {words} {fixed}, and is asked from {ends[0]} on"
                raise EntrepotError(told, hint="leave one of the two out")
            if ends[1] and not ends[0]:
                raise EntrepotError(f"{words} has an end, {ends[1]}, and no beginning")
            clocks[name] = ends if any(ends) else (fixed, fixed)
        first, last = (
            Clocks.read(clocks["as_of"][side], clocks["known_at"][side]) for side in (0, 1)
        )
        both = first.as_of != last.as_of and first.known_at != last.known_at
        return [first, *([Clocks(first.as_of, last.known_at)] if both else []), last]

    def _asked(self, question: str, arguments: Arguments, clocks: Clocks) -> Asked:
        """A question by these clocks, its answer as plain data, and the graph that gave it."""
        from graph.queries.answers import to_json
        from graph.queries.causes import Stage
        from graph.queries.diff import Asked

        times = {"as_of": clocks.as_of, "known_at": clocks.known_at}
        known = self._parameters(question)
        moved = {name: str(time) for name, time in times.items() if time and name in known}
        answer = to_json(self.ask(question, {**arguments, **moved}))
        return Asked(Stage(self.graph(clocks.known_at), clocks), answer)


def _is_question(member: object) -> bool:
    """Whether a method is one: they return an answer, and nothing else does."""
    returned = getattr(member, "__annotations__", {}).get("return", "")
    return callable(member) and str(returned).endswith("Answer")


def _members(of: type) -> list[tuple[str, object]]:
    return [(name, getattr(of, name)) for name in dir(of) if not name.startswith("_")]


def _about(asked: Asked) -> dict[str, Any]:
    """What the compared answers are about, as it stands in front of them."""
    own = ("kind", "asOf", "knownAt", "editions")
    given = asked.answer.get("question", {})
    return {"asked": {key: value for key, value in given.items() if key not in own}}
