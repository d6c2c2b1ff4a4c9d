"""Which leads of the last days tell what is still to come of the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from leadhouse.allocate.pacing.days import Day
from leadhouse.allocate.pacing.sample import Flat, Sample, Sampled
from leadhouse.allocate.pacing.traffic import QUARTERS_OF_DAY, Floats, Traffic, quarter_of_week
from leadhouse.parties.types import Market

DAYS, WEEKS = 7, 4
MOST_LEADS = 800
_DAY = timedelta(days=1)
_QUARTER_MINUTES = 15
Spans = list[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Past:
    """A lead that came at this instant, and the offers for it."""

    at: datetime
    offers: Flat


def last_days(now: datetime, end: datetime) -> Spans:
    """Return the hours from now to `end` as they were on each of the last days."""
    return [(now - number * _DAY, end - number * _DAY) for number in range(1, DAYS + 1)]


def same_weekdays(now: datetime) -> Spans:
    """Return the day from now on as it was in each of the last weeks."""
    return [(now - 7 * number * _DAY, now - (7 * number - 1) * _DAY) for number in range(1, WEEKS + 1)]


def own_traffic(past: Sequence[Past], market: Market) -> dict[int, Floats]:
    """Return how many of these leads each campaign might have had, by the quarter hours of its day."""
    if not past:
        return {}
    counts = [len(one.offers.campaigns) for one in past]
    lead, asked = (
        np.repeat(np.arange(len(past)), counts),
        np.concatenate([one.offers.campaigns for one in past]),
    )
    found, place = np.unique(asked, return_inverse=True)
    zones = [market.companies[market.campaigns[one].company_id].zone for one in found.tolist()]
    quarters = {
        zone: np.array([quarter_of_week(one.at, zone) % QUARTERS_OF_DAY for one in past])
        for zone in set(zones)
    }
    of_zone = list(quarters)
    zone_of = np.array([of_zone.index(zone) for zone in zones])
    quarter = np.array([quarters[zone] for zone in of_zone])[zone_of[place], lead]
    seen = np.bincount(place * QUARTERS_OF_DAY + quarter, minlength=len(found) * QUARTERS_OF_DAY)
    return dict(zip(found.tolist(), seen.reshape(-1, QUARTERS_OF_DAY).astype(float), strict=True))


def horizon(days: Mapping[int, Day], now: datetime) -> datetime:
    """Return when the last of the campaigns' local days ends, at most a day from now."""
    return min(max((one.span.end for one in days.values()), default=now), now + _DAY)


def sample_of(
    past: Sequence[Past], share: float, days: Mapping[int, Day], traffic: Traffic, now: datetime
) -> Sample:
    """Return leads as they might come again until the campaigns' days end.

    `past` are leads of the same hours of the last DAYS days or of fewer, `share` of all there were: each day
    counts alike but for how busy its weekday is. Campaigns get no lead that would come after their own day.
    """
    covered = {_days_ago(one.at, now) for one in past}
    divisor = share * max(1, len(covered))
    ends = np.full(max(days, default=0) + 1, np.inf)
    ends[list(days)] = [one.span.end.timestamp() for one in days.values()]
    return Sample((_again(one, divisor, traffic, now) for one in past), ends)


def _again(one: Past, divisor: float, traffic: Traffic, now: datetime) -> Sampled:
    at = coming(one.at, now)
    return Sampled(one.offers, traffic.busy(at) / traffic.busy(one.at) / divisor, at.timestamp())


def coming(at: datetime, now: datetime) -> datetime:
    """Return the first instant from now on that is whole days after a past one."""
    return at + _days_ago(at, now) * _DAY


def coming_quarter(at: datetime, now: datetime) -> datetime:
    """Return the quarter hour in which `coming` lies: what is open then is worked out once for all of it."""
    again = coming(at, now)
    minute = again.minute // _QUARTER_MINUTES * _QUARTER_MINUTES
    return again.replace(minute=minute, second=0, microsecond=0)


def _days_ago(at: datetime, now: datetime) -> int:
    return -((at - now) // _DAY)
