"""Comments of a record file, each with the node that it speaks of.

The parser drops comments, so that they are found in the text: a `#` after a blank, outside of any
scalar. One on a line of its own speaks of what comes next, one behind a value of that value.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)


@dataclass
class Comments:
    """The comments around one node: lines before it, and what stands behind it."""

    before: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CommentsOfFile:
    """Comments by the identity of their node, and those that come after everything."""

    by_node: dict[int, Comments]
    last: list[str]


def find_comments(text: str, root: yaml.SequenceNode) -> CommentsOfFile:
    """All comments of a text that was parsed to `root`."""
    anchors = sorted(_anchors(root), key=lambda node: node.start_mark.index)
    starts = [node.start_mark.index for node in anchors]
    scalars = sorted((n.start_mark.index, n.end_mark.index) for n in _scalars(root))
    found: dict[int, Comments] = defaultdict(Comments)
    last: list[str] = []
    for match in _COMMENT.finditer(text):
        if _is_inside(scalars, match.start()):
            continue
        line_start = text.rfind("\n", 0, match.start()) + 1
        if text[line_start : match.start()].strip():
            place = bisect_right(starts, match.start()) - 1
            found[id(anchors[place])].behind.append(match.group().rstrip())
            continue
        place = bisect_left(starts, match.start())
        into = found[id(anchors[place])].before if place < len(anchors) else last
        into.append(match.group().rstrip())
        if _is_apart(text, match.end()):
            into.append("")
    return CommentsOfFile(dict(found), last)


def _is_apart(text: str, end: int) -> bool:
    """Whether an empty line follows."""
    lines = text[end:].split("\n", 2)
    return len(lines) > 2 and not lines[1].strip()


def _is_inside(scalars: list[tuple[int, int]], index: int) -> bool:
    place = bisect_right(scalars, (index, index)) - 1
    return place >= 0 and scalars[place][0] <= index < scalars[place][1]


def _anchors(node: yaml.Node) -> Iterator[yaml.Node]:
    """What comments can belong to: keys of mappings and items of lists, the outermost first."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield item
            yield from _anchors(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield from _anchors(value)


def _scalars(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def anchors_within(node: yaml.Node) -> Iterator[yaml.Node]:
    """The nodes inside of one to which comments may belong."""
    yield from _anchors(node)
