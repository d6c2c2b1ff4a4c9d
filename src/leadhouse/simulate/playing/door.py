"""Which leads come through the door: what the source's terms, and the check for duplicates, would refuse."""

from collections import Counter
from datetime import datetime
from typing import Protocol

from leadhouse.kit import periods
from leadhouse.parties.types import CapPeriod, DuplicateScope, Market, OnDuplicate, Source
from leadhouse.simulate.types import Arrival, Refused

_SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


class Entrance(Protocol):
    """Who says which leads are decided."""

    def enter(self, arrival: Arrival) -> Refused | int | None:
        """Return why a lead is not even decided, or the number of the opportunity that it is, if any."""
        ...


class BackDoor:
    """Lets in leads that were good to sell before, for what the market still has."""

    def __init__(self, market: Market) -> None:
        self._products = market.products

    def enter(self, arrival: Arrival) -> Refused | int | None:
        """Return PRODUCT_CLOSED for a product that is no longer there, else the passport's opportunity."""
        if arrival.lead.product not in self._products:
            return Refused.PRODUCT_CLOSED
        return arrival.passport.unique_lead_id


class Door:
    """Judges leads in their order under one market, and tells which are the same opportunity."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._taken: Counter[tuple[str, CapPeriod, datetime]] = Counter()
        self._begun: dict[tuple[int, str, str], tuple[datetime, int]] = {}
        self._opportunities = 0

    def enter(self, arrival: Arrival) -> Refused | int | None:
        """Return why a lead is not even decided, or the number of the opportunity that it is."""
        lead = arrival.lead
        source, product = self._market.sources.get(lead.source), self._market.products.get(lead.product)
        if source is None or source.is_closed:
            return Refused.SOURCE_CLOSED
        if product is None or product.is_closed or lead.product not in source.products:
            return Refused.PRODUCT_CLOSED
        if source.criteria is not None and not source.criteria.matches(lead.facts):
            return Refused.CRITERIA
        if source.caps and not self._has_room(source, arrival.at):
            return Refused.CAP_REACHED
        return self._opportunity(arrival)

    def _has_room(self, source: Source, now: datetime) -> bool:
        zone = self._market.zone
        windows = [
            ((source.key, cap.period, _SPANS[cap.period](zone, now).start), cap) for cap in source.caps
        ]
        if any(self._taken[window] >= cap.limit for window, cap in windows):
            return False
        self._taken.update(window for window, _ in windows)
        return True

    def _opportunity(self, arrival: Arrival) -> Refused | int:
        lead = arrival.lead
        duplicates = self._market.products[lead.product].duplicates
        scope = lead.source if duplicates.scope is DuplicateScope.SOURCE else ""
        key = (arrival.passport.consumer_id, lead.product, scope)
        begun = self._begun.get(key)
        if begun and arrival.at - begun[0] < duplicates.window:
            return Refused.DUPLICATE if duplicates.on_duplicate is OnDuplicate.REFUSE else begun[1]
        self._opportunities += 1
        self._begun[key] = (arrival.at, self._opportunities)
        return self._opportunities
