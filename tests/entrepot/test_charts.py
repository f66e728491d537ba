"""Charts: what is drawn and how, the same bytes each time, and what is said where it cannot be."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cli_world import Call
from market_records import figures, world

from entrepot.charts import chart, write_chart
from graph.queries.markets import MarketAnswer, find_market
from ontology.errors import EntrepotError

INDIA = "e-commerce-in-india"


def market(*tables: str) -> MarketAnswer:
    return find_market(world("".join(tables)), INDIA)


def table(own: str, measure: str = "gmv", **told: str) -> str:
    return figures(own, INDIA, measure, **{"publisher": "Acme", "edition": f"Report {own}", **told})


def drawn() -> MarketAnswer:
    return market(
        table("r1", values="{2014: 5bn USD, 2015: 10bn USD}", forecasts="{2020: '~20bn USD'}"),
        table("r2", publisher="Globex", values="{2015: 11..13bn USD}"),
        table("r3", "market-size", values="{2015: '>900m CNY'}"),
        table("r4", "growth", forecasts="{2020: 25%}"),
    )


def layers(spec: dict[str, Any], panel: int = 0) -> list[list[dict[str, Any]]]:
    return [layer["data"]["values"] for layer in spec["vconcat"][panel]["layer"]]


def test_lines_are_solid_as_reported_and_dashed_as_forecast() -> None:
    lines, reported, forecast, labels = layers(chart(drawn()))
    assert [(row["year"], row["value"], row["forecast"]) for row in lines] == [
        (2014.0, 5.0, False),
        (2015.0, 10.0, False),
        (2015.0, 10.0, True),
        (2020.0, 20.0, True),
    ]
    assert {row["value"] for row in reported} == {5.0, 10.0, 12.0}
    assert [row["value"] for row in forecast] == [20.0]
    assert {row["label"] for row in labels} == {"Report r1", "Report r2"}


def test_measures_and_currencies_have_panels_of_their_own_and_rates_none() -> None:
    spec = chart(drawn())
    titles = [panel["layer"][0]["encoding"]["y"]["title"] for panel in spec["vconcat"]]
    assert titles == ["gross merchandise value, USD bn", "market size, CNY bn"]


def test_labels_do_not_lie_on_each_other() -> None:
    close = [table(f"r{n}", values=f"{{2015: {100 + 2 * n}bn USD}}") for n in range(4)]
    *_, labels = layers(chart(market(*close)))
    heights = sorted(row["value"] for row in labels)
    assert all(b - a > 4 for a, b in pairwise(heights))


@pytest.mark.parametrize("form", ["svg", "png", "json"])
def test_picture_is_the_same_each_time(form: str, tmp_path: Path) -> None:
    one = write_chart(drawn(), tmp_path / f"one.{form}").read_bytes()
    assert one == write_chart(drawn(), tmp_path / f"other.{form}").read_bytes()
    heads = {"svg": b"<svg", "png": b"\x89PNG", "json": b"{"}
    assert one.startswith(heads[form])


def test_picture_tells_publishers_and_editions(tmp_path: Path) -> None:
    svg = write_chart(drawn(), tmp_path / "one.svg").read_text(encoding="utf-8")
    assert all(text in svg for text in ("Acme", "Globex", "Report r1", "E-commerce in India"))


def test_missing_extra_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(EntrepotError, match=r"pip install 'entrepot\[charts\]'"):
        write_chart(drawn(), tmp_path / "one.svg")
    spec = json.loads(write_chart(drawn(), tmp_path / "one.json").read_text(encoding="utf-8"))
    assert spec == chart(drawn())


def test_command_says_that_there_is_nothing_to_draw(call: Call, tmp_path: Path) -> None:
    done = call("market", "e-commerce-in-singapore", "--chart", str(tmp_path / "x.svg"))
    assert done.code == 2
    assert "nothing to draw" in done.err


def test_what_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntrepotError, match="nothing to draw"):
        write_chart(market(table("r4", "growth", forecasts="{2020: 25%}")), tmp_path / "x.svg")
    with pytest.raises(EntrepotError, match="no picture"):
        write_chart(drawn(), tmp_path / "x.doc")
    with pytest.raises(EntrepotError, match="no such folder"):
        write_chart(drawn(), tmp_path / "none" / "x.svg")
