"""Cap tables under dispute: between what and what each holder's share lies.

Everything that completed deals and disclosures say of a company is put into one linear program
(`graph.networks.premises`); the lowest and highest share of a holder that it allows are found for
each. Assumptions that go against what was printed are given up and told as changes that nobody
recorded. Where printed claims alone contradict each other, the answer is a set of them that cannot
all be true and from which none can be dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any, Literal

from graph.clocks import Clocks
from graph.corpus import Corpus
from graph.networks.books import Book, Premise, Standing
from graph.networks.intervals import HUNDRED
from graph.networks.linear import LinearProgram, Optimum, Row
from graph.networks.premises import keep_book
from graph.nodes import subject_name
from graph.queries.answers import Sources, question
from graph.queries.citing import cite_records
from graph.queries.wording import date_words
from graph.records import Sources as SourceIds

Verdict = Literal["determined", "bounded", "contradictory", "unrecorded"]
ONE = Fraction(1)
_SURE = Fraction(1)  # a share printed without decimals is known to a percent
_PLACES = Decimal("0.0001")
_SCALE = "scale"
_MOST_CONFLICTS = 20


@dataclass(frozen=True)
class CapRow:
    """One holder. `low` and `high` are percents, rounded outwards; the exact ones are fractions.

    `printed` is the share that was last printed, at `seen`. `status` is `determined` where the two
    bounds are no further apart than a rounded share is. `because` says what decides the bounds.
    """

    holder: str
    holder_name: str
    low: Decimal
    high: Decimal
    low_exact: str
    high_exact: str
    status: Literal["determined", "bounded", "unknown"]
    printed: str | None
    seen: str | None
    within: str | None
    because: tuple[str, ...]
    sources: SourceIds


@dataclass(frozen=True)
class Said:
    """One member of a contradiction, or of what was given up."""

    record: str | None
    holder: str | None
    words: str
    sources: SourceIds


@dataclass(frozen=True)
class Conflict:
    """Claims that cannot all be true, and from which none can be dropped; proved in fractions."""

    claims: tuple[Said, ...]
    laws: tuple[str, ...]
    sentence: str

    @property
    def records(self) -> tuple[str, ...]:
        """The records that take part."""
        return tuple(sorted({claim.record for claim in self.claims if claim.record}))


@dataclass(frozen=True)
class Change:
    """Something that happened and is not on record: what was printed rules out that it did not.

    Of kind `trade` somebody bought or sold between two dates, of kind `capital` shares were issued
    or withdrawn; in a deal somebody took part (`part`), or bought or sold more (`more`), or had
    held before (`before`), whom the records do not name so.
    """

    kind: Literal["trade", "capital", "part", "more", "before"]
    holder: str | None
    record: str | None
    since: str | None
    until: str | None
    words: str
    against: tuple[str, ...]


@dataclass(frozen=True)
class CapTableAnswer:
    """The holders with their bounds, the rest, what contradicts, and what was not recorded."""

    question: dict[str, Any]
    verdict: Verdict
    holders: tuple[CapRow, ...]
    others_low: Decimal
    others_high: Decimal
    conflicts: tuple[Conflict, ...]
    changes: tuple[Change, ...]
    last_event: str | None
    sources: Sources

    def __iter__(self) -> Iterator[CapRow]:
        return iter(self.holders)

    @property
    def found(self) -> bool:
        """Whether there are holders, and the records do not contradict each other."""
        return bool(self.holders) and not self.conflicts


_KINDS: dict[Standing, Literal["trade", "capital", "part", "more", "before"]] = {
    Standing.CAPITAL_KEPT: "capital",
    Standing.BYSTANDER: "part",
    Standing.NO_TRADE: "trade",
    Standing.ALL_TOLD: "more",
    Standing.NEW_HOLDER: "before",
}


def find_captable(
    corpus: Corpus, company: str, clocks: Clocks | None = None, *, each_claim: bool = False
) -> CapTableAnswer:
    """The shares that all records together allow each holder of a company, given by its id.

    With `each_claim` disputed and deprecated claims stand beside each other, which shows why they
    cannot all be true.
    """
    clocks = clocks or Clocks()
    known = corpus.known_at(clocks.known_at.last) if clocks.known_at else corpus
    until = clocks.as_of.last if clocks.as_of else None
    book, settled = _open_book(known, company, until, each_claim)
    rows, changes, conflicts = settled.rows, settled.changes, settled.conflicts
    program = LinearProgram([*rows, _scale(book.capital)])
    holders = tuple(sorted((_cap_row(known, book, program, h) for h in _shown(book)), key=_rank))
    others = {book.capital: ONE, **{book.shares(holder): -ONE for holder in book.top()}}
    low, high = _bounds(program, others)
    name = {"id": company, "name": subject_name(company, known)}
    cited = [s for row in holders for s in row.sources]
    cited += [s for conflict in conflicts for claim in conflict.claims for s in claim.sources]
    return CapTableAnswer(
        question("captable", clocks, of=name, each_claim=each_claim),
        _verdict(holders, conflicts),
        tuple(row for row in holders if row.high > 0),
        _outward(low, ROUND_FLOOR),
        _outward(high, ROUND_CEILING),
        tuple(conflicts),
        tuple(changes),
        book.events[-1].record.id if book.events else None,
        cite_records(known, cited),
    )


@dataclass
class _Settled:
    """The rows that can all hold; what was given up for it, and what contradicts."""

    rows: list[Row]
    given_up: list[tuple[Premise, tuple[str, ...]]]
    conflicts: list[Conflict]

    @property
    def apart(self) -> frozenset[str]:
        """Whose stakes turned out not to be part of their group's."""
        groups = (p for p, _ in self.given_up if p.standing is Standing.WITHIN_GROUP)
        return frozenset(premise.holder for premise in groups)

    @property
    def changes(self) -> list[Change]:
        return _changes(self.given_up)


def _open_book(
    corpus: Corpus, company: str, until: date | None, each_claim: bool
) -> tuple[Book, _Settled]:
    """The book and what of it can hold; once more where stakes turn out to be apart."""
    apart: frozenset[str] = frozenset()
    while True:
        book = keep_book(corpus, company, until, each_claim=each_claim, apart=apart)
        settled = _settle(book)
        if not settled.apart:
            return book, settled
        apart |= settled.apart


def _settle(book: Book) -> _Settled:
    """Give up what cannot hold.

    Event by event, for a later issue of unknown size could be so large that nothing before counts.
    """
    settled = _Settled([], [], [])
    begin = 0
    for end, capital in book.chapters:
        settled.rows += book.rows[begin:end]
        begin = end
        while found := LinearProgram([*settled.rows, _scale(capital)]).contradiction():
            premises = [book.premises[str(key)] for key in found if key != _SCALE]
            dropped = _given_up(premises)
            if all(premise.standing is Standing.PRINTED for premise in premises):
                settled.conflicts.append(_conflict(premises))
            else:
                told = [p.words for p in premises if p.standing is Standing.PRINTED and p.words]
                settled.given_up += [(p, tuple(told)) for p in premises if p.id in dropped]
            settled.rows = [row for row in settled.rows if row.of not in dropped]
    return settled


def _scale(capital: str) -> Row:
    """Counts in percent of the capital."""
    return Row(_SCALE, {capital: ONE}, HUNDRED, HUNDRED)


def _given_up(premises: Iterable[Premise]) -> set[str]:
    """Of premises that contradict each other the least firm; claims, where there are only such."""
    able = [premise for premise in premises if not premise.is_law]
    weakest = max(premise.standing for premise in able)
    return {premise.id for premise in able if premise.standing is weakest}


def _conflict(premises: Iterable[Premise]) -> Conflict:
    premises = list(premises)
    claims = tuple(
        Said(p.record or None, p.holder or None, p.words, p.sources)
        for p in premises
        if not p.is_law
    )
    laws = tuple(dict.fromkeys(p.words for p in premises if p.is_law and p.words))
    told = "; ".join(claim.words for claim in claims)
    beside = f", for {'; '.join(laws)}" if laws else ""
    opening = "this cannot be" if len(claims) == 1 else "these cannot all be true"
    return Conflict(claims, laws, f"{opening}: {told}{beside}")


def _changes(given_up: Iterable[tuple[Premise, tuple[str, ...]]]) -> list[Change]:
    """What happened unrecorded; neighbouring spans of one holder for one reason are one."""
    found: dict[tuple[object, ...], Change] = {}
    for premise, against in given_up:
        since, until = premise.span or (None, None)
        kind = _KINDS[premise.standing]
        key = (kind, premise.holder, against, premise.record if premise.span is None else "")
        known = found.get(key)
        start = known.since if known else since
        when = f" between {date_words(start)} and {date_words(until)}" if start and until else ""
        found[key] = Change(
            kind=kind,
            holder=premise.holder or None,
            record=premise.record or None,
            since=start,
            until=until,
            words=f"{premise.otherwise}{when}",
            against=against,
        )
    return list(found.values())


def _shown(book: Book) -> list[str]:
    return sorted(book.holders)


def _cap_row(corpus: Corpus, book: Book, program: LinearProgram, holder: str) -> CapRow:
    own = {book.shares(holder): ONE}
    low, high = _lowest(program, own), _lowest(program, dict.fromkeys(own, -ONE))
    bottom, top = low.value, min(-high.value, HUNDRED)
    deciding = [
        premise
        for key in sorted({str(k) for k in (*low.because, *high.because)})
        if (premise := book.premises.get(key)) and premise.standing is Standing.PRINTED
    ]
    event, printed = book.seen.get(holder, (None, None))
    because = [p.words for p in deciding if p.words and not p.is_law]
    return CapRow(
        holder=holder,
        holder_name=subject_name(holder, corpus),
        low=_outward(bottom, ROUND_FLOOR),
        high=_outward(top, ROUND_CEILING),
        low_exact=str(bottom),
        high_exact=str(top),
        status=_status(bottom, top),
        printed=printed,
        seen=str(event.when) if event else None,
        within=book.within(holder),
        because=tuple(dict.fromkeys(because)),
        sources=tuple(dict.fromkeys(s for p in deciding for s in p.sources)),
    )


def _status(low: Fraction, high: Fraction) -> Literal["determined", "bounded", "unknown"]:
    if high - low <= _SURE:
        return "determined"
    return "unknown" if low == 0 and high == HUNDRED else "bounded"


def _bounds(program: LinearProgram, goal: dict[str, Fraction]) -> tuple[Fraction, Fraction]:
    opposite = {name: -factor for name, factor in goal.items()}
    return _lowest(program, goal).value, -_lowest(program, opposite).value


def _lowest(program: LinearProgram, goal: dict[str, Fraction]) -> Optimum:
    found = program.lowest(goal)
    assert found is not None  # the rows were settled
    return found


def _verdict(holders: Iterable[CapRow], conflicts: list[Conflict]) -> Verdict:
    holders = list(holders)
    if conflicts:
        return "contradictory"
    if not holders:
        return "unrecorded"
    return "determined" if all(row.status == "determined" for row in holders) else "bounded"


def _outward(value: Fraction, rounding: str) -> Decimal:
    """A percent with four decimals, never narrower than it is."""
    exact = Decimal(value.numerator * 10**6 // value.denominator) / 10**6
    up = rounding == ROUND_CEILING and exact * value.denominator != value.numerator
    rounded = (exact + (Decimal("0.000001") if up else 0)).quantize(_PLACES, rounding=rounding)
    return rounded.normalize() + Decimal(0)


def _rank(row: CapRow) -> tuple[Decimal, Decimal, str]:
    """The larger first; unknown is not zero, but comes last."""
    return (-row.low, -row.high if row.high < HUNDRED else Decimal(0), row.holder)
