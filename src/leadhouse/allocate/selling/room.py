"""How much room campaigns have left, by count, by money and in their company's wallet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pyroaring import BitMap

from leadhouse.allocate.types import Offer, Refusal
from leadhouse.kit import periods
from leadhouse.parties.types import Campaign, CapPeriod, CapUnit, Market

_SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


class WindowKey(NamedTuple):
    """What a cap window is known by."""

    campaign_id: int
    period: str
    unit: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One cap in one period of its company's zone: half-open instants, made once, here."""

    key: WindowKey
    ends_at: datetime
    limit: int

    def amount(self, price_minor: int) -> int:
        """Return what one sale at this price uses up of it."""
        return 1 if self.key.unit == CapUnit.COUNT else price_minor


class Windows:
    """The windows in which sales count; each is made when it begins and serves until one of them ends."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._made: dict[int, tuple[datetime, datetime, tuple[Window, ...]]] = {}

    def of(self, campaign_id: int, now: datetime) -> tuple[Window, ...]:
        """Return the windows in which a sale of this campaign made now counts."""
        made = self._made.get(campaign_id)
        if made is None or not made[0] <= now < made[1]:
            made = self._make(self._market.campaigns[campaign_id], now)
            self._made[campaign_id] = made
        return made[2]

    def _make(self, campaign: Campaign, now: datetime) -> tuple[datetime, datetime, tuple[Window, ...]]:
        zone = self._market.companies[campaign.company_id].zone
        spans = [(cap, _SPANS[cap.period](zone, now)) for cap in campaign.caps]
        windows = tuple(
            Window(WindowKey(campaign.id, cap.period, cap.unit, span.start), span.end, cap.limit)
            for cap, span in spans
        )
        day = periods.day(zone, now)
        return day.start, day.end, windows


class Room:
    """The room as last read, less what this batch has taken since.

    A campaign with several windows of a unit has the room of the tightest: each sale takes from all alike.
    """

    def __init__(
        self, windows: Iterable[Window], used: Mapping[WindowKey, int], wallets: Mapping[int, int]
    ) -> None:
        self._counts: dict[int, int] = {}
        self._money: dict[int, int] = {}
        self._wallets = dict(wallets)
        for window in windows:
            left = self._counts if window.key.unit == CapUnit.COUNT else self._money
            room = window.limit - used.get(window.key, 0)
            campaign_id = window.key.campaign_id
            left[campaign_id] = min(room, left.get(campaign_id, room))

    def affordable(self, offers: Iterable[Offer]) -> tuple[list[Offer], dict[Refusal, BitMap]]:
        """Return the offers, each with the prices there is room for; the others by what they lack."""
        counts, money, wallets = self._counts, self._money, self._wallets
        found: list[Offer] = []
        without: defaultdict[Refusal, BitMap] = defaultdict(BitMap)
        for offer in offers:
            campaign_id, dearest = offer.campaign_id, offer.dearest
            if counts.get(campaign_id, 1) < 1:
                without[Refusal.CAP].add(campaign_id)
            elif dearest <= wallets.get(offer.company_id, 0) and dearest <= money.get(campaign_id, dearest):
                found.append(offer)
            elif prices := self._within_budget(offer):
                self._within_wallet(offer, prices, found, without)
            else:
                without[Refusal.BUDGET].add(campaign_id)
        return found, without

    def _within_budget(self, offer: Offer) -> dict[int, int]:
        budget = self._money.get(offer.campaign_id, offer.dearest)
        return {size: price for size, price in offer.prices.items() if price <= budget}

    def _within_wallet(
        self,
        offer: Offer,
        prices: Mapping[int, int],
        found: list[Offer],
        without: Mapping[Refusal, BitMap],
    ) -> None:
        wallet = self._wallets.get(offer.company_id, 0)
        within = {size: price for size, price in prices.items() if price <= wallet}
        if within:
            found.append(replace(offer, prices=within))
        else:
            without[Refusal.WALLET].add(offer.campaign_id)

    def take(self, campaign_id: int, company_id: int, price_minor: int) -> None:
        """Use up room for one sale."""
        if campaign_id in self._counts:
            self._counts[campaign_id] -= 1
        if campaign_id in self._money:
            self._money[campaign_id] -= price_minor
        self._wallets[company_id] = self._wallets.get(company_id, 0) - price_minor
