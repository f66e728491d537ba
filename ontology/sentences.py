"""Sentences of relationship types: templates filled with text.

A template has `{placeholders}` and parts in `[brackets]`; a part is left out when a placeholder
in it has no value, so that an unknown date or amount leaves no hole in the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ontology.errors import EntrepotError

_PART = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER = re.compile(r"\{([a-zA-Z]+)\}")


def list_placeholders(template: str) -> tuple[str, ...]:
    """Return the names of the placeholders of a template, in order.

    >>> list_placeholders("{from} acquired {share} of {to}[, {date}]")
    ('from', 'share', 'to', 'date')
    """
    return tuple(_PLACEHOLDER.findall(template))


def fill_sentence(template: str, values: Mapping[str, str]) -> str:
    """Fill a template; an empty or absent value drops the bracketed part that names it.

    >>> template = "{from} invested[ {amount}] in {to}[, {date}]"
    >>> fill_sentence(template, {"from": "Acme", "to": "Globex", "date": "2016"})
    'Acme invested in Globex, 2016'
    """
    # Split first, fill then: a bracket inside a value is text and drops nothing.
    pieces = _PART.split(template)
    return "".join(
        _fill(piece, values)
        for position, piece in enumerate(pieces)
        if position % 2 == 0 or all(values.get(name) for name in list_placeholders(piece))
    )


def _fill(piece: str, values: Mapping[str, str]) -> str:
    def look_up(found: re.Match[str]) -> str:
        if not values.get(found[1]):
            raise EntrepotError(f"the sentence needs a value for {found[0]}")
        return values[found[1]]

    return _PLACEHOLDER.sub(look_up, piece)
