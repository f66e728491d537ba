"""How paths, and what several share, are printed."""

from __future__ import annotations

import csv

from cli_world import Call


def test_headline_of_paths_says_both_clocks(call: Call) -> None:
    printed = call("path", "acme", "orbit", "--as-of", "2016-12-31", "--known-at", "2017-07-01").out
    told = (
        "Paths from Acme Holdings to Orbit Internet SE, as of 31 December 2016, as known on 1 July"
    )
    assert printed.splitlines()[0].startswith(told)


def test_path_is_printed_with_why_it_stands_there_and_the_shares_it_had(call: Call) -> None:
    lines = call("path", "acme", "lazy", "--limit", "1").out.splitlines()
    assert "  Why here: the two are joined directly." in lines
    assert "     shares: 51% from June 2016 or before, 83% from July 2017" in lines


def test_chain_of_ownership_is_printed_with_its_direction_and_product(call: Call) -> None:
    answer = call("path", "lazy", "sun-fund", "--owning", "--as-of", "2018-06-01")
    assert answer.code == 0
    assert "Down from Sun Fund to Lazy Group: 23.24% by this chain." in answer.out


def test_reasons_for_no_path_are_printed_each(call: Call) -> None:
    answer = call("path", "acme", "island", "--only", "owns", "--as-of", "2016")
    assert answer.code == 1
    assert "none is recorded; Acme Holdings was not researched" in answer.out


def test_what_several_share_is_printed_under_what_joins_them(call: Call) -> None:
    printed = call("common", "acme", "orbit", "tesko", "--as-of", "2016-12-31").out
    headings = ["What Acme Holdings, Orbit Internet SE and Tesko have in common", "What joins them"]
    headings += ["Holdings, direct and through control", "Deals", "Sources"]
    places = [printed.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "– Lazy Group (3 of 3, at once 2016-06-30..2017-06-30)" in printed


def test_rows_of_what_several_share_name_the_actors(call: Call) -> None:
    printed = call("common", "acme", "orbit", "-f", "csv").out
    rows = list(csv.DictReader(printed.splitlines()))
    assert {row["section"] for row in rows} >= {"holdings", "deals"}
    assert rows[0]["actors"] == "acme; orbit"


def test_common_of_one_is_refused_with_a_line(call: Call) -> None:
    answer = call("common", "acme")
    assert answer.code == 2
    assert "two different ones" in answer.err
