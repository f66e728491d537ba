"""Record files read as plain records: nested mappings and lists of texts, with their positions.

Scalars stay text, since the field types them (`country: NO` is Norway). What would make a file say
more than it shows is refused: tags, anchors, aliases, merge keys, keys given twice. The tree of
libyaml's parser is kept beside the plain form, so that positions cost nothing until one is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from loaders.findings import Finding
from ontology.errors import EntrepotError

PlainRecord = dict[str, Any]
Step = str | int
SUFFIXES = (".yaml", ".yml")
_DEEPEST = 12  # levels of nesting; records need five
_DEEPEST_FOR_PARSER = 1000  # the parser of libyaml's binding ends the process far beyond this
_BRACKETS = re.compile(r"[\[\]{}]")
_LONG_INDENT = re.compile(rf"^[ ?:-]{{{2 * _DEEPEST_FOR_PARSER}}}", re.MULTILINE)
_REFUSED = {"!": "a tag", "&": "an anchor", "*": "an alias"}


@dataclass(frozen=True)
class Written:
    """One record as it is written: its plain form, and where each value stands."""

    file: str
    plain: PlainRecord
    node: yaml.MappingNode

    def position(self, path: Sequence[Step] = (), *, key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `path`, or of its key."""
        node: yaml.Node = self.node
        for depth, step in enumerate(path):
            found = _child(node, step)
            if found is None:
                break
            name, value = found
            node = name if key and depth == len(path) - 1 else value
        return node.start_mark.line + 1, node.start_mark.column + 1


@dataclass(frozen=True)
class Reading:
    """What was read from some files, and what could not be."""

    records: tuple[Written, ...]
    findings: tuple[Finding, ...]


def read_files(paths: Sequence[Path]) -> Reading:
    """Read record files and all files of folders, in the order of their names."""
    records: list[Written] = []
    findings: list[Finding] = []
    for root in paths:
        for path in record_files(root):
            reading = read_file(path)
            records += reading.records
            findings += reading.findings
    return Reading(tuple(records), tuple(findings))


def record_files(root: Path) -> list[Path]:
    """The record files at or below a path, sorted; a file that is named is one by that.

    A folder without any is refused, since it is rather mistyped than meant to remove a whole data
    set; an empty file does that.
    """
    if root.is_file():
        return [root]
    found = (p for p in root.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    files = sorted(p for p in found if not _is_hidden(p.relative_to(root)))
    if not files:
        raise EntrepotError(
            f"there is no record file in {root}", hint=f"they end with {' or '.join(SUFFIXES)}"
        )
    return files


def read_file(path: Path) -> Reading:
    """Read one file; what keeps it from being read becomes a finding."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return _refused(str(path), 1, 1, "", "a readable file", error.strerror or str(error))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        found = f"byte {data[error.start]:#04x}"
        return _refused(str(path), before.count(b"\n") + 1, column, found, "text in UTF-8", "")
    return read_text(text, str(path))


def read_text(text: str, file: str = "text") -> Reading:
    """Read records from text.

    >>> read_text("- company: acme\\n  country: NO\\n").records[0].plain
    {'company': 'acme', 'country': 'NO'}
    >>> read_text("- company: acme\\n").records[0].position(["company"])
    (1, 12)
    """
    if _is_too_deep(text):
        return _refused(file, 1, 1, "", "a list of records", "this is nested too deeply")
    try:
        root = parse(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _refused(file, line, column, "", "well-formed YAML", error.problem or str(error))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return _refused(file, line, 1, chr(int(error.character)), "printable text", error.reason)
    if root is None:
        return Reading((), ())
    if not isinstance(root, yaml.SequenceNode):
        hint = "begin every record with '- ' and its kind"
        return _refused(file, root.start_mark.line + 1, 1, _name(root), "a list of records", hint)
    return _FileReader(text, file).read(root)


def _is_too_deep(text: str) -> bool:
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > _DEEPEST_FOR_PARSER or bool(_LONG_INDENT.search(text))


def parse(text: str) -> yaml.Node | None:
    """The nodes of a text, None where it is empty; `read_text` says first whether it is sound."""
    loader = yaml.CBaseLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


class _FileReader:
    """Turns the nodes of one file into plain records, and gathers what is refused."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []

    def read(self, root: yaml.SequenceNode) -> Reading:
        records = [w for w in (self._record(node) for node in self._items(root)) if w]
        # An aliased node is met once for each of its aliases.
        return Reading(tuple(records), tuple(dict.fromkeys(self.findings)))

    def _items(self, root: yaml.SequenceNode) -> Sequence[yaml.Node]:
        return [] if self._is_refused(root) else root.value

    def _record(self, node: yaml.Node) -> Written | None:
        plain = self._plain(node, 1)
        if isinstance(plain, dict):
            assert isinstance(node, yaml.MappingNode)
            return Written(self.file, plain, node)
        if not self._is_refused(node):
            self._refuse(node, "", _name(node), "a record", "such as '- company: acme'")
        return None

    def _plain(self, node: yaml.Node, depth: int) -> Any:
        if self._is_refused(node):
            return ""
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if depth > _DEEPEST:
            self._refuse(node, "", _name(node), "a value", "this is nested too deeply")
            return ""
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, depth + 1) for item in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "", _name(key), "a field's name", "")
            elif key.value == "<<":
                self._refuse(key, "<<", "a merge key", "a field's name", "write the fields out")
            elif key.value in plain:
                self._refuse(
                    key, key.value, key.value, "each field once", "it stands above already"
                )
            elif not self._is_refused(key):
                plain[key.value] = self._plain(value, depth + 1)
        return plain

    def _is_refused(self, node: yaml.Node) -> bool:
        """Whether a tag, an anchor or an alias stands before the node: only the text shows it."""
        index = node.start_mark.index
        found = _REFUSED.get(self.text[index : index + 1])
        if found is None:
            return False
        self._refuse(node, "", found, "plain text", "write the value out, or quote it")
        return True

    def _refuse(self, node: yaml.Node, field: str, found: str, expected: str, hint: str) -> None:
        mark = node.start_mark
        place = (mark.line + 1, mark.column + 1)
        self.findings.append(Finding(self.file, *place, field, found, expected, hint))


def _child(node: yaml.Node, step: Step) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if getattr(k, "value", None) == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _refused(file: str, line: int, column: int, found: str, expected: str, hint: str) -> Reading:
    return Reading((), (Finding(file, line, column, "", found, expected, hint),))


def _name(node: yaml.Node) -> str:
    """What a node is, in words."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def walk(plain: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every text of a plain record with the path to it.

    >>> list(walk({"a": ["x", {"b": "y"}]}))
    [(('a', 0), 'x'), (('a', 1, 'b'), 'y')]
    """
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from walk(value, (*path, key))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from walk(value, (*path, index))
    else:
        yield path, plain
