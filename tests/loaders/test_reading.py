"""Reading: what a file says comes out as text, and what would say more than it shows is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.reading import read_file, read_files, read_text
from ontology.errors import EntrepotError


def test_scalars_stay_text_whatever_yaml_would_make_of_them() -> None:
    text = "- company: acme\n  country: NO\n  on: yes\n  founded: 2016-01-01\n  x: 1e3\n  y: null\n"
    (record,) = read_text(text).records
    assert list(record.plain.values()) == ["acme", "NO", "yes", "2016-01-01", "1e3", "null"]


def test_position_of_a_nested_value_points_at_it() -> None:
    text = "- company: acme\n  names:\n    - {name: A, kind: legal}\n    - name: B\n      kind: x\n"
    (record,) = read_text(text).records
    assert record.position(["names", 0, "kind"]) == (3, 23)
    assert record.position(["names", 1, "kind"]) == (5, 13)
    assert record.position(["names", 1, "kind"], key=True) == (5, 7)


def test_position_of_a_missing_value_is_that_of_what_would_hold_it() -> None:
    (record,) = read_text("- company: acme\n  seat:\n    - {place: x}\n").records
    assert record.position(["seat", 0, "from"]) == record.position(["seat", 0])


@pytest.mark.parametrize(
    ("line", "found", "at"),
    [
        ("x: !secret b", "a tag", (2, 6)),
        ("x: !!str b", "a tag", (2, 6)),
        ("x: &a b", "an anchor", (2, 6)),
        ("<<: {a: b}", "a merge key", (2, 3)),
        ("company: again", "company", (2, 3)),
        ("? [a]\n  : b", "a list", (2, 5)),
    ],
)
def test_record_with_hidden_meaning_is_refused(line: str, found: str, at: tuple[int, int]) -> None:
    (finding,) = read_text(f"- company: acme\n  {line}\n").findings
    assert (finding.found, (finding.line, finding.column)) == (found, at)


def test_alias_to_itself_does_not_run_for_ever() -> None:
    assert [f.found for f in read_text("- &a [*a]\n").findings] == ["an anchor"]


def test_marks_in_quotes_are_text() -> None:
    (record,) = read_text('- company: acme\n  a: "!x"\n  b: "&y"\n  c: "*z"\n').records
    assert list(record.plain.values())[1:] == ["!x", "&y", "*z"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("company: acme", 1),
        ("- company: acme\n- just text", 2),
        ("- company: [a", 2),
        ("- company: acme\n\tname: x", 2),
        ("- company: a\n---\n- company: b", 2),
        ("- company: a\n- b: \x07", 2),
        ("[" * 100_000, 1),
        ("- " * 100_000, 1),
    ],
)
def test_file_that_is_no_list_of_records_is_one_finding_with_its_line(text: str, line: int) -> None:
    (finding,) = read_text(text).findings
    assert finding.line == line


def test_several_mistakes_in_one_file_are_all_told() -> None:
    text = "- company: a\n  x: !t 1\n- company: b\n  y: &q 2\n- text\n"
    reading = read_text(text)
    assert [f.line for f in reading.findings] == [2, 4, 5]
    assert [r.plain["company"] for r in reading.records] == ["a", "b"]


def test_file_with_invalid_bytes_says_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(b"- company: acme\n  name: caf\xe9\n")
    (finding,) = read_file(path).findings
    assert (finding.line, finding.column, finding.found) == (2, 12, "byte 0xe9")


def test_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    (finding,) = read_file(tmp_path / "none.yaml").findings
    assert finding.expected == "a readable file"


def test_folder_is_read_with_its_folders_and_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/c.yml", ".hidden.yaml", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"- company: {path.stem.strip('.')}\n", encoding="utf-8")
    assert [r.plain["company"] for r in read_files([tmp_path]).records] == ["c", "b"]


def test_empty_file_has_no_records_and_no_findings() -> None:
    assert read_text("# only a comment\n") == read_text("")


def test_folder_without_record_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(EntrepotError, match="no record file"):
        read_files([tmp_path])
