"""A market changed in thought: bids and budgets scaled, one campaign's bids raised."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from leadhouse.kit.money import share_of
from leadhouse.parties.types import Campaign, Market, Pacing

Amounts = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Scale:
    """A factor, for one campaign (its key) or for all."""

    factor: Decimal
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """So many minor units more (or less) on each bid of one campaign."""

    campaign: str
    amount_minor: int


def with_bids_scaled(market: Market, scale: Scale) -> Market:
    """Return the market with bids, those of bid rules included, times a factor, rounded half to even."""
    return _changed(market, scale.campaign, lambda one: _with_bids(one, _times(scale.factor)))


def with_budgets_scaled(market: Market, scale: Scale) -> Market:
    """Return the market with the limits of all caps, by count and by money, times a factor."""
    times = _times(scale.factor)
    return _changed(
        market,
        scale.campaign,
        lambda one: replace(one, caps=tuple(replace(cap, limit=times(cap.limit)) for cap in one.caps)),
    )


def with_bids_raised(market: Market, more: Raise) -> Market:
    """Return the market with one campaign's bids raised; none falls below 0."""
    return _changed(
        market, more.campaign, lambda one: _with_bids(one, lambda bid: max(0, bid + more.amount_minor))
    )


def with_pacing(market: Market, pacing: Pacing) -> Market:
    """Return the market with all products paced so."""
    products = {key: replace(one, pacing=pacing) for key, one in market.products.items()}
    return replace(market, products=products)


def _changed(market: Market, key: str | None, change: Callable[[Campaign], Campaign]) -> Market:
    """Return the market with one campaign changed, or all; LookupError when there is no such campaign."""
    if key is not None and not any(one.key == key for one in market.campaigns.values()):
        raise LookupError(f"the market has no campaign {key!r}")
    campaigns = {
        number: change(one) if key in (None, one.key) else one for number, one in market.campaigns.items()
    }
    return replace(market, campaigns=campaigns)


def _times(factor: Decimal) -> Amounts:
    return lambda amount: share_of(amount, factor * 100)


def _with_bids(campaign: Campaign, changed: Amounts) -> Campaign:
    rules = tuple(replace(rule, bids=_each(rule.bids, changed)) for rule in campaign.bid_rules)
    return replace(campaign, bids=_each(campaign.bids, changed), bid_rules=rules)


def _each(bids: Mapping[int, int], changed: Amounts) -> dict[int, int]:
    return {size: changed(bid) for size, bid in bids.items()}
