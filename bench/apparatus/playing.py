"""A month's leads sold in arrays, paced by the house's own Pacer: for twenty months in a bearable time.

The house's decisions keep why each campaign did not get a lead; where only revenue is asked for, this does
without, and must earn to the cent what the house earns (see revenue.py). Markets are those of budgets.py:
nobody has hours, conflicts or a wallet that ends, every campaign's caps are of one unit.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from bench.apparatus.budgets import Month
from bench.apparatus.hindsight import bids_of, most_companies
from leadhouse.allocate.choosing.methods.distributions import Distributions
from leadhouse.allocate.choosing.scenario import MarketView
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.pacing.sample import Flat
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import NO_REJECTIONS
from leadhouse.allocate.selling.cases import Moment
from leadhouse.allocate.selling.room import Windows
from leadhouse.allocate.types import LEAST_PACE, WHOLE, Held, Lead
from leadhouse.parties.types import CapUnit, Market
from leadhouse.simulate.playing.steering import Steering

Ints = NDArray[np.int64]
# A price fits into so many bits below a value: what ranks equal values.
_PRICE_BITS = 17
_NOTHING = -1


@dataclass(frozen=True, slots=True)
class Offers:
    """One lead's offers: campaigns in the order of their keys, their companies, bids by size (0: none)."""

    campaigns: Ints
    companies: list[int]
    bids: Ints


class Catalogue:
    """All offers of a month; worked out once, budgets do not change them."""

    def __init__(self, month: Month) -> None:
        self.month, market = month, month.market
        self.arrivals = month.leads()
        ordered = sorted(market.campaigns.values(), key=attrgetter("key"))
        place = np.zeros(len(ordered) + 1, np.int64)
        place[[one.id for one in ordered]] = np.arange(len(ordered))
        order = np.lexsort((place[month.rows], month.lead_of))
        self._campaigns, lead_of = month.rows[order], month.lead_of[order]
        company = np.array([0, *(market.campaigns[one + 1].company_id for one in range(len(ordered)))])
        self._by_company = month.rows[np.lexsort((month.rows, company[month.rows], month.lead_of))]
        self._starts = np.searchsorted(lead_of, np.arange(len(self.arrivals) + 1)).tolist()
        self._company = company
        self._bids = bids_of(market)
        self._places = {one.lead.id: number for number, one in enumerate(self.arrivals)}

    def of(self, number: int) -> Offers:
        """Return the offers for the month's `number`th lead that was let in."""
        campaigns = self._campaigns[self._starts[number] : self._starts[number + 1]]
        most = most_companies(self.month.market, self.arrivals[number].lead.contact_requests)
        return Offers(campaigns, self._company[campaigns].tolist(), self._bids[campaigns, :most])

    def flat(self, lead: Lead) -> Flat:
        """Return a lead's offers as pacing's samples want them."""
        number = self._places[lead.id]
        campaigns = self._by_company[self._starts[number] : self._starts[number + 1]]
        most = most_companies(self.month.market, lead.contact_requests)
        bids = self._bids[campaigns, :most].T
        size, place = np.nonzero(bids)
        table = np.empty((len(size), 5), np.int64)
        table[:, 0], table[:, 2], table[:, 3] = size + 1, campaigns[place], bids[size, place]
        table[:, 1], table[:, 4] = self._company[table[:, 2]], WHOLE
        return Flat(table, campaigns[bids.any(axis=0)])


class _Steering(Steering):
    """The house's turns of pacing, the offers of past leads taken from the catalogue."""

    def __init__(self, index: Index, catalogue: Catalogue) -> None:
        super().__init__(index)
        self._catalogue, self._flats = catalogue, dict[object, Flat]()
        # What holds campaigns back at the moment.
        self.held: dict[int, Held] = {}

    def _offered(self, lead: Lead, moment: Moment, now: datetime) -> Flat:
        if lead.id not in self._flats:
            self._flats[lead.id] = self._catalogue.flat(lead)
        return self._flats[lead.id]

    def _paces(self) -> dict[int, Held]:
        self.held = super()._paces()
        return self.held


class Ledger:
    """What is left of campaigns' budgets of the moment, in each one's unit."""

    def __init__(self, market: Market) -> None:
        self._windows, self._market = Windows(market), market
        self._used: defaultdict[object, int] = defaultdict(int)
        count = max(market.campaigns) + 1
        self.is_money, self.left = np.zeros(count, bool), np.zeros(count, np.int64)
        for number, one in market.campaigns.items():
            self.is_money[number] = one.caps[0].unit is CapUnit.MONEY
        self._until = datetime.min.replace(tzinfo=UTC)

    def at(self, now: datetime) -> None:
        """Begin the windows of this instant."""
        if now >= self._until:
            windows = {number: self._windows.of(number, now) for number in self._market.campaigns}
            self._until = min(one.ends_at for several in windows.values() for one in several)
            for number, several in windows.items():
                self.left[number] = min(one.limit - self._used[one.key] for one in several)

    def affordable(self, offers: Offers) -> Ints:
        """Return the bids that there is room for, 0 where there is none."""
        left = self.left[offers.campaigns]
        needed = np.where(self.is_money[offers.campaigns][:, None], offers.bids, 1)
        return np.where(needed <= left[:, None], offers.bids, 0)

    def take(self, campaign: int, price: int, now: datetime) -> None:
        """Note a sale."""
        amount = price if self.is_money[campaign] else 1
        for window in self._windows.of(campaign, now):
            self._used[window.key] += amount
        self.left[campaign] -= amount


def earned(catalogue: Catalogue, market: Market, most: int | None = None) -> int:
    """Return what the month, or its first `most` leads, earn in a market with budgets, minor units."""
    return sum(price for sale in _sales(catalogue, market, most) for _, price in sale)


def _sales(catalogue: Catalogue, market: Market, most: int | None) -> Iterator[list[tuple[int, int]]]:
    index, ledger = Index(market), Ledger(market)
    steering = _Steering(index, catalogue)
    view = MarketView(index, OfferBook(index, NO_REJECTIONS), Distributions(index))
    nobody, book = BitMap(), None
    bids = bids_of(market)
    weights = weights_at({}, bids)
    for number, arrival in enumerate(catalogue.arrivals[:most]):
        now = arrival.at
        steering.came(arrival.lead)
        moment = steering.at(Moment(view, nobody, now))
        if moment.view.book is not book:
            book = moment.view.book
            weights = weights_at(steering.held, bids)
        ledger.at(now)
        sale = best_sale(catalogue.of(number), ledger, weights)
        for campaign, price in sale:
            steering.sold(campaign, price, now)
            ledger.take(campaign, price, now)
        yield sale


def weights_at(held: Mapping[int, Held], bids: Ints) -> Ints:
    """Return what is left of campaigns' bids by sale size, in parts of WHOLE."""
    pace, toll = np.full((len(bids), 1), WHOLE), np.zeros((len(bids), 1), np.int64)
    numbers = list(held)
    pace[numbers, 0] = [one.pace for one in held.values()]
    toll[numbers, 0] = [one.toll for one in held.values()]
    left: Ints = np.where(toll > 0, np.maximum(LEAST_PACE, pace - toll * WHOLE // np.maximum(1, bids)), pace)
    return np.broadcast_to(left, bids.shape)


def best_sale(offers: Offers, ledger: Ledger, weights: Ints) -> list[tuple[int, int]]:
    """Return who gets the lead at what price: the size worth most, of equal ones the smallest."""
    bids = ledger.affordable(offers)
    values = bids * weights[offers.campaigns, : bids.shape[1]]
    ranked = np.argsort(-((values << _PRICE_BITS) + bids), axis=0, kind="stable")
    best, chosen = 0, list[tuple[int, int]]()
    for size in range(1, bids.shape[1] + 1):
        rows = _first_of_companies(ranked[:, size - 1].tolist(), bids[:, size - 1], offers.companies, size)
        value = int(values[rows, size - 1].sum()) if len(rows) == size else _NOTHING
        if value > best:
            best = value
            chosen = [(int(offers.campaigns[row]), int(bids[row, size - 1])) for row in rows]
    return chosen


def _first_of_companies(ranked: Sequence[int], bids: Ints, companies: Sequence[int], most: int) -> list[int]:
    """Return the first rows that bid, one of each company, `most` at most."""
    found: list[int] = []
    seen: set[int] = set()
    for row in ranked:
        if len(found) == most or not bids[row]:
            break
        if companies[row] not in seen:
            seen.add(companies[row])
            found.append(row)
    return found
