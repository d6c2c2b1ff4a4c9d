"""The best revenue scenario of one lead, from the campaigns that may have it to the winners."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from leadhouse.allocate import pricing, winners
from leadhouse.allocate.rates import NO_REJECTIONS, Rates
from leadhouse.allocate.room import Room
from leadhouse.allocate.targeting import Index, Narrowing
from leadhouse.allocate.types import (
    Decision,
    Funnel,
    Lead,
    Offer,
    Outcome,
    Reason,
    Refusal,
    Scenario,
    Taken,
)
from leadhouse.parties.types import Product

Prices = Mapping[int, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Priced:
    """The campaigns that pass every gate but room, with their bids; the others by their refusals.

    `fixed` are the buyers that have accepted the lead already: they keep their places, the sale its size.
    """

    lead: Lead
    product: Product
    sizes: tuple[int, ...]
    narrowing: Narrowing
    prices: Prices
    refused: Mapping[Refusal, BitMap]
    fixed: tuple[Taken, ...] = ()


def price(index: Index, lead: Lead, narrowing: Narrowing, fixed: Sequence[Taken] = ()) -> Priced:
    """Find the bids of the campaigns that are left, for the sale sizes that are open."""
    product = index.market.products[lead.product]
    sizes = (fixed[0].size,) if fixed else pricing.sale_sizes(product.sale_sizes, lead.contact_requests)
    prices, unpriced = _bids(index, lead, sizes, narrowing.passing)
    return Priced(lead, product, sizes, narrowing, prices, {**narrowing.refused, **unpriced}, tuple(fixed))


def _bids(
    index: Index, lead: Lead, sizes: Sequence[int], campaigns: Iterable[int]
) -> tuple[dict[int, Mapping[int, int]], dict[Refusal, BitMap]]:
    floor = index.market.products[lead.product].floor
    found: dict[int, Mapping[int, int]] = {}
    without: defaultdict[Refusal, BitMap] = defaultdict(BitMap)
    for campaign_id in campaigns:
        bids = pricing.prices(index.campaigns[campaign_id], lead, sizes, floor)
        if isinstance(bids, Refusal):
            without[bids].add(campaign_id)
        else:
            found[campaign_id] = bids
    return found, without


def decide(index: Index, priced: Priced, room: Room, rates: Rates, now: datetime) -> Decision:
    """Choose who gets the lead, or say why nobody does and whether it waits."""
    affordable, unaffordable = _affordable(index, priced.prices, room)
    offers = [_offer(index, priced.product, one, prices, rates) for one, prices in affordable.items()]
    beside, conflicting = _beside(index, priced, offers)
    scenarios = winners.best_scenarios(beside, winners.places_of(priced.sizes, len(priced.fixed)))
    chosen = winners.choose(scenarios)
    funnel = Funnel(
        net=len(priced.narrowing.passing),
        priced=len(priced.prices),
        budget=len(offers),
        winners=len(chosen.winners) if chosen else 0,
    )
    outcome, reason, until = (
        (Outcome.SOLD, None, None) if chosen else _without_sale(index, priced, room, now, funnel)
    )
    refused = {**priced.refused, **unaffordable, **conflicting}
    return Decision(
        outcome, funnel, refused, reason, until, priced.sizes, beside, scenarios, chosen, priced.fixed
    )


def _affordable(index: Index, prices: Prices, room: Room) -> tuple[Prices, dict[Refusal, BitMap]]:
    found: dict[int, Mapping[int, int]] = {}
    without: defaultdict[Refusal, BitMap] = defaultdict(BitMap)
    for campaign_id, bids in prices.items():
        affordable = room.affordable(campaign_id, index.sellers[campaign_id].company_id, bids)
        if isinstance(affordable, Refusal):
            without[affordable].add(campaign_id)
        else:
            found[campaign_id] = affordable
    return found, without


def _offer(
    index: Index, product: Product, campaign_id: int, prices: Mapping[int, int], rates: Rates
) -> Offer:
    seller = index.sellers[campaign_id]
    return Offer(
        campaign_id=campaign_id,
        company_id=seller.company_id,
        key=seller.key,
        group=seller.group,
        keep=rates.keep(campaign_id, seller.company_id),
        prices=prices,
        carriers=seller.carriers if product.carrier_exclusive else frozenset(),
    )


def _beside(
    index: Index, priced: Priced, offers: Iterable[Offer]
) -> tuple[tuple[Offer, ...], dict[Refusal, BitMap]]:
    """Part the offers that may stand beside the buyers that have accepted from those that may not."""
    if not priced.fixed:
        return tuple(offers), {}
    taken = [_offer(index, priced.product, one.campaign_id, {}, NO_REJECTIONS) for one in priced.fixed]
    beside = tuple(one for one in offers if not any(winners.in_conflict(one, other) for other in taken))
    conflicting = BitMap(one.campaign_id for one in offers) - BitMap(one.campaign_id for one in beside)
    return beside, {Refusal.CONFLICT: conflicting} if conflicting else {}


def _without_sale(
    index: Index, priced: Priced, room: Room, now: datetime, funnel: Funnel
) -> tuple[Outcome, Reason, datetime | None]:
    """Wait for campaigns that fail on nothing but the hour, if one opens within the product's patience."""
    eager = BitMap() if priced.fixed else _eager(index, priced, room)
    if eager:
        until = priced.lead.received_at + priced.product.patience
        opening = index.openings.earliest(eager, now, until) if now < until else None
        if opening is not None:
            return Outcome.WAITING, Reason.OUT_OF_HOURS, opening
        return Outcome.UNSOLD, Reason.NO_OPENING, None
    if funnel.budget:
        return Outcome.UNSOLD, Reason.NO_SCENARIO, None
    if funnel.priced:
        return Outcome.UNSOLD, Reason.NO_ROOM, None
    return Outcome.UNSOLD, Reason.NO_BID if funnel.net else Reason.NO_CAMPAIGN, None


def _eager(index: Index, priced: Priced, room: Room) -> BitMap:
    """Return the campaigns that are closed now and would pass all else."""
    closed = priced.narrowing.closed - index.of_companies(priced.lead.held_by)
    if not closed:
        return closed
    bids, _ = _bids(index, priced.lead, priced.sizes, closed)
    affordable, _ = _affordable(index, bids, room)
    return BitMap(affordable)


def follow(index: Index, priced: Priced, holders: Sequence[Taken]) -> Decision:
    """Give a grouped duplicate, for nothing, to the companies that have the opportunity already."""
    members = sorted(holders, key=lambda one: index.sellers[one.campaign_id].key)
    chosen = Scenario(
        size=max(one.size for one in members),
        value=0,
        price_minor=0,
        winners=tuple(one.campaign_id for one in members),
        prices=(0,) * len(members),
    )
    funnel = Funnel(len(priced.narrowing.passing), len(priced.prices), len(members), len(members))
    return Decision(
        Outcome.SOLD, funnel, priced.refused, Reason.DUPLICATE, scenarios=(chosen,), chosen=chosen
    )
