"""What a product's campaigns offer every lead about which no bid rule of theirs speaks."""

from collections.abc import Iterator, Mapping
from copy import copy
from types import MappingProxyType

import numpy as np
from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.price_list import NO_BID, Column, Order, PriceList
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.types import FREE, LEAST_PACE, WHOLE, Held, Offer

Paces = Mapping[int, Held]
UNHELD: Paces = MappingProxyType({})


class Ranking:
    """A price list at the rates and the pace of the moment; orders are made when first asked for.

    `paces` say which campaigns are held back, and by what; see Held.
    """

    def __init__(self, prices: PriceList, rates: Rates, paces: Paces, index: Index) -> None:
        self.prices, self.index = prices, index
        self.keep = _keep(prices, rates)
        self.paces = paces
        self.held_back = BitMap(paces)
        self._orders: dict[int, Order] = {}

    def at(self, index: Index) -> "Ranking":
        """Return the same ranking of campaigns behind which others may stand."""
        same = copy(self)
        same.index = index
        return same

    def order(self, size: int) -> Order:
        """Return in which order the standing offers of a size stand."""
        if size not in self._orders:
            weights = (self.keep * self._left_of(size) + WHOLE // 2) // WHOLE
            self._orders[size] = Order(self.prices, size, weights)
        return self._orders[size]

    def _left_of(self, size: int) -> Column:
        """Return what is left of every campaign's price for a size, in parts of WHOLE: see Held.at."""
        pace, toll = np.full(len(self.keep), WHOLE, np.int64), np.zeros(len(self.keep), np.int64)
        held = [(number, one) for number, one in self.paces.items() if number < len(pace)]
        numbers = [number for number, _ in held]
        pace[numbers], toll[numbers] = [one.pace for _, one in held], [one.toll for _, one in held]
        bids = np.maximum(1, self.prices.prices[size])
        left: Column = np.where(toll > 0, np.maximum(LEAST_PACE, pace - toll * WHOLE // bids), pace)
        return left

    def offer(self, campaign_id: int, prices: Mapping[int, int]) -> Offer:
        """Return a campaign's offer at these prices."""
        seller = self.index.sellers[campaign_id]
        return Offer(
            campaign_id=campaign_id,
            company_id=seller.company_id,
            key=seller.key,
            group=seller.group,
            keep=self.keep.item(campaign_id),
            prices=prices,
            conflicts=seller.conflicts,
            held=self.paces.get(campaign_id, FREE),
        )


class Standing:
    """The standing offers for the sale sizes that are open."""

    def __init__(self, ranking: Ranking, sizes: tuple[int, ...]) -> None:
        self.ranking, self.sizes = ranking, sizes
        prices = ranking.prices
        self.bidding = BitMap.union(NOBODY, *(prices.bidding[size] for size in sizes))
        # Who bids for none of the sizes as much as the floor.
        self.low = BitMap.union(NOBODY, *(prices.low[size] for size in sizes)) - self.bidding
        self._offers = _Offers(ranking, sizes)

    def offer(self, campaign_id: int) -> Offer:
        """Return what a campaign always offers."""
        return self._offers[campaign_id]

    def best_first(self, size: int, campaigns: BitMap) -> Iterator[Offer]:
        """Yield the campaigns' standing offers for a size, the best first, found as far as asked for."""
        # Some of the best are of one company or group.
        likely = size + 2
        return map(self._offers.__getitem__, self.ranking.order(size).best_first(campaigns, likely))


class _Offers(dict[int, Offer]):
    """Standing offers by campaign; most are never looked at and so never made."""

    def __init__(self, ranking: Ranking, sizes: tuple[int, ...]) -> None:
        self._ranking, self._sizes = ranking, sizes

    def __missing__(self, campaign_id: int) -> Offer:
        bids = {size: self._ranking.prices.prices[size].item(campaign_id) for size in self._sizes}
        prices = {size: bid for size, bid in bids.items() if bid != NO_BID}
        found = self[campaign_id] = self._ranking.offer(campaign_id, prices)
        return found


def _keep(prices: PriceList, rates: Rates) -> Column:
    """Return the share expected to stay sold by campaign, in parts of WHOLE."""
    companies = np.full(int(prices.companies.max()) + 1, rates.keep(0, 0), np.int64)
    for number in rates.companies:
        if number < len(companies):
            companies[number] = rates.keep(0, number)
    keep: Column = companies[prices.companies]
    for number in rates.campaigns:
        if number < len(keep):
            keep[number] = rates.keep(number, int(prices.companies[number]))
    return keep
