"""Runs of a market: over a month that was made up, over a log that was recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyroaring import BitMap

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.rates import NO_REJECTIONS, Rates
from leadhouse.allocate.selling.gathering import promised
from leadhouse.parties.types import Market
from leadhouse.simulate.playing.door import BackDoor, Door
from leadhouse.simulate.playing.outside import Willing
from leadhouse.simulate.playing.play import Play
from leadhouse.simulate.playing.recorded import Agreement, Recorded
from leadhouse.simulate.playing.till import Till
from leadhouse.simulate.replay import Log, memory_before, used_before
from leadhouse.simulate.types import Arrival, Step


@dataclass(frozen=True, slots=True)
class Setting:
    """A market, what its companies may spend when it begins (minor units by id), and its rejection rates.

    `over_threshold` are the campaigns beyond the market's thresholds.
    """

    market: Market
    wallets: Mapping[int, int]
    rates: Rates = NO_REJECTIONS
    over_threshold: BitMap = field(default_factory=BitMap)


def play_month(setting: Setting, arrivals: Iterable[Arrival]) -> Iterator[Step]:
    """Decide a month's leads: every buyer takes what it is given, rates stay as they are."""
    index = Index(setting.market)
    till = Till(setting.market, setting.wallets)
    return Play(index, Willing(index, setting.rates, setting.over_threshold), till, Door(setting.market)).run(
        arrivals
    )


class Replay:
    """A log played again; `agreement` tells, once it has run, what was decided as recorded."""

    def __init__(self, setting: Setting, log: Log) -> None:
        index = Index(setting.market)
        self._outside = Recorded(index, log.entries, log.answers, setting.rates)
        till = Till(setting.market, setting.wallets, used_before(log, setting.market))
        memory = memory_before(log, setting.market)
        self._play = Play(
            index, self._outside, till, BackDoor(setting.market), memory=memory, end=log.span.until
        )
        for one in log.paid_in:
            self._play.pay_in(one.at, one.company_id, one.amount_minor)

    def run(self, arrivals: Iterable[Arrival]) -> Iterator[Step]:
        """Yield what happens; leads whose source was promised a price bring it or are not sold."""
        return self._play.run(replace(one, lead=promised(one.passport, one.lead)) for one in arrivals)

    @property
    def agreement(self) -> Agreement:
        return self._outside.agreement
