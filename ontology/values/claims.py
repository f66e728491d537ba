"""A value with its sources: one claim among those that a field may have."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Value = TypeVar("Value")
_SOURCES = re.compile(r"(?:^|\s+)@([a-z0-9][a-z0-9._-]*)(?=\s|$)")
_TAIL = re.compile(r"(?:(?:^|\s+)@[a-z0-9][a-z0-9._-]*)+\s*$")


@dataclass(frozen=True)
class Claim(Generic[Value]):
    """What some sources say a field's value is.

    `id` is unique in the graph (`record/field/key`), `rank` is preferred, normal or deprecated.
    """

    id: str
    value: Value
    sources: tuple[str, ...] = ()
    rank: str = "normal"
    reason: str = ""

    def with_sources(self, sources: tuple[str, ...]) -> Claim[Value]:
        """The same claim, resting on other sources."""
        return replace(self, sources=sources)


def split_sources(text: str) -> tuple[str, tuple[str, ...]]:
    """Part a value from the sources written behind it.

    >>> split_sources("51 @bsg-2017-06-28 @momentum-2017-08")
    ('51', ('bsg-2017-06-28', 'momentum-2017-08'))
    >>> split_sources("mail@example.org")
    ('mail@example.org', ())
    """
    tail = _TAIL.search(text)
    if not tail:
        return text.strip(), ()
    return text[: tail.start()].strip(), tuple(_SOURCES.findall(tail.group()))
