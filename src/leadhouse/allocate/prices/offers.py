"""The offers of all campaigns for a lead; those that do not depend on the lead are made once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from pyroaring import BitMap

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices import bids
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.types import WHOLE, Lead, Offer, Refusal

Refused = dict[Refusal, BitMap]


class OfferBook:
    """What campaigns offer at the rates and the pace of the moment; who has no pace is not held back.

    A campaign without bid rules offers every lead the same for the same sale sizes.
    """

    def __init__(self, index: Index, rates: Rates, paces: Mapping[int, int] = MappingProxyType({})) -> None:
        self._index, self._rates, self._paces = index, rates, paces
        self._standing: defaultdict[tuple[str, tuple[int, ...]], dict[int, Offer | Refusal]] = defaultdict(
            dict
        )

    def offers(
        self, lead: Lead, sizes: tuple[int, ...], campaigns: Iterable[int]
    ) -> tuple[list[Offer], Refused]:
        """Return these campaigns' offers at or above the floor, and the others by why they have none."""
        standing = self._standing[lead.product, sizes]
        found: list[Offer] = []
        without: defaultdict[Refusal, BitMap] = defaultdict(BitMap)
        for campaign_id in campaigns:
            offer = standing.get(campaign_id)
            if offer is None:
                offer = self._offer(lead, sizes, campaign_id)
                if not self._index.campaigns[campaign_id].bid_rules:
                    standing[campaign_id] = offer
            if isinstance(offer, Refusal):
                without[offer].add(campaign_id)
            else:
                found.append(offer)
        return found, without

    def _offer(self, lead: Lead, sizes: Sequence[int], campaign_id: int) -> Offer | Refusal:
        product = self._index.market.products[lead.product]
        prices = bids.prices(self._index.campaigns[campaign_id], lead, sizes, product.floor)
        return prices if isinstance(prices, Refusal) else self.offer(campaign_id, prices)

    def offer(self, campaign_id: int, prices: Mapping[int, int]) -> Offer:
        """Return a campaign's offer at these prices."""
        seller = self._index.sellers[campaign_id]
        return Offer(
            campaign_id=campaign_id,
            company_id=seller.company_id,
            key=seller.key,
            group=seller.group,
            keep=self._rates.keep(campaign_id, seller.company_id),
            prices=prices,
            conflicts=seller.conflicts,
            pace=self._paces.get(campaign_id, WHOLE),
        )
