"""What happened since a date, apart from what was only learnt since."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from asked_in_memory import knowledge_of
from cli_world import Call
from hypothesis import given
from hypothesis import strategies as st
from samples import corpus
from small_world import RECORDS, world

from entrepot.knowledge import KnowledgeGraph
from entrepot.settings import Settings
from graph.engines.endpoint import Endpoint
from graph.errors import UnknownName
from graph.queries.answers import to_json
from graph.queries.changes import ChangesAnswer
from loaders.checking import packaged_corpus
from ontology.errors import ValueFormatError

LATE = """
- milestone: lazy-app-2014
  date: 2014-06
  kind: launch
  actors: [lazy]
  what: Opened its shop to others.
  sources: [s2018]
"""


@cache
def kg() -> KnowledgeGraph:
    return knowledge_of(corpus(RECORDS + LATE))


def happened(answer: ChangesAnswer) -> list[tuple[str, str]]:
    return [(entry.id, entry.text.split(":")[0]) for entry in answer.happened]


def test_what_is_dated_in_the_period_happened() -> None:
    found = kg().changes("2017", until="2017", about="lazy")
    assert ("acme-lazy-2017", "announced") in happened(found)
    assert ("acme-lazy-2017", "completed") in happened(found)
    assert any(entry.kind == "operates-in-ended" for entry in found.happened)
    assert all("2017" in entry.date for entry in found.happened)


def test_what_is_told_later_of_earlier_times_was_learnt() -> None:
    found = kg().changes("2018", about="lazy")
    assert [entry.id for entry in found.learnt] == ["lazy-app-2014"]
    assert "lazy-app-2014" not in [entry.id for entry in found.happened]


def test_value_that_another_source_corrected_was_learnt() -> None:
    found = kg().changes("2017", until="2017-12-31", about="acme-lazy-2016")
    (claim,) = [claim for claim in found.claims if claim.kind == "corrected"]
    assert claim.field == "stakes.lazy.acme.after"
    assert (claim.before, claim.after, claim.known_from) == ("67", "51", "2017-06-28")
    assert claim.why
    assert claim.sources == ("s2017",)


def test_value_that_became_disputed_was_learnt() -> None:
    disputed = """
- deal: acme-island
  type: stake-purchase
  completed: 2016-04-01 @s2016
  stakes:
    island: {acme: [-> 20 @s2016 @early, {value: -> 30, rank: deprecated, reason: a slip, sources: [s2017]}]}
"""  # noqa: E501 - one claim, one line
    found = knowledge_of(corpus(RECORDS + disputed)).changes("2017", about="acme-island")
    told = {claim.kind: (claim.before, claim.after) for claim in found.claims}
    assert told == {"disputed": ("20", "30")}


def test_period_without_anything_is_empty() -> None:
    found = kg().changes("2030")
    assert (found.found, found.happened, found.learnt, found.claims) == (False, (), (), ())


def test_everything_has_what_each_thing_has() -> None:
    whole = set(kg().changes("2015", until="2017").happened)
    for name in world().subjects:
        assert set(kg().changes("2015", until="2017", about=name).happened) <= whole


@given(st.integers(2010, 2019))
def test_periods_that_follow_each_other_leave_nothing_out(year: int) -> None:
    first = kg().changes("2009", until=str(year - 1))
    rest = kg().changes(str(year), until="2020")
    whole = kg().changes("2009", until="2020")
    assert set(whole.happened) <= {*first.happened, *rest.happened}


@given(st.integers(2010, 2020))
def test_nothing_learnt_was_known_before(year: int) -> None:
    found = kg().changes(str(year))
    for entry in found.learnt:
        earliest = min(found.sources[s].published or "" for s in entry.sources)
        assert earliest >= str(year)
    assert all((claim.known_from or "") >= str(year) for claim in found.claims)


def test_unknown_name_and_bad_date_are_refused() -> None:
    with pytest.raises(UnknownName):
        kg().changes("2016", about="nobody-at-all")
    with pytest.raises(ValueFormatError):
        kg().changes("once")


def test_command_tells_both_apart(call: Call) -> None:
    done = call("changes", "lazy", "--since", "2017", "--until", "2017-12-31")
    assert done.code == 0
    assert done.out.index("Happened about Lazy Group") < done.out.index("Learnt about Lazy Group")
    assert "corrected" in done.out


def test_command_prints_json_and_exits_1_where_nothing_changed(call: Call) -> None:
    done = call("changes", "--since", "2030", "-f", "json")
    assert done.code == 1
    assert json.loads(done.out)["happened"] == []


def test_changes_on_every_engine_are_those_in_memory(loaded: Endpoint, tmp_path: Path) -> None:
    point = loaded
    settings = Settings(point.uri, point.username, point.password, point.database, tmp_path)
    memory = knowledge_of(packaged_corpus())
    with KnowledgeGraph(settings) as stored:
        for about in ("lazada", None):
            one, other = (
                to_json(k.changes("2016-04", until="2017", about=about)) for k in (stored, memory)
            )
            del one["question"], other["question"]
            assert one == other
            assert one["happened"]
