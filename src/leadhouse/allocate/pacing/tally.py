"""What campaigns have spent, kept in memory by their local days."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from leadhouse.allocate.pacing.days import Spent
from leadhouse.kit import periods
from leadhouse.kit.periods import Period
from leadhouse.parties.types import Campaign, Cap, CapPeriod, CapUnit, Market

_SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


class Tally:
    """Adds sales up; asked for an instant, it tells what each campaign had spent of its day and before it."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._days: defaultdict[int, dict[datetime, tuple[int, int]]] = defaultdict(dict)
        # What was used before the day asked for last: it changes with the day only.
        self._before: dict[int, tuple[Period, Mapping[Cap, int]]] = {}
        # What was told last, of those who sold nothing since; until the first of their days ends.
        self._told: dict[int, Spent] = {}
        self._asked = self._until = datetime.min.replace(tzinfo=UTC)

    def add(self, campaign_id: int, price_minor: int, at: datetime) -> None:
        """Note a sale, or one undone (a negative price), in the day of this instant."""
        start = periods.day(self._zone(campaign_id), at).start
        money, count = self._days[campaign_id].get(start, (0, 0))
        self.put(campaign_id, start, money + price_minor, count + (-1 if price_minor < 0 else 1))

    def put(self, campaign_id: int, day: datetime, money: int, count: int) -> None:
        """Set what a campaign spent in the day of its zone that begins then."""
        self._days[campaign_id][day] = (money, count)
        self._told.pop(campaign_id, None)
        if campaign_id in self._before and day < self._before[campaign_id][0].start:
            del self._before[campaign_id]

    def used(self, campaign_id: int, unit: CapUnit, since: datetime, until: datetime) -> int:
        """Return what a campaign spent of one unit in the days that begin in since <= start < until."""
        days = self._days.get(campaign_id, {})
        place = 0 if unit is CapUnit.MONEY else 1
        return sum(one[place] for start, one in days.items() if since <= start < until)

    def spent(self, now: datetime) -> Mapping[int, Spent]:
        """Return what every campaign that ever spent has spent by now."""
        if now >= self._until or now < self._asked:
            self._told = {}
        self._asked = now
        fresh = [one for one in self._days if one not in self._told]
        self._told |= {one: self._spent(self._market.campaigns[one], now) for one in fresh}
        self._until = min((self._before[one][0].end for one in self._told), default=now)
        return dict(self._told)

    def _spent(self, campaign: Campaign, now: datetime) -> Spent:
        known = self._before.get(campaign.id)
        if known is None or not known[0].contains(now):
            known = self._before[campaign.id] = self._day(campaign, now)
        money, count = self._days[campaign.id].get(known[0].start, (0, 0))
        return Spent(money, count, known[1])

    def _day(self, campaign: Campaign, now: datetime) -> tuple[Period, Mapping[Cap, int]]:
        zone = self._zone(campaign.id)
        span = periods.day(zone, now)
        return span, {
            cap: self.used(campaign.id, cap.unit, _SPANS[cap.period](zone, now).start, span.start)
            for cap in campaign.caps
        }

    def _zone(self, campaign_id: int) -> ZoneInfo:
        return self._market.companies[self._market.campaigns[campaign_id].company_id].zone
