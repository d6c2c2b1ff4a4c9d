"""Leads as they might come again, laid out so that all of them can be sold at once at any shadow prices."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadhouse.allocate.pacing.traffic import Floats
from leadhouse.allocate.types import LEAST_PACE, WHOLE, Offer

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_COLUMNS = 5
_ENDLESS: Floats = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Flat:
    """A lead's offers laid flat: an entry is one campaign's price for one sale size, by size and then group.

    `table` has a row for each: size, group (numbered within the lead), campaign, price, keep. `campaigns` are
    those that offer, each once.
    """

    table: Ints
    campaigns: Ints

    def __bool__(self) -> bool:
        return len(self.table) > 0


def flat(offers: Iterable[Offer]) -> Flat:
    """Lay a lead's offers flat."""
    groups: dict[str, int] = {}
    entries = [
        (size, groups.setdefault(one.group, len(groups)), one.campaign_id, price, one.keep)
        for one in offers
        for size, price in one.prices.items()
    ]
    entries.sort()
    table = np.array(entries, np.int64).reshape(-1, _COLUMNS)
    return Flat(table, np.unique(table[:, 2]))


@dataclass(frozen=True, slots=True)
class Sampled:
    """A lead's offers, how many leads of the time ahead it stands for, and when it comes again (epoch)."""

    offers: Flat
    weight: float = 1.0
    at: float = -np.inf


class Sample:
    """Leads with their offers, flat.

    The entries of one lead, size and group are a slot, of which one can win; the slots of one lead and size a
    row. That two companies of one carrier may not share a lead is left out: it moves hardly any budget.
    `ends` are the instants (epoch) from which campaigns, by id, get none of the leads; inf for no end.
    """

    def __init__(self, leads: Iterable[Sampled], ends: Floats = _ENDLESS) -> None:
        known = [one for one in leads if one.offers]
        tables = [one.offers.table for one in known]
        table = np.concatenate(tables) if tables else np.zeros((0, _COLUMNS), np.int64)
        lead = np.repeat(np.arange(len(known)), [len(one) for one in tables])
        at = np.array([one.at for one in known])[lead]
        # Who has no day of its own is not paced, and never full.
        end = np.append(ends, np.inf)[np.minimum(table[:, 2], len(ends))]
        table, lead = table[at < end], lead[at < end]
        size, group, campaign, price, keep = table.T
        found, self._campaign = np.unique(campaign, return_inverse=True)
        self.campaigns: list[int] = found.tolist()
        self._price = price.astype(float)
        self._per_unit = 1.0 / np.maximum(1.0, self._price)
        self._expected = price * (keep / WHOLE)
        self._weight = np.array([one.weight for one in known])[lead]
        is_row = _changes(lead) | _changes(size)
        is_slot = is_row | _changes(group)
        self._slots = np.flatnonzero(is_slot)
        self._entries = np.diff(self._slots, append=len(table))
        rows = np.flatnonzero(is_row)
        self._size, self._leads = size[rows], lead[rows]
        row = (np.cumsum(is_row) - 1)[self._slots]
        self._first = np.flatnonzero(is_row[self._slots])
        self._by_size = np.argsort(-self._size, kind="stable")
        place = np.argsort(self._by_size)
        self._cell = (place[row], np.arange(len(row)) - self._first[row])
        # Every call fills the same cells: the others stay worth nothing.
        width = int(self._cell[1].max()) + 1 if len(rows) else 0
        self._table = np.full((len(rows), width), -np.inf)

    def spending(self, shares: Floats, tolls: Floats, is_out: Flags | None = None) -> tuple[Floats, Floats]:
        """Return what each campaign would spend, minor units and leads, when it is held back so.

        `shares` of a price and `tolls` in minor units are taken off its rank; one that `is_out` buys nothing.
        """
        if not len(self._price):
            return np.zeros(len(self.campaigns)), np.zeros(len(self.campaigns))
        left = (1.0 - shares)[self._campaign] - tolls[self._campaign] * self._per_unit
        value = self._expected * np.maximum(LEAST_PACE / WHOLE, left)
        if is_out is not None and is_out.any():
            value[is_out[self._campaign]] = -np.inf
        chosen = self._chosen(value)
        weight = self._weight[chosen]
        return self._sums(chosen, weight * self._price[chosen]), self._sums(chosen, weight)

    def _sums(self, entries: Ints, amounts: Floats) -> Floats:
        return np.bincount(self._campaign[entries], amounts, len(self.campaigns)).astype(float)

    def _chosen(self, value: Floats) -> Ints:
        """Return the entries that win: of each lead the best size, of that size the best slots."""
        best = np.maximum.reduceat(value, self._slots)
        places, worth = self._places(best)
        wins = _first_of_best(worth, self._leads) & (worth >= 0)
        taken = np.concatenate([slots[wins[rows]] for rows, slots in places])
        return self._first_entries(value, best[taken], taken)

    def _first_entries(self, value: Floats, best: Floats, slots: Ints) -> Ints:
        """Return of each of these slots the first entry that is worth its best."""
        first, length = self._slots[slots], self._entries[slots]
        found = first.copy()
        # From the last one on, so that the first of equal ones stays.
        for step in range(int(length.max(initial=1)) - 1, -1, -1):
            entry = np.where(step < length, first + step, first)
            found = np.where(value[entry] == best, entry, found)
        return found

    def _places(self, best: Floats) -> tuple[list[tuple[Ints, Ints]], Floats]:
        """Return rows and their best slots, their second, … up to their sizes, and what each row's are worth.

        Taking the best so many times is faster than any sorting: sizes are small.
        """
        table = self._table
        table[self._cell] = best
        worth = np.zeros(len(self._size))
        places = []
        for rank in range(int(self._size.max())):
            # Rows of the largest sizes stand first in the table.
            rows = self._by_size[: np.count_nonzero(self._size > rank)]
            part = table[: len(rows)]
            column = part.argmax(axis=1)
            worth[rows] += part[np.arange(len(rows)), column]
            part[np.arange(len(rows)), column] = -np.inf
            places.append((rows, self._first[rows] + column))
        return places, worth


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
