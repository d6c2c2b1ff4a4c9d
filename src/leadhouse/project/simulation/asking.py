"""What a person asked of `leadhouse simulate`, understood as far as that needs no market."""

import argparse
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from leadhouse.parties.types import Market, Pacing
from leadhouse.project.commands import CommandError
from leadhouse.simulate.changes import Raise, Scale

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MOST_FACTOR = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """How the second run's market differs; several differences are all made."""

    against: Path | None = None
    policy: Pacing | None = None
    bids: Scale | None = None
    budgets: Scale | None = None
    counterfactual: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return any((self.against, self.policy, self.bids, self.budgets, self.counterfactual))

    def told(self) -> str:
        """Say in a few words what is changed."""
        parts = (
            self.against and f"{self.against.name}",
            self.policy and self.policy.value,
            self.bids and f"bids {_scaled(self.bids)}",
            self.budgets and f"budgets {_scaled(self.budgets)}",
            self.counterfactual and " ".join(self.counterfactual),
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose leads are decided under which market (None: the database's), and under which other one.

    `month` is the first day of the month to make up, None to replay the log from `since` to `until`.
    """

    market: Path | None
    month: date | None
    seed: int
    leads: int | None
    since: str | None
    until: str | None
    has_endless_wallets: bool
    change: Change

    @property
    def needs_database(self) -> bool:
        return self.market is None or self.month is None


def asked_of(options: argparse.Namespace) -> Asked:
    """Read the options; raises CommandError for what cannot be meant."""
    if not options.log and (options.since or options.until):
        raise CommandError("--since and --until choose decisions of the log: ask for --log")
    if options.log and options.leads is not None:
        raise CommandError("--leads says how many leads a month has: ask for --month")
    if options.leads is not None and options.leads < 1:
        raise CommandError("--leads must be at least 1")
    return Asked(
        market=options.market,
        month=None if options.log else _month(options.month),
        seed=options.seed,
        leads=options.leads,
        since=options.since,
        until=options.until,
        has_endless_wallets=options.endless_wallets,
        change=Change(
            against=options.against,
            policy=Pacing(options.policy) if options.policy else None,
            bids=_scale("--bids-scale", options.bids_scale),
            budgets=_scale("--budgets-scale", options.budgets_scale),
            counterfactual=tuple(options.counterfactual) if options.counterfactual else None,
        ),
    )


def raise_of(written: tuple[str, str], market: Market) -> Raise:
    """Return by how much which campaign's bids rise, in the market's currency."""
    from leadhouse.kit.money import to_minor

    campaign, amount = written
    try:
        return Raise(campaign, to_minor(amount, market.currency))
    except ValueError as error:
        raise CommandError(f"--counterfactual {campaign}: {error}") from None


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), 1) if found else date.fromisoformat("")
    except ValueError:
        raise CommandError(f"{text!r} is not a month: write it like 2025-09") from None


def _scale(option: str, text: str | None) -> Scale | None:
    if text is None:
        return None
    campaign, _, factor = text.rpartition("=")
    try:
        number = Decimal(factor)
    except InvalidOperation:
        number = Decimal(-1)
    if not 0 <= number <= _MOST_FACTOR:
        raise CommandError(f"{option} {text}: {factor!r} is not a factor: write it like 1.2 or acme-west=1.2")
    return Scale(number, campaign or None)


def _scaled(scale: Scale) -> str:
    return f"of {scale.campaign} × {scale.factor}" if scale.campaign else f"× {scale.factor}"
