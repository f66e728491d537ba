"""From records to the elements of the graph: every node and relationship that a store holds.

`build` is a pure function of a corpus. The load writes what it returns; questions under the
knowledge clock ask what it returns for the records that were known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.contests import Contest, contests
from graph.corpus import Corpus
from graph.elements import Elements, Node, Property, Relationship
from graph.holdings import derive_holdings
from graph.linking import derive_links, interval
from graph.name_keys import name_key
from graph.nodes import common, record_nodes, rests_on
from graph.records import Deal, Disclosure, Figures, Milestone, Record, Sources, Span, Subject
from graph.taxonomies import markets, taxonomy
from ontology.generated.vocabulary import PLACES, SECTORS

INVESTING = frozenset({"ACQUIRED", "BOUGHT_STAKE_IN", "INVESTED_IN", "OWNS"})


def build(corpus: Corpus) -> Elements:
    """Every element that follows from a corpus, the taxonomies included."""
    holdings = derive_holdings(corpus)
    links = derive_links(corpus, holdings)
    investors = {link.start for link in links if link.type in INVESTING}
    nodes, relationships = taxonomy()
    for record in corpus.records.values():
        nodes += record_nodes(record, corpus, investor=record.id in investors)
    claims = contests(corpus, holdings)
    named = list(_names(corpus))
    found_markets = markets(_market_ids(corpus))
    nodes += [*found_markets[0], *_claim_nodes(claims, corpus), *(node for node, _ in named)]
    present = {node.id for node in nodes}
    relationships += [
        *found_markets[1],
        *links,
        *_citations(nodes, corpus),
        *_parties(corpus),
        *_subject_places(corpus),
        *_about(claims, corpus),
        *(link for _, links_of in named for link in links_of),
    ]
    kept = [r for r in relationships if r.start in present and r.end in present]
    return Elements.of(nodes, kept)


def _market_ids(corpus: Corpus) -> Iterator[str]:
    for record in corpus.records.values():
        match record:
            case Subject():
                yield from (operation.other for operation in record.operates)
            case Figures():
                yield record.subject
            case Milestone():
                yield record.market


def _names(corpus: Corpus) -> Iterator[tuple[Node, list[Relationship]]]:
    """A node for each key under which something is found, and whom it names."""
    found: dict[str, dict[str, Span]] = {}
    spelt: dict[str, set[str]] = {}
    for subject in corpus.subjects.values():
        for name in _spellings(subject):
            key = name_key(name.other)
            if key:
                found.setdefault(key, {}).setdefault(subject.id, name)
                spelt.setdefault(key, set()).add(name.other)
    for key, named in sorted(found.items()):
        node_id = f"name:{key}"
        shared = common(node_id, corpus.datasets[min(named)], (), corpus, "")
        links = [_naming(node_id, subject_id, name, corpus) for subject_id, name in named.items()]
        yield (
            Node(node_id, ("Name",), {**shared, "key": key, "spellings": sorted(spelt[key])}),
            links,
        )


def _naming(node_id: str, subject_id: str, name: Span, corpus: Corpus) -> Relationship:
    own = {"kind": name.words or "other", **_times(name)}
    return _link("NAMES", node_id, subject_id, corpus, subject_id, (), own)


def _times(span: Span) -> dict[str, Property]:
    """When an entry held, as far as it is recorded."""
    start = span.start.value if span.start else None
    properties = interval(start, span.end.value if span.end else None)
    return {key: value for key, value in properties if value not in (None, "")}


def _spellings(subject: Subject) -> Iterator[Span]:
    for claim in subject.name:
        yield Span(claim.value, "name", None, None, None, claim.sources)
    yield from subject.names
    for scheme, claims in subject.identifiers.items():
        for claim in claims:
            yield Span(claim.value, scheme, None, None, None, claim.sources)
            if scheme == "ticker" and ":" in claim.value:
                symbol = claim.value.split(":", 1)[1]
                yield Span(symbol, scheme, None, None, None, claim.sources)


def _claim_nodes(found: Iterable[Contest], corpus: Corpus) -> Iterator[Node]:
    for contest in found:
        for claim in contest.claims:
            if claim.id.startswith(f"{contest.id}="):
                shared = common(claim.id, corpus.datasets[contest.record], claim.sources, corpus)
                yield Node(claim.id, ("Claim",), {**shared, **_claim(contest, claim)})


def _claim(contest: Contest, claim: object) -> dict[str, Property]:
    own: dict[str, Property] = {
        "recordId": contest.record,
        "field": contest.field,
        "value": str(getattr(claim, "value", "")),
        "rank": str(getattr(claim, "rank", "")),
        "status": contest.status(claim),  # type: ignore[arg-type]
        "rule": contest.rule(claim),  # type: ignore[arg-type]
        "winner": contest.decision.winner.id,
        "votes": sorted(c.id for c in contest.claims if not c.id.startswith(f"{contest.id}=")),
    }
    reason = str(getattr(claim, "reason", ""))
    return {**own, "reason": reason} if reason else own


def _about(found: Iterable[Contest], corpus: Corpus) -> Iterator[Relationship]:
    for contest in found:
        for claim in contest.claims:
            if claim.id.startswith(f"{contest.id}="):
                for about in sorted({contest.record, *contest.about}):
                    yield _link("ABOUT", claim.id, about, corpus, contest.record, claim.sources)
    for record in corpus.records.values():
        for node_id, about in _record_about(record):
            yield _link("ABOUT", node_id, about, corpus, record.id, rests_on(record))


def _record_about(record: Record) -> Iterator[tuple[str, str]]:
    """What milestones, disclosures and figures are about, by the id of the node that says so."""
    match record:
        case Milestone():
            yield from ((record.id, about) for about in {*record.actors, record.market})
        case Disclosure():
            yield record.id, record.company
        case Figures():
            yield record.id, record.subject
            for kind, table in (("value", record.values), ("forecast", record.forecasts)):
                yield from ((f"{record.id}:{kind}:{period}", record.subject) for period in table)


def _citations(nodes: Iterable[Node], corpus: Corpus) -> Iterator[Relationship]:
    """From every recorded node to each source that it rests on."""
    for node in nodes:
        cited = node.properties.get("sourceIds", [])
        record = node.text("recordId") or node.id
        for source in cited if isinstance(cited, list) and record in corpus.datasets else ():
            yield _link("CITES", node.id, source, corpus, record, (source,))


def _parties(corpus: Corpus) -> Iterator[Relationship]:
    for deal in corpus.deals.values():
        sources = rests_on(deal)
        for actor, role in sorted(set(party_roles(deal))):
            link = _link("PARTY_TO", actor, deal.id, corpus, deal.id, sources, {"role": role})
            link_id = f"{link.id}:{role}"
            properties = {**link.properties, "id": link_id}
            yield Relationship(link_id, link.type, link.start, link.end, properties)


def party_roles(deal: Deal) -> Iterator[tuple[str, str]]:
    """Who took part in a deal and as what; the roles follow from the moves."""
    for move in deal.moves:
        yield move.of, "target"
        yield from ((seller, "seller") for seller in move.sellers)
        for buyer in move.buyers:
            yield buyer, "investor" if move.new else "buyer"
        if move.through:
            yield move.through, "vehicle"
    for stakes in deal.stakes:
        yield stakes.company, "target"
        yield stakes.holder, "holder"
    for role, actors in (
        ("lead", deal.leads),
        ("partner", deal.parties),
        ("bidder", deal.bidders),
        ("adviser", deal.advisers),
    ):
        yield from ((actor, role) for actor in actors)
    for merge in deal.merges:
        yield merge.other, "merged"
        yield merge.words, "survivor"


def _subject_places(corpus: Corpus) -> Iterator[Relationship]:
    """The sectors of actors and brands, their seats, and the places of milestones."""
    for subject in corpus.subjects.values():
        for sector in subject.sectors:
            if sector in SECTORS:
                yield _link("IN_SECTOR", subject.id, sector, corpus, subject.id, subject.sources)
        for place, seat in sorted({seat.other: seat for seat in subject.seats}.items()):
            if place in PLACES:
                own = _times(seat)
                yield _link("IN_PLACE", subject.id, place, corpus, subject.id, seat.sources, own)
    for milestone in corpus.milestones.values():
        if milestone.place in PLACES:
            sources = milestone.sources
            yield _link("IN_PLACE", milestone.id, milestone.place, corpus, milestone.id, sources)


def _link(
    link_type: str,
    start: str,
    end: str,
    corpus: Corpus,
    record: str,
    sources: Sources,
    own: dict[str, Property] | None = None,
) -> Relationship:
    link_id = f"{link_type.lower()}:{start}:{end}"
    shared = common(link_id, corpus.datasets[record], sources, corpus)
    return Relationship(link_id, link_type, start, end, {**shared, **(own or {})})
