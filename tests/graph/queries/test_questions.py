"""The smaller questions about invented companies: deals, claims, timeline, find, show, schema."""

from __future__ import annotations

import pytest
from small_world import world_graph

from graph.clocks import Clocks
from graph.queries.answers import to_json
from graph.queries.claims import find_claims
from graph.queries.deals import DealFilter, find_deals
from graph.queries.find import find_names
from graph.queries.schema import read_schema
from graph.queries.show import show
from graph.queries.timeline import find_timeline
from ontology.errors import EntrepotError


def deal_ids(as_of: str | None = None, **wanted: str) -> list[str]:
    answer = find_deals(world_graph(), DealFilter(**wanted), Clocks.read(as_of))
    return [deal.id for deal in answer]


def test_deals_are_listed_by_date() -> None:
    assert deal_ids() == [
        "orbit-lazy-2014",
        "globex-lazy-talks",
        "acme-lazy-2016",
        "acme-lazy-2017",
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"actor": "Globex"}, ["globex-lazy-talks"]),
        ({"actor": "tesko"}, ["orbit-lazy-2014"]),
        ({"status": "terminated"}, ["globex-lazy-talks"]),
        ({"type": "acquisition"}, ["acme-lazy-2016"]),
        ({"period": "2016"}, ["globex-lazy-talks", "acme-lazy-2016"]),
        ({"period": "2017..2018"}, ["acme-lazy-2017"]),
        ({"market": "e-commerce-in-singapore", "type": "funding-round"}, ["orbit-lazy-2014"]),
        ({"market": "southeast-asia", "type": "acquisition"}, ["acme-lazy-2016"]),
        ({"market": "germany"}, []),
    ],
)
def test_deals_are_filtered(wanted: dict[str, str], expected: list[str]) -> None:
    assert deal_ids(**wanted) == expected


def test_deals_as_of_a_date_are_those_that_had_begun_with_the_status_of_then() -> None:
    answer = find_deals(world_graph(), clocks=Clocks.read("2015-12-31"))
    assert [(deal.id, deal.status) for deal in answer][-1] == ("globex-lazy-talks", "talks")


def test_deal_that_never_was_firm_is_hearsay() -> None:
    found = {deal.id: deal.hearsay for deal in find_deals(world_graph())}
    assert found["globex-lazy-talks"]
    assert not found["acme-lazy-2016"]


def test_deal_tells_its_parties_and_their_roles() -> None:
    answer = find_deals(world_graph(), DealFilter(type="acquisition"))
    roles = {party.id: party.roles for party in next(iter(answer)).parties}
    assert "buyer" in roles["acme"]
    assert "seller" in roles["orbit"]


@pytest.mark.parametrize("wanted", [DealFilter(type="theft"), DealFilter(status="dreamt")])
def test_deals_of_a_type_or_status_that_there_is_not_are_refused(wanted: DealFilter) -> None:
    with pytest.raises(EntrepotError, match="there are"):
        find_deals(world_graph(), wanted)


def test_claims_of_a_field_tell_the_winner_and_the_rule() -> None:
    answer = find_claims(world_graph(), "acme-lazy-2016", "stakes.lazy.acme")
    contest = next(iter(answer))
    assert [(claim.value, claim.status) for claim in contest.claims] == [
        ("51", "winner"),
        ("67", "loser"),
    ]
    assert contest.why is not None
    assert {"s2016", "s2017"} <= answer.sources.keys()


def test_claims_of_a_company_hold_those_of_its_deals() -> None:
    fields = {(c.record, c.field) for c in find_claims(world_graph(), "lazy", disputed=True)}
    assert fields == {("acme-lazy-2016", "stakes.lazy.acme.after")}


def test_claims_of_a_field_that_nobody_claims_are_not_found() -> None:
    assert not find_claims(world_graph(), "lazy", "dissolved").found


def test_timeline_marks_talks_and_keeps_the_order_of_dates() -> None:
    entries = find_timeline(world_graph(), "lazy").entries
    told = [(entry.date, entry.certainty) for entry in entries if entry.id == "globex-lazy-talks"]
    assert told == [("2015-11", "talks"), ("2016-02", "fact")]
    assert [e.id for e in entries].index("lazy-warehouse-2015") < [e.id for e in entries].index(
        "acme-lazy-2016"
    )


def test_timeline_as_of_a_date_ends_there() -> None:
    entries = find_timeline(world_graph(), "lazy", Clocks.read("2015")).entries
    assert max(entry.date for entry in entries) == "2015-11"


def test_timeline_tells_that_a_market_was_left() -> None:
    kinds = {entry.kind: entry for entry in find_timeline(world_graph(), "lazy").entries}
    assert "operated in" in kinds["operates-in-ended"].text


def test_timeline_of_a_person_has_the_beginning_and_the_end_of_a_role() -> None:
    entries = find_timeline(world_graph(), "jane-doe").entries
    assert [e.date for e in entries if e.kind.startswith("held-role")] == ["1999", "2013-05"]


def test_find_puts_the_exact_name_first_and_forgives_a_slip() -> None:
    assert next(iter(find_names(world_graph(), "acme"))).id == "acme"
    assert "globex" in [match.id for match in find_names(world_graph(), "globx")]


def test_find_keeps_one_kind() -> None:
    found = {match.kind for match in find_names(world_graph(), "lazy", kind="deal")}
    assert found == {"Deal"}


def test_find_of_what_nothing_is_called_finds_nothing() -> None:
    assert not find_names(world_graph(), "zzzzzzzz").found


def test_show_tells_what_there_is_about_a_company() -> None:
    page = show(world_graph(), "lazy")
    assert {"owners", "incubators", "operatesIn", "runs"} <= page.links.keys()
    assert page.deals[0].id == "orbit-lazy-2014"
    assert [contest.field for contest in page.disputed] == ["stakes.lazy.acme.after"]
    assert page.properties["country"] == "SG"


def test_show_as_of_a_date_leaves_out_what_did_not_hold() -> None:
    page = show(world_graph(), "lazy", Clocks.read("2018"))
    assert [link.end for link in page.links["operatesIn"]] == ["e-commerce-in-singapore"]
    assert [link.start for link in page.links["owners"]] == ["acme", "tesko"]


def test_show_of_a_deal_has_its_record_and_its_disputes() -> None:
    page = show(world_graph(), "acme-lazy-2016")
    assert page.record is not None
    assert page.record["moves"][1]["from"] == "orbit"
    assert page.deals[0].status == "completed"
    assert page.disputed


def test_show_of_a_market_tells_who_operates_there() -> None:
    page = show(world_graph(), "e-commerce-in-singapore")
    assert [link.start for link in page.links["operators"]] == ["lazy"]


def test_schema_counts_what_the_graph_has() -> None:
    answer = to_json(read_schema(world_graph()))
    counts = {row["label"]: row["count"] for row in answer["labels"]}
    assert counts["Deal"] == 4
    types = {row["type"]: row for row in answer["types"]}
    assert "shareAsOf" in types["OWNS"]["properties"]
