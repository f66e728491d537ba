"""Texts as YAML scalars: plain where that is safe, else in quotes."""

from __future__ import annotations

import json
import re

_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW = frozenset(",[]{}")
_BREAKS = re.compile(r": | #|:$|\s\s|[^\S ]")
_DOCUMENT = ("---", "...")


def write_scalar(text: str, *, flow: bool = False) -> str:
    """A text as a scalar; `flow` where it stands in brackets.

    >>> [write_scalar(t) for t in ("-> 8.8", ">50", "a: b", "no", "")]
    ['-> 8.8', '">50"', '"a: b"', 'no', '""']
    >>> write_scalar("a, b", flow=True)
    '"a, b"'
    """
    if _is_plain(text, flow):
        return text
    if '"' in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def _is_plain(text: str, flow: bool) -> bool:
    if not text or text != text.strip() or not text.isprintable() or _BREAKS.search(text):
        return False
    if text.startswith(_DOCUMENT) or (flow and not _FLOW.isdisjoint(text)):
        return False
    if text[0] not in _FIRST:
        return True
    # A dash and an arrow begin a plain scalar where no blank follows.
    return text[0] == "-" and len(text) > 1 and text[1] not in " -"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
