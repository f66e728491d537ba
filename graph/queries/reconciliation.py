"""Deal arithmetic: do amounts, valuation and shares of a deal fit, and if not, why likely not?

All that was printed is brought to one footing, the value of the company after the deal
(`graph.queries.implied_values`). The value that most of it allows is taken; what does not allow it
is a misfit, and each likely mistake is tried on it: that of counting new money over the value
before it, of taking a value before the money for one after it, and so on. Rounding explains itself,
for printed numbers are intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from graph.building import party_roles
from graph.clocks import Clocks
from graph.corpus import Corpus
from graph.holdings import derive_holdings
from graph.networks.intervals import ABOUT, HUNDRED, Interval
from graph.nodes import deal_name, subject_name
from graph.queries.answers import Sources, question
from graph.queries.citing import cite_records
from graph.queries.implied_values import DealNumbers, Footing, Implied, implied_values
from graph.queries.misfits import REASONS, Reason, explain
from graph.queries.share_sums import share_sums
from graph.queries.wording import money_words
from graph.records import Deal
from graph.records import Sources as SourceIds
from ontology.errors import EntrepotError

Verdict = Literal["fits", "misfits", "open"]
Status = Literal["fits", "misfits"]
# A deal has more parties than reports name, and what a company buys back is gone: worth telling,
# and no misfit.
_TOLD_ONLY: tuple[Reason, ...] = ("others", "withdrawn")


@dataclass(frozen=True)
class Line:
    """One thing printed, what it means, and whether it fits the rest.

    `implied` is the value of the company that it stands for, `expected` what should have been
    printed. `known` is the reason for which a misfit was recorded as known.
    """

    kind: str
    field: str
    holder: str | None
    printed: str
    words: str
    implied: str | None
    expected: str | None
    status: Status
    gap: str | None
    reason: Reason | None
    why: str | None
    known: str | None
    sources: SourceIds

    @property
    def is_finding(self) -> bool:
        """Whether something is wrong that nobody has recorded as known."""
        return self.status == "misfits" and not self.known


@dataclass(frozen=True)
class DealCheck:
    """The arithmetic of one deal about one company.

    `reading` says how the printed valuation is meant: before (`pre`) or after (`post`) the new
    money; `value` is the value after the deal that most numbers allow.
    """

    deal: str
    deal_name: str
    company: str
    company_name: str
    date: str | None
    verdict: Verdict
    reading: Literal["pre", "post"] | None
    value: str | None
    lines: tuple[Line, ...]

    @property
    def findings(self) -> tuple[Line, ...]:
        """What is wrong and not known."""
        return tuple(line for line in self.lines if line.is_finding)


@dataclass(frozen=True)
class ReconciliationAnswer:
    """The deals that were checked; those of which too little is printed are only counted."""

    question: dict[str, Any]
    checks: tuple[DealCheck, ...]
    fitting: int
    misfitting: int
    known: int
    open: int
    sources: Sources

    def __iter__(self) -> Iterator[DealCheck]:
        return iter(self.checks)

    @property
    def found(self) -> bool:
        """Whether nothing is wrong that is not known."""
        return not any(check.findings for check in self.checks)


def check_deals(
    corpus: Corpus,
    deal: str | None = None,
    clocks: Clocks | None = None,
    *,
    actor: str | None = None,
) -> ReconciliationAnswer:
    """Reconcile one deal, given by its id, those in which an actor took part, or all of them.

    As of a date those that had been heard of by then. Raises EntrepotError where there is no deal
    of that id.
    """
    clocks = clocks or Clocks()
    known = corpus.known_at(clocks.known_at.last) if clocks.known_at else corpus
    if deal is not None and deal not in known.deals:
        raise EntrepotError(f"there is no deal {deal!r}", hint="`entrepot deals` lists them")
    holdings = derive_holdings(known)
    wanted = [
        each
        for each in known.deals.values()
        if (deal is None or each.id == deal)
        and (deal is not None or _is_by(each, clocks))
        and (actor is None or actor in {party for party, _ in party_roles(each)})
    ]
    checks = [
        _check(DealNumbers(known, holdings, each, company))
        for each in wanted
        for company in _companies(each)
    ]
    shown = checks if deal else [check for check in checks if check.verdict != "open"]
    ordered = tuple(sorted(shown, key=lambda check: (check.date or "", check.deal, check.company)))
    cited = [source for check in ordered for line in check.lines for source in line.sources]
    return ReconciliationAnswer(
        question("deals-check", clocks, deal=deal, actor=actor),
        ordered,
        fitting=sum(check.verdict == "fits" for check in checks),
        misfitting=sum(bool(check.findings) for check in checks),
        known=sum(check.verdict == "misfits" and not check.findings for check in checks),
        open=sum(check.verdict == "open" for check in checks),
        sources=cite_records(known, cited),
    )


def _companies(deal: Deal) -> list[str]:
    """The companies of which a deal prints numbers."""
    moved = {move.of for move in deal.moves if not move.option}
    return sorted(moved | {s.company for s in deal.stakes} | {v.of for v in deal.valuations})


def _is_by(deal: Deal, clocks: Clocks) -> bool:
    dates = [claim.value for claims in deal.statuses.values() for claim in claims]
    as_of = clocks.as_of
    return as_of is None or any((date.first or date.last) <= as_of.last for date in dates)


def _check(numbers: DealNumbers) -> DealCheck:
    """Hold everything printed about one company in one deal against each other."""
    implied = implied_values(numbers)
    value = _agreed(implied)
    lines = [_line(numbers, each, value, implied) for each in implied] if value else []
    lines = [*lines, *_sums(numbers), *share_lines(numbers)]
    lines = [_with_known(numbers.deal, line) for line in lines]
    return DealCheck(
        deal=numbers.deal.id,
        deal_name=deal_name(numbers.deal, numbers.corpus),
        company=numbers.company,
        company_name=subject_name(numbers.company, numbers.corpus),
        date=_dated(numbers.deal),
        verdict=_verdict(lines),
        reading=_reading(implied, value) if value else None,
        value=amount_words(value, numbers.currency) if value else None,
        lines=tuple(lines),
    )


def _with_known(deal: Deal, line: Line) -> Line:
    """A misfit with the reason for which an editor let it stand."""
    if line.status == "fits":
        return line
    reason = next((c.words for c in deal.checked if _is_about(c.other, line.field)), None)
    return replace(line, known=line.known or reason)


def _is_about(finding: str, field: str) -> bool:
    return field == finding or field.startswith(f"{finding}.")


def _verdict(lines: Sequence[Line]) -> Verdict:
    if not lines:
        return "open"
    return "misfits" if any(line.status == "misfits" for line in lines) else "fits"


def _dated(deal: Deal) -> str | None:
    order = ("completed", "announced", "approved", "offered", "talks", "rumoured")
    found = [claim.value.text for status in order for claim in deal.statuses.get(status, ())]
    return found[0] if found else None


def _agreed(implied: Sequence[Implied]) -> Interval | None:
    """The values that most of what was printed allows; None where there is nothing to compare.

    Claims on one field have one vote together. Of several such values the one is taken that rests
    least on what was assumed, then the one that leaves the fewest stakes unexplained (who is said
    to hold more than it bought may have held some before), then that of the most sources.
    """
    if len({each.field for each in implied}) < 2:
        return None
    sides = {f.value.low for each in implied for f in each.footings}
    sides |= {f.value.high for each in implied for f in each.footings if f.value.high is not None}
    best = max(sorted(sides), key=lambda value: _support(implied, value))
    found = Interval(Fraction(0), None)
    for each in implied:
        for footing in each.footings:
            if footing.value.meets(Interval.exactly(best)):
                found = _intersection(found, footing.value)
    return found


def _support(implied: Iterable[Implied], value: Fraction) -> tuple[int, ...]:
    """How many fields and sources allow a value, the more telling first."""
    implied = list(implied)
    allowing = [each for each in implied if each.fits(Interval.exactly(value))]
    telling = {each.field for each in allowing if _is_telling(each)}
    firm = {each.field for each in allowing if _is_telling(each) and not each.is_assumed}
    stakes = [each for each in implied if each.kind == "stake" and each.is_assumed]
    tops = [(each, footing.value.high) for each in stakes for footing in each.footings]
    explained = {each.field for each, high in tops if high is not None and high <= value}
    sources = {source for each in allowing for source in each.sources}
    known = sum(bool(each.known) for each in allowing)
    return len(telling), len(firm), len(explained), len(sources), -known


def _is_telling(implied: Implied) -> bool:
    """Whether it is bounded on both sides within a factor of two: what allows all says nothing."""
    return any(
        footing.value.high is not None and footing.value.high <= 2 * footing.value.low
        for footing in implied.footings
    )


def _intersection(one: Interval, other: Interval) -> Interval:
    highs = [high for high in (one.high, other.high) if high is not None]
    return Interval(max(one.low, other.low), min(highs, default=None))


def _reading(implied: Iterable[Implied], value: Interval) -> Literal["pre", "post"] | None:
    """How a valuation of which nobody says so is meant: what the other numbers decide."""
    for each in implied:
        readings = {f.reading for f in each.footings if f.value.meets(value)}
        if each.kind == "valuation" and len(each.footings) == 2 and len(readings) == 1:
            return "pre" if readings == {"pre"} else "post"
    return None


def _line(
    numbers: DealNumbers, implied: Implied, value: Interval, beside: Sequence[Implied]
) -> Line:
    fits = implied.fits(value)
    nearest = min(implied.footings, key=lambda footing: footing.value.gap(value))
    reason = None if fits else explain(numbers, implied, value, beside)
    return Line(
        kind=implied.kind,
        field=implied.field,
        holder=implied.holder or None,
        printed=implied.printed,
        words=implied.words,
        implied=amount_words(nearest.value, numbers.currency),
        expected=_expected(numbers, implied, value),
        status="fits" if fits or reason == "rounding" else "misfits",
        gap=None if fits else _gap(numbers, nearest, value),
        reason=reason,
        why=REASONS[reason] if reason else None,
        known=implied.known or None if not fits else None,
        sources=implied.sources,
    )


def _expected(numbers: DealNumbers, implied: Implied, value: Interval) -> str | None:
    """What a buyer's share should have been at the value that the rest allows."""
    if implied.kind != "stake" or implied.paid is None:
        return None
    old = value - (numbers.new_money or Interval.exactly(0))
    share = (implied.paid * Interval.exactly(100) + implied.before * old) / value
    high = min(share.high, HUNDRED) if share.high is not None else HUNDRED
    return percent_words(Interval(share.low, high))


def _gap(numbers: DealNumbers, nearest: Footing, value: Interval) -> str:
    """By how much something does not fit, as a value of the company."""
    sign = "more" if nearest.value.low > value.low else "less"
    gap = nearest.value.gap(value)
    return f"{amount_words(Interval.exactly(gap), numbers.currency)} {sign}"


def _sums(numbers: DealNumbers) -> Iterator[Line]:
    """The parts of an amount against the whole."""
    parts = [numbers.price(move) for move in numbers.moves]
    told = [part for part in parts if part is not None]
    if numbers.total is not None and told:
        yield _sum_line(numbers, "moves", told, is_whole=len(told) == len(parts))
    pieces = [numbers.amount(key) for key in ("cash", "stock")]
    known = [piece for piece in pieces if piece is not None]
    if numbers.total is not None and len(known) == len(pieces):
        yield _sum_line(numbers, "amounts", known, is_whole=True)


def _sum_line(numbers: DealNumbers, field: str, parts: list[Interval], *, is_whole: bool) -> Line:
    total, whole = sum(parts, Interval.exactly(0)), numbers.total
    assert whole is not None  # the callers looked
    fits = total.meets(whole) or (not is_whole and (whole.high is None or total.low <= whole.high))
    is_short = not fits and whole.high is not None and total.low <= whole.high
    others = is_short and field == "moves"
    claims = numbers.deal.amounts["total"]
    reason: Reason | None = None if fits else "others" if others else "unexplained"
    return Line(
        kind="sum",
        field=field,
        holder=None,
        printed=" or ".join(dict.fromkeys(claim.value.text for claim in claims)),
        words=f"the parts add up to {amount_words(total, numbers.currency)}",
        implied=None,
        expected=amount_words(total, numbers.currency),
        status="fits" if fits or others else "misfits",
        gap=None if fits else amount_words(Interval.exactly(total.gap(whole)), numbers.currency),
        reason=reason,
        why=REASONS[reason] if reason else None,
        known=None,
        sources=tuple(dict.fromkeys(source for claim in claims for source in claim.sources)),
    )


def share_lines(numbers: DealNumbers) -> Iterator[Line]:
    """Shares before, sold and after against each other, where no new ones were issued."""
    for each in share_sums(numbers):
        yield Line(
            kind="shares",
            field=each.field,
            holder=each.holder,
            printed=each.printed,
            words=each.words,
            implied=None,
            expected=percent_words(each.expected),
            status="fits" if each.reason in (None, *_TOLD_ONLY) else "misfits",
            gap=f"{percent_words(Interval.exactly(each.gap))[:-1]} points" if each.gap else None,
            reason=each.reason,
            why=REASONS[each.reason] if each.reason else None,
            known=each.known or None,
            sources=each.sources,
        )


def amount_words(amount: Interval, currency: str) -> str:
    """An interval of money in words, three digits each.

    >>> amount_words(Interval(Fraction(1995000000), Fraction(2004000000)), "USD")
    'US$2bn'
    >>> amount_words(Interval(Fraction(1407407407), Fraction(1579000000)), "USD")
    'US$1.41 to 1.58bn'
    """
    if amount.high is None:
        return money_words(f">={_scaled(amount.low)} {currency}")
    if not amount.high:
        return money_words(f"0 {currency}")
    if amount.high - amount.low <= amount.low * ABOUT / 5:
        return money_words(f"{_scaled(amount.middle)} {currency}")
    scale, unit = _unit(amount.high)
    low, high = (f"{float(side / scale):.3g}" for side in (amount.low, amount.high))
    told = money_words(f"{low}..{high}{unit} {currency}")
    return told.replace("e+03", "000")


def _scaled(amount: Fraction) -> str:
    scale, unit = _unit(amount)
    return f"{float(amount / scale):.3g}{unit}"


def _unit(amount: Fraction) -> tuple[int, str]:
    units = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"), (10**3, "k"))
    return next(((scale, unit) for scale, unit in units if amount >= scale), (1, ""))


def percent_words(share: Interval) -> str:
    """An interval of percents in words.

    >>> percent_words(Interval.exactly(50)), percent_words(Interval(Fraction(33), None))
    ('50%', 'at least 33%')
    """
    if share.high is None or share.high >= HUNDRED > share.low:
        return f"at least {_number(share.low)}%"
    if share.high - share.low < Fraction(1, 10):
        return f"{_number(share.middle)}%"
    return f"{_number(share.low)}% to {_number(share.high)}%"


def _number(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")
