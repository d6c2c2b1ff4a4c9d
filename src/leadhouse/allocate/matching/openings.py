"""Which campaigns are open at an instant, and when the next of them opens."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from leadhouse.kit.hours import WeekHours, is_open, next_opening
from leadhouse.parties.types import Campaign, Company

_Hours = tuple[WeekHours, ...]
_WEEK = timedelta(days=7)
_NEVER = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))


class _Group:
    """Campaigns that open and close together."""

    def __init__(self, zone: ZoneInfo, hours: _Hours) -> None:
        self.zone, self.hours = zone, hours
        self.campaigns = BitMap()
        self._asked: tuple[tuple[datetime, datetime], datetime | None] = (_NEVER, None)

    def is_open(self, instant: datetime) -> bool:
        return all(is_open(each, self.zone, instant) for each in self.hours)

    def opening(self, after: datetime, until: datetime) -> datetime | None:
        """Return the first opening in after <= instant < until; what was found stands until it has passed."""
        asked, opening = self._asked
        if not asked[0] <= after <= (opening or asked[1]) or (opening is None and until > asked[1]):
            # A week at least, so that leads of different ages share one answer.
            far = max(until, after + _WEEK)
            opening = next_opening(self.hours, self.zone, after, far)
            self._asked = ((after, far), opening)
        return opening if opening is not None and opening < until else None


class Openings:
    """The contact windows of all campaigns, those with equal ones asked once."""

    def __init__(self, campaigns: Iterable[Campaign], companies: Mapping[int, Company]) -> None:
        self._always = BitMap()
        grouped: defaultdict[tuple[ZoneInfo, _Hours], list[int]] = defaultdict(list)
        for campaign in campaigns:
            company = companies[campaign.company_id]
            hours = tuple(each for each in (company.hours, campaign.schedule) if each is not None)
            if hours:
                grouped[company.zone, hours].append(campaign.id)
            else:
                self._always.add(campaign.id)
        self._groups = [_Group(*key) for key in grouped]
        for group, ids in zip(self._groups, grouped.values(), strict=True):
            group.campaigns.update(ids)
        # One value, so that threads never see a minute with another's campaigns.
        self._open: tuple[datetime | None, BitMap] = (None, BitMap())

    def open_at(self, now: datetime) -> BitMap:
        """Return the campaigns that are open in this minute (wall clocks change by whole minutes)."""
        minute = now.replace(second=0, microsecond=0)
        known, found = self._open
        if minute != known:
            open_groups = [group.campaigns for group in self._groups if group.is_open(minute)]
            found = BitMap.union(self._always, *open_groups)
            self._open = (minute, found)
        return found

    def earliest(self, campaigns: BitMap, after: datetime, until: datetime) -> datetime | None:
        """Return when the first of these campaigns opens in after <= instant < until, or None."""
        if self._always.intersect(campaigns):
            return after
        openings = [
            group.opening(after, until) for group in self._groups if group.campaigns.intersect(campaigns)
        ]
        return min((one for one in openings if one is not None), default=None)
