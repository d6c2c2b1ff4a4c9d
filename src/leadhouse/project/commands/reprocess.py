"""`leadhouse reprocess ID`: send a lead that came to its end through its product's flow again."""

import argparse
import os
from uuid import UUID

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which lead."""
    parser.add_argument("id", metavar="ID", type=UUID, help="the lead's id")


def run(options: argparse.Namespace) -> int:
    """Queue the lead for another run; its earlier history stays, and no company gets it twice."""
    from leadhouse.qualify.queries import reprocess

    with open_database(read_environment(os.environ)):
        if not reprocess(options.id):
            raise CommandError(f"no lead {options.id} has come to its end: see leadhouse lead {options.id}")
    print(f"lead {options.id} goes through its flow again; leadhouse lead {options.id} tells both runs")
    return 0
