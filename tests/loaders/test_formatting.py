"""Formatting changes how a file looks and nothing that it says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from loaders.findings import RecordsInvalid
from loaders.formatting import format_files, format_text
from loaders.reading import read_text

TEXTS = st.one_of(
    st.sampled_from(
        ["-> 8.8", ">50", "a: b", "# x", "no", "", " x ", "- y", "'", '"', "{", "a, b"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=20),
)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(["name", "seat", "names", "sources", "stakes", "moves", "x", "valuation"])
RECORDS = st.builds(
    lambda kind, fields: {kind: "some-id", **fields},
    st.sampled_from(["company", "deal", "disclosure", "nonsense"]),
    st.dictionaries(FIELDS, VALUES, max_size=5),
)


def says(text: str) -> list[object]:
    reading = read_text(text)
    assert not reading.findings
    return [record.plain for record in reading.records]


@given(st.lists(RECORDS, max_size=3), st.booleans())
def test_formatted_text_says_the_same_and_stays_as_it_is(records: object, flow: bool) -> None:
    text = yaml.safe_dump(records, default_flow_style=flow, allow_unicode=True, width=40)
    text = text.replace("<<:", "'<':")
    reading = read_text(text)
    if reading.findings:  # what the reader refuses is not formatted either
        with pytest.raises(RecordsInvalid):
            format_text(text)
        return
    formatted = format_text(text)
    assert says(formatted) == [record.plain for record in reading.records]
    assert format_text(formatted) == formatted


def test_fields_come_in_the_order_of_the_ontology() -> None:
    text = "- deal: d\n  sources: [s]\n  completed: 2016\n  type: ipo\n  announced: 2015\n"
    fields = [line.split(":")[0].strip(" -") for line in format_text(text).splitlines()]
    assert fields == ["deal", "type", "announced", "completed", "sources"]


def test_entries_are_lines_where_they_fit_and_blocks_where_they_do_not() -> None:
    long = "a-rather-long-id-of-a-source-that-fills-the-line"
    text = (
        f"- deal: d\n  moves: [{{to: x, of: y}}, {{to: x, of: y, sources: [{long}-1, {long}-2]}}]\n"
    )
    assert format_text(text) == (
        "- deal: d\n"
        "  moves:\n"
        "    - {of: y, to: x}\n"
        "    - of: y\n"
        "      to: x\n"
        "      sources:\n"
        f"        - {long}-1\n"
        f"        - {long}-2\n"
    )


def test_holders_stand_one_a_line() -> None:
    text = "- disclosure: d\n  holders: {b: 1, a: 2}\n"
    assert format_text(text) == "- disclosure: d\n  holders:\n    b: 1\n    a: 2\n"


def test_comments_stay_with_what_they_speak_of() -> None:
    text = (
        "# the head of the file\n"
        "\n"
        "# about acme\n"
        "- company: acme   # its id\n"
        "  # where it is\n"
        "  country: NO\n"
        "  names:  # all of them\n"
        "    - {kind: legal, name: Acme AS}  # in the register\n"
        '  name: "Acme # 1"\n'
        "# about the other\n"
        "- company: other\n"
        "# the end\n"
    )
    assert format_text(text) == (
        "# the head of the file\n"
        "\n"
        "# about acme\n"
        "- company: acme  # its id\n"
        '  name: "Acme # 1"\n'
        "  names:  # all of them\n"
        "    - {name: Acme AS, kind: legal}  # in the register\n"
        "  # where it is\n"
        "  country: NO\n"
        "\n"
        "# about the other\n"
        "- company: other\n"
        "\n"
        "# the end\n"
    )


def test_comments_inside_of_what_becomes_one_line_are_kept_before_it() -> None:
    text = "- company: a\n  sectors: [x,  # first\n    # second\n    y]  # third\n"
    formatted = format_text(text)
    for comment in ("# first", "# second", "# third"):
        assert comment in formatted
    assert format_text(formatted) == formatted


@given(st.lists(st.sampled_from(["# a", "", "#b", "  # c"]), max_size=4), st.integers(0, 5))
def test_no_comment_is_lost_wherever_it_stands(comments: list[str], line: int) -> None:
    lines = ["- company: a", "  name: A", "  seat:", "    - {place: x}", "- company: b"]
    text = "\n".join([*lines[:line], *comments, *lines[line:]]) + "\n"
    formatted = format_text(text)
    assert formatted.count("#") == sum("#" in comment for comment in comments)
    assert format_text(formatted) == formatted


def test_checking_the_format_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("- company:   acme\n", encoding="utf-8")
    (found,) = format_files([tmp_path], write=False)
    assert found.is_changed
    assert path.read_text(encoding="utf-8") == "- company:   acme\n"
    format_files([tmp_path], write=True)
    assert path.read_text(encoding="utf-8") == "- company: acme\n"
    assert not format_files([tmp_path], write=False)[0].is_changed


def test_file_that_cannot_be_read_is_not_formatted(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("- company:   acme\n", encoding="utf-8")
    (tmp_path / "zbad.yaml").write_text("- company: !x acme\n", encoding="utf-8")
    with pytest.raises(RecordsInvalid, match=r"zbad\.yaml:1:12"):
        format_files([tmp_path], write=True)
    assert (tmp_path / "good.yaml").read_text(encoding="utf-8") == "- company:   acme\n"
