"""Leads of the last days taken through today's gates and bids, as if they came again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from leadhouse.allocate.choosing import scenario
from leadhouse.allocate.pacing.recall import DAYS, MOST_LEADS, Past, coming
from leadhouse.allocate.pacing.traffic import (
    QUARTERS_OF_DAY,
    TRAILING,
    Floats,
    Traffic,
    Trail,
    quarter_of_week,
)
from leadhouse.allocate.selling.gathering import Knowledge, lead_of
from leadhouse.capture.queries import facts_of
from leadhouse.parties.types import Product
from leadhouse.qualify.queries import appended
from leadhouse.timeline import queries as timeline

_DAY = timedelta(days=1)
_WEEKS = 4
_QUARTER_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Recollection:
    """Leads with the offers they would get now, `share` of all there were."""

    past: Sequence[Past]
    share: float


def of_last_days(product: Product, known: Knowledge, now: datetime, end: datetime) -> Recollection:
    """Return leads of the hours from now to `end`, as they came on each of the last days."""
    return _recollect(product, known, now, [(now - n * _DAY, end - n * _DAY) for n in range(1, DAYS + 1)])


def traffic_of(product: Product, known: Knowledge, now: datetime) -> Traffic:
    """Return when leads are expected, by the last four weeks; campaigns' own by their same weekdays."""
    market = known.index.market
    trail = Trail(market.zone)
    for one in timeline.leads_by_quarter(product.id, market.zone, now - TRAILING, now):
        trail.count(one.day, one.quarter, one.leads)
    weekly = trail.traffic(now).weekly
    spans = [(now - 7 * n * _DAY, now - (7 * n - 1) * _DAY) for n in range(1, _WEEKS + 1)]
    return Traffic(market.zone, weekly, _own(_recollect(product, known, now, spans).past, known))


def _own(past: Sequence[Past], known: Knowledge) -> dict[int, Floats]:
    """Return how many of these leads each campaign might have had, by the quarter hours of its day."""
    found: dict[int, Floats] = {}
    market = known.index.market
    for one in past:
        for offer in one.offers:
            counts = found.setdefault(offer.campaign_id, np.zeros(QUARTERS_OF_DAY))
            zone = market.companies[offer.company_id].zone
            counts[quarter_of_week(one.at, zone) % QUARTERS_OF_DAY] += 1
    return found


def _recollect(
    product: Product, known: Knowledge, now: datetime, spans: Sequence[tuple[datetime, datetime]]
) -> Recollection:
    leads = timeline.sampled(product.id, spans, most=MOST_LEADS, seed=now.isoformat())
    ids = [one.lead_id for one in leads]
    passports, facts, more = timeline.passports(ids), facts_of(ids), appended(ids)
    past = []
    # In the order of their hours, so that what is open then is worked out once for all of a quarter hour.
    for one in sorted(leads, key=lambda one: coming(one.received_at, now)):
        if one.lead_id not in facts or facts[one.lead_id].product != product.key:
            continue
        lead = lead_of(passports[one.lead_id], facts[one.lead_id], more.get(one.lead_id, {}), frozenset())
        at = _quarter(coming(one.received_at, now))
        narrowing = known.index.narrow(lead, at, known.over_threshold)
        priced = scenario.price(known.index, known.book, lead, narrowing, ())
        past.append(Past(one.received_at, tuple(priced.offers)))
    return Recollection(past, len(leads) / leads[0].of if leads else 1.0)


def _quarter(instant: datetime) -> datetime:
    return instant.replace(
        minute=instant.minute // _QUARTER_MINUTES * _QUARTER_MINUTES, second=0, microsecond=0
    )
