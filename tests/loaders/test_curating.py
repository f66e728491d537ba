"""Curating: what has not been seen for long, and of whom little is on record."""

from __future__ import annotations

from datetime import date

from samples import corpus

from loaders.curating import newest_source, stale_holdings, thin_spots

HELD = """
- company: acme
  name: Acme
  country: SG
  founded: 2001
  sectors: [e-commerce]
- company: globex
  name: Globex
- person: jane-doe
  name: Jane Doe
- disclosure: acme-2012
  company: acme
  at: 2012-03-31
  holders: {globex: 30, jane-doe: 5}
- deal: jane-sells
  type: stake-purchase
  completed: 2018-01-05 @s2018
  moves: [{of: acme, from: jane-doe, to: globex, share: all}]
  stakes: {acme: {jane-doe: -> 0, globex: -> 35}}
- company: initech
  name: Initech
- disclosure: initech-2013
  company: initech
  at: 2013
  holders: {globex: 10}
"""


def test_newest_source_is_the_one_published_last() -> None:
    assert newest_source(corpus(HELD)) == date(2019, 6, 30)


def test_open_holding_not_seen_for_years_is_stale() -> None:
    found = stale_holdings(corpus(HELD), years=5)
    assert [(each.holder, each.company, each.share) for each in found] == [
        ("globex", "initech", "10")
    ]


def test_holding_seen_within_the_years_is_not_stale() -> None:
    assert stale_holdings(corpus(HELD), years=8) == ()


def test_thin_spots_begin_with_those_of_most_links() -> None:
    spots = {spot.id: spot for spot in thin_spots(corpus(HELD))}
    assert [spot.links for spot in spots.values()] == sorted(
        (spot.links for spot in spots.values()), reverse=True
    )
    assert spots["acme"].missing == ("founders", "operates", "researched")
    assert spots["jane-doe"].missing == ("roles",)
    assert "owners" in spots["globex"].missing
