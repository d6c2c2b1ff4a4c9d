"""One lead decided in the plainest way: every campaign asked everything, all offers sorted for every size."""

from collections.abc import Iterator

from bench.apparatus.crowd import NOW
from leadhouse.allocate.matching.geography import level_of
from leadhouse.allocate.matching.sellers import Sellers
from leadhouse.allocate.prices import bids
from leadhouse.allocate.types import WHOLE, Lead, Offer, Refusal
from leadhouse.kit.hours import is_open
from leadhouse.parties.types import Campaign, Market

Sold = tuple[int, tuple[int, ...]]


def matching(market: Market, lead: Lead) -> Iterator[Campaign]:
    """Yield the campaigns that may have the lead by everything but money."""
    return (one for one in market.campaigns.values() if _may_have(market, one, lead))


def _may_have(market: Market, one: Campaign, lead: Lead) -> bool:
    company = market.companies[one.company_id]
    hours = [each for each in (company.hours, one.schedule) if each is not None]
    return (
        one.is_active
        and one.product == lead.product
        and (one.where is None or level_of(one.where, lead.spot) is not None)
        and (not one.only_sources or lead.source in one.only_sources)
        and lead.source not in one.never_sources
        and (one.criteria is None or one.criteria.matches(lead.facts))
        and (one.classifications is None or lead.classification in one.classifications)
        and all(is_open(each, company.zone, NOW) for each in hours)
    )


def sold(market: Market, lead: Lead) -> Sold | None:
    """Return the sale size and the winners in the order of their keys, where nobody lacks room."""
    offers = list(_offers(market, lead))
    best: tuple[int, int, Sold] | None = None
    for size in market.products[lead.product].sale_sizes:
        chosen = _first_of_companies(
            sorted((one for one in offers if size in one.prices), key=lambda one: one.ranks[size]), size
        )
        value = sum(one.prices[size] for one in chosen)
        if len(chosen) == size and (best is None or value > best[0]):
            members = sorted(chosen, key=lambda one: one.key)
            best = (value, size, (size, tuple(one.campaign_id for one in members)))
    return best[2] if best else None


def _first_of_companies(ranked: list[Offer], count: int) -> list[Offer]:
    first: dict[int, Offer] = {}
    for one in ranked:
        first.setdefault(one.company_id, one)
    return list(first.values())[:count]


def _offers(market: Market, lead: Lead) -> Iterator[Offer]:
    product, sellers = market.products[lead.product], Sellers(market)
    for one in matching(market, lead):
        prices = bids.prices(one, lead, product.sale_sizes, product.floor)
        if not isinstance(prices, Refusal):
            seller = sellers.of(one)
            yield Offer(one.id, one.company_id, one.key, seller.group, WHOLE, prices)
