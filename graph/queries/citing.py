"""The sources of an answer that was found in records rather than in the graph."""

from __future__ import annotations

from collections.abc import Iterable

from graph.corpus import Corpus
from graph.queries.answers import Source, Sources


def cite_records(corpus: Corpus, ids: Iterable[str]) -> Sources:
    """The sources of these ids, in the order in which an answer first names them."""
    known = (corpus.sources[i] for i in dict.fromkeys(ids) if i in corpus.sources)
    return {
        source.id: Source(
            url=source.url,
            publisher=source.publisher,
            title=source.title,
            published=str(source.published) if source.published else None,
            kind=source.kind or None,
        )
        for source in known
    }
