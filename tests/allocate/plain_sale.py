"""One lead's sale worked out in the plainest way: campaign by campaign, bid by bid, set by set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from leadhouse.allocate.choosing.winners import places_of
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.prices import bids
from leadhouse.allocate.prices.rates import NO_REJECTIONS, Rates
from leadhouse.allocate.types import FREE, Held, Lead, Offer, Refusal
from leadhouse.parties.types import Market
from tests.allocate.allocate_markets import NOW
from tests.allocate.choosing.contests import brute_force
from tests.allocate.matching.plain_matching import plain_refusal


@dataclass(frozen=True)
class PlainRoom:
    """What is left: leads and money by campaign where there are caps, money by company."""

    counts: Mapping[int, int] = field(default_factory=dict)
    money: Mapping[int, int] = field(default_factory=dict)
    wallets: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PlainSale:
    """Who is refused and why, who takes part at which prices, and who wins."""

    refused: dict[int, Refusal]
    offers: dict[int, Mapping[int, int]]
    winners: tuple[int, ...]


def plain_sale(
    market: Market,
    lead: Lead,
    room: PlainRoom,
    rates: Rates = NO_REJECTIONS,
    paces: Mapping[int, Held] = MappingProxyType({}),
    now: datetime = NOW,
) -> PlainSale:
    """Decide a lead; ask every campaign all there is to ask."""
    product = market.products[lead.product]
    sizes = bids.sale_sizes(product.sale_sizes, lead.contact_requests)
    sellers = Sellers(market)
    refused, offers = {}, []
    for one in market.campaigns.values():
        verdict = plain_refusal(one, market, lead, now=now) or bids.prices(one, lead, sizes, product.floor)
        if not isinstance(verdict, Refusal):
            verdict = _left(one.id, one.company_id, verdict, room)
        if isinstance(verdict, Refusal):
            refused[one.id] = verdict
        else:
            seller = sellers.of(one)
            pace = paces.get(one.id, FREE)
            keep = rates.keep(one.id, one.company_id)
            offers.append(
                Offer(one.id, one.company_id, one.key, seller.group, keep, verdict, seller.conflicts, pace)
            )
    return PlainSale(refused, {one.campaign_id: one.prices for one in offers}, _winners(offers, sizes))


def _left(
    campaign_id: int, company_id: int, prices: Mapping[int, int], room: PlainRoom
) -> dict[int, int] | Refusal:
    if room.counts.get(campaign_id, 1) < 1:
        return Refusal.CAP
    most = room.money.get(campaign_id, 10**15)
    within = {size: price for size, price in prices.items() if price <= most}
    if not within:
        return Refusal.BUDGET
    wallet = room.wallets.get(company_id, 0)
    paid = {size: price for size, price in within.items() if price <= wallet}
    return paid or Refusal.WALLET


def _winners(offers: Sequence[Offer], sizes: Sequence[int]) -> tuple[int, ...]:
    return brute_force(offers, places_of(sizes)) or ()
