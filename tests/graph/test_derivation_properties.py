"""What holds of derivation and claims for any records whatever."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.building import build
from graph.claims import decide
from graph.corpus import Corpus
from graph.holdings import derive_holdings
from graph.ledgers import Holding
from ontology.values import Claim

ACTORS = ["a", "b", "c"]
COMPANIES = ["x", "y"]
SOURCES = [f"s{n}" for n in range(8)]
FIRST = date(2010, 1, 1)

days = st.integers(0, 3000).map(lambda n: FIRST + timedelta(days=n))
printed = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y}"),
)
dates = st.one_of(printed, days.map(lambda day: f"by {day.isoformat()}"))
shares = st.sampled_from(["0", "5", "20", "30", "51", "67", "100", ">50", "minority", "unknown"])
cited = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2)


@st.composite
def share_claims(draw: st.DrawFn, arrow: str) -> list[str]:
    texts = draw(st.lists(shares, min_size=1, max_size=2))
    return [f"{arrow.format(text)} @{draw(st.sampled_from(SOURCES))}" for text in texts]


@st.composite
def moves(draw: st.DrawFn, company: str) -> dict[str, str]:
    move = {"of": company, "to": draw(st.sampled_from(ACTORS))}
    if draw(st.booleans()):
        move["new"] = "yes"
    else:
        move["from"] = draw(st.sampled_from([*ACTORS, "holders"]))
    if draw(st.booleans()):
        move["share"] = draw(st.sampled_from(["5", "20", "all", "majority"]))
    return move


@st.composite
def deals(draw: st.DrawFn, number: int) -> dict[str, Any]:
    company = draw(st.sampled_from(COMPANIES))
    deal: dict[str, Any] = {
        "deal": f"deal-{number}",
        "type": "stake-purchase",
        draw(st.sampled_from(["completed", "completed", "announced", "talks"])): draw(dates),
        "sources": draw(cited),
    }
    if draw(st.booleans()):
        deal["moves"] = draw(st.lists(moves(company), min_size=1, max_size=2))
    arrows = st.sampled_from(["-> {}", "{} ->"])
    holders = draw(st.lists(st.sampled_from(ACTORS), max_size=2))
    deal["stakes"] = {company: {h: draw(share_claims(draw(arrows))) for h in holders}}
    return deal


@st.composite
def disclosures(draw: st.DrawFn, number: int) -> dict[str, Any]:
    holders = draw(st.lists(st.sampled_from(ACTORS), min_size=1, max_size=3))
    return {
        "disclosure": f"disclosure-{number}",
        "company": draw(st.sampled_from(COMPANIES)),
        "at": draw(days.map(date.isoformat)),
        "complete": draw(st.sampled_from(["yes", "no"])),
        "holders": {holder: draw(share_claims("{}")) for holder in holders},
        "sources": draw(cited),
    }


@st.composite
def worlds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Sources with dates, and up to seven deals and disclosures that cite them."""
    kinds = st.sampled_from(["filing", "press", "blog"])
    sources = [
        {
            "source": source,
            "url": f"https://example.org/{source}",
            "publisher": source,
            "title": source,
            "published": draw(printed),
            "kind": draw(kinds),
        }
        for source in SOURCES
    ]
    events = [
        draw(deals(n)) if draw(st.booleans()) else draw(disclosures(n))
        for n in range(draw(st.integers(1, 7)))
    ]
    return [*sources, *events]


def shape(corpus: Corpus) -> list[tuple[str, ...]]:
    """Holdings as texts, without what knowledge of later sources may add."""
    return [
        (h.company, h.holder, h.share.text, str(h.start), str(h.end), str(h.seen))
        for h in derive_holdings(corpus).segments
    ]


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_of_records_and_claims_changes_nothing(world: list[Any], random: Any) -> None:
    shuffled = [_reordered(record, random) for record in world]
    random.shuffle(shuffled)
    one, other = Corpus.of(world), Corpus.of(shuffled)
    assert shape(one) == shape(other)
    assert _without_records(one) == _without_records(other)


def _reordered(value: Any, random: Any) -> Any:
    """Claims and sources in another order; moves keep theirs, which says what came first."""
    if isinstance(value, dict):
        return {k: v if k == "moves" else _reordered(v, random) for k, v in value.items()}
    if isinstance(value, list):
        return random.sample(value, len(value))
    return value


def _without_records(corpus: Corpus) -> list[tuple[str, str]]:
    """Hashes of every relationship: the nodes also keep the record as it was written."""
    return sorted((r.id, r.hash) for r in build(corpus).relationships.values())


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_intervals_of_one_pair_never_overlap(world: list[Any]) -> None:
    pairs: dict[tuple[str, str], list[Holding]] = {}
    for holding in derive_holdings(Corpus.of(world)).segments:
        pairs.setdefault((holding.company, holding.holder), []).append(holding)
    for segments in pairs.values():
        for earlier, later in pairwise(segments):
            assert earlier.end is not None, "only the last segment of a pair is open"
            starts = later.start.last if later.start else date.max
            assert (earlier.end.first or date.min) <= starts


@given(worlds(), st.sampled_from(ACTORS), st.sampled_from(COMPANIES))
@settings(max_examples=100, deadline=None)
def test_exit_ends_a_holding(world: list[Any], holder: str, company: str) -> None:
    leaving = {
        "deal": "leaving",
        "type": "stake-purchase",
        "completed": "2030-01-01",
        "stakes": {company: {holder: "-> 0"}},
        "sources": ["s0"],
    }
    found = derive_holdings(Corpus.of([*world, leaving])).segments
    assert not [h for h in found if (h.company, h.holder, h.end) == (company, holder, None)]


@given(worlds(), deals(99), st.sampled_from(["rumoured", "talks", "offered", "announced"]))
@settings(max_examples=100, deadline=None)
def test_deal_not_completed_changes_no_holding(
    world: list[Any], deal: dict[str, Any], status: str
) -> None:
    deal.pop("completed", None)
    rumour = {**deal, status: "2015-01-01"}
    assert shape(Corpus.of([*world, rumour])) == shape(Corpus.of(world))


@given(worlds(), deals(99), disclosures(98), days)
@settings(max_examples=150, deadline=None)
def test_knowing_more_never_changes_what_was_known(
    world: list[Any], deal: dict[str, Any], disclosure: dict[str, Any], day: date
) -> None:
    later = {
        "source": "later",
        "url": "https://example.org/later",
        "publisher": "later",
        "title": "later",
        "published": (day + timedelta(days=1)).isoformat(),
        "kind": "filing",
    }
    learnt = [_citing_only("later", record) for record in (deal, disclosure)]
    confirmed = [_confirmed(record) for record in world]
    then, now = Corpus.of(world), Corpus.of([*confirmed, *learnt, later])
    assert shape(now.known_at(day)) == shape(then.known_at(day))


def _citing_only(source: str, value: Any) -> Any:
    """A record that rests on one source alone."""
    if isinstance(value, dict):
        return {k: _citing_only(source, v) for k, v in value.items()} | (
            {"sources": [source]} if "sources" in value else {}
        )
    if isinstance(value, list):
        return [_citing_only(source, item) for item in value]
    return value.split(" @")[0] + (f" @{source}" if " @" in value else "")


def _confirmed(record: dict[str, Any]) -> dict[str, Any]:
    """A record that a later source bears out as well."""
    if "source" in record:
        return record
    return {**record, "sources": [*record["sources"], "later"]}


@given(worlds())
@settings(max_examples=100, deadline=None)
def test_both_clocks_agree_at_the_latest_known_date(world: list[Any]) -> None:
    corpus = Corpus.of(world)
    assert build(corpus.known_at(date.max)).hash == build(corpus).hash


@given(
    st.lists(
        st.tuples(st.sampled_from(SOURCES), st.integers(0, 99)),
        min_size=2,
        max_size=6,
        unique_by=lambda pair: pair[1],
    ),
    worlds(),
)
@settings(max_examples=100, deadline=None)
def test_removing_the_winner_promotes_the_runner_up(
    pairs: list[tuple[str, int]], world: list[Any]
) -> None:
    corpus = Corpus.of(world)
    claims = [Claim(f"r#f={value}", value, (source,)) for source, value in pairs]
    decision = decide(claims, corpus)
    rest = [claim for claim in claims if claim != decision.winner]
    assert decide(rest, corpus).winner == decision.losers[0][0]


def test_claims_need_at_least_one() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        decide([], Corpus.of([]))
