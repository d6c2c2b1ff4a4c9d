"""`leadhouse simulate MARKET --month`: what a market earns with a month's leads, and what a change would."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from leadhouse.project.printing import console

if TYPE_CHECKING:
    from leadhouse.project.simulation.runs import Simulation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose leads, and what is changed."""
    market = "a market file (default: the database's market as it is now)"
    parser.add_argument("market", metavar="MARKET", nargs="?", type=Path, help=market)
    leads = parser.add_mutually_exclusive_group(required=True)
    leads.add_argument(
        "--month",
        metavar="YYYY-MM",
        nargs="?",
        const="2025-09",
        help="decide a month of leads made up for the market's sources (default: 2025-09)",
    )
    leads.add_argument("--log", action="store_true", help="decide the database's recorded leads again")
    parser.add_argument("--seed", metavar="N", type=int, default=1, help="another seed is another month")
    parser.add_argument("--leads", metavar="N", type=int, help="so many leads in the month (default: 75,711)")
    when = "a day of the market's zone (2026-11-16) or an instant (2026-11-16T09:30:00-05:00)"
    parser.add_argument("--since", metavar="WHEN", help=f"of the log, decisions from then on: {when}")
    parser.add_argument("--until", metavar="WHEN", help="of the log, decisions before then, written likewise")
    parser.add_argument("--endless-wallets", action="store_true", help="let no wallet run out")
    changes = parser.add_argument_group("what is changed; without any of these one run is made")
    changes.add_argument("--against", metavar="MARKET", type=Path, help="another market file")
    changes.add_argument("--policy", choices=("greedy", "paced"), help="how all products spend budgets")
    scale = "times FACTOR, of one campaign or of all"
    changes.add_argument("--bids-scale", metavar="[CAMPAIGN=]FACTOR", help=f"bids {scale}")
    changes.add_argument("--budgets-scale", metavar="[CAMPAIGN=]FACTOR", help=f"limits of caps {scale}")
    changes.add_argument(
        "--counterfactual",
        metavar=("CAMPAIGN", "AMOUNT"),
        nargs=2,
        help="what a campaign would have won with so much more on each bid: --counterfactual acme-west +3.00",
    )
    parser.add_argument("--out", metavar="DIR", type=Path, help="write simulation.json and CSV files there")


def run(options: argparse.Namespace) -> int:
    """Run once, or twice and compare; print the figures and write them where asked."""
    from leadhouse.project.garbage import uncollected
    from leadhouse.project.simulation.asking import asked_of
    from leadhouse.project.simulation.files import write
    from leadhouse.project.simulation.runs import simulate

    with uncollected():
        found = simulate(asked_of(options), _progress)
    _show(found)
    if options.out:
        written = write(found, options.out)
        console(is_error=True).print("written: " + ", ".join(map(str, written)))
    return 0


def _show(found: "Simulation") -> None:
    from leadhouse.project.simulation import tables

    base, other = found.base.figures, found.changed.figures if found.changed else None
    out = console()
    title = found.base.setting.market.name
    change = found.asked.change.told()
    out.print(tables.figures_table(base, other, f"{title}; changed: {change}" if other else title))
    out.print(tables.sources_table(base, other))
    out.print(tables.campaigns_table(base, other))
    for line in tables.counterfactual_lines(found.answer, base.currency) if found.answer else ():
        out.print(line)
    if found.base.agreement:
        out.print(tables.agreement_line(found.base.agreement))
    for line in tables.cold_lines(found.log, found.base.setting.market) if found.log else ():
        out.print(line)


@contextmanager
def _progress(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress

    shown = console(is_error=True)
    with Progress(console=shown, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda count: bar.advance(task, count)
