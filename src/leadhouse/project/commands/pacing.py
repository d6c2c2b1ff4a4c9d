"""`leadhouse pacing`: what pacing earns, or would earn, and where each campaign stands."""

import argparse
import os
from datetime import timedelta

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment
from leadhouse.project.printing import console

_MOST_DAYS = 3_660


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How far back."""
    parser.add_argument("--days", type=int, default=28, help="how many days of decisions are added up (28)")


def run(options: argparse.Namespace) -> int:
    """Print every paced product."""
    if not 1 <= options.days <= _MOST_DAYS:
        raise CommandError(f"--days {options.days}: give a number of days from 1 to {_MOST_DAYS}")
    with open_database(read_environment(os.environ)):
        _print(options.days)
    return 0


def _print(days: int) -> None:
    from leadhouse.parties.current import market
    from leadhouse.report.pacing import paced
    from leadhouse.report.pacing_table import pacing_text
    from leadhouse.store.run import database_now

    configured, now = market(), database_now()
    products = paced(configured, now - timedelta(days=days), now)
    if not products:
        console().print("every product is greedy: write `pacing: shadow` (or paced) in the market file")
    for one in products:
        for part in pacing_text(one, configured.currency):
            console().print(part)
