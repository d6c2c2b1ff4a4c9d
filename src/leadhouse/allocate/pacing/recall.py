"""Which leads of the last days tell what is still to come of the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadhouse.allocate.pacing.days import Day
from leadhouse.allocate.pacing.sample import Sample, Sampled
from leadhouse.allocate.pacing.traffic import Traffic
from leadhouse.allocate.types import Offer

DAYS = 7
MOST_LEADS = 1_500
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Past:
    """A lead that came at this instant, and the offers for it."""

    at: datetime
    offers: Sequence[Offer]


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
    return Sample(_again(one, share * max(1, len(covered)), days, traffic, now) for one in past)


def _again(one: Past, divisor: float, days: Mapping[int, Day], traffic: Traffic, now: datetime) -> Sampled:
    at = coming(one.at, now)
    offers = [
        offer
        for offer in one.offers
        if offer.campaign_id not in days or at < days[offer.campaign_id].span.end
    ]
    return Sampled(offers, traffic.busy(at) / traffic.busy(one.at) / divisor)


def coming(at: datetime, now: datetime) -> datetime:
    """Return the first instant from now on that is whole days after a past one."""
    return at + _days_ago(at, now) * _DAY


def _days_ago(at: datetime, now: datetime) -> int:
    return -((at - now) // _DAY)
