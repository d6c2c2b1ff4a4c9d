"""Which campaigns are open at an instant, and when the next of them opens."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY, Accepting
from leadhouse.kit.hours import WeekHours, joint, minute_of_week, next_opening, steady_until
from leadhouse.parties.types import Campaign, Company

# Those with equal hours in one zone open and close together.
Group = tuple[ZoneInfo, tuple[WeekHours, ...]]
Timed = tuple[int, Group | None]
_WEEK = timedelta(days=7)
_PAST, _FUTURE = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def group_of(campaign: Campaign, company: Company) -> Group | None:
    """Return when a campaign is open by its own and its company's hours; None when always."""
    hours = tuple(each for each in (company.hours, campaign.schedule) if each is not None)
    return (company.zone, hours) if hours else None


class Openings:
    """The contact windows of all campaigns, those with equal ones asked once."""

    def __init__(self, timed: Iterable[Timed]) -> None:
        self._take(Accepting(_wishes(timed)))

    def _take(self, groups: Accepting[Group]) -> None:
        self._groups = groups
        by_zone: defaultdict[ZoneInfo, list[tuple[WeekHours, ...]]] = defaultdict(list)
        for zone, hours in groups.named:
            by_zone[zone].append(hours)
        self._weeks = [
            _Week(zone, {each: groups.of((zone, each)) for each in hours}) for zone, hours in by_zone.items()
        ]
        # Who is closed, from when, until when: one value, so that threads never see parts of two.
        self._closed: tuple[datetime, datetime, BitMap] = (_FUTURE, _PAST, NOBODY)
        self._asked: dict[Group, tuple[datetime, datetime, datetime | None]] = {}

    def edited(self, gone: Collection[Timed], come: Collection[Timed]) -> "Openings":
        """Return what it is once these campaigns' windows have gone and those have come."""
        groups = self._groups.edited([*_wishes(gone)], [*_wishes(come)])
        if groups is self._groups:
            return self
        edited = Openings(())
        edited._take(groups)
        return edited

    def closed_at(self, now: datetime) -> BitMap:
        """Return the campaigns that are closed at this instant."""
        start, until, found = self._closed
        if not start <= now < until:
            # Wall clocks and hours change by whole minutes.
            start = now.astimezone(UTC).replace(second=0, microsecond=0)
            closed = [ids for week in self._weeks for ids in week.closed_at(start)]
            found = BitMap.union(NOBODY, *closed)
            until = min((week.steady_until(start) for week in self._weeks), default=_FUTURE)
            self._closed = (start, until, found)
        return found

    def earliest(self, campaigns: BitMap, after: datetime, until: datetime) -> datetime | None:
        """Return when the first of these campaigns opens in after <= instant < until, or None."""
        if self._groups.wide.intersect(campaigns):
            return after
        openings = [
            self._opening(group, after, until)
            for group, ids in self._groups.named.items()
            if ids.intersect(campaigns)
        ]
        return min((one for one in openings if one is not None), default=None)

    def opening_at(self, campaigns: BitMap, opening: datetime, after: datetime) -> BitMap:
        """Return those of these campaigns whose first opening from an instant on is this one."""
        just_after = opening + timedelta(microseconds=1)
        groups = [
            ids
            for group, ids in self._groups.named.items()
            if ids.intersect(campaigns) and self._opening(group, after, just_after) == opening
        ]
        return campaigns & BitMap.union(NOBODY, *groups)

    def _opening(self, group: Group, after: datetime, until: datetime) -> datetime | None:
        """Return a group's first opening in after <= instant < until; it stands until it has passed."""
        since, far, opening = self._asked.get(group, (_FUTURE, _PAST, None))
        if not since <= after <= (opening or far) or (opening is None and until > far):
            # A week at least, so that leads of different ages share one answer.
            far = max(until, after + _WEEK)
            zone, hours = group
            opening = next_opening(hours, zone, after, far)
            self._asked[group] = (after, far, opening)
        return opening if opening is not None and opening < until else None


class _Week:
    """Who is open when in one zone's week."""

    def __init__(self, zone: ZoneInfo, groups: Mapping[tuple[WeekHours, ...], BitMap]) -> None:
        self._zone = zone
        self._ranges = [(joint(hours), ids) for hours, ids in groups.items()]
        edges = {edge for ranges, _ in self._ranges for one in ranges for edge in one}
        self._edges: Sequence[int] = sorted(edges)

    def closed_at(self, minute: datetime) -> list[BitMap]:
        """Return the sets of campaigns closed in this minute."""
        shown = minute_of_week(minute.astimezone(self._zone))
        return [ids for ranges, ids in self._ranges if not any(start <= shown < end for start, end in ranges)]

    def steady_until(self, minute: datetime) -> datetime:
        """Return until when nobody opens or closes, from this minute on."""
        return steady_until(self._edges, self._zone, minute)


def _wishes(timed: Iterable[Timed]) -> Iterable[tuple[int, tuple[Group, ...]]]:
    return ((number, (group,) if group else ()) for number, group in timed)
