"""What became of assignments, and what there is to learn from it, counted anew from all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from leadhouse.allocate.prices.experience import NOTHING_KNOWN, Changes, Experience, Row, hour_of, weight


@dataclass(frozen=True)
class Outcome:
    """An assignment that was answered: failed, or accepted and given back after so long, or never."""

    campaign_id: int
    company_id: int
    price: int
    at: datetime
    back_after: timedelta | None = None
    has_failed: bool = False
    window_hours: int = 48

    def is_back(self, now: datetime) -> bool:
        return self.back_after is not None and self.at + self.back_after <= now


def experience_of(outcomes: Iterable[Outcome], now: datetime) -> Experience:
    """Return what is known of these outcomes now."""
    known = [one for one in outcomes if one.at <= now]
    told = Changes(0, list(_records(known, now)), list(_cohorts(known)), list(_delays(known, now)))
    return NOTHING_KNOWN.after(told, now)


def _records(known: Iterable[Outcome], now: datetime) -> Iterator[Row]:
    of: defaultdict[tuple[int, int], list[Outcome]] = defaultdict(list)
    for one in known:
        of[one.campaign_id, one.company_id].append(one)
    for (campaign, company), own in of.items():
        weights = [weight(one.at) for one in own]
        money = [one.price * faded for one, faded in zip(own, weights, strict=True)]
        yield (
            campaign,
            company,
            sum(money),
            sum(part for one, part in zip(own, money, strict=True) if one.has_failed),
            sum(part for one, part in zip(own, money, strict=True) if one.is_back(now)),
            sum(weights),
            sum(part for one, part in zip(own, weights, strict=True) if not one.has_failed),
            0,
            len(own),
        )


def _cohorts(known: Iterable[Outcome]) -> Iterator[Row]:
    sums: defaultdict[tuple[int, int, int], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for one in known:
        if not one.has_failed:
            key = one.campaign_id, hour_of(one.at), one.window_hours
            sold, trials = sums[key]
            sums[key] = sold + one.price * weight(one.at), trials + weight(one.at)
    return (key + both for key, both in sums.items())


def _delays(known: Iterable[Outcome], now: datetime) -> Iterator[Row]:
    sums: defaultdict[tuple[int, int], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for one in known:
        if not one.has_failed:
            accepted, rejected = sums[one.window_hours, 0]
            sums[one.window_hours, 0] = accepted + weight(one.at), rejected
        if one.back_after is not None and one.is_back(now):
            hours = hour_of(one.at + one.back_after) - hour_of(one.at)
            accepted, rejected = sums[one.window_hours, hours]
            sums[one.window_hours, hours] = accepted, rejected + weight(one.at)
    return (key + both for key, both in sums.items())
