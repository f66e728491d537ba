"""Small corpora for tests, written as a curator would."""

from __future__ import annotations

import yaml

from graph.corpus import Corpus
from graph.records import kind_of

SOURCES = """
- source: early
  url: https://example.org/early
  publisher: Early Press
  title: Early
  published: 2010-01-01
  kind: press
- source: s2016
  url: https://example.org/s2016
  publisher: Daily
  title: Spring 2016
  published: 2016-04-12
  kind: press
- source: s2017
  url: https://example.org/s2017
  publisher: Weekly
  title: Summer 2017
  published: 2017-06-28
  kind: press
- source: s2018
  url: https://example.org/s2018
  publisher: Monthly
  title: Spring 2018
  published: 2018-03-19
  kind: press
- source: filing-2019
  url: https://example.org/filing
  publisher: Acme
  title: Annual report
  published: 2019-06
  kind: filing
"""


def plains(text: str) -> list[dict[str, object]]:
    """Plain records from YAML, every scalar as text."""
    return list(yaml.load(text, Loader=yaml.BaseLoader) or [])


def corpus(text: str, *, with_sources: bool = True) -> Corpus:
    """A corpus of the records in `text`, actors that it names but does not describe added."""
    records = plains((SOURCES if with_sources else "") + text)
    for record in records:
        if kind_of(record) != "source":
            record.setdefault("sources", ["s2016"])
    return Corpus.of(records)
