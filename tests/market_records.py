"""Records of markets in few words: who serves what, who holds and controls whom."""

from __future__ import annotations

from samples import corpus

from graph.building import build
from graph.graphs import MemoryGraph


def serves(operator: str, *markets: str, runs: str = "", kind: str = "company") -> str:
    """An actor, or a brand; markets with their dates: `fashion-in-india 2014 2016`."""
    lines = [f"- {kind}: {operator}", f"  name: {operator.upper()}"]
    if kind == "brand":
        lines += ["  kind: platform", f"  launchedBy: {runs}", "  launched: 2010 @early"]
    if markets:
        lines.append("  operates:")
    for market in markets:
        place, *dates = market.split()
        told = "".join(f", {k}: {d}" for k, d in zip(("from", "to"), dates, strict=False))
        lines.append(f"    - {{market: {place}{told or ', seen: 2012'}, sources: [s2016]}}")
    return "\n".join(lines) + "\n"


def brand(name: str, runs: str, *markets: str) -> str:
    """A brand that a company runs."""
    return serves(name, *markets, runs=runs, kind="brand")


def holds(company: str, at: str, **shares: str) -> str:
    """The holders of a company, all of them, at a date."""
    rows = "".join(f"\n    {holder}: '{share}'" for holder, share in shares.items())
    return (
        f"- disclosure: {company}-{at}\n  company: {company}\n  at: {at}\n  complete: yes\n"
        f"  holders:{rows}\n"
    )


def figures(own: str, subject: str, measure: str, **told: str) -> str:
    """A table of figures: publisher, edition, scope, `values` and `forecasts` as in records."""
    lines = [f"- figures: {own}", f"  subject: {subject}", f"  measure: {measure}"]
    lines += [f"  {key}: {value}" for key, value in told.items()]
    return "\n".join(lines) + "\n"


def world(text: str) -> MemoryGraph:
    """The graph of some records."""
    return MemoryGraph(build(corpus(text)))
