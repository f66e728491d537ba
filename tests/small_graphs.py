"""Small graphs for tests of what stores them: made by hand, or at random by hypothesis."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from graph.elements import Elements, Node, Property, Relationship

TYPES = ("OWNS", "ACQUIRED", "ABOUT")
LABELS = (("Actor", "Company"), ("Actor", "Company", "Investor"), ("Brand",), ("Source",))


def node(
    own: str, *labels: str, dataset: str = "curated", extra: dict[str, Property] | None = None
) -> Node:
    common: dict[str, Property] = {"id": own, "dataset": dataset, "knownFrom": "", "sourceIds": []}
    return Node(own, labels or ("Actor", "Company"), {**common, **(extra or {})})


def link(
    own: str,
    start: str,
    end: str,
    kind: str = "OWNS",
    *,
    dataset: str = "curated",
    extra: dict[str, Property] | None = None,
) -> Relationship:
    common: dict[str, Property] = {"id": own, "dataset": dataset, "knownFrom": "", "sourceIds": []}
    return Relationship(own, kind, start, end, {**common, **(extra or {})})


def small(dataset: str = "curated", prefix: str = "") -> Elements:
    """Three actors and two links, with a property of every kind."""
    every: dict[str, Property] = {
        "name": "Acme – « ünïcode » \\ ' \" \n",
        "share": 51.0,
        "count": 3,
        "big": 2**53 + 1,
        "isOpen": True,
        "fromDay": date(2016, 4, 12),
        "sourceIds": ["b", "a"],
        "nothing": "",
    }
    first, second, third = (f"{prefix}{own}" for own in ("acme", "globex", "shop"))
    nodes = [
        node(first, dataset=dataset, extra=every),
        node(second, "Actor", "Company", "Investor", dataset=dataset),
        node(third, "Brand", dataset=dataset),
    ]
    links = [
        link(f"{prefix}r1", first, second, dataset=dataset, extra={"share": 9.1, "votes": 10.0}),
        link(f"{prefix}r2", second, third, "ACQUIRED", dataset=dataset),
    ]
    return Elements.of(nodes, links)


PROPERTIES: st.SearchStrategy[dict[str, Property]] = st.dictionaries(
    st.sampled_from(["name", "share", "fromDay", "isOpen", "count"]),
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(2**63), 2**63 - 1),
        st.booleans(),
        st.dates(),
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=4)),
    ),
    max_size=3,
)


@st.composite
def graphs(draw: st.DrawFn, dataset: str = "curated", prefix: str = "") -> Elements:
    """Random graphs of up to six nodes; ids are few, so that two graphs have some in common."""
    ids = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
    nodes = [
        node(prefix + own, *draw(st.sampled_from(LABELS)), dataset=dataset, extra=draw(PROPERTIES))
        for own in ids
    ]
    if not nodes:
        return Elements.of([], [])
    ends = st.sampled_from([n.id for n in nodes])
    links = [
        link(
            f"{prefix}r{number}",
            draw(ends),
            draw(ends),
            draw(st.sampled_from(TYPES)),
            dataset=dataset,
            extra=draw(PROPERTIES),
        )
        for number in draw(st.lists(st.integers(0, 9), unique=True, max_size=6))
    ]
    return Elements.of(nodes, links)
