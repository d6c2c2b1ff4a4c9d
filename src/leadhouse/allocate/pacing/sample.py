"""Leads as they might come again, laid out so that all of them can be sold at once at any shadow prices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.pacing.traffic import Floats
from leadhouse.allocate.types import WHOLE, Offer

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sampled:
    """A lead's offers, and how many leads of the time ahead it stands for."""

    offers: Sequence[Offer]
    weight: float = 1.0


class Sample:
    """Leads with their offers, flat: an entry is one campaign's price for one sale size of one lead.

    The entries of one lead, size and group are a slot, of which one can win; the slots of one lead and size a
    row. That two companies of one carrier may not share a lead is left out: it moves hardly any budget.
    """

    def __init__(self, leads: Iterable[Sampled]) -> None:
        known = [one for one in leads if one.offers]
        self.campaigns = sorted({offer.campaign_id for one in known for offer in one.offers})
        lead, size, group, self._campaign, price, keep = _table(known, self.campaigns)
        self._price = price.astype(float)
        self._expected = price * (keep / WHOLE)
        self._weight = np.array([one.weight for one in known])[lead]
        is_row = _changes(lead) | _changes(size)
        is_slot = is_row | _changes(group)
        self._slot, self._slots = np.cumsum(is_slot) - 1, np.flatnonzero(is_slot)
        rows = np.flatnonzero(is_row)
        self._size, self._leads = size[rows], lead[rows]
        row = (np.cumsum(is_row) - 1)[self._slots]
        self._first = np.flatnonzero(is_row[self._slots])
        self._cell = (row, np.arange(len(row)) - self._first[row])

    def spending(self, shadow_prices: Floats) -> tuple[Floats, Floats]:
        """Return what each campaign would spend, minor units and leads, at these shadow prices.

        Above 1 a campaign buys nothing.
        """
        if not len(self._price):
            return np.zeros(len(self.campaigns)), np.zeros(len(self.campaigns))
        chosen = self._chosen(self._expected * (1.0 - shadow_prices[self._campaign]))
        weight = self._weight[chosen]
        return self._sums(chosen, weight * self._price[chosen]), self._sums(chosen, weight)

    def _sums(self, entries: Ints, amounts: Floats) -> Floats:
        return np.bincount(self._campaign[entries], amounts, len(self.campaigns)).astype(float)

    def _chosen(self, value: Floats) -> Ints:
        """Return the entries that win: of each lead the best size, of that size the best slots."""
        best = np.maximum.reduceat(value, self._slots)
        places, worth = self._places(best)
        wins = _first_of_best(worth, self._leads) & (worth >= 0)
        is_taken = np.zeros(len(best), bool)
        for rank, slots in enumerate(places):
            is_taken[slots[wins & (rank < self._size)]] = True
        found = np.flatnonzero((value == best[self._slot]) & is_taken[self._slot])
        # Two of one group that are worth the same would both be taken.
        return found[_changes(self._slot[found])]

    def _places(self, best: Floats) -> tuple[list[Ints], Floats]:
        """Return every row's best slot, its second, … up to the largest size, and what each row's are worth.

        Taking the best so many times is faster than any sorting: sizes are small.
        """
        rows = np.arange(len(self._size))
        table = np.full((len(rows), int(self._cell[1].max()) + 1), -np.inf)
        table[self._cell] = best
        worth = np.zeros(len(rows))
        places = []
        for rank in range(int(self._size.max())):
            column = table.argmax(axis=1)
            worth += np.where(rank < self._size, table[rows, column], 0.0)
            table[rows, column] = -np.inf
            places.append(self._first + column)
        return places, worth


def _table(leads: Sequence[Sampled], campaigns: Sequence[int]) -> Ints:
    """Return the entries' leads, sizes, groups, campaigns, prices and keeps, all in that order."""
    places = {campaign_id: place for place, campaign_id in enumerate(campaigns)}
    groups: dict[str, int] = {}
    blocks: dict[int, Ints] = {}
    for one in leads:
        for offer in one.offers:
            # Most offers serve many leads.
            if id(offer) not in blocks:
                blocks[id(offer)] = _block(offer, groups, places)
    found = [blocks[id(offer)] for one in leads for offer in one.offers]
    if not found:
        return np.zeros((6, 0), np.int64)
    counts = [sum(len(blocks[id(offer)]) for offer in one.offers) for one in leads]
    table = np.column_stack([np.repeat(np.arange(len(leads)), counts), np.concatenate(found)])
    return table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))].T


def _block(offer: Offer, groups: dict[str, int], places: Mapping[int, int]) -> Ints:
    group = groups.setdefault(offer.group, len(groups))
    campaign = places[offer.campaign_id]
    entries = [(size, group, campaign, price, offer.keep) for size, price in offer.prices.items()]
    return np.array(entries, np.int64).reshape(-1, 5)


def _changes(values: Ints) -> Flags:
    """Return where a value differs from the one before it; the first one does."""
    found = np.ones(len(values), bool)
    found[1:] = values[1:] != values[:-1]
    return found


def _first_of_best(worth: Floats, leads: Ints) -> Flags:
    """Return the rows that are worth most to their leads, the first of equal ones."""
    is_first = _changes(leads)
    lead = np.cumsum(is_first) - 1
    best = np.flatnonzero(worth == np.maximum.reduceat(worth, np.flatnonzero(is_first))[lead])
    found = np.zeros(len(worth), bool)
    found[best[_changes(lead[best])]] = True
    return found
