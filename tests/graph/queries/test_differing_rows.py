"""Which rows of two answers differ, on plain data alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.queries.differing_rows import RowChange, differing_rows


def rows(before: Any, after: Any, question: str = "any") -> list[RowChange]:
    return differing_rows(question, [before, after], ["world"])


def answer(*shares: tuple[str, Any], **beside: Any) -> dict[str, Any]:
    return {"owners": [{"holder": h, "share": s, "sources": ["x"]} for h, s in shares], **beside}


def test_row_of_one_answer_only_is_added_or_removed() -> None:
    found = rows(answer(("a", 1), ("b", 2)), answer(("b", 2), ("c", 3)))
    assert [(row.key, row.before is None, row.after is None) for row in found] == [
        (("a",), False, True),
        (("c",), True, False),
    ]


def test_field_of_a_row_that_differs_is_told_with_both_values() -> None:
    (found,) = rows(answer(("a", 1)), answer(("a", 2)))
    assert [(f.field, f.before, f.after) for f in found.fields] == [("share", 1, 2)]


def test_other_sources_alone_are_no_difference() -> None:
    one = {"owners": [{"holder": "a", "share": 1, "sources": ["x"]}]}
    other = {"owners": [{"holder": "a", "share": 1, "sources": ["y"]}], "sources": {"y": {}}}
    assert rows(one, other) == []


def test_order_of_rows_is_no_difference() -> None:
    assert rows(answer(("a", 1), ("b", 2)), answer(("b", 2), ("a", 1))) == []


def test_what_stands_beside_the_lists_is_one_row() -> None:
    (found,) = rows({"verdict": "no", "rows": []}, {"verdict": "certain", "rows": []})
    assert (found.place, found.name) == ("answer", "")
    assert [(f.field, f.before, f.after) for f in found.fields] == [("verdict", "no", "certain")]


def test_rows_by_section_are_compared_section_by_section() -> None:
    one = {"links": {"owners": [{"type": "OWNS", "start": "a", "end": "b", "share": 1}]}}
    other = {"links": {"owners": [{"type": "OWNS", "start": "a", "end": "b", "share": 2}]}}
    assert [row.place for row in rows(one, other)] == ["links.owners"]


def test_rows_that_nothing_tells_apart_are_compared_whole() -> None:
    one = {"rows": [{"share": 1}, {"share": 1}, {"share": 2}]}
    assert rows(one, one) == []
    assert [row.before for row in rows(one, {"rows": [{"share": 1}]})] == [{"share": 2}]


def test_step_that_made_the_difference_is_named() -> None:
    steps = [answer(("a", 1), ("b", 1)), answer(("a", 2), ("b", 1)), answer(("a", 2), ("b", 5))]
    found = differing_rows("any", steps, ["knowledge", "world"])
    assert {row.key: row.because for row in found} == {("a",): ("knowledge",), ("b",): ("world",)}


def test_row_that_comes_back_as_it_was_is_no_difference() -> None:
    steps = [answer(("a", 1)), answer(("a", 2)), answer(("a", 1))]
    assert differing_rows("any", steps, ["knowledge", "world"]) == []


def test_inner_rows_are_told_by_whom_they_are_about() -> None:
    one = {"checks": [{"id": "d", "lines": [{"id": "x", "gap": 1}, {"id": "y", "gap": 2}]}]}
    other = {"checks": [{"id": "d", "lines": [{"id": "y", "gap": 3}]}]}
    (found,) = rows(one, other)
    assert {f.field for f in found.fields} == {"lines[x].id", "lines[x].gap", "lines[y].gap"}


SHARES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@given(SHARES, SHARES)
def test_differences_are_those_of_the_shares_and_turn_around(
    one: dict[str, int], other: dict[str, int]
) -> None:
    before, after = answer(*one.items()), answer(*other.items())
    found = rows(before, after)
    assert {row.key[0] for row in found} == {
        holder for holder in {*one, *other} if one.get(holder) != other.get(holder)
    }
    back = {row.key: (row.after, row.before) for row in rows(after, before)}
    assert {row.key: (row.before, row.after) for row in found} == back
