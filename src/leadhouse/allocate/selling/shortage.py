"""Which campaigns lack room for what they always bid, kept as sets while sales use room up."""

from collections.abc import Mapping

import numpy as np
from pyroaring import BitMap

from leadhouse.allocate.prices.price_list import ENDLESS, Column, set_of
from leadhouse.allocate.prices.standing import Ranking
from leadhouse.allocate.types import Refusal


class Shortage:
    """Campaigns of one price list by what they lack; `some` lack anything at all.

    `cap` may take no lead more. All bids of those in `budget` are beyond their money; those in `wallet` have
    money for every bid, and their company for none. `tight` are all others that cannot pay every bid: which
    it is depends on the sizes that are open. The dicts are the room's own, read again when told.
    """

    def __init__(
        self,
        ranking: Ranking,
        counts: Mapping[int, int],
        money: Mapping[int, int],
        wallets: Mapping[int, int],
    ) -> None:
        self._prices, self._index = ranking.prices, ranking.index
        self._counts, self._money, self._wallets = counts, money, wallets
        cheapest, dearest = self._prices.cheapest, self._prices.dearest
        budgets = _filled(len(dearest), ENDLESS, money)
        rooms = _filled(int(self._prices.companies.max()) + 1, 0, wallets)[self._prices.companies]
        # Whoever has more left than anybody bids lacks nothing.
        self._dearest = int(dearest.max())
        is_poor = budgets < cheapest
        is_broke = ~is_poor & (rooms < cheapest) & (budgets >= dearest)
        is_tight = ~is_poor & ~is_broke & (np.minimum(rooms, budgets) < dearest)
        self.cap = BitMap([number for number, left in counts.items() if left < 1])
        self.budget, self.wallet, self.tight = (
            set_of(np.flatnonzero(some)) - self.cap for some in (is_poor, is_broke, is_tight)
        )
        self.some = BitMap.union(self.cap, self.budget, self.wallet, self.tight)

    def lacking(self) -> tuple[tuple[Refusal, BitMap], ...]:
        """Return who lacks room for every bid, by what they lack."""
        return (Refusal.CAP, self.cap), (Refusal.BUDGET, self.budget), (Refusal.WALLET, self.wallet)

    def note(self, campaign_id: int, company_id: int) -> None:
        """Note that this campaign has used up room, and money of its company."""
        if self._counts.get(campaign_id, 1) < 1 or self._money.get(campaign_id, ENDLESS) < self._dearest:
            self._place(campaign_id)
        wallet = self._wallets[company_id]
        if wallet < self._dearest and wallet < self._prices.dearest_of(company_id):
            for number in self._index.of_companies([company_id]):
                self._place(number)

    def _place(self, campaign_id: int) -> None:
        lacked = self._lacked(campaign_id)
        if campaign_id in self.some:
            for some in (self.cap, self.budget, self.wallet, self.tight, self.some):
                some.discard(campaign_id)
        if lacked is not None:
            lacked.add(campaign_id)
            self.some.add(campaign_id)

    def _lacked(self, campaign_id: int) -> BitMap | None:
        if self._counts.get(campaign_id, 1) < 1:
            return self.cap
        if campaign_id >= len(self._prices.dearest):
            return None
        cheapest = self._prices.cheapest.item(campaign_id)
        dearest = self._prices.dearest.item(campaign_id)
        budget = self._money.get(campaign_id, ENDLESS)
        room = self._wallets.get(self._prices.companies.item(campaign_id), 0)
        if budget < cheapest:
            return self.budget
        if room < cheapest and budget >= dearest:
            return self.wallet
        return self.tight if min(room, budget) < dearest else None


def _filled(rows: int, fill: int, values: Mapping[int, int]) -> Column:
    """Return a column with these values by row; what lies beyond it is nobody's."""
    filled = np.full(rows, fill, np.int64)
    numbers = np.fromiter(values.keys(), np.int64, len(values))
    amounts = np.fromiter(values.values(), np.int64, len(values))
    inside = numbers < rows
    filled[numbers[inside]] = amounts[inside]
    return filled
