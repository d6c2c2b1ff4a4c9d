"""Leads of the last days taken through today's gates and bids, as if they came again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leadhouse.allocate.choosing import scenario
from leadhouse.allocate.pacing import recall
from leadhouse.allocate.pacing.recall import Past, Spans
from leadhouse.allocate.pacing.sample import flat
from leadhouse.allocate.pacing.traffic import TRAILING, Traffic, Trail
from leadhouse.allocate.selling.gathering import Knowledge, lead_of
from leadhouse.capture.queries import facts_of
from leadhouse.parties.types import Product
from leadhouse.qualify.queries import appended
from leadhouse.timeline import queries as timeline


@dataclass(frozen=True, slots=True)
class Recollection:
    """Leads with the offers they would get now, `share` of all there were."""

    past: Sequence[Past]
    share: float


def of_last_days(product: Product, known: Knowledge, now: datetime, end: datetime) -> Recollection:
    """Return leads of the hours from now to `end`, as they came on each of the last days."""
    return _recollect(product, known, now, recall.last_days(now, end))


def usual_traffic(product: Product, known: Knowledge, now: datetime) -> Traffic:
    """Return when leads are expected, by the last four weeks."""
    market = known.index.market
    trail = Trail(market.zone)
    for one in timeline.leads_by_quarter(product.id, market.zone, now - TRAILING, now):
        trail.count(one.day, one.quarter, one.leads)
    return trail.traffic(now)


def traffic_of(product: Product, known: Knowledge, now: datetime) -> Traffic:
    """Return when leads are expected, campaigns' own by their same weekdays too."""
    past = _recollect(product, known, now, recall.same_weekdays(now)).past
    own = recall.own_traffic(past, known.index.market)
    return replace(usual_traffic(product, known, now), own=own)


def _recollect(product: Product, known: Knowledge, now: datetime, spans: Spans) -> Recollection:
    leads = timeline.sampled(product.id, spans, most=recall.MOST_LEADS, seed=now.isoformat())
    ids = [one.lead_id for one in leads]
    passports, facts, more = timeline.passports(ids), facts_of(ids), appended(ids)
    past = []
    # In the order of their hours, so that what is open then is worked out once for all of a quarter hour.
    for one in sorted(leads, key=lambda one: recall.coming(one.received_at, now)):
        if one.lead_id not in facts or facts[one.lead_id].product != product.key:
            continue
        lead = lead_of(passports[one.lead_id], facts[one.lead_id], more.get(one.lead_id, {}), frozenset())
        at = recall.coming_quarter(one.received_at, now)
        narrowing = known.index.narrow(lead, at, known.over_threshold)
        priced = scenario.price(known.index, known.book, lead, narrowing, ())
        past.append(Past(one.received_at, flat(priced.offers)))
    return Recollection(past, len(leads) / leads[0].of if leads else 1.0)
