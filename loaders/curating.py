"""Where the records need a curator: holdings that nobody has confirmed for long, and thin spots.

Nothing here is wrong. An open holding that was last seen years ago may have ended since, and an
actor of many deals without a country is one of whom little else can be asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from graph.building import build
from graph.corpus import Corpus
from graph.elements import Relationship
from graph.records import Subject

_OWNERS = frozenset({"OWNS", "CONTROLS", "RUNS", "MANAGES"})


@dataclass(frozen=True, order=True)
class StaleHolding:
    """A holding whose end is not on record, and the day on which it was last seen."""

    seen: str
    holder: str
    company: str
    share: str
    record: str


@dataclass(frozen=True)
class ThinSpot:
    """An actor or a brand, how many links lead to or from it, and what is not on record of it."""

    id: str
    kind: str
    links: int
    missing: tuple[str, ...]


def newest_source(corpus: Corpus) -> date:
    """The last day of the newest publication that is dated."""
    return max(s.published.last for s in corpus.sources.values() if s.published)


def stale_holdings(corpus: Corpus, *, years: int) -> tuple[StaleHolding, ...]:
    """Open holdings last seen longer ago than so many years before the newest source."""
    newest = newest_source(corpus)
    limit = date(newest.year - years, newest.month, 1)
    links = build(corpus).relationships.values()
    found = [_stale(link) for link in links if link.type == "OWNS" and _is_stale(link, limit)]
    return tuple(sorted(found))


def _is_stale(link: Relationship, limit: date) -> bool:
    seen = link.text("shareAsOf")
    return (
        not link.text("validTo") and bool(seen) and seen.rsplit(" ", 1)[-1][:7] < f"{limit:%Y-%m}"
    )


def _stale(link: Relationship) -> StaleHolding:
    share = link.properties.get("share")
    told = f"{share:g}" if isinstance(share, int | float) else "unknown"
    return StaleHolding(link.text("shareAsOf"), link.start, link.end, told, link.text("recordId"))


def thin_spots(corpus: Corpus) -> tuple[ThinSpot, ...]:
    """Actors and brands of whom something is missing, those with the most links first."""
    links = build(corpus).relationships.values()
    counts = Counter(
        end for link in links if link.type != "NAMES" for end in (link.start, link.end)
    )
    owned = {link.end for link in links if link.type in _OWNERS}
    spots = [
        ThinSpot(subject.id, subject.kind, counts[subject.id], missing)
        for subject in corpus.subjects.values()
        if (missing := tuple(_missing(subject, owned)))
    ]
    return tuple(sorted(spots, key=lambda spot: (-spot.links, spot.id)))


def _missing(subject: Subject, owned: set[str]) -> Iterator[str]:
    if subject.kind == "person":
        yield from ([] if subject.roles else ["roles"])
        return
    is_brand = subject.kind == "brand"
    wanted = {
        "country": bool(subject.country) or is_brand,
        "launched" if is_brand else "founded": bool(subject.founded),
        "founders": bool(subject.founders) or is_brand or subject.kind == "public_body",
        "owners": subject.id in owned or subject.kind == "public_body",
        "operates": bool(subject.operates) or subject.kind in ("fund", "public_body"),
        "sectors": bool(subject.sectors),
        "researched": bool(subject.researched),
    }
    yield from (name for name, is_there in wanted.items() if not is_there)
