"""Values in words: dates at their precision, shares, money, and the sentence of a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from graph.elements import Relationship
from graph.views.rumours import RUMOURED
from graph.views.rumours import SENTENCES as HEARSAY_SENTENCES
from ontology.errors import EntrepotError, ValueFormatError
from ontology.generated.vocabulary import CONTROL_BASES, MODES, RELATIONSHIP_TYPES, ROLES
from ontology.sentences import fill_sentence
from ontology.values import Share

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
QUARTERS = ("first", "second", "third", "fourth")
SYMBOLS = {"USD": "US$", "EUR": "€", "GBP": "£", "SGD": "S$", "HKD": "HK$", "AUD": "A$"}
UNKNOWN_SHARE = "an unknown share"
_POINT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")
_SIGNS = {"~": "about ", ">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}
_SIGN = re.compile(r"^(~|[<>]=?)?(.*)$")
_SHARE_WORDS = {
    "all": "100%",
    "majority": "a majority",
    "minority": "a minority",
    "unknown": UNKNOWN_SHARE,
}


def date_words(text: str, role: str = "on") -> str:
    """A date at its precision; `role` is `on`, `since` or `until`, the word that stands before.

    >>> date_words("2016-04-12"), date_words("2016-Q2"), date_words("2016")
    ('12 April 2016', 'the second quarter of 2016', '2016')
    >>> date_words("by 2016-06", "since"), date_words("by 2016-06", "until")
    ('June 2016 or before', 'June 2016 at the latest')
    """
    if text.startswith("by "):
        point = _point_words(text[3:])
        return {"since": f"{point} or before", "until": f"{point} at the latest"}.get(
            role, f"by {point}"
        )
    if ".." in text:
        first, last = text.split("..", 1)
        return f"between {_point_words(first)} and {_point_words(last)}"
    return _point_words(text)


def on_words(text: str) -> str:
    """A date with the word before it: on a day, in a month or a year.

    >>> on_words("2016-04-12"), on_words("2018-11"), on_words("by 2018")
    ('on 12 April 2016', 'in November 2018', 'by 2018')
    """
    point = _POINT.fullmatch(text)
    if not point:
        return date_words(text)
    return f"{'on' if point[4] else 'in'} {date_words(text)}"


def clock_words(question: Mapping[str, Any]) -> str:
    """Both clocks of a question, for the headline of its answer.

    >>> clock_words({"asOf": "2016-06", "knownAt": None})
    'as of June 2016'
    >>> clock_words({"asOf": None, "knownAt": "2017-01-31"})
    'latest known on 31 January 2017'
    """
    as_of, known_at = question.get("asOf"), question.get("knownAt")
    known = f"known {on_words(known_at)}" if known_at else ""
    if not as_of:
        return f"latest {known}" if known else "latest known"
    return f"as of {date_words(as_of)}" + (f", as {known}" if known else "")


def share_words(text: str) -> str:
    """A share as people say it.

    >>> [share_words(text) for text in ("51", "majority", "30..40", "9.1..100", "~67", "")]
    ['51%', 'a majority', '30% to 40%', 'at least 9.1%', 'about 67%', 'an unknown share']
    """
    try:
        share = Share.parse(text) if text else None
    except ValueFormatError:
        return text
    if share is None or share.is_unknown:
        return UNKNOWN_SHARE
    basis = f" ({share.basis})" if share.basis else ""
    return _bounds_words(text.split(" ", maxsplit=1)[0], share) + basis


def _bounds_words(body: str, share: Share) -> str:
    if body in _SHARE_WORDS:
        return _SHARE_WORDS[body]
    if ".." not in body:
        return _signed(body) + "%"
    if share.high == 100:
        return f"at least {_number(share.low)}%"
    return (
        f"{_number(share.low)}% to {_number(share.high)}%"
        if share.low
        else f"at most {_number(share.high)}%"
    )


def share_of(link: Relationship) -> str:
    """The share that a link states, as it was printed or computed; empty where it states none."""
    text = link.text("shareText")
    if text:
        return text
    low, high = link.properties.get("shareMin"), link.properties.get("shareMax")
    if isinstance(low, int | float) and isinstance(high, int | float):
        return _number(low) if low == high else f"{_number(low)}..{_number(high)}"
    exact = link.properties.get("share", link.properties.get("shareSold"))
    return _number(exact) if isinstance(exact, int | float) else ""


def money_words(text: str) -> str:
    """An amount with its currency in front, where it has a sign of its own.

    >>> money_words("137m USD"), money_words("~1bn USD"), money_words("100..150m INR")
    ('US$137m', 'about US$1bn', '100 to 150m INR')
    """
    body, _, currency = text.rpartition(" ")
    if not body:
        return text
    sign, amount = _SIGN.fullmatch(body).groups()  # type: ignore[union-attr]  # matches any text
    amount = amount.replace("..", " to ")
    told = f"{SYMBOLS[currency]}{amount}" if currency in SYMBOLS else f"{amount} {currency}"
    return _SIGNS.get(sign, "") + told


def link_sentence(
    link: Relationship, names: Mapping[str, str], *, ended: bool = False, share: str = ""
) -> str:
    """The sentence that says a link, in the past where it has ended; `share` in other words.

    >>> link = Relationship("x", "ACQUIRED", "a", "l", {"date": "2016-04", "shareText": "51"})
    >>> link_sentence(link, {"a": "Alibaba", "l": "Lazada"})
    'Alibaba acquired 51% of Lazada, April 2016'
    """
    values = {
        **_values(link),
        **({"share": share} if share else {}),
        "from": names.get(link.start, link.start),
        "to": names.get(link.end, link.end),
    }
    try:
        return fill_sentence(_template(link, ended), values)
    except EntrepotError:
        # Another load wrote it without a value that its sentence needs.
        return f"{values['from']} {link.type.lower().replace('_', ' ')} {values['to']}"


def _template(link: Relationship, ended: bool) -> str:
    if link.type == RUMOURED:
        return HEARSAY_SENTENCES[link.text("status")]
    known = RELATIONSHIP_TYPES[link.type]
    return known.ended_sentence if ended else known.sentence


def _values(link: Relationship) -> dict[str, str]:
    """What the placeholders of a sentence stand for."""
    text, share = link.text, share_words(share_of(link))
    if link.type == "ACQUIRED" and share == UNKNOWN_SHARE:
        share = "control"
    return {
        "share": share,
        "shareSold": share,
        "shareAsOf": ""
        if text("shareAsOf") == text("validFrom")
        else date_words(text("shareAsOf")),
        "date": date_words(text("date")),
        "validFrom": date_words(text("validFrom"), "since"),
        "validTo": date_words(text("validTo"), "until"),
        "amount": money_words(text("amountText")),
        "title": text("title") or "an officer",
        "basis": CONTROL_BASES.get(text("basis"), text("basis")),
        "mode": MODES.get(text("mode"), text("mode")),
        "why": text("why"),
        "role": ROLES.get(text("role"), text("role")),
    }


def _point_words(text: str) -> str:
    match = _POINT.fullmatch(text.strip())
    if not match:
        return text
    year, quarter, month, day = match.groups()
    if quarter:
        return f"the {QUARTERS[int(quarter) - 1]} quarter of {year}"
    if not month:
        return year
    return (
        f"{int(day)} {MONTHS[int(month) - 1]} {year}" if day else f"{MONTHS[int(month) - 1]} {year}"
    )


def _signed(body: str) -> str:
    sign, number = _SIGN.fullmatch(body).groups()  # type: ignore[union-attr]  # matches any text
    return f"{_SIGNS.get(sign, '')}{number}"


def _number(number: float | Decimal) -> str:
    """A number without needless zeros: 51.0 -> 51."""
    return f"{float(number):.4f}".rstrip("0").rstrip(".")
