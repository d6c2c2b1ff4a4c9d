"""`leadhouse sources`: each source's leads and conversion in a month."""

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
    """Which month."""
    parser.add_argument("--month", metavar="YYYY-MM", help="a month of the market's zone (default: this one)")


def run(options: argparse.Namespace) -> int:
    """Print the sources' table."""
    asked = _month(options.month) if options.month else None
    with open_database(read_environment(os.environ)):
        _print(asked)
    return 0


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else date.fromisoformat("")
    except ValueError:
        raise CommandError(f"{text!r} is not a month: write it like 2025-09") from None


def _print(asked: date | None) -> None:
    from leadhouse.parties.current import market
    from leadhouse.report.queries import sources_overview
    from leadhouse.report.sources_table import sources_table
    from leadhouse.store.run import database_now

    zone = market().zone
    month = asked or database_now().astimezone(zone).date()
    figures = sources_overview(month.year, month.month, zone)
    console().print(sources_table(figures, f"{month:%B %Y}, {zone.key}"))
