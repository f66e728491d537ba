"""The canonical form of record files: fields in the order of the ontology, comments kept.

One form for all makes a difference between two versions of a file one of facts. Writing is our
own because no emitter keeps comments and puts short things on one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from graph.records import KINDS
from loaders.comments import Comments, CommentsOfFile, anchors_within, find_comments
from loaders.findings import RecordsInvalid
from loaders.reading import parse, read_text, record_files
from loaders.scalars import write_scalar
from ontology.generated.vocabulary import CLAIM_FIELDS, RECORD_FIELDS
from ontology.terms import FieldSpec

_WIDTH = 100
_INDENT = 2
_TABLES = frozenset({"share", "stake"})  # one holder a line, however few there are
_NO_SPECS: tuple[FieldSpec, ...] = ()

Specs = Sequence[FieldSpec]
Field = tuple[yaml.Node, yaml.Node, FieldSpec | None]  # key, value, and what the field may hold


@dataclass(frozen=True)
class Formatted:
    """A file with its text as it is, and as it should be."""

    path: Path
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the file is not in its canonical form."""
        return self.before != self.after


def format_files(folders: Iterable[Path], *, write: bool) -> list[Formatted]:
    """Format record files, and write those that change; a file that cannot be read stops all."""
    formatted = []
    for folder in folders:
        for path in record_files(folder):
            before = path.read_text(encoding="utf-8")
            formatted.append(Formatted(path, before, format_text(before, str(path))))
    for file in formatted:
        if write and file.is_changed:
            file.path.write_text(file.after, encoding="utf-8")
    return formatted


def format_text(text: str, file: str = "text") -> str:
    """The canonical form of a record file; raises RecordsInvalid where it cannot be read.

    >>> print(format_text("- company: acme\\n  country:   'NO'   # cold\\n  name: Acme\\n"), end="")
    - company: acme
      name: Acme
      country: NO  # cold
    """
    reading = read_text(text, file)
    if reading.findings:
        raise RecordsInvalid(reading.findings)
    root = parse(text)
    if not isinstance(root, yaml.SequenceNode):
        return text
    return _Writer(find_comments(text, root)).file(root)


class _Writer:
    """Writes the nodes of one file."""

    def __init__(self, comments: CommentsOfFile) -> None:
        self.comments = comments

    def file(self, root: yaml.SequenceNode) -> str:
        parts = ["\n".join(self._record(node)) for node in root.value]
        if self.comments.last:
            parts.append("\n".join(_without_ends(self.comments.last)))
        return "\n\n".join(parts) + "\n"

    def _record(self, node: yaml.MappingNode) -> Iterator[str]:
        yield from self._of(node).before  # with the empty lines among them
        kind = node.value[0][0].value if node.value else ""
        specs = RECORD_FIELDS[kind] if kind in KINDS else _NO_SPECS
        fields = self._fields(_ordered(node, specs), _INDENT)
        yield from _itemized(fields, 0) if node.value else ["- {}"]

    def _fields(self, fields: Iterable[Field], indent: int) -> Iterator[str]:
        for key, value, spec in fields:
            yield from self._field(key, value, spec, indent)

    def _field(
        self, key: yaml.Node, value: yaml.Node, spec: FieldSpec | None, indent: int
    ) -> Iterator[str]:
        head = " " * indent + write_scalar(key.value, flow=True) + ":"
        if not _is_block(value, spec):
            line = f"{head} {_inline(value, spec)}"
            if len(line) <= _WIDTH or isinstance(value, yaml.ScalarNode) or not value.value:
                yield from self._line(line, self._gathered(key, value), indent)
                return
        yield from self._line(head, self._of(key), indent)
        yield from self._block(value, spec, indent + _INDENT)

    def _block(self, node: yaml.Node, spec: FieldSpec | None, indent: int) -> Iterator[str]:
        if isinstance(node, yaml.MappingNode):
            yield from self._fields(_inner(node, spec), indent)
            return
        for item in node.value:
            line = " " * indent + "- " + _inline(item, spec)
            if len(line) <= _WIDTH or isinstance(item, yaml.ScalarNode):
                yield from self._line(line, self._gathered(item, item), indent)
            else:
                yield from _indented(self._of(item).before, indent)
                yield from _itemized(self._block(item, spec, indent + _INDENT), indent)

    def _line(self, line: str, comments: Comments, indent: int) -> Iterator[str]:
        """A line with its comments: a single one behind it stays there, others go before."""
        behind = comments.behind
        before = comments.before if len(behind) == 1 else [*comments.before, *behind]
        yield from _indented(before, indent)
        yield f"{line}  {behind[0]}" if len(behind) == 1 else line

    def _of(self, node: yaml.Node) -> Comments:
        return self.comments.by_node.get(id(node), Comments())

    def _gathered(self, anchor: yaml.Node, value: yaml.Node) -> Comments:
        """The comments of what becomes one line, with those of all that is in it."""
        parts = [self._of(anchor), *(self._of(node) for node in anchors_within(value))]
        before = [line for part in parts for line in part.before]
        return Comments(before, [line for part in parts for line in part.behind])


def _ordered(node: yaml.MappingNode, specs: Specs) -> list[Field]:
    """The fields of a mapping in order, after what has no place in it, as the kind."""
    by_name = {spec.name: spec for spec in specs}
    fields = [(key, value, by_name.get(key.value)) for key, value in node.value]
    return sorted(fields, key=lambda each: each[2].order if each[2] else 0)


def _inner(node: yaml.MappingNode, spec: FieldSpec | None) -> list[Field]:
    """The fields of a mapping under a field; the keys of a table stay in their order."""
    if spec is not None and spec.keys:
        inside = replace(spec, keys=spec.keys[1:])
        return [(key, value, inside) for key, value in node.value]
    specs = (spec.nested or CLAIM_FIELDS) if spec else _NO_SPECS
    return _ordered(node, specs)


def _is_block(node: yaml.Node, spec: FieldSpec | None) -> bool:
    """Whether a value stands on lines of its own even where one line would do."""
    if isinstance(node, yaml.ScalarNode) or not node.value:
        return False
    if isinstance(node, yaml.SequenceNode):
        return any(isinstance(item, yaml.MappingNode) for item in node.value)
    is_table = spec is not None and bool(spec.keys) and spec.value_type in _TABLES
    return is_table or any(isinstance(value, yaml.MappingNode) for _, value in node.value)


def _inline(node: yaml.Node, spec: FieldSpec | None, *, flow: bool = False) -> str:
    """A node on one line."""
    if isinstance(node, yaml.ScalarNode):
        return write_scalar(node.value, flow=flow)
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(_inline(item, spec, flow=True) for item in node.value) + "]"
    assert isinstance(node, yaml.MappingNode)
    inner = (
        f"{write_scalar(key.value, flow=True)}: {_inline(value, own, flow=True)}"
        for key, value, own in _inner(node, spec)
    )
    return "{" + ", ".join(inner) + "}"


def _itemized(lines: Iterator[str], indent: int) -> Iterator[str]:
    """Lines of a mapping as an item of a list: the first one that is no comment gets the dash."""
    is_begun = False
    for line in lines:
        if is_begun or line.lstrip().startswith("#"):
            yield line
        else:
            yield " " * indent + "- " + line[indent + _INDENT :]
            is_begun = True


def _indented(comments: Sequence[str], indent: int) -> list[str]:
    return [" " * indent + comment for comment in comments if comment]


def _without_ends(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1]:
        kept.pop()
    return kept
