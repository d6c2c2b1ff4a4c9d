"""What a product's campaigns bid by default, as columns, and in which order they stand for each sale size."""

from array import array
from collections.abc import Collection, Iterable, Iterator
from copy import copy

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.parties.types import Campaign, Product

Column = NDArray[np.int64]
NO_BID = -1
# Above every bid and every budget.
ENDLESS = np.iinfo(np.int64).max
_BITS = 25
_DIGIT = (1 << _BITS) - 1
# A first look reaches over so many campaigns at least, and doubles.
_LEAST_REACH = 32


class PriceList:
    """Default bids at or above the floor, in minor units, by sale size: one row a campaign, at its id.

    Ids are serial numbers: columns are as long as there ever were campaigns and edits of them. Never changes.
    """

    def __init__(self, product: Product, campaigns: Collection[Campaign]) -> None:
        self._floor = product.floor
        self._keys: dict[int, str] = {}
        self.prices = {size: _column(NO_BID) for size in product.sale_sizes}
        self.companies, self.key_places = _column(0), _column(0)
        # Campaigns with a bid for the size: at or above the floor, and below it.
        self.bidding = dict.fromkeys(product.sale_sizes, NOBODY)
        self.low = dict.fromkeys(product.sale_sizes, NOBODY)
        self._put(NOBODY, campaigns)

    def edited(self, gone: Iterable[int], come: Collection[Campaign]) -> "PriceList":
        """Return what it is once these campaigns' bids have gone and those have come."""
        edited = copy(self)
        edited._put(BitMap(gone), come)
        return edited

    @property
    def key_count(self) -> int:
        """Return how many campaigns are listed."""
        return len(self._keys)

    def dearest_of(self, company_id: int) -> int:
        """Return a company's highest bid, NO_BID when it makes none."""
        return self._by_company.item(company_id) if company_id < len(self._by_company) else NO_BID

    def _put(self, gone: BitMap, come: Collection[Campaign]) -> None:
        ids = [one.id for one in come]
        changed = gone | BitMap(ids)
        rows = max(len(self.companies), max(ids, default=0) + 1)
        for size, column in self.prices.items():
            bids = {one.id: one.bids.get(size, NO_BID) for one in come}
            high = {number: bid for number, bid in bids.items() if bid >= self._floor}
            grown = _grown(column, rows, NO_BID)
            grown[list(changed)] = NO_BID
            grown[list(high)] = list(high.values())
            low = BitMap(number for number, bid in bids.items() if NO_BID < bid < self._floor)
            self.prices = {**self.prices, size: grown}
            self.bidding = {**self.bidding, size: (self.bidding[size] - changed) | BitMap(high)}
            self.low = {**self.low, size: (self.low[size] - changed) | low}
        self.companies = _grown(self.companies, rows, 0)
        self.companies[ids] = [one.company_id for one in come]
        self._put_keys(gone, come, rows)
        columns = np.stack([*self.prices.values(), np.full(rows, NO_BID)])
        self.dearest: Column = columns.max(axis=0)
        self.cheapest: Column = np.where(columns == NO_BID, ENDLESS, columns).min(axis=0)
        self._by_company = np.full(int(self.companies.max()) + 1, NO_BID, np.int64)
        np.maximum.at(self._by_company, self.companies, self.dearest)

    def _put_keys(self, gone: BitMap, come: Collection[Campaign], rows: int) -> None:
        keys = {number: key for number, key in self._keys.items() if number not in gone}
        keys |= {one.id: one.key for one in come}
        if keys != self._keys or rows != len(self.key_places):
            self._keys = keys
            self.key_places = _grown(self.key_places, rows, 0)
            in_order = sorted(keys, key=keys.__getitem__)
            self.key_places[in_order] = np.arange(len(in_order))


class Order:
    """The campaigns that bid for one sale size, the best first."""

    def __init__(self, prices: PriceList, size: int, weights: Column) -> None:
        ids = np.array(prices.bidding[size].to_array(), np.int64)
        bids = prices.prices[size][ids]
        value, rest = _product(bids, weights[ids])
        # By value, then price, then key: see choosing/contest.py.
        ranked = ids[np.lexsort((prices.key_places[ids], -bids, -rest, -value))]
        # What none of them is worth more than, in WHOLE parts of a minor unit.
        self.most = prices.prices[size].item(ranked[0]) * weights.item(ranked[0]) if len(ranked) else 0
        places = np.zeros(len(weights), np.uint32)
        places[ranked] = np.arange(len(ranked))
        self._places = array("I", places.tobytes())
        self._count = len(ranked)
        self._reaches: list[BitMap] = []
        reach = _LEAST_REACH
        while not self._reaches or reach < 2 * self._count:
            self._reaches.append(set_of(np.sort(ranked[:reach])))
            reach *= 2

    def best_first(self, campaigns: BitMap, likely: int) -> Iterator[int]:
        """Yield those of the campaigns that bid for the size, the best first, found as far as asked for.

        `likely` is how many of them will probably be asked for: a first look reaches as far as to find them.
        """
        reaches, place = self._reaches, self._places.__getitem__
        needed = likely * self._count // (len(campaigns) or 1)
        first = min((needed // _LEAST_REACH).bit_length(), len(reaches) - 1)
        hits = campaigns & reaches[first]
        yield from sorted(hits, key=place)
        for reach in reaches[first + 1 :]:
            further = campaigns & reach
            yield from sorted(further - hits, key=place)
            hits = further


def set_of(ids: NDArray[np.integer]) -> BitMap:
    """Return the set of these ids, which stand in order."""
    return BitMap(array("I", ids.astype(np.uint32).tobytes()))


def _product(bids: Column, weights: Column) -> tuple[Column, Column]:
    """Return bids × weights as two digits: it may have 70 bits, bids 50 and weights 20."""
    low = (bids & _DIGIT) * weights
    return (bids >> _BITS) * weights + (low >> _BITS), low & _DIGIT


def _column(fill: int) -> Column:
    return np.full(1, fill, np.int64)


def _grown(column: Column, rows: int, fill: int) -> Column:
    """Return a copy of the column, of so many rows."""
    grown = np.full(rows, fill, np.int64)
    grown[: len(column)] = column
    return grown
