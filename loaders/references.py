"""What records refer to: every id is there and of a kind that fits, every value has a source.

Ids are unique over all kinds, data sets, sectors and places, because a name alone never says what
it is the name of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from graph.taxonomies import MARKET_INFIX, split_market
from loaders.facts import Fact
from loaders.findings import WARNING, Finding, nearest, suggest
from loaders.reading import Written
from loaders.structure import field_name, find_at, find_kind, record_id
from loaders.values import is_reference, referred_id
from ontology.generated.vocabulary import PLACES, SECTORS

Kinds = Mapping[str, str]
TAXONOMIES: Kinds = {**dict.fromkeys(SECTORS, "sector"), **dict.fromkeys(PLACES, "place")}


def check_ids(records: Sequence[Written], beside: Kinds) -> Iterator[tuple[Written, Finding]]:
    """Records whose id is taken: by another, by a sector or a place, or in another data set."""
    first: dict[str, Written] = {}
    for record in records:
        own = record_id(record)
        if not own:
            continue
        taken = TAXONOMIES.get(own) or ("market" if split_market(own) else "")
        if own in first:
            other = first[own]
            place = f"{other.file}:{other.position()[0]}"
            yield record, _taken(record, own, f"{find_kind(other)} at {place} has it already")
        elif taken:
            yield record, _taken(record, own, f"it is a {taken} of the ontology")
        elif own in beside:
            yield record, _taken(record, own, f"another data set has a {beside[own]} of this id")
        else:
            first[own] = record


def _taken(record: Written, own: str, hint: str) -> Finding:
    return find_at(record, [find_kind(record)], own, "an id that nothing else has", hint)


def check_reference(record: Written, fact: Fact, kinds: Kinds) -> Finding | None:
    """What is wrong with the id that a fact refers to."""
    if not is_reference(fact):
        return None
    wanted = referred_id(fact)
    if "market" in fact.refers_to and split_market(wanted):
        return None
    kind = kinds.get(wanted)
    if kind in fact.refers_to:
        return None
    expected = f"the id of a {_either(fact.refers_to)}"
    if kind is not None:
        hint = f"{wanted} is a {kind}"
    elif "market" in fact.refers_to and MARKET_INFIX in wanted:
        hint = _near_market(wanted)
    else:
        hint = suggest(wanted, [i for i, k in kinds.items() if k in fact.refers_to])
    return find_at(record, fact.path, wanted, expected, hint, key=fact.is_key)


def check_sourced(record: Written, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Fields with a value that rests on no source, each told once."""
    told: set[str] = set()
    for fact in facts:
        if fact.cites and not fact.sources and fact.field not in told:
            told.add(fact.field)
            expected = "a source for this value"
            hint = "add ' @source-id' to it, or sources to the record"
            yield find_at(record, fact.path, fact.text, expected, hint)
    if not told and not any(fact.value_type == "source" for fact in facts):
        yield find_at(record, (), "", "at least one source", "add sources to the record")


def check_addresses(records: Sequence[Written]) -> Iterator[tuple[Written, Finding]]:
    """Sources that have the address of another one."""
    first: dict[str, Written] = {}
    for record in records:
        url = record.plain.get("url")
        if find_kind(record) != "source" or not isinstance(url, str):
            continue
        other = first.setdefault(_address(url), record)
        if other is not record:
            hint = f"cite {record_id(other)} instead"
            expected = "an address that no other source has"
            yield record, find_at(record, ["url"], url, expected, hint)


def check_unused(records: Sequence[Written], cited: frozenset[str]) -> Iterator[Finding]:
    """Sources that nothing cites."""
    for record in records:
        own = record_id(record)
        if find_kind(record) == "source" and own not in cited:
            expected = "a value that cites it"
            hint = "cite it, or take it out"
            yield find_at(record, ["source"], own, expected, hint, severity=WARNING)


def close_over(
    records: Sequence[Written], facts: Mapping[int, Sequence[Fact]], bad: set[int]
) -> dict[int, str]:
    """Which further records fall with the bad ones, by their place, and what they refer to.

    A record that cites a source or names an actor which is left out would hang in the air.
    """
    missing = {record_id(records[place]) for place in bad}
    users: dict[str, list[int]] = defaultdict(list)
    for place, own in facts.items():
        for fact in own:
            if is_reference(fact):
                users[referred_id(fact)].append(place)
    fallen: dict[int, str] = {}
    waiting = sorted(missing)
    while waiting:
        gone = waiting.pop()
        for place in users[gone]:
            if place not in bad and place not in fallen:
                fallen[place] = gone
                waiting.append(record_id(records[place]))
    return fallen


def tell_fallen(record: Written, gone: str) -> Finding:
    """That a good record is left out, because of what it refers to."""
    line, column = record.position()
    expected = f"{gone}, which it refers to, to be right"
    name = field_name(record, ())
    return Finding(record.file, line, column, name, "", expected, "left out with it", WARNING)


def _near_market(market: str) -> str:
    sector, place = market.split(MARKET_INFIX, 1)
    near = (nearest(sector, list(SECTORS)), nearest(place, list(PLACES)))
    return f"did you mean {near[0]}{MARKET_INFIX}{near[1]}?" if all(near) else ""


def _either(kinds: Sequence[str]) -> str:
    *others, last = [kind.replace("_", " ") for kind in kinds]
    return f"{', '.join(others)} or {last}" if others else last


def _address(url: str) -> str:
    bare = url.split("#", 1)[0].split("://", 1)[-1].removeprefix("www.")
    return bare.rstrip("/")
