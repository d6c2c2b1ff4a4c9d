"""The offers of all campaigns for a lead; those that do not depend on the lead are made once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices import bids
from leadhouse.allocate.prices.bid_rules import BidRules
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.prices.price_list import PriceList
from leadhouse.allocate.prices.rates import Rates
from leadhouse.allocate.prices.standing import UNHELD, Paces, Ranking, Standing
from leadhouse.allocate.types import Lead, Offer, Refusal
from leadhouse.parties.types import Campaign, Product

Refused = dict[Refusal, BitMap]


class OfferBook:
    """What campaigns offer at the rates and the pace of the moment; who has no pace is not held back.

    A campaign offers every lead the same for the same sale sizes, unless one of its bid rules speaks about
    it. `shadow` are the paces of products that are paced in the shadow only.
    """

    def __init__(self, index: Index, rates: Rates, paces: Paces = UNHELD, shadow: Paces = UNHELD) -> None:
        self._index, self._rates, self._paces, self._shadow = index, rates, paces, shadow
        self._lists: dict[str, PriceList] = {}
        self._rules: dict[str, BidRules] = {}
        self._rankings: dict[str, Ranking] = {}
        self._standing: dict[tuple[str, tuple[int, ...]], Standing] = {}
        self._other_rankings: dict[str, Ranking] = {}
        self._other_standing: dict[tuple[str, tuple[int, ...]], Standing] = {}
        self._ruled: dict[tuple[str, tuple[int, ...], int], _Ruled] = {}

    def edited(
        self,
        index: Index,
        changed: Collection[int],
        rates: Rates,
        paces: Paces = UNHELD,
        shadow: Paces = UNHELD,
    ) -> "OfferBook":
        """Return the book of a later moment; what none of the `changed` campaigns touches is taken over."""
        edited = OfferBook(index, rates, paces, shadow)
        gone, come = _by_product(self._index, changed), _by_product(index, changed)
        is_same = rates == self._rates and paces == self._paces
        for key, product in index.market.products.items():
            before = self._index.market.products.get(key)
            if before is None or _terms(before) != _terms(product) or key not in self._lists:
                continue
            old, new = gone[key], come[key]
            edited._rules[key] = self._rules[key].edited(old, new)
            edited._lists[key] = _edited_list(self._lists[key], old, new)
            if is_same and edited._lists[key] is self._lists[key] and key in self._rankings:
                edited._rankings[key] = self._rankings[key].at(index)
        return edited

    def at_paces(self, paces: Paces) -> "OfferBook":
        """Return the same book at other paces."""
        return self.edited(self._index, (), self._rates, paces, self._shadow)

    def offers(self, lead: Lead, sizes: tuple[int, ...], campaigns: BitMap) -> tuple[Offered, Refused]:
        """Return these campaigns' offers at or above the floor, and the others by why they have none."""
        standing = self._standing_of(lead.product, sizes)
        ruled = self._rules[lead.product].applying(lead, campaigns)
        if not ruled and campaigns <= standing.bidding:
            return Offered(standing, campaigns), {}
        usual = campaigns - BitMap.union(NOBODY, *(some for _, some in ruled))
        always = usual & standing.bidding
        without = _without(usual, always, standing)
        return Offered(standing, always, self._made(lead, standing, ruled, without)), without

    def _made(
        self, lead: Lead, standing: Standing, ruled: Sequence[tuple[int, BitMap]], without: Refused
    ) -> dict[int, Offer]:
        """Return the offers of campaigns whose rules speak about the lead; note in `without` who has none."""
        made: dict[int, Offer] = {}
        several = _several([some for _, some in ruled])
        for place, some in ruled:
            alone = some - several if several else some
            known = self._ruled_offers(lead.product, standing, place)
            numbers = alone.to_array()
            made.update(zip(numbers, map(known.__getitem__, numbers), strict=True))
            for number in numbers if known.without else ():
                if number in known.without:
                    made.pop(number)
                    _refuse(number, known.without[number], without)
        for number in several:
            found = self._offer(lead, standing, number)
            if isinstance(found, Refusal):
                _refuse(number, found, without)
            else:
                made[number] = found
        return made

    def _ruled_offers(self, product: str, standing: Standing, place: int) -> "_Ruled":
        key = (product, standing.sizes, place)
        if key not in self._ruled:
            self._ruled[key] = _Ruled(standing, place, self._index.market.products[product].floor)
        return self._ruled[key]

    def otherwise(self, product: str, offers: Offered) -> Offered:
        """Return offers as the other way of pacing would rank them: greedy for paced, paced in the shadow."""
        sizes = offers.standing.sizes
        if product not in self._other_rankings:
            self._other_rankings[product] = Ranking(
                self._ranking(product).prices, self._rates, self._shadow, self._index
            )
        if (product, sizes) not in self._other_standing:
            self._other_standing[product, sizes] = Standing(self._other_rankings[product], sizes)
        return offers.at(self._other_standing[product, sizes])

    def _standing_of(self, product: str, sizes: tuple[int, ...]) -> Standing:
        known = self._standing.get((product, sizes))
        if known is None:
            known = self._standing[product, sizes] = Standing(self._ranking(product), sizes)
        return known

    def _ranking(self, product: str) -> Ranking:
        if product not in self._rankings:
            if product not in self._lists:
                campaigns = [self._index.campaigns[one] for one in self._index.of_product(product)]
                self._rules[product] = BidRules(campaigns)
                self._lists[product] = PriceList(self._index.market.products[product], campaigns)
            self._rankings[product] = Ranking(self._lists[product], self._rates, self._paces, self._index)
        return self._rankings[product]

    def _offer(self, lead: Lead, standing: Standing, campaign_id: int) -> Offer | Refusal:
        floor = self._index.market.products[lead.product].floor
        prices = bids.prices(self._index.campaigns[campaign_id], lead, standing.sizes, floor)
        return prices if isinstance(prices, Refusal) else standing.ranking.offer(campaign_id, prices)

    def offer(self, campaign_id: int, prices: Mapping[int, int]) -> Offer:
        """Return a campaign's offer at these prices."""
        return self._ranking(self._index.campaigns[campaign_id].product).offer(campaign_id, prices)


def _without(campaigns: BitMap, always: BitMap, standing: Standing) -> Refused:
    if len(always) == len(campaigns):
        return {}
    rest = campaigns - always
    low = rest & standing.low
    found = {Refusal.NO_BID: rest - low, Refusal.BELOW_FLOOR: low}
    return {reason: some for reason, some in found.items() if some}


class _Ruled(dict[int, Offer]):
    """Offers of campaigns of which one rule alone speaks about a lead, the one in this place.

    It always says the same; which of several rules comes first depends on the lead. Made when first asked
    for; who turns out to have none is in `without`.
    """

    def __init__(self, standing: Standing, place: int, floor: int) -> None:
        self._standing, self._place, self._floor = standing, place, floor
        self.without: dict[int, Refusal] = {}

    def __missing__(self, campaign_id: int) -> Offer:
        ranking, sizes = self._standing.ranking, self._standing.sizes
        campaign = ranking.index.campaigns[campaign_id]
        bids_now = {**campaign.bids, **campaign.bid_rules[self._place].bids}
        prices = bids.at_least(self._floor, bids_now, sizes)
        if isinstance(prices, Refusal):
            # Before the offer: whichever thread finds that finds this too.
            self.without[campaign_id] = prices
            prices = {}
        found = self[campaign_id] = ranking.offer(campaign_id, prices)
        return found


def _several(sets: Sequence[BitMap]) -> BitMap:
    """Return who is in more than one of the sets."""
    seen = several = NOBODY
    for one in sets if len(sets) > 1 else ():
        several, seen = several | (seen & one), seen | one
    return several


def _refuse(number: int, reason: Refusal, without: Refused) -> None:
    without[reason] = without.get(reason, NOBODY) | BitMap([number])


def _edited_list(known: PriceList, gone: Collection[Campaign], come: Collection[Campaign]) -> PriceList:
    """Return the price list after an edit: the same one when no bid was touched."""
    before = {one.id: (one.company_id, one.key, one.bids) for one in gone}
    after = {one.id: (one.company_id, one.key, one.bids) for one in come}
    return known if before == after else known.edited(before, come)


def _terms(product: Product) -> tuple[tuple[int, ...], int]:
    return product.sale_sizes, product.floor


def _by_product(index: Index, campaigns: Collection[int]) -> Mapping[str, list[Campaign]]:
    found: defaultdict[str, list[Campaign]] = defaultdict(list)
    for one in campaigns:
        if one in index.campaigns:
            campaign = index.campaigns[one]
            found[campaign.product].append(campaign)
    return found
