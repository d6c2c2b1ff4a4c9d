"""What campaigns have spent, kept in memory by their local days."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from leadhouse.allocate.pacing.days import Spent
from leadhouse.kit import periods
from leadhouse.parties.types import Campaign, CapPeriod, CapUnit, Market

_SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


class Tally:
    """Adds sales up; asked for an instant, it tells what each campaign had spent of its day and before it."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._days: defaultdict[int, dict[datetime, tuple[int, int]]] = defaultdict(dict)

    def add(self, campaign_id: int, price_minor: int, at: datetime) -> None:
        """Note a sale, or one undone (a negative price), in the day of this instant."""
        campaign = self._market.campaigns[campaign_id]
        start = periods.day(self._market.companies[campaign.company_id].zone, at).start
        money, count = self._days[campaign_id].get(start, (0, 0))
        self._days[campaign_id][start] = (money + price_minor, count + (-1 if price_minor < 0 else 1))

    def put(self, campaign_id: int, day: datetime, money: int, count: int) -> None:
        """Set what a campaign spent in the day of its zone that begins then."""
        self._days[campaign_id][day] = (money, count)

    def used(self, campaign_id: int, unit: CapUnit, since: datetime) -> int:
        """Return what a campaign spent of one unit in the days from an instant on."""
        days = self._days.get(campaign_id, {})
        place = 0 if unit is CapUnit.MONEY else 1
        return sum(one[place] for start, one in days.items() if start >= since)

    def spent(self, now: datetime) -> Mapping[int, Spent]:
        """Return what every campaign that ever spent has spent by now."""
        return {one: self._spent(self._market.campaigns[one], now) for one in self._days}

    def _spent(self, campaign: Campaign, now: datetime) -> Spent:
        zone = self._market.companies[campaign.company_id].zone
        days = self._days[campaign.id]
        today = periods.day(zone, now).start
        money, count = days.get(today, (0, 0))
        before = {
            cap: self.used(campaign.id, cap.unit, _SPANS[cap.period](zone, now).start)
            - (money if cap.unit is CapUnit.MONEY else count)
            for cap in campaign.caps
        }
        return Spent(money, count, before)
