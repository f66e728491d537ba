"""The questions as commands: each parses, asks once and prints."""

from __future__ import annotations

from typing import Any

import click

from entrepot.cli.asking import ask
from entrepot.cli.completion import complete_name
from entrepot.cli.options import Shared, question_options, shared_options, timeless_options


@click.command(epilog="Example:  entrepot find rocket --kind fund")
@click.argument("text")
@click.option("--kind", metavar="LABEL", help="Only these, such as Company, Fund or Deal.")
@click.option("--limit", type=int, default=20, show_default=True, help="How many.")
@timeless_options
def find(text: str, kind: str | None, limit: int, shared: Shared) -> int:
    """Actors, brands, deals and markets whose names are like TEXT."""
    from entrepot.cli.reports import report_find

    return ask(shared, report_find, "find", text=text, kind=kind, limit=limit)


@click.command(epilog="Example:  entrepot show alibaba-lazada-2016")
@click.argument("about", metavar="NAME", shell_complete=complete_name)
@question_options
def show(about: str, shared: Shared) -> int:
    """One page about an actor, a brand, a deal, a market or any other record."""
    from entrepot.cli.pages import report_show

    return ask(shared, report_show, "show", about=about, **shared.clocks)


@click.command(epilog="Example:  entrepot owners lazada --as-of 2016-12-31")
@click.argument("company", metavar="NAME", shell_complete=complete_name)
@question_options
def owners(company: str, shared: Shared) -> int:
    """Who holds shares of a company, directly, and what is left unknown.

    Exit code 1 where no holder is on record.
    """
    from entrepot.cli.reports import report_owners

    return ask(shared, report_owners, "owners", company=company, **shared.clocks)


@click.command(epilog="Example:  entrepot holdings alibaba")
@click.argument("holder", metavar="NAME", shell_complete=complete_name)
@question_options
def holdings(holder: str, shared: Shared) -> int:
    """What an actor holds shares of, directly.

    Exit code 1 where no holding is on record.
    """
    from entrepot.cli.reports import report_holdings

    return ask(shared, report_holdings, "holdings", holder=holder, **shared.clocks)


@click.command(epilog="Example:  entrepot deals alibaba --period 2016 --status completed")
@click.argument("actor", metavar="[NAME]", required=False, shell_complete=complete_name)
@click.option("--market", metavar="NAME", help="Of whom is in a market, a sector or a place.")
@click.option("--period", metavar="DATE", help="With a status dated in it: 2016, 2015..2017.")
@click.option("--type", "deal_type", metavar="TYPE", help="Such as acquisition or funding-round.")
@click.option("--status", metavar="STATUS", help="Such as completed, announced or talks.")
@click.option(
    "--check", is_flag=True, help="Whether their numbers fit: amounts, valuation and shares."
)
@question_options
def deals(
    actor: str | None,
    market: str | None,
    period: str | None,
    deal_type: str | None,
    status: str | None,
    check: bool,
    shared: Shared,
) -> int:
    """Deals by actor, market, period, type and status; rumours are in the list, as rumours.

    Exit code 1 where there is none. With --check NAME may be a deal: say whether amounts, valuation
    and shares fit, by how much not, and the likeliest reason; exit code 1 where something does not.
    """
    from entrepot.cli.reports import report_deals

    if check:
        return _check_deals(actor, shared, (market, period, deal_type, status))

    wanted: dict[str, Any] = {"market": market, "period": period, "status": status}
    return ask(
        shared, report_deals, "deals", actor=actor, type=deal_type, **wanted, **shared.clocks
    )


@click.command(epilog="Example:  entrepot claims alibaba-lazada-2016 stakes")
@click.argument("about", metavar="NAME", shell_complete=complete_name)
@click.argument("field", required=False)
@click.option("--disputed", is_flag=True, help="Only where sources disagree.")
@shared_options("format", "known_at", "receipt", "uri", "store", "quiet", "verbose")
def claims(about: str, field: str | None, disputed: bool, shared: Shared) -> int:
    """What sources say about something, which claim is shown, and the rule that decided.

    FIELD may be a whole path, such as stakes.lazada.alibaba.after, or any part of one. Exit code 1
    where there is no claim.
    """
    from entrepot.cli.reports import report_claims

    return ask(
        shared,
        report_claims,
        "claims",
        about=about,
        field=field,
        disputed=disputed,
        known_at=shared.known_at,
    )


@click.command(epilog="Example:  entrepot timeline tokopedia --period 2017")
@click.argument("about", metavar="NAME", shell_complete=complete_name)
@click.option("--period", metavar="DATE", help="What is dated in it: 2016, 2015..2017.")
@question_options
def timeline(about: str, period: str | None, shared: Shared) -> int:
    """Everything dated about something, in order; rumours and talks are marked.

    Exit code 1 where nothing is dated.
    """
    from entrepot.cli.reports import report_timeline

    return ask(shared, report_timeline, "timeline", about=about, period=period, **shared.clocks)


@click.command(epilog="Example:  entrepot coverage lazada")
@click.argument("about", metavar="[NAME]", required=False, shell_complete=complete_name)
@timeless_options
def coverage(about: str | None, shared: Shared) -> int:
    """What was researched about an actor or a brand, until when, and what was not found.

    Without NAME all that were. Exit code 1 where nothing was researched.
    """
    from entrepot.cli.reports import report_coverage

    return ask(shared, report_coverage, "coverage", about=about)


def _check_deals(name: str | None, shared: Shared, others: tuple[str | None, ...]) -> int:
    from entrepot.cli.deal_checks import report_checks

    if any(others):
        raise click.UsageError("--check takes the name of a deal or of an actor, or none")
    return ask(shared, report_checks, "check_deals", name=name, **shared.clocks)
