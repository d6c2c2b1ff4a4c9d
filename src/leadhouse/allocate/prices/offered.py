"""All that is offered for one lead: mostly what campaigns always offer, told by a set and not one by one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from heapq import heapify, heappop

import numpy as np
from msgspec import Struct, field
from pyroaring import BitMap

from leadhouse.allocate.prices.price_list import NO_BID
from leadhouse.allocate.prices.standing import Standing
from leadhouse.allocate.types import FREE, Columns, Held, Offer


class Offered(Struct, frozen=True):
    """The offers for one lead: those of the campaigns in `always`, and those `made` for this lead.

    Going through them makes an Offer of each; to count, to find one, or to find the best, none has to be.
    """

    standing: Standing
    always: BitMap
    made: Mapping[int, Offer] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.always) + len(self.made)

    def __iter__(self) -> Iterator[Offer]:
        yield from map(self.standing.offer, self.always)
        yield from self.made.values()

    def __contains__(self, offer: object) -> bool:
        return isinstance(offer, Offer) and self.get(offer.campaign_id) == offer

    def get(self, campaign_id: int) -> Offer | None:
        """Return a campaign's offer, None when it makes none."""
        return self.standing.offer(campaign_id) if campaign_id in self.always else self.made.get(campaign_id)

    @property
    def campaigns(self) -> BitMap:
        """Return who offers."""
        return self.always | BitMap(self.made)

    def best_first(self, size: int) -> Iterator[Offer]:
        """Yield the offers for a size, the best first, found as far as asked for."""
        always = self.standing.best_first(size, self.always)
        return self._with_made(size, always) if self.made else always

    def _with_made(self, size: int, always: Iterator[Offer]) -> Iterator[Offer]:
        # No two ranks are equal, so that offers are never compared.
        made = [(one.ranks[size], one) for one in self.made.values() if size in one.ranks]
        heapify(made)
        for offer in always:
            while made and made[0][0] < offer.ranks[size]:
                yield heappop(made)[1]
            yield offer
        yield from (one for _, one in sorted(made))

    def most(self, size: int) -> int:
        """Return the value that no offer for the size exceeds, in WHOLE parts of a minor unit."""
        most = self.standing.ranking.order(size).most
        made = [-one.ranks[size][0] for one in self.made.values() if size in one.ranks] if self.made else ()
        return max(most, *made) if made else most

    def claims(self) -> list[int]:
        """Return every offer's conflicts; none at all when nobody has any."""
        index = self.standing.ranking.index
        if not (index.claiming or self.made):
            return []
        claiming = self.always & index.claiming
        found = [index.sellers[one].conflicts for one in claiming]
        found += [one.conflicts for one in self.made.values()]
        if len(claiming) < len(self.always):
            found.append(0)
        return found

    @property
    def key_count(self) -> int:
        """Return how many keys `key_place` orders."""
        return self.standing.ranking.prices.key_count

    def key_place(self, offer: Offer) -> int:
        """Return an offer's place by its campaign's key, the highest for the smallest."""
        prices = self.standing.ranking.prices
        return prices.key_count - 1 - prices.key_places.item(offer.campaign_id)

    def without(self, campaigns: BitMap) -> "Offered":
        """Return the offers of all but these campaigns."""
        made = {number: one for number, one in self.made.items() if number not in campaigns}
        return Offered(self.standing, self.always - campaigns, made)

    def beside(self, others: Iterable[Offer]) -> "Offered":
        """Return the offers and these, made for the lead, of campaigns that have none among them."""
        made = {**self.made, **{one.campaign_id: one for one in others}}
        return Offered(self.standing, self.always, made)

    @property
    def paces(self) -> dict[int, Held]:
        """Return what shadow prices take off the offers' ranks, of those campaigns that are held back."""
        ranking = self.standing.ranking
        if not ranking.held_back:
            return {}
        return {one: ranking.paces[one] for one in self.campaigns & ranking.held_back}

    def at(self, standing: Standing) -> "Offered":
        """Return the same offers at another pace."""
        paces = standing.ranking.paces
        made = {number: replace(one, held=paces.get(number, FREE)) for number, one in self.made.items()}
        return Offered(standing, self.always, made)

    def columns(self) -> Columns:
        """Return all offers as columns in the order of the campaigns' ids."""
        ids = np.array(self.campaigns.to_array(), np.int64)
        ranking = self.standing.ranking
        prices = {size: ranking.prices.prices[size][ids] for size in self.standing.sizes}
        for number, one in self.made.items():
            row = np.searchsorted(ids, number)
            for size, column in prices.items():
                column[row] = one.prices.get(size, NO_BID)
        return Columns(ids, ranking.keep[ids], prices)
