"""Published numbers about markets: side by side, and forecasts against what was reported later.

A forecast is held only against a number of the same market, measure, currency, scope and publisher
that a later edition gives for the same period. Everything else about that period is refused, and
the refusal says in what the two differ: US$88bn of e-commerce and US$200bn of internet economy are
not two opinions on one thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Literal

from graph.clocks import day_range
from graph.elements import Node
from graph.graphs import Graph
from graph.queries.answers import texts_of
from graph.queries.scopes import Scope, market_scope
from graph.queries.wording import money_words
from ontology.errors import ValueFormatError
from ontology.generated.vocabulary import MEASURES
from ontology.values import Date, Money, Number

HUNDRED = Fraction(100)
SHOWN = 2
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_NAMES = re.compile(r",\s*|\s+and\s+|\s*&\s*")
_REPORTED = re.compile(r",?\s*(?:as (?:reported|quoted|cited) by|quoted by|\().*$", re.IGNORECASE)
_CLAUSES = re.compile(r";\s*|,\s*(?=as (?:quoted|recalled|reported|cited)|in the report)")
# What is said of how a number came about, and not of what it counts.
_REMARK = re.compile(
    r"^(?:as (?:quoted|recalled|reported|cited)\b|in the report\b|.*\bexpectation\b"
    r"|the (?:value|figure|forecast) for\b|the \d{4} (?:value|figure|forecast)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Estimate:
    """One number: of which market, by whom, in which edition, for which period.

    `scope` is what it says that it counts, `remark` what it says of how it came about.
    """

    id: str
    table: str
    market: str
    market_name: str
    measure: str
    publisher: str | None
    edition: str | None
    edition_year: int | None
    scope: str | None
    remark: str | None
    period: str
    value: str
    unit: str | None
    forecast: bool
    known_from: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A forecast against what a later edition says: what it `reported`, or how it `revised` it.

    The deviation is that of the later number from the forecast, in percent; None where a value has
    an open side. `about` is true where one of the two is itself only about so much.
    """

    kind: Literal["reported", "revised"]
    market: str
    period: str
    forecast: Estimate
    later: Estimate
    deviation_min: Decimal | None
    deviation_max: Decimal | None
    about: bool
    sentence: str


@dataclass(frozen=True)
class Refusal:
    """Numbers for the same periods that are not held against each other, and why."""

    forecast: str
    reported: str
    periods: tuple[str, ...]
    reasons: tuple[str, ...]
    sentence: str


def estimate_of(figure: Node) -> Estimate:
    """A node of a figure as an estimate."""
    scope, remark = split_scope(figure.text("scope"))
    edition = figure.text("edition") or None
    subject = market_scope(figure.text("subject"))
    return Estimate(
        id=figure.id,
        table=figure.text("recordId"),
        market=figure.text("subject"),
        market_name=subject.name if subject else figure.text("subject"),
        measure=figure.text("measure"),
        publisher=figure.text("publisher") or None,
        edition=edition,
        edition_year=_edition_year(edition, figure.text("knownFrom")),
        scope=scope,
        remark=remark,
        period=figure.text("period"),
        value=figure.text("text"),
        unit=figure.text("unit") or None,
        forecast=bool(figure.properties.get("forecast")),
        known_from=figure.text("knownFrom") or None,
        sources=texts_of(figure),
    )


def figures_about(graph: Graph, subjects: Collection[str]) -> list[Estimate]:
    """The published numbers about some things, by period."""
    links = graph.links(sorted(subjects), ["ABOUT"], direction="in") if subjects else []
    # A claim's id has a `#`, and of claims there are many.
    nodes = graph.nodes({link.start for link in links if "#" not in link.start})
    return list(in_order(estimate_of(n) for n in nodes.values() if "Figure" in n.labels))


def tell_estimate(estimate: Estimate) -> str:
    """A number in a sentence of its own."""
    who = ", ".join(filter(None, (estimate.publisher, estimate.edition)))
    verb = "forecast" if estimate.forecast else "put"
    measure = MEASURES.get(estimate.measure, estimate.measure)
    number = f"{money_words(estimate.value)} {'for' if estimate.forecast else 'in'}"
    counts = f" ({estimate.scope})" if estimate.scope else ""
    return f"{who or 'Somebody'} {verb} the {measure} at {number} {estimate.period}{counts}"


def split_scope(text: str) -> tuple[str | None, str | None]:
    """What a number counts, apart from remarks on how it came about.

    >>> split_scope("six countries; the value for 2024 is an expectation for the running year")
    ('six countries', 'the value for 2024 is an expectation for the running year')
    """
    clauses = [clause.strip() for clause in _CLAUSES.split(text) if clause.strip()]
    remarks = [clause for clause in clauses if _REMARK.match(clause)]
    counted = [clause for clause in clauses if clause not in remarks]
    return "; ".join(counted) or None, "; ".join(remarks) or None


def is_due(estimate: Estimate, as_of: Date | None) -> bool:
    """Whether it was there at a date: a value once its period has begun, a forecast once made."""
    if as_of is None:
        return True
    last = day_range(as_of)[1]
    if not estimate.forecast:
        return day_range(Date.parse(estimate.period))[0] <= last
    return estimate.edition_year is None or estimate.edition_year <= as_of.last.year


def in_order(estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """By period, then what was reported before what was forecast, then by publisher and edition."""
    return tuple(
        sorted(
            estimates,
            key=lambda e: (
                Date.parse(e.period).sort_key,
                e.market,
                e.measure,
                e.forecast,
                e.publisher or "",
                e.edition_year or 0,
                e.id,
            ),
        )
    )


def compare(estimates: Iterable[Estimate]) -> tuple[tuple[Comparison, ...], tuple[Refusal, ...]]:
    """Every forecast held against what was reported later, and what is refused instead."""
    by_period: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
    for estimate in in_order(estimates):
        by_period[(estimate.market, estimate.period)].append(estimate)
    compared: list[Comparison] = []
    refused: dict[tuple[str, str], list[tuple[Estimate, Estimate]]] = defaultdict(list)
    for found in by_period.values():
        made = [estimate for estimate in found if estimate.forecast]
        reported = [estimate for estimate in found if not estimate.forecast]
        pairs = [
            (one, other)
            for one, other in product(made, reported)
            if one.table != other.table and _is_later(other, one)
        ]
        for one, other in (*pairs, *_revisions(made)):
            if differences(one, other):
                refused[(one.table, other.table)].append((one, other))
            else:
                compared.append(_comparison(one, other))
    return tuple(compared), tuple(_refusal(pairs) for pairs in refused.values())


def refuse_broader(
    scope: Scope, own: Iterable[Estimate], others: Iterable[Estimate]
) -> Iterator[Refusal]:
    """That numbers about markets of other sectors or places are not compared, one each market."""
    periods = {estimate.period for estimate in own}
    by_market: dict[str, set[str]] = defaultdict(set)
    for estimate in others:
        if estimate.period in periods:
            by_market[estimate.market].add(estimate.period)
    for market, found in sorted(by_market.items()):
        other = market_scope(market)
        if other is None:
            continue
        what = "another sector" if other.sector != scope.sector else "another place"
        if other.sector != scope.sector and other.place != scope.place:
            what = "another sector and place"
        shared = tuple(sorted(found))
        sentence = f"{other.name} is {what}: its numbers for {_listed(shared)} are not compared"
        yield Refusal(scope.id, market, shared, (what,), sentence)


def differences(one: Estimate, other: Estimate) -> tuple[str, ...]:
    """In what two numbers differ so that they cannot be compared, in words; nothing if they can."""
    found = []
    if one.measure != other.measure:
        names = [MEASURES.get(each.measure, each.measure) for each in (one, other)]
        found.append(f"another measure ({names[0]}, against {names[1]})")
    if one.unit != other.unit:
        found.append(f"another unit ({one.unit or 'none'}, against {other.unit or 'none'})")
    if not _same_publisher(one, other):
        found.append(f"another publisher ({_publisher(one)}, against {_publisher(other)})")
    if _words(one.scope) != _words(other.scope):
        if one.scope and other.scope:
            found.append(f"another scope ({one.scope}, against {other.scope})")
        else:
            found.append(f"only one says what it counts ({one.scope or other.scope})")
    return tuple(found)


def bounds(estimate: Estimate) -> tuple[Fraction, Fraction] | None:
    """The number between two bounds; None where a side is open, or it is none."""
    value = read_value(estimate)
    if value is None or value.low is None or value.high is None:
        return None
    return Fraction(value.low), Fraction(value.high)


def read_value(estimate: Estimate) -> Money | Number | None:
    """The value as money or as a number; None where it is neither."""
    for read in (Money.parse, Number.parse):
        try:
            return read(estimate.value)
        except ValueFormatError:
            continue
    return None


def _revisions(forecasts: list[Estimate]) -> Iterator[tuple[Estimate, Estimate]]:
    """Each forecast with the next one of the same body of work and measure, whatever its scope."""
    left = [forecast for forecast in forecasts if forecast.edition_year]
    while left:
        first, *others = left
        series = [first, *(each for each in others if _is_one_series(first, each))]
        series.sort(key=lambda e: (e.edition_year, e.known_from or "", e.id))
        yield from (pair for pair in pairwise(series) if pair[0].table != pair[1].table)
        left = [each for each in left if each not in series]


def _is_one_series(one: Estimate, other: Estimate) -> bool:
    same = (one.measure, one.unit) == (other.measure, other.unit)
    return same and _same_publisher(one, other)


def _comparison(forecast: Estimate, later: Estimate) -> Comparison:
    low, high = _deviation(bounds(forecast), bounds(later))
    about = "~" in forecast.value or "~" in later.value
    verb = "forecast" if later.forecast else "reported"
    made = f"{_edition(forecast)} forecast {forecast.value} for {forecast.period}"
    was = f"{_edition(later)} {verb} {later.value}{_deviation_words(low, high, about)}"
    note = f" ({later.remark})" if later.remark else ""
    return Comparison(
        kind="revised" if later.forecast else "reported",
        market=forecast.market,
        period=forecast.period,
        forecast=forecast,
        later=later,
        deviation_min=low,
        deviation_max=high,
        about=about,
        sentence=f"{made}; {was}{note}",
    )


def _deviation(
    made: tuple[Fraction, Fraction] | None, was: tuple[Fraction, Fraction] | None
) -> tuple[Decimal | None, Decimal | None]:
    if not made or not was or made[0] <= 0:
        return None, None
    return _percent(was[0] / made[1] - 1), _percent(was[1] / made[0] - 1)


def _percent(value: Fraction) -> Decimal:
    return Decimal(round(value * HUNDRED * 10)).scaleb(-1)


def _deviation_words(low: Decimal | None, high: Decimal | None, about: bool) -> str:
    if low is None or high is None:
        return ", which has an open side"
    if low < 0 < high:
        return f", between {-low}% less and {high}% more"
    if low == high == 0:
        return ", as forecast"
    more = "more" if low >= 0 else "less"
    near, far = sorted((abs(low), abs(high)))
    span = f"{near}%" if near == far else f"{near}% to {far}%"
    return f", {'about ' if about else ''}{span} {more}"


def _refusal(pairs: list[tuple[Estimate, Estimate]]) -> Refusal:
    one, other = pairs[0]
    reasons = differences(one, other)
    periods = tuple(dict.fromkeys(pair[0].period for pair in pairs))
    sentence = f"{_edition(one)} on {_listed(periods)} is not held against {_edition(other)}"
    why = "; ".join(reasons[:SHOWN])
    return Refusal(one.table, other.table, periods, reasons, f"{sentence}: {why}")


def _is_later(reported: Estimate, forecast: Estimate) -> bool:
    """Whether a number came out after a forecast; where nobody knows, it counts as later."""
    years = (reported.edition_year, forecast.edition_year)
    if None not in years and years[0] != years[1]:
        return years[0] > years[1]  # type: ignore[operator]  # neither is None
    if reported.known_from and forecast.known_from:
        return reported.known_from > forecast.known_from
    return True


def _same_publisher(one: Estimate, other: Estimate) -> bool:
    """Whether one body of work: the same publishers, or a series that others joined later."""
    names = [_publishers(each.publisher or "") for each in (one, other)]
    if names[0] == names[1]:
        return bool(names[0])
    series = [_series(each.edition) for each in (one, other)]
    joined = names[0] <= names[1] or names[1] <= names[0]
    same = series[0].startswith(series[1]) or series[1].startswith(series[0])
    return bool(joined and all(names) and all(series) and same)


def _publishers(text: str) -> frozenset[str]:
    return frozenset(
        name.casefold().strip() for name in _NAMES.split(_REPORTED.sub("", text)) if name.strip()
    )


def _series(edition: str | None) -> str:
    return " ".join(_YEAR.sub("", edition or "").casefold().split())


def _edition_year(edition: str | None, known_from: str) -> int | None:
    found = _YEAR.findall(edition or "")
    if found:
        return int(found[-1])
    return int(known_from[:4]) if known_from else None


def _publisher(estimate: Estimate) -> str:
    return estimate.publisher or "not named"


def _edition(estimate: Estimate) -> str:
    return estimate.edition or _publisher(estimate)


def _words(text: str | None) -> str:
    return " ".join((text or "").casefold().replace("-", " ").split())


def _listed(texts: Iterable[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
