"""How much room campaigns have left, by count, by money and in their company's wallet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct
from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.prices.price_list import ENDLESS, PriceList
from leadhouse.allocate.prices.standing import Ranking
from leadhouse.allocate.selling.shortage import Shortage
from leadhouse.allocate.types import Offer, Refusal
from leadhouse.kit import periods
from leadhouse.kit.periods import Period
from leadhouse.parties.types import Campaign, CapPeriod, CapUnit, Market

# The limit of a window whose cap was taken away: the most that the column holds.
NO_LIMIT = (1 << 63) - 1
# What is left by count, and by money in minor units; ENDLESS without a cap.
Left = tuple[int, int]
_SPANS = {CapPeriod.DAY: periods.day, CapPeriod.WEEK: periods.week, CapPeriod.MONTH: periods.month}


class WindowKey(NamedTuple):
    """What a cap window is known by."""

    campaign_id: int
    period: str
    unit: str
    starts_at: datetime


class Window(Struct, frozen=True):
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
        self._spans: dict[tuple[ZoneInfo, CapPeriod], Period] = {}

    def edited(self, market: Market, changed: Iterable[int]) -> "Windows":
        """Return the windows of a later market in which these campaigns are others."""
        edited = Windows(market)
        # Other threads go on making windows meanwhile: copied in one go.
        edited._made = dict(self._made)
        for number in changed:
            edited._made.pop(number, None)
        return edited

    def of(self, campaign_id: int, now: datetime) -> tuple[Window, ...]:
        """Return the windows in which a sale of this campaign made now counts."""
        made = self._made.get(campaign_id)
        if made is None or not made[0] <= now < made[1]:
            made = self._make(self._market.campaigns[campaign_id], now)
            self._made[campaign_id] = made
        return made[2]

    def _make(self, campaign: Campaign, now: datetime) -> tuple[datetime, datetime, tuple[Window, ...]]:
        zone = self._market.companies[campaign.company_id].zone
        spans = [(cap, self._span(zone, cap.period, now)) for cap in campaign.caps]
        windows = tuple(
            Window(WindowKey(campaign.id, cap.period, cap.unit, span.start), span.end, cap.limit)
            for cap, span in spans
        )
        day = self._span(zone, CapPeriod.DAY, now)
        return day.start, day.end, windows

    def _span(self, zone: ZoneInfo, period: CapPeriod, now: datetime) -> Period:
        """Return the period that holds the instant; most zones are many companies'."""
        known = self._spans.get((zone, period))
        if known is None or not known.contains(now):
            known = self._spans[zone, period] = _SPANS[period](zone, now)
        return known


class Room:
    """The room as last read, less what this batch has taken since.

    `used` are the windows, each with what was used of it. A campaign with several windows of a unit has the
    room of the tightest: each sale takes from all alike.
    """

    def __init__(self, used: Iterable[tuple[Window, int]], wallets: Mapping[int, int]) -> None:
        self._counts: dict[int, int] = {}
        self._money: dict[int, int] = {}
        self.wallets = dict(wallets)
        self._shortages: dict[PriceList, Shortage] = {}
        self._read(used)

    def renew(self, campaigns: Iterable[int], used: Iterable[tuple[Window, int]]) -> None:
        """Take the room of these campaigns from their windows again; look at wallets anew."""
        for number in campaigns:
            self._counts.pop(number, None)
            self._money.pop(number, None)
        self._read(used)
        self._shortages.clear()

    def _read(self, used: Iterable[tuple[Window, int]]) -> None:
        for window, amount in used:
            campaign_id, _, unit, _ = window.key
            left = self._counts if unit == CapUnit.COUNT else self._money
            room = window.limit - amount
            if room < left.get(campaign_id, ENDLESS):
                left[campaign_id] = room

    def affordable(self, offers: Offered) -> tuple[Offered, dict[Refusal, BitMap]]:
        """Return the offers, each with the prices there is room for; the others by what they lack."""
        short = self._shortage_of(offers.standing.ranking)
        lacking: dict[Refusal, BitMap] = {}
        always = offers.always
        made = self._short_of(offers.made.values()) if offers.made else []
        if always.intersect(short.some):
            lacking = {reason: poor for reason, some in short.lacking() if some and (poor := always & some)}
            if always.intersect(short.tight):
                made += map(offers.standing.offer, always & short.tight)
            always = always - short.some
        elif not made:
            return offers, {}
        within = dict(offers.made)
        for offer in made:
            within.pop(offer.campaign_id, None)
            found = self._within(offer)
            if isinstance(found, Refusal):
                lacking[found] = lacking.get(found, NOBODY) | BitMap([offer.campaign_id])
            else:
                within[offer.campaign_id] = found
        return Offered(offers.standing, always, within), lacking

    def _short_of(self, offers: Iterable[Offer]) -> list[Offer]:
        """Return the offers for some of whose prices there may be no room, without looking at each price."""
        counts, money, wallets = self._counts, self._money, self.wallets
        return [
            one
            for one in offers
            if one.dearest > wallets.get(one.company_id, 0)
            or one.campaign_id in counts
            or one.campaign_id in money
        ]

    def _within(self, offer: Offer) -> Offer | Refusal:
        """Return the offer with the prices there is room for, or what it lacks."""
        if self._counts.get(offer.campaign_id, 1) < 1:
            return Refusal.CAP
        budget = self._money.get(offer.campaign_id, ENDLESS)
        prices = {size: price for size, price in offer.prices.items() if price <= budget}
        if not prices:
            return Refusal.BUDGET
        wallet = self.wallets.get(offer.company_id, 0)
        within = {size: price for size, price in prices.items() if price <= wallet}
        if not within:
            return Refusal.WALLET
        return offer if len(within) == len(offer.prices) else replace(offer, prices=within)

    def _shortage_of(self, ranking: Ranking) -> Shortage:
        known = self._shortages.get(ranking.prices)
        if known is None:
            known = Shortage(ranking, self._counts, self._money, self.wallets)
            self._shortages[ranking.prices] = known
        return known

    def left(self, campaign_id: int) -> Left:
        """Return what a campaign's caps leave."""
        return self._counts.get(campaign_id, ENDLESS), self._money.get(campaign_id, ENDLESS)

    def take(self, campaign_id: int, company_id: int, price_minor: int) -> None:
        """Use up room for one sale."""
        if campaign_id in self._counts:
            self._counts[campaign_id] -= 1
        if campaign_id in self._money:
            self._money[campaign_id] -= price_minor
        self.wallets[company_id] = self.wallets.get(company_id, 0) - price_minor
        for shortage in self._shortages.values():
            shortage.note(campaign_id, company_id)
