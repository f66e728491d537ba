"""Chains that only a graph shows: each question of tests/chains.yaml, on every engine.

A chain is asked for with its inner steps as stops, so that it is found whatever shorter or better
ranked routes there are beside it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from entrepot.knowledge import KnowledgeGraph
from entrepot.settings import Settings
from graph.engines.endpoint import Endpoint
from graph.queries.path import Hop, PathAnswer
from graph.queries.path import Path as Route

REGIONS = (
    *("africa", "china", "europe", "india"),
    *("japan-korea", "latin-america", "middle-east", "southeast-asia"),
)


@dataclass(frozen=True)
class Case:
    """A chain with the dates at which the answer is yes, and those at which it is no."""

    about: str
    chain: tuple[str, ...]
    regions: tuple[str, ...]
    types: tuple[str, ...]
    only: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def hops(self) -> int:
        return len(self.chain) - 1


LISTS = ("chain", "regions", "types", "only", "yes", "no", "sources")


def _cases() -> list[Case]:
    text = (Path(__file__).parent / "chains.yaml").read_text(encoding="utf-8")
    listed = yaml.load(text, Loader=yaml.BaseLoader)
    assert all({"about", *LISTS} >= each.keys() for each in listed)
    return [Case(each["about"], *(tuple(each.get(key, ())) for key in LISTS)) for each in listed]


CASES = _cases()


@pytest.fixture
def kg(loaded: Endpoint, tmp_path: Path) -> KnowledgeGraph:
    settings = Settings(loaded.uri, loaded.username, loaded.password, loaded.database, tmp_path)
    return KnowledgeGraph(settings)


def ask(kg: KnowledgeGraph, case: Case, as_of: str) -> PathAnswer:
    first, *inner, last = case.chain
    return kg.path(
        first, last, as_of=as_of, through=inner, only=case.only, max_hops=case.hops, limit=20
    )


def the_chain(answer: PathAnswer, case: Case, day: str) -> Route:
    """The path of the answer that is the chain expected."""
    found = [path for path in answer if path.nodes == case.chain]
    assert found, f"{case.about} No such chain at {day}, but {[path.nodes for path in answer]}"
    return found[0]


def cited(hop: Hop) -> set[str]:
    """The sources of a hop: of its strongest link and of the others."""
    return set(hop.link.sources).union(*(link.sources for link in hop.also))


def test_there_are_chains_of_two_to_five_hops_in_all_regions() -> None:
    hops = Counter(case.hops for case in CASES)
    assert hops[2] >= 10
    assert hops[3] >= 15
    assert hops[4] >= 10
    assert hops[5] >= 5
    regions = Counter(region for case in CASES for region in case.regions)
    assert set(regions) == set(REGIONS)
    assert min(regions.values()) >= 6
    assert all(len(case.regions) > 1 or case.hops == 2 for case in CASES)


def test_no_two_chains_are_the_same_and_each_says_all_that_is_asked() -> None:
    assert len({frozenset((case.chain, case.chain[::-1])) for case in CASES}) == len(CASES)
    assert len({case.about for case in CASES}) == len(CASES)
    for case in CASES:
        assert len(set(case.chain)) == len(case.chain), case.about
        assert len(case.types) == case.hops, case.about
        assert 1 <= len(case.yes) <= 3, case.about
        assert 1 <= len(case.no) <= 2, case.about
        assert not set(case.yes) & set(case.no), case.about
        assert all(date.fromisoformat(day) for day in (*case.yes, *case.no)), case.about
        assert case.sources, case.about


def test_chains_hold_at_their_dates_and_not_at_others(kg: KnowledgeGraph) -> None:
    with kg:
        for case in CASES:
            for day in case.yes:
                path = the_chain(ask(kg, case, day), case, day)
                assert {hop.link.holds for hop in path.hops} == {"yes"}, (case.about, day)
            for day in case.no:
                found = [path.nodes for path in ask(kg, case, day)]
                assert not found, (case.about, day, found)


def test_chains_are_explained_by_the_links_and_the_sources_expected(kg: KnowledgeGraph) -> None:
    with kg:
        for case in CASES:
            answer = ask(kg, case, case.yes[0])
            path = the_chain(answer, case, case.yes[0])
            assert tuple(hop.link.type for hop in path.hops) == case.types, case.about
            assert set(case.sources) <= answer.sources.keys(), case.about
            by_hop = [cited(hop) for hop in path.hops]
            assert set(case.sources) <= set().union(*by_hop), case.about
            for hop, sources in zip(path.hops, by_hop, strict=True):
                assert sources & set(case.sources), (case.about, hop.from_, hop.to)
