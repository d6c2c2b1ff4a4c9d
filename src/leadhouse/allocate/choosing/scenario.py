"""One lead's sale, from the campaigns that may have it to those that get it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct, structs
from pyroaring import BitMap

from leadhouse.allocate.choosing import otherwise
from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.methods.distributions import Asked, Choice, Distributions
from leadhouse.allocate.choosing.methods.turns import Turns
from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.allocate.matching.gates import Narrowing
from leadhouse.allocate.matching.refusals import Refusals
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices import bids
from leadhouse.allocate.prices.live import least_offers, with_live
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.prices.offers import OfferBook, Refused
from leadhouse.allocate.selling.room import Room
from leadhouse.allocate.types import (
    Decision,
    Funnel,
    Lead,
    Outcome,
    Reason,
    Refusal,
    Scenario,
    Taken,
)
from leadhouse.parties.types import Product

# While one of them stays as it is, the instant for which a lead waits does.
_MOST_AWAITED = 8


class Priced(Struct, frozen=True):
    """The offers of the campaigns that pass every gate but room; the others by their refusals.

    `fixed` are the buyers that have accepted the lead already: they keep their places. A sale begun keeps its
    size, also when all of them have given their places back. `unasked` are campaigns whose bid is not known.
    """

    lead: Lead
    product: Product
    sizes: tuple[int, ...]
    narrowing: Narrowing
    offers: Offered
    refused: Refusals
    fixed: tuple[Taken, ...] = ()
    unasked: BitMap = NOBODY

    @property
    def is_begun(self) -> bool:
        return bool(self.fixed) or self.lead.sale_size is not None


@dataclass(frozen=True, slots=True)
class MarketView:
    """The market as decisions read it, at one revision and the rates of the moment."""

    index: Index
    book: OfferBook
    distributions: Distributions


def price(index: Index, book: OfferBook, lead: Lead, narrowing: Narrowing, fixed: Sequence[Taken]) -> Priced:
    """Find the offers of the campaigns that are left, for the sale sizes that are open."""
    product = index.market.products[lead.product]
    begun = fixed[0].size if fixed else lead.sale_size
    sizes = (begun,) if begun else bids.sale_sizes(product.sale_sizes, lead.contact_requests)
    offers, unpriced = book.offers(lead, sizes, narrowing.passing)
    unasked = NOBODY
    if index.pinging and (pinging := narrowing.passing & index.pinging):
        offers, unpriced, unasked = with_live(
            book, lead, offers, unpriced, pinging=pinging, floor=product.floor
        )
    refused = narrowing.refused.beside(unpriced) if unpriced else narrowing.refused
    return Priced(lead, product, sizes, narrowing, offers, refused, tuple(fixed), unasked)


def to_ask(book: OfferBook, priced: Priced, room: Room) -> tuple[BitMap, Refused]:
    """Return the campaigns whose bid is not known and matters, and those that have no room for any bid."""
    if not priced.unasked:
        return NOBODY, {}
    least = least_offers(book, priced.offers, priced.unasked, priced.product.floor)
    affordable, without = room.affordable(least)
    return affordable.campaigns, without


def _unasked(book: OfferBook, priced: Priced, room: Room) -> Refused:
    """Return why campaigns whose bid is not known are left out."""
    unknown, without = to_ask(book, priced, room)
    return {**without, Refusal.BID_NOT_ASKED: unknown} if unknown else without


def decide(view: MarketView, priced: Priced, room: Room, turns: Turns, now: datetime) -> Decision:
    """Choose who gets the lead by its product's method, or say why nobody does and whether it waits."""
    offers, lacking = room.affordable(priced.offers)
    beside, conflicting = _beside(view, priced, offers) if priced.fixed else (offers, {})
    # Once somebody has accepted, whatever else is sold only helps to carry what was promised.
    is_begun = priced.is_begun
    least = 0 if is_begun else priced.lead.least_minor
    asked = Asked(priced.lead, priced.sizes, beside, priced.fixed, least)
    choice = _choice(view, asked, turns)
    chosen, paces = choice.chosen, choice.offers.paces
    net, budget = len(priced.narrowing.passing), len(offers)
    funnel = Funnel(net, len(priced.offers), budget, len(chosen.winners) if chosen else 0)
    ending = _SOLD
    if chosen is None and choice.could_sell:
        ending = _Ending(Outcome.UNSOLD, Reason.PRICE_GONE)
    elif chosen is None:
        ending = _without_sale(view, priced, room, now, funnel)
    return Decision(
        outcome=ending.outcome,
        funnel=funnel,
        refused=priced.refused.beside(_unasked(view.book, priced, room), lacking, conflicting),
        reason=ending.reason,
        waiting_until=ending.until,
        awaited=ending.awaited,
        sizes=priced.sizes,
        offers=choice.offers,
        chosen=chosen,
        fixed=priced.fixed,
        is_begun=is_begun,
        method=choice.method,
        lines=choice.lines,
        turns=choice.turns,
        paces=paces,
        otherwise=_otherwise(view, asked, choice) if paces else None,
        least_minor=least,
    )


def _choice(view: MarketView, asked: Asked, turns: Turns) -> Choice:
    """Choose by the product's method; where what pacing chose brings too little, greedy may still sell."""
    choice = view.distributions.choose(asked, turns)
    if choice.chosen is None and choice.could_sell and choice.offers.paces:
        unpaced = view.book.otherwise(asked.lead.product, asked.offers)
        return view.distributions.choose(structs.replace(asked, offers=unpaced), turns)
    return choice


def _otherwise(view: MarketView, asked: Asked, choice: Choice) -> Scenario | None:
    """Return what the other way of pacing would have sold, None where it is the same."""
    product, least = asked.lead.product, asked.least_minor
    sale = otherwise.sold(view.book, product, choice.offers, asked.places, least)
    return otherwise.different(sale, choice.chosen)


def _beside(view: MarketView, priced: Priced, offers: Offered) -> tuple[Offered, Refused]:
    """Part the offers that may stand beside the buyers that have accepted from those that may not.

    Of a buyer whose campaign is left out of the market no conflict is known; its company is out anyway.
    """
    known = [one.campaign_id for one in priced.fixed if one.campaign_id in view.index.campaigns]
    taken = [view.book.offer(campaign_id, {}) for campaign_id in known]
    grouped = view.distributions.groups_of(priced.lead.product, priced.fixed)
    conflicting = BitMap(
        one.campaign_id
        for one in offers
        if one.campaign_id in grouped or any(in_conflict(one, other) for other in taken)
    )
    return offers.without(conflicting), {Refusal.CONFLICT: conflicting} if conflicting else {}


class _Ending(Struct, frozen=True):
    """What comes of a lead: sold, or why not and how long it waits."""

    outcome: Outcome
    reason: Reason | None = None
    until: datetime | None = None
    awaited: tuple[int, ...] = ()


_SOLD = _Ending(Outcome.SOLD)


def _without_sale(view: MarketView, priced: Priced, room: Room, now: datetime, funnel: Funnel) -> _Ending:
    """Wait for campaigns that fail on nothing but the hour, if one opens within the product's patience.

    A lead whose source was promised a price never waits: the promise was for a sale now.
    """
    eager = BitMap() if priced.is_begun or priced.lead.is_promised else _eager(view, priced, room)
    if eager:
        until = priced.lead.received_at + priced.product.patience
        openings = view.index.openings(priced.lead.product)
        opening = openings.earliest(eager, now, until) if now < until else None
        if opening is not None:
            awaited = openings.opening_at(eager, opening, now)[:_MOST_AWAITED]
            return _Ending(Outcome.WAITING, Reason.OUT_OF_HOURS, opening, tuple(awaited))
        return _Ending(Outcome.UNSOLD, Reason.NO_OPENING)
    if funnel.budget:
        return _Ending(Outcome.UNSOLD, Reason.NO_SCENARIO)
    if funnel.priced:
        return _Ending(Outcome.UNSOLD, Reason.NO_ROOM)
    return _Ending(Outcome.UNSOLD, Reason.NO_BID if funnel.net else Reason.NO_CAMPAIGN)


def _eager(view: MarketView, priced: Priced, room: Room) -> BitMap:
    """Return the campaigns that are closed now and would pass all else."""
    closed = priced.narrowing.closed - view.index.of_companies(priced.lead.held_by)
    if not closed:
        return closed
    offers, _ = view.book.offers(priced.lead, priced.sizes, closed)
    # What a closed campaign would answer is not known before it opens.
    asked = least_offers(view.book, offers, closed & view.index.pinging, priced.product.floor)
    return room.affordable(offers)[0].campaigns | room.affordable(asked)[0].campaigns


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
    funnel = Funnel(len(priced.narrowing.passing), len(priced.offers), len(members), len(members))
    return Decision(Outcome.SOLD, funnel, priced.refused, Reason.DUPLICATE, chosen=chosen)


def leave(priced: Priced) -> Decision:
    """Look for nobody else: the opportunity is with the companies that the duplicate was given to."""
    funnel = Funnel(len(priced.narrowing.passing), len(priced.offers), len(priced.offers))
    return Decision(Outcome.UNSOLD, funnel, priced.refused, Reason.DUPLICATE)
