"""What products that are paced in the shadow would sell, were they paced: out of budgets of their own."""

from dataclasses import dataclass

from msgspec.structs import replace

from leadhouse.allocate.choosing import otherwise, winners
from leadhouse.allocate.choosing.scenario import Priced
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.selling.room import Room
from leadhouse.allocate.types import Decision, Outcome
from leadhouse.parties.types import Pacing


@dataclass(frozen=True, slots=True)
class Shadow:
    """The room there would be, and the book that knows what shadow prices leave of campaigns' ranks."""

    index: Index
    book: OfferBook
    room: Room

    def beside(self, decision: Decision, priced: Priced) -> Decision:
        """Return a decision about a lead that nobody had, with what paced would have sold written into it.

        A lead that waits is not over yet; what it is sold for later counts.
        """
        if priced.product.pacing is not Pacing.SHADOW or decision.outcome is Outcome.WAITING:
            return decision
        offers, _ = self.room.affordable(priced.offers)
        lead = priced.lead
        places = winners.places_of(priced.sizes)
        sale = otherwise.sold(self.book, lead.product, offers, places, lead.least_minor)
        for campaign_id, price in zip(sale.winners, sale.prices, strict=True) if sale else ():
            self.room.take(campaign_id, self.index.sellers[campaign_id].company_id, price)
        paces = self.book.otherwise(priced.lead.product, offers).paces
        return replace(decision, paces=paces, otherwise=sale)
