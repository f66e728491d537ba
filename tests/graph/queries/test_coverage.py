"""Coverage: what was looked for, apart from what is on record."""

from __future__ import annotations

from datetime import date

from samples import corpus
from small_world import world_graph

from graph.building import build
from graph.clocks import Clocks
from graph.graphs import MemoryGraph
from graph.queries.coverage import find_coverage
from graph.queries.ownership import find_holdings, find_owners

RECORDS = """
- company: held
  name: Held
  researched:
    - {topic: owners, until: 2024-06, gaps: holders before 2010 were not found}
    - {topic: deals, until: 2024}
- company: owner
  name: Owner
  researched: {topic: holdings, until: 2020}
- company: nobody
  name: Nobody
- disclosure: held-2016
  company: held
  at: 2016-01-01
  holders: {owner: 30}
- disclosure: held-2018
  company: held
  at: 2018-01-01
  complete: yes
  holders: {nobody: 30}
"""


def graph() -> MemoryGraph:
    return MemoryGraph(build(corpus(RECORDS)))


def test_coverage_of_one_tells_every_topic_with_what_is_on_record() -> None:
    (row,) = find_coverage(graph(), "held").rows
    told = {each.topic: (each.until, each.on_record) for each in row.topics}
    assert told["owners"] == ("2024-06", 2)
    assert told["deals"] == ("2024", 0)
    assert told["founders"] == (None, 0)
    assert row.topics[2].gaps == "holders before 2010 were not found"


def test_coverage_of_all_leaves_out_what_was_not_researched() -> None:
    answer = find_coverage(graph())
    assert [row.id for row in answer] == ["held", "owner"]
    assert answer.subjects == 3


def test_coverage_of_what_was_not_researched_is_no() -> None:
    assert not find_coverage(graph(), "nobody").found
    assert find_coverage(graph(), "owner").found


def test_coverage_counts_operations_and_names_of_the_small_world() -> None:
    (row,) = find_coverage(world_graph(), "lazy").rows
    counts = {each.topic: each.on_record for each in row.topics}
    assert (counts["operations"], counts["founders"], counts["figures"]) == (2, 1, 0)


def test_coverage_stays_under_the_knowledge_clock() -> None:
    then = MemoryGraph(build(corpus(RECORDS).known_at(date(2001, 1, 1))))
    assert find_coverage(then, "held").found


def test_no_holder_at_a_date_says_how_many_there_are_at_others() -> None:
    answer = find_owners(graph(), "held", Clocks.read("2019"))
    assert [stake.holder for stake in answer] == ["nobody"]
    assert answer.others == 1
    assert answer.researched.until == "2024-06"


def test_no_holding_says_what_was_researched() -> None:
    answer = find_holdings(graph(), "owner", Clocks.read("2019"))
    assert not answer.found
    assert (answer.others, answer.researched.until) == (1, "2020")
