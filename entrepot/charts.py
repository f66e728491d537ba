"""A picture of a market's estimates: a line for each edition, what it forecast dashed.

The picture is a Vega-Lite specification, plain data that is the same for the same answer. Drawn as
SVG or PNG it needs the extra `charts` (vl-convert, which has fonts and a renderer of its own, so
that a picture is the same on every machine). Numbers of different measures or currencies stand in
panels of their own, for they have no axis in common.
"""

from __future__ import annotations

import importlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from graph.queries.estimates import Estimate, read_value
from graph.queries.markets import MarketAnswer
from ontology.errors import EntrepotError
from ontology.generated.vocabulary import MEASURES
from ontology.values import Date

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
VERSION = "5.20"
WIDTH, HEIGHT = 640, 300
SCALE = 2
MONEY = 3  # letters of a currency
BILLION = 10**9
RATES = frozenset({"growth"})  # numbers that are no level at a time, and make no line
LABEL, LETTER, LONGEST = 0.045, 4.6, 44  # height of a label in a panel, pixels of a letter, letters
FORMS = (".svg", ".png", ".json")
# Told apart also by those who see no red and green (Okabe and Ito).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
GREY = "#555555"

Row = dict[str, Any]


def write_chart(answer: MarketAnswer, path: str | Path) -> Path:
    """Draw a market's estimates into a file: .svg, .png, or .json for the specification itself."""
    file = Path(path)
    form = file.suffix.lower()
    if form not in FORMS:
        raise EntrepotError(f"{file.name} is no picture", hint=f"there are {', '.join(FORMS)}")
    if not file.parent.is_dir():
        raise EntrepotError(f"no such folder: {file.parent}", hint="create it first")
    spec = chart(answer)
    if form == ".json":
        file.write_text(json.dumps(spec, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return file
    drawn = _renderer(form)(spec)
    file.write_bytes(drawn)
    return file


def chart(answer: MarketAnswer) -> dict[str, Any]:
    """The specification of the picture; raises EntrepotError where there is nothing to draw."""
    drawn = [e for e in answer.estimates if e.measure not in RATES and _middle(e) is not None]
    panels: dict[tuple[str, str], list[Estimate]] = defaultdict(list)
    for estimate in drawn:
        panels[(estimate.measure, estimate.unit or "")].append(estimate)
    if not panels:
        raise EntrepotError(
            f"there is nothing to draw: no estimate of {answer.name} is on record",
            hint="`entrepot markets` says of which there are",
        )
    publishers = sorted({_publisher(estimate) for estimate in drawn})
    years = [_year(estimate.period) for estimate in drawn]
    axes = (min(years) - 0.5, max(years) + 2.5)
    ordered = sorted(panels.items(), key=lambda panel: (-len(panel[1]), panel[0]))
    return {
        "$schema": SCHEMA,
        "title": {
            "text": f"{answer.name}: estimates by publisher and edition",
            "subtitle": "Solid: reported. Dashed: forecast. A hollow point is a forecast.",
            "anchor": "start",
        },
        "config": {"font": "sans-serif", "view": {"stroke": None}, "background": "white"},
        "vconcat": [_panel(title, found, publishers, axes) for title, found in ordered],
    }


def _panel(
    title: tuple[str, str],
    estimates: list[Estimate],
    publishers: list[str],
    years: tuple[float, float],
) -> dict[str, Any]:
    """One measure in one unit: lines, points, and the edition at the end of each line."""
    measure, unit = title
    named = MEASURES.get(measure, measure)
    told = f"{named}, {unit} bn" if len(unit) == MONEY else f"{named}, {unit}" if unit else named
    x = {
        "field": "year",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": list(years), "nice": False},
        "axis": {"format": "d", "tickMinStep": 1, "grid": False},
    }
    y = {"field": "value", "type": "quantitative", "title": told, "scale": {"zero": True}}
    colour = {
        "field": "publisher",
        "type": "nominal",
        "scale": {"domain": publishers, "range": list(COLOURS[: len(publishers)])},
        "legend": {"title": None, "orient": "bottom", "columns": 1, "labelLimit": WIDTH},
    }
    if len(publishers) > len(COLOURS):
        colour["scale"] = {"domain": publishers, "scheme": "tableau20"}
    base = {"x": x, "y": y, "color": colour}
    dashed = {"condition": {"test": "datum.forecast", "value": [5, 4]}, "value": [1, 0]}
    line = {"type": "line", "strokeWidth": 1.8}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [
            {
                "data": {"values": list(_segments(estimates))},
                "mark": line,
                "encoding": {
                    **base,
                    "detail": {"field": "line", "type": "nominal"},
                    "strokeDash": dashed,
                },
            },
            *_marks(estimates, base),
            {
                "data": {"values": list(_labels(estimates, years))},
                "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 9, "color": GREY},
                "encoding": {"x": x, "y": y, "text": {"field": "label", "type": "nominal"}},
            },
        ],
    }


def _marks(estimates: list[Estimate], base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Points, full where reported and hollow where forecast."""
    rows = list(_points(estimates))
    for forecast, fill in ((False, True), (True, False)):
        values = [row for row in rows if row["forecast"] is forecast]
        mark = {"type": "point", "filled": fill, "size": 45, "opacity": 1}
        yield {"data": {"values": values}, "mark": mark, "encoding": base}


def _points(estimates: Iterable[Estimate]) -> Iterator[Row]:
    for estimate in estimates:
        yield {
            "year": _year(estimate.period),
            "value": _value(estimate),
            "publisher": _publisher(estimate),
            "forecast": estimate.forecast,
        }


def _segments(estimates: Iterable[Estimate]) -> Iterator[Row]:
    """Lines of each table: through what it reported, and dashed from there to what it forecast."""
    for table, found in _tables(estimates):
        reported = [e for e in found if not e.forecast]
        forecast = [e for e in found if e.forecast]
        for kind, line in (("value", reported), ("forecast", [*reported[-1:], *forecast])):
            if len(line) > 1:
                for estimate in line:
                    (row,) = _points([estimate])
                    yield {**row, "forecast": kind == "forecast", "line": f"{table}:{kind}"}


def _labels(estimates: list[Estimate], years: tuple[float, float]) -> Iterator[Row]:
    """The edition at the last point of each table, moved up where it would lie on another."""
    height = LABEL * max(_value(estimate) for estimate in estimates)
    places: dict[tuple[float, float], list[str]] = {}
    for _, found in _tables(estimates):
        last = max(found, key=lambda e: (_year(e.period), e.forecast))
        year, value = _year(last.period), _value(last)
        near = [at for at in places if at[0] == year and abs(at[1] - value) < height / 3]
        names = places.setdefault(near[0] if near else (year, value), [])
        names.append(last.edition or _publisher(last))
    pixels = WIDTH / (years[1] - years[0])
    placed: list[Row] = []
    for (year, value), names in sorted(places.items(), key=lambda place: place[0][::-1]):
        label, at = _shortened(", ".join(dict.fromkeys(names))), value
        for other in placed:
            left, right = sorted((other, {"year": year, "label": label}), key=lambda r: r["year"])
            if (right["year"] - left["year"]) * pixels < len(left["label"]) * LETTER:
                at = max(at, other["value"] + height) if at > other["value"] - height else at
        placed.append({"year": year, "value": round(at, 4), "label": label})
    yield from placed


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip(' ,')}…"


def _tables(estimates: Iterable[Estimate]) -> list[tuple[str, list[Estimate]]]:
    tables: dict[str, list[Estimate]] = defaultdict(list)
    for estimate in estimates:
        tables[estimate.table].append(estimate)
    return [
        (table, sorted(found, key=lambda e: (_year(e.period), e.forecast)))
        for table, found in sorted(tables.items())
    ]


def _year(period: str) -> float:
    """The middle of a period as a year with a fraction; a whole year stands at its own number."""
    when = Date.parse(period)
    first = when.first or when.last
    if (first.month, first.day, when.last.month, when.last.day) == (1, 1, 12, 31):
        return (first.year + when.last.year) / 2
    middle = (first.toordinal() + when.last.toordinal()) / 2
    return round(first.year + (middle - first.replace(month=1, day=1).toordinal()) / 365.25, 2)


def _value(estimate: Estimate) -> float:
    """The number in the middle of its range, money in billions."""
    scale = BILLION if len(estimate.unit or "") == MONEY else 1
    return round(float((_middle(estimate) or 0) / scale), 4)


def _middle(estimate: Estimate) -> Fraction | None:
    """The middle of a range; of "more than 9tn" the 9tn."""
    value = read_value(estimate)
    ends = [Fraction(end) for end in (value.low, value.high) if end is not None] if value else []
    return sum(ends, Fraction(0)) / len(ends) if ends else None


def _publisher(estimate: Estimate) -> str:
    return (estimate.publisher or "not named").split(";")[0]


def _renderer(form: str) -> Callable[[dict[str, Any]], bytes]:
    """What draws a specification; raises EntrepotError where the extra is not installed."""
    try:
        vl_convert = importlib.import_module("vl_convert")
    except ImportError:
        hint = "pip install 'entrepot[charts]', or write the specification to a .json file"
        raise EntrepotError("drawing a chart needs vl-convert", hint=hint) from None

    def draw(spec: dict[str, Any]) -> bytes:
        text = json.dumps(spec)
        if form == ".png":
            png: bytes = vl_convert.vegalite_to_png(text, vl_version=VERSION, scale=SCALE)
            return png
        svg: str = vl_convert.vegalite_to_svg(text, vl_version=VERSION)
        return svg.encode()

    return draw
