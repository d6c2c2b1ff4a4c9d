"""Makes the runs that were asked for: one, or a base and a changed one over the same leads."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.faults import MarketFaults
from leadhouse.parties.market_file import read_market_file
from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment
from leadhouse.project.instants import instant_of
from leadhouse.project.simulation.asking import Asked, raise_of
from leadhouse.simulate import changes, markets
from leadhouse.simulate.compare import Counterfactual, counterfactual
from leadhouse.simulate.figures import Figures, figures
from leadhouse.simulate.month import shape
from leadhouse.simulate.month.arrivals import arrivals
from leadhouse.simulate.playing.recorded import Agreement
from leadhouse.simulate.present import present
from leadhouse.simulate.queries import Span, count_decisions, reading
from leadhouse.simulate.replay import Log, read_log
from leadhouse.simulate.running import Replay, Setting, play_month
from leadhouse.simulate.told import Told, tell
from leadhouse.simulate.types import Arrival
from leadhouse.store.run import database_now

# What a long part of the work does, and how many steps it has; it is told how many more are done.
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, slots=True)
class Ran:
    """One run: its setting, its leads one by one and added up, and for a log how far it agrees with it."""

    setting: Setting
    told: Told
    figures: Figures
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was asked, the base run, and the changed one if there is one."""

    asked: Asked
    base: Ran
    changed: Ran | None = None
    answer: Counterfactual | None = None
    log: Log | None = None


def simulate(asked: Asked, progress: Progress) -> Simulation:
    """Make the runs; raises CommandError for a faulty market file and for a campaign that is not there."""
    with _database(asked):
        now = present() if asked.needs_database else None
        log = _log(asked, now, progress) if asked.month is None and now else None
        base = _base(asked, now, log)
        leads = log.arrivals if log else _month(asked, base, progress)
        if not leads:
            raise CommandError("there are no leads to decide: no source is open, or nothing is recorded then")
        first = _ran(base, leads, log, progress)
        if not asked.change:
            return Simulation(asked, first, log=log)
        second = _ran(_changed(asked, base), leads, log, progress)
    answer = None
    if asked.change.counterfactual:
        more = raise_of(asked.change.counterfactual, base.market)
        answer = counterfactual(first.told, second.told, base.market, more)
    return Simulation(asked, first, second, answer, log)


def _database(asked: Asked) -> AbstractContextManager[object]:
    return open_database(read_environment(os.environ)) if asked.needs_database else nullcontext()


def _log(asked: Asked, now: Setting, progress: Progress) -> Log:
    zone = now.market.zone
    until = instant_of(asked.until, zone) or database_now() + timedelta(microseconds=1)
    span = Span(instant_of(asked.since, zone), until)
    with reading(), progress("reading the log", count_decisions(span)) as advance:
        return read_log(span, advance)


def _base(asked: Asked, now: Setting | None, log: Log | None) -> Setting:
    """Return the setting of the first run; a log begins with the wallets as they were then."""
    if now is not None and log is not None:
        now = replace(now, wallets=log.wallets)
    setting = now if asked.market is None and now else _of_file(asked.market or Path(), now)
    if asked.has_endless_wallets:
        return replace(setting, wallets=markets.endless_wallets(setting.market.companies))
    return setting


def _of_file(path: Path, like: Setting | None) -> Setting:
    """Return a file's setting; beside a known one it has that one's numbers, wallets and rates."""
    file = _read(path)
    market = markets.compiled(file, like.market if like else None)
    if like is None:
        return Setting(market, markets.opening_wallets(file, market))
    wallets = markets.wallets_like(file, market, like.market, like.wallets)
    return Setting(market, wallets, like.rates, like.over_threshold)


def _read(path: Path) -> MarketFileDocument:
    try:
        return read_market_file(path)
    except MarketFaults as refusal:
        faults = "; ".join(map(str, refusal.faults[:3]))
        more = f" and {len(refusal.faults) - 3} more" if len(refusal.faults) > 3 else ""
        raise CommandError(f"{path} cannot be simulated: {faults}{more}") from None


def _changed(asked: Asked, base: Setting) -> Setting:
    """Return the setting of the second run."""
    change = asked.change
    setting = base
    if change.against:
        setting = _of_file(change.against, base)
        if not asked.needs_database:
            opening = markets.opening_wallets(_read(change.against), setting.market)
            setting = replace(setting, wallets=opening)
        if asked.has_endless_wallets:
            setting = replace(setting, wallets=markets.endless_wallets(setting.market.companies))
    market = setting.market
    try:
        if change.policy:
            market = changes.with_pacing(market, change.policy)
        if change.bids:
            market = changes.with_bids_scaled(market, change.bids)
        if change.budgets:
            market = changes.with_budgets_scaled(market, change.budgets)
        if change.counterfactual:
            market = changes.with_bids_raised(market, raise_of(change.counterfactual, market))
    except LookupError as error:
        raise CommandError(str(error.args[0])) from None
    return replace(setting, market=market)


def _month(asked: Asked, base: Setting, progress: Progress) -> Sequence[Arrival]:
    with progress("making the month up", 1) as advance:
        found = arrivals(
            base.market,
            seed=asked.seed,
            first_day=asked.month or shape.FIRST_DAY,
            leads=asked.leads or shape.LEADS,
        )
        advance(1)
    return found


def _ran(setting: Setting, leads: Sequence[Arrival], log: Log | None, progress: Progress) -> Ran:
    with progress("deciding", len(leads)) as advance:
        coming = _counted(leads, advance)
        if log is None:
            told, agreement = tell(play_month(setting, coming)), None
        else:
            replay = Replay(setting, log)
            told, agreement = tell(replay.run(coming)), replay.agreement
    return Ran(setting, told, figures(told, setting.market), agreement)


def _counted(leads: Iterable[Arrival], advance: Callable[[int], None]) -> Iterator[Arrival]:
    """Pass leads on, and tell now and then how many have passed."""
    for number, one in enumerate(leads, start=1):
        yield one
        if number % 500 == 0:
            advance(500)
