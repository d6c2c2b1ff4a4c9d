"""`leadhouse apply FILE`: make the market equal to a file, or only say what that would change."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.parties.apply import Applied
    from leadhouse.parties.documents import MarketFileDocument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and whether to change anything."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a market file: .yaml, .yml or .json")
    parser.add_argument("--plan", action="store_true", help="only print the difference")


def run(options: argparse.Namespace) -> int:
    """Apply the file; print each difference, and generated keys once. Faults are told all at once."""
    from leadhouse.parties.faults import MarketFaults
    from leadhouse.parties.market_file import read_market_file

    try:
        file = read_market_file(options.file)
        with open_database(read_environment(os.environ)):
            if options.plan:
                _print_plan(file)
            else:
                _print_applied(_apply(file))
    except MarketFaults as refusal:
        raise CommandError(_told(options.file, refusal)) from None
    return 0


def _apply(file: "MarketFileDocument") -> "Applied":
    from leadhouse.billing.market import apply_market

    return apply_market(file)


def _told(file: Path, refusal: "Exception") -> str:
    from leadhouse.parties.faults import MarketFaults

    faults = refusal.faults if isinstance(refusal, MarketFaults) else ()
    if len(faults) == 1:
        return f"{file} has 1 fault, nothing was applied: {faults[0]}"
    lines = "\n".join(map(str, faults))
    return f"{file} has {len(faults)} faults, nothing was applied:\n{lines}"


def _print_plan(file: "MarketFileDocument") -> None:
    from leadhouse.parties.apply import plan
    from leadhouse.parties.differences import told
    from leadhouse.parties.queries import load_stored

    print(told(plan(file, load_stored()), done=False))


def _print_applied(applied: "Applied") -> None:
    from leadhouse.parties.differences import told

    print(told(applied.differences, done=True))
    if applied.generated_keys:
        print("\nkeys made now, shown this once:")
    for made in applied.generated_keys:
        print(f"  {made.path}: {made.key}")
