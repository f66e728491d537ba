"""Random dated links between a few nodes, several of which may join the same two."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.elements import Relationship
from ontology.values import Date

YEARS = [str(year) for year in range(2010, 2020)]
KINDS = ["OWNS", "ACQUIRED", "INVESTED_IN", "FOUNDED", "AGREED_TO_BUY", "HELD_ROLE"]


@st.composite
def links(draw: st.DrawFn) -> list[Relationship]:
    """Up to forty links between nine nodes; several may join the same two."""
    found = []
    for number in range(draw(st.integers(1, 40))):
        start, end = draw(st.tuples(st.integers(0, 8), st.integers(0, 8)))
        begin = draw(st.sampled_from(YEARS))
        stop = draw(st.sampled_from(["", "", *(year for year in YEARS if year > begin)]))
        kind = draw(st.sampled_from(KINDS))
        first = draw(st.sampled_from(["", "by "]))
        dates = {"validFrom": first + begin, "dealId": f"d{draw(st.integers(0, 3))}"}
        dates |= {"validTo": stop} if kind not in ("ACQUIRED", "INVESTED_IN", "FOUNDED") else {}
        found.append(Relationship(f"l{number:02}", kind, f"n{start}", f"n{end}", dates))
    return found


moments = st.one_of(st.none(), st.sampled_from(YEARS).map(lambda y: Date.parse(f"{y}-07-01")))


def link(start: str, end: str, kind: str = "OWNS", **dates: str) -> Relationship:
    times = {"validFrom": "2010", **dates}
    return Relationship(f"{kind}:{start}:{end}:{times}", kind, start, end, times)
