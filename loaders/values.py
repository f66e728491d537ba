"""The text of each value against its type: what a pattern cannot say, such as a calendar."""

from __future__ import annotations

from collections.abc import Callable

from loaders.facts import Fact
from ontology.errors import ValueFormatError
from ontology.generated.vocabulary import COUNTRIES
from ontology.values import Date, Money, Number, Share, Stake

_WORDS = ("holders",)


def check_value(fact: Fact) -> ValueFormatError | None:
    """What is wrong with the text of a fact, None where it reads well.

    >>> print(check_value(Fact(("founded",), "date", "2016-02-30", (), ())).hint)
    not in the calendar: day is out of range for month
    """
    parse = _PARSERS.get(fact.value_type)
    if parse is None:
        return None
    try:
        parse(fact.text)
    except ValueFormatError as error:
        return error
    return None


def is_reference(fact: Fact) -> bool:
    """Whether the text is an id, and not money or a word such as `holders`."""
    if fact.value_type == "consideration":
        return _is_slug(fact.text)
    return bool(fact.refers_to) and fact.text not in _WORDS


def referred_id(fact: Fact) -> str:
    """The id that a fact refers to: without the words `holders of`."""
    return fact.text.removeprefix("holders of ").strip()


def _period(text: str) -> None:
    if text.startswith("by "):
        raise ValueFormatError(text, "a period: a year, quarter, month or day, or a range of them")
    Date.parse(text)


def _figure(text: str) -> None:
    try:
        Money.parse(text)
    except ValueFormatError:
        Number.parse(text)


def _country(text: str) -> None:
    if text not in COUNTRIES:
        raise ValueFormatError(text, "an ISO 3166-1 code of two letters, such as SG")


def _consideration(text: str) -> None:
    if not _is_slug(text):
        Money.parse(text)


def _is_slug(text: str) -> bool:
    """Whether the text is an id: money has a blank before its currency."""
    return bool(text) and text != "undisclosed" and " " not in text


_PARSERS: dict[str, Callable[[str], object]] = {
    "date": Date.parse,
    "period": _period,
    "share": Share.parse,
    "stake": Stake.parse,
    "money": Money.parse,
    "number": Number.parse,
    "figure": _figure,
    "country": _country,
    "consideration": _consideration,
}
