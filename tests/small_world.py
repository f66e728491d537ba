"""A small world of invented companies: what the questions are asked about in their tests.

Orbit builds up Lazy in Singapore, Acme takes it over in steps, Globex only talks. Two sources
disagree on Acme's share, and a service has the name of the company.
"""

from __future__ import annotations

from functools import cache

from samples import corpus

from graph.building import build
from graph.corpus import Corpus
from graph.graphs import MemoryGraph

RECORDS = """
- company: acme
  name: Acme Holdings
  names:
    - {name: Acme Trading, kind: former, from: 1999, to: 2004, sources: [early]}
  identifiers: {ticker: [NYSE:ACME], domain: acme.example}
  country: CN
  founded: 1999 @early
  founders: [{who: jane-doe, as: founder, sources: [early]}]
  sectors: [e-commerce]
- company: lazy
  name: Lazy Group
  country: SG
  founded: 2012 @s2016
  founders: [{who: orbit, as: incubator, at: 2012, sources: [s2016]}]
  operates:
    - {market: e-commerce-in-singapore, from: 2014-05, mode: marketplace, sources: [s2016]}
    - {market: e-commerce-in-vietnam, from: 2013, to: 2017, why: closed, sources: [s2017]}
  sectors: [e-commerce]
- company: orbit
  name: Orbit Internet SE
  founded: 2007 @early
- company: tesko
  name: Tesko
- company: globex
  name: Globex
- company: island
  name: Island Trading
- fund: sun-fund
  name: Sun Fund
  manager: globex
- person: jane-doe
  name: Jane Doe
  roles:
    - {at: acme, title: chair, from: 1999, to: 2013-05, sources: [early]}
- brand: lazy-express
  name: Lazy Group
  kind: service
  launchedBy: lazy
  launched: 2015-03 @s2016
- deal: orbit-lazy-2014
  type: funding-round
  announced: 2014-03-01 @s2016
  completed: 2014-03-01 @s2016
  moves:
    - {of: lazy, to: [orbit, tesko], new: yes}
  stakes:
    lazy: {orbit: -> 17.9, tesko: -> 16.4}
- deal: acme-lazy-2016
  type: acquisition
  announced: 2016-04-12 @s2016
  completed: by 2016-06 @s2017
  moves:
    - {of: lazy, to: acme, new: yes, for: ~500m USD}
    - {of: lazy, from: orbit, to: acme, share: 9.1, for: 137m USD}
  stakes:
    lazy:
      acme: [-> 51 @s2017, -> 67 @s2016]
      orbit: -> 8.8
  amounts: {total: ~1bn USD}
  sources: [s2016]
- deal: acme-lazy-2017
  type: stake-purchase
  announced: 2017-06-28 @s2017
  completed: 2017-07 @s2018
  moves:
    - {of: lazy, from: orbit, to: acme, share: all}
  stakes:
    lazy: {acme: 51 -> 83, orbit: -> 0}
  sources: [s2017]
- deal: globex-lazy-talks
  type: stake-purchase
  talks: 2015-11 @s2016
  terminated: 2016-02 @s2016
  moves:
    - {of: lazy, to: globex}
- disclosure: acme-holders-2018
  company: acme
  at: 2018-03-01
  complete: no
  holders: {sun-fund: 28, jane-doe: 6.4 (9 votes)}
  sources: [s2018]
- milestone: lazy-warehouse-2015
  date: 2015-08
  kind: opening
  actors: [lazy]
  place: singapore
  what: Opened a warehouse in Singapore.
  sources: [s2016]
"""


@cache
def world() -> Corpus:
    """The records, typed."""
    return corpus(RECORDS)


@cache
def world_graph() -> MemoryGraph:
    """The graph that follows from them."""
    return MemoryGraph(build(world()))
