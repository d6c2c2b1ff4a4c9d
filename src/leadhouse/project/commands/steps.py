"""`leadhouse steps`: what each step took of the leads of the last days, the bottleneck first."""

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
    parser.add_argument(
        "--days", type=int, default=7, help="leads received in so many days are looked at (7)"
    )


def run(options: argparse.Namespace) -> int:
    """Print the steps' table."""
    if not 1 <= options.days <= _MOST_DAYS:
        raise CommandError(f"--days {options.days}: give a number of days from 1 to {_MOST_DAYS}")
    with open_database(read_environment(os.environ)):
        _print(options.days)
    return 0


def _print(days: int) -> None:
    from leadhouse.report.queries import step_times
    from leadhouse.report.steps_table import steps_table
    from leadhouse.store.run import database_now

    times = step_times(since=database_now() - timedelta(days=days))
    if not times:
        console().print(f"no leads came in the last {days} days: look further back with --days")
        return
    console().print(steps_table(times, f"Steps of the leads of {days} days"))
