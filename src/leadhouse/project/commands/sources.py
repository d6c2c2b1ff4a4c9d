"""`leadhouse sources`: each source's leads and conversion in a month, or what they cost and brought."""

import argparse
import os
import re
from datetime import date

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment
from leadhouse.project.printing import console

_MONTH = re.compile(r"(\d{4})-(\d{2})")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which month, and what of it."""
    parser.add_argument("--money", action="store_true", help="cost, revenue and what a customer won cost")
    parser.add_argument("--month", metavar="YYYY-MM", help="a month of the market's zone (default: this one)")


def run(options: argparse.Namespace) -> int:
    """Print the sources' table."""
    asked = _month(options.month) if options.month else None
    with open_database(read_environment(os.environ)):
        _print(asked, about_money=options.money)
    return 0


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else date.fromisoformat("")
    except ValueError:
        raise CommandError(f"{text!r} is not a month: write it like 2025-09") from None


def _print(asked: date | None, *, about_money: bool) -> None:
    from leadhouse.parties.current import market
    from leadhouse.report.queries import sources_money, sources_overview
    from leadhouse.report.sources_table import money_table, sources_table
    from leadhouse.store.run import database_now

    configured = market()
    zone = configured.zone
    month = asked or database_now().astimezone(zone).date()
    title = f"{month:%B %Y}, {zone.key}"
    if about_money:
        money = sources_money(month.year, month.month, zone)
        console().print(money_table(money, title, configured.currency))
    else:
        console().print(sources_table(sources_overview(month.year, month.month, zone), title))
