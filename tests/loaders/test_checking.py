"""Checking: every mistake is told, with its line, what was expected and what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.corpus import Corpus
from loaders.checking import CheckResult, check, check_reading
from loaders.findings import Finding, RecordsInvalid
from loaders.reading import read_text

WORLD = """
- source: daily-2016
  url: https://example.org/daily
  publisher: Daily
  title: Acme sold
  published: 2016-04-12
  kind: press
- source: weekly-2018
  url: https://example.org/weekly
  publisher: Weekly
  title: Acme since
  published: 2018-03
  kind: press
- company: acme
  name: Acme
  sources: [daily-2016]
- company: globex
  name: Globex
  sources: [weekly-2018]
- brand: acme-shop
  name: Acme Shop
  launchedBy: acme
  sources: [daily-2016]
"""


def checked(text: str, *, world: str = WORLD, beside: Corpus | None = None) -> CheckResult:
    return check_reading(read_text(world + text, "x.yaml"), beside=beside)


def only(text: str, *, world: str = WORLD) -> Finding:
    findings = checked(text, world=world).findings
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def deal(fields: str) -> str:
    return f"- deal: d\n  type: stake-purchase\n  sources: [daily-2016]\n  {fields}\n"


def test_records_that_are_right_have_no_findings_and_make_a_corpus() -> None:
    result = checked(deal("announced: 2016-04-12"))
    assert result.findings == ()
    assert sorted(result.demand().records) == [
        "acme", "acme-shop", "d", "daily-2016", "globex", "weekly-2018",
    ]  # fmt: skip


TEN_MISTAKES = """
- deal: acme-globex-2016
  type: aquisition
  anounced: 2016-04-12
  completed: 2016-02-30
  moves:
    - {of: acme, to: globxe, share: 101}
    - {of: acme-shop, to: acme-shop, share: 20, for: 137m dollars}
    - {to: globex, new: yes}
  stakes:
    acme: {globex: 51}
  sources: [dayly-2016]
"""


def test_record_with_ten_mistakes_gives_ten_errors_with_their_lines() -> None:
    world_lines = WORLD.count("\n")
    errors = checked(TEN_MISTAKES).errors
    told = [(e.line - world_lines, e.field.split(": ")[1], e.found) for e in errors]
    assert told == [
        (3, "type", "aquisition"),
        (4, "anounced", "anounced"),
        (5, "completed", "2016-02-30"),
        (7, "moves[0].to", "globxe"),
        (7, "moves[0].share", "101"),
        (8, "moves[1].to", "acme-shop"),
        (8, "moves[1].for", "137m dollars"),
        (9, "moves[2]", ""),
        (11, "stakes.acme.globex", "51"),
        (12, "sources[0]", "dayly-2016"),
    ]
    hints = {e.found: e.hint for e in errors}
    assert hints["aquisition"] == "did you mean acquisition?"
    assert hints["anounced"] == "did you mean announced?"
    assert hints["globxe"] == "did you mean globex?"
    assert hints["dayly-2016"] == "did you mean daily-2016?"
    assert hints["acme-shop"] == "acme-shop is a brand"
    assert "calendar" in hints["2016-02-30"]


def test_error_names_file_line_and_field_in_one_line() -> None:
    finding = only(deal("announced: 2016-13"))
    assert str(finding).startswith("x.yaml:27:14: deal d: announced: found '2016-13', expected ")
    assert "\n" not in str(finding)


def test_wrong_records_are_refused_together_and_the_good_ones_are_left() -> None:
    result = checked("- deal: d\n  type: x\n  sources: [daily-2016]\n- company: solo\n  name: S\n")
    with pytest.raises(RecordsInvalid) as caught:
        result.demand()
    assert len(caught.value.findings) == len(result.errors) == 2
    assert "acme" in result.corpus.records
    assert "d" not in result.corpus.records


def test_record_that_refers_to_a_wrong_one_is_left_out_with_it() -> None:
    bad = "- company: bad\n  name: Bad\n  country: norway\n  sources: [daily-2016]\n"
    user = "- brand: of-bad\n  name: Of Bad\n  launchedBy: bad\n  sources: [daily-2016]\n"
    last = deal("announced: 2016\n  moves: [{of: of-bad, to: acme}]")
    result = checked(bad + user + last)
    assert sorted(f.field for f in result.left_out) == ["brand of-bad", "deal d"]
    assert not {"bad", "of-bad", "d"} & set(result.corpus.records)
    assert "acme" in result.corpus.records


@pytest.mark.parametrize(
    ("text", "found", "hint"),
    [
        ("- compny: x\n  name: X\n", "compny", "did you mean company?"),
        ("- name: X\n  company: x\n", "name", "put 'company' first"),
        ("- company: Acme Inc\n  name: A\n  sources: [daily-2016]\n", "Acme Inc", ""),
        (deal("moves: [{of: acme, to: globex, share: ''}]"), "nothing", "leave the field out"),
        (deal("leads: []"), "a list with nothing in it", "leave the field out"),
    ],
)
def test_record_of_the_wrong_structure_is_told(text: str, found: str, hint: str) -> None:
    finding = only(text)
    assert finding.found == found
    assert hint in finding.hint


def test_misspelt_field_is_one_mistake_and_not_also_a_missing_one() -> None:
    assert only("- company: x\n  nmae: X\n  sources: [daily-2016]\n").hint == "did you mean name?"
    assert only("- company: x\n  name: X\n  source: [daily-2016]\n").found == "source"


def test_misspelt_kind_is_not_also_an_unknown_id_wherever_it_is_referred_to() -> None:
    text = "- compny: x\n  name: X\n  sources: [daily-2016]\n"
    assert only(text + deal("moves: [{of: acme, to: x}]")).hint == "did you mean company?"


def test_id_that_is_taken_says_by_what() -> None:
    again = "- company: acme\n  name: Acme again\n  sources: [daily-2016]\n"
    assert "company at x.yaml:14 has it already" in only(again).hint
    sector = "- company: fashion\n  name: Fashion\n  sources: [daily-2016]\n"
    assert "sector" in only(sector).hint
    place = "- company: singapore\n  name: Singapore\n  sources: [daily-2016]\n"
    assert "place" in only(place).hint
    market = "- company: fashion-in-singapore\n  name: F\n  sources: [daily-2016]\n"
    assert "market" in only(market).hint


def test_other_data_set_may_be_referred_to_and_not_redefined() -> None:
    curated = checked("").demand()
    own = (
        "- source: own\n  url: https://example.org/own\n  publisher: O\n  title: T\n  kind: blog\n"
        "- company: initech\n  name: Initech\n  sources: [own]\n"
        "- deal: d\n  type: ipo\n  announced: 2016\n  moves: [{of: initech, to: acme}]\n"
        "  sources: [own]\n"
    )
    assert checked(own, world="", beside=curated).findings == ()
    again = "- company: acme\n  name: Acme\n  sources: [own]\n"
    (finding,) = checked(own + again, world="", beside=curated).findings
    assert "another data set" in finding.hint


def test_market_of_an_unknown_place_is_corrected() -> None:
    text = "- company: x\n  name: X\n  operates: [{market: fashion-in-singapur}]\n"
    finding = only(text + "  sources: [daily-2016]\n")
    assert finding.hint == "did you mean fashion-in-singapore?"


def test_value_without_a_source_is_told_once_for_its_field() -> None:
    text = (
        "- company: x\n  name: X\n  founded: 2012 @daily-2016\n"
        "  operates:\n    - {market: fashion-in-singapore, from: 2012}\n"
    )
    finding = only(text)
    assert (finding.field, finding.expected) == (
        "company x: operates[0].market",
        "a source for this value",
    )


def test_record_without_any_source_is_told() -> None:
    assert only("- company: x\n  name: X\n").expected == "at least one source"


def test_source_of_one_value_has_to_exist() -> None:
    finding = only("- company: x\n  name: X\n  founded: 2012 @weekly-2017\n")
    assert finding.hint == "did you mean weekly-2018?"


def test_two_sources_with_one_address_are_told() -> None:
    text = (
        "- source: again\n  url: http://www.example.org/daily/\n  publisher: D\n  title: T\n"
        "  kind: press\n- company: x\n  name: X\n  sources: [again]\n"
    )
    assert only(text).hint == "cite daily-2016 instead"


def test_source_that_nothing_cites_is_a_warning_that_stops_nothing() -> None:
    text = "- source: idle\n  url: https://example.org/idle\n  publisher: D\n  title: T\n"
    result = checked(text + "  kind: press\n")
    assert [w.found for w in result.warnings] == ["idle"]
    assert "idle" in result.demand().records


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ("announced: 2017\n  completed: 2016-05 @weekly-2018", "announced"),
        ("completed: 2016-05\n  announced: 2016", "completed"),
        ("completed: 2016\n  terminated: 2017", "terminated"),
    ],
)
def test_deal_with_dates_that_cannot_be_is_an_error(fields: str, field: str) -> None:
    finding = only(deal(fields))
    assert finding.is_error
    assert finding.field == f"deal d: {field}"


def test_company_that_trades_before_it_is_founded_is_an_error() -> None:
    young = "- company: young\n  name: Young\n  founded: 2017\n  sources: [weekly-2018]\n"
    finding = only(young + deal("completed: 2016-04\n  moves: [{of: acme, to: young}]"))
    assert "after young was founded, 2017" in finding.expected


def test_disputed_date_is_an_error_only_where_every_claim_is_wrong() -> None:
    young = "- company: young\n  name: Y\n  founded: [2017, 2015]\n  sources: [weekly-2018]\n"
    text = deal("completed: 2016-04\n  moves: [{of: acme, to: young}]")
    assert checked(young + text).findings == ()


def test_operation_that_ends_before_it_begins_is_an_error() -> None:
    text = (
        "- company: x\n  name: X\n  sources: [daily-2016]\n  operates:\n"
        "    - {market: fashion-in-singapore, from: 2014, to: 2013-12}\n"
    )
    assert only(text).field == "company x: operates[0].to"


def test_holders_of_more_than_all_of_a_company_are_an_error() -> None:
    text = (
        "- disclosure: at-2016\n  company: acme\n  at: 2016-01\n  sources: [daily-2016]\n"
        "  holders: {globex: 60}\n"
        "- deal: d\n  type: stake-purchase\n  completed: 2016-04-12\n  sources: [daily-2016]\n"
        "  moves: [{of: acme, to: initech, new: yes}]\n"
        "  stakes: {acme: {initech: -> 45, globex: -> 60}}\n"
        "- company: initech\n  name: Initech\n  sources: [daily-2016]\n"
    )
    finding = only(text)
    assert finding.found == "105%"
    assert "globex 60" in finding.hint


def test_rounded_shares_of_all_holders_are_no_error() -> None:
    text = (
        "- disclosure: at-2016\n  company: acme\n  at: 2016-01\n  sources: [daily-2016]\n"
        "  holders: {globex: 50.1, initech: 50.1}\n"
        "- company: initech\n  name: Initech\n  sources: [daily-2016]\n"
    )
    assert checked(text).findings == ()


def test_acquisition_in_which_no_control_passes_is_a_warning() -> None:
    text = (
        "- deal: d\n  type: acquisition\n  completed: 2016-04-12\n  sources: [daily-2016]\n"
        "  moves: [{of: acme, to: globex}]\n"
    )
    finding = only(text)
    assert not finding.is_error
    assert "share: all" in finding.hint


def test_findings_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    for name in ("b", "a"):
        text = f"- company: {name}\n  nam: x\n- company: {name}2\n  nam: y\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    findings = check(tmp_path).findings
    places = [(Path(f.file).name, f.line) for f in findings]
    assert places == sorted(places)
    assert {file for file, _ in places} == {"a.yaml", "b.yaml"}


WHOLE = """
- company: initech
  name: Initech
  sources: [daily-2016]
- deal: takeover
  type: acquisition
  completed: 2016-01-05
  moves: [{of: initech, to: acme, share: all}]
  sources: [daily-2016]
- deal: sale
  type: stake-purchase
  completed: 2018-01-05
  moves: [{of: initech, from: globex, to: umbrella, share: 20}]
  sources: [weekly-2018]
- company: umbrella
  name: Umbrella
  sources: [daily-2016]
"""


def test_sale_of_what_belongs_wholly_to_another_is_told() -> None:
    found = [f for f in checked(WHOLE).findings if f.field == "deal sale: moves[0].from"]
    assert ["a sale by acme, which has all of initech" in f.expected for f in found] == [True]


def test_sale_by_a_unit_of_the_owner_is_not_told() -> None:
    unit = "- company: globex\n  name: Globex\n  controlledBy: [{who: acme, basis: declared}]\n"
    world = WORLD.replace("- company: globex\n  name: Globex\n", unit)
    fields = [f.field for f in checked(WHOLE, world=world).findings]
    assert "deal sale: moves[0].from" not in fields


def test_records_that_look_like_one_thing_are_told() -> None:
    finding = only("- company: acme-group\n  name: Acme Group\n  sources: [daily-2016]\n")
    assert not finding.is_error
    assert "differentFrom: [{other: acme, reason: …}]" in finding.hint


def test_numbers_of_a_deal_that_do_not_fit_are_told_until_they_are_known() -> None:
    text = (
        "- deal: d\n  type: stake-purchase\n  completed: 2016-04-12\n  sources: [daily-2016]\n"
        "  moves: [{of: acme, from: globex, to: initech, share: 10, for: 10m USD}]\n"
        "  valuation: [{of: acme, amount: 10bn USD, money: post}]\n"
        "- company: initech\n  name: Initech\n  sources: [daily-2016]\n"
    )
    finding = only(text)
    assert not finding.is_error
    field = finding.hint.split("finding: ", 1)[1].split(",", 1)[0]
    known = f"  checked: [{{finding: {field}, reason: the family sold among itself}}]\n"
    assert checked(text.replace("- company: initech", known + "- company: initech")).findings == ()


def test_buyer_called_holders_is_an_error() -> None:
    finding = only(deal("completed: 2016-04-12\n  moves: [{of: acme, from: globex, to: holders}]"))
    assert finding.is_error
    assert "holders of X" in finding.hint
