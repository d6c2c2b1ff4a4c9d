"""`leadhouse lead ID`: a lead's person, timeline, decision and deliveries as text."""

import argparse
import os

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment
from leadhouse.project.printing import console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which lead, and how much of it."""
    parser.add_argument(
        "id", metavar="ID", help="a lead's id, the beginning of one, or a consumer's number (its newest lead)"
    )
    parser.add_argument(
        "--all", action="store_true", help="list each refused campaign; else they are counted by reason"
    )


def run(options: argparse.Namespace) -> int:
    """Print the lead's story."""
    with open_database(read_environment(os.environ)):
        _print(options.id, every_refusal=options.all)
    return 0


def _print(named: str, *, every_refusal: bool) -> None:
    from leadhouse.parties.current import market
    from leadhouse.report.lead_text import lead_text
    from leadhouse.report.queries import leads_named
    from leadhouse.report.story import lead_story

    found = leads_named(named)
    story = lead_story(found[0]) if found else None
    if story is None:
        raise CommandError(
            f"no lead is named {named!r}: give its id, the beginning of one, or a consumer's number"
        )
    is_consumer = str(story.passport.consumer_id) == named.strip().lstrip("#")
    if len(found) > 1 and not is_consumer:
        listed = ", ".join(map(str, found[:5]))
        raise CommandError(f"several leads begin with {named!r}: {listed}{' …' if len(found) > 5 else ''}")
    configured = market()
    told = lead_text(story, configured.zone, configured.currency, every_refusal=every_refusal)
    console().print(told)
    if len(found) > 1:
        others = "\n".join(f"  {one}" for one in found[1:])
        console().print(f"\nearlier leads of this consumer\n{others}")
