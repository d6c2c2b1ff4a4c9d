"""The offers of campaigns that are asked for their bids: by what they answered, and while that is unknown."""

from collections.abc import Mapping

from pyroaring import BitMap

from leadhouse.allocate.prices.bids import at_least
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.prices.offers import OfferBook, Refused
from leadhouse.allocate.types import Lead, LiveBid, Offer, Refusal


def with_live(
    book: OfferBook, lead: Lead, offers: Offered, without: Refused, *, pinging: BitMap, floor: int
) -> tuple[Offered, Refused, BitMap]:
    """Return all offers, those of the campaigns that were asked among them; who has none; who was not asked.

    `without` are the campaigns without an offer so far, the pinging ones among them.
    """
    made: dict[int, Offer] = {}
    refused = {reason: rest for reason, some in without.items() if (rest := some - pinging)}
    unasked = BitMap()
    for number in pinging:
        bid = lead.bids.get(number)
        found = _prices(bid, offers.standing.sizes, floor) if bid else None
        if found is None:
            unasked.add(number)
        elif isinstance(found, Refusal):
            refused[found] = refused.get(found, BitMap()) | BitMap([number])
        else:
            made[number] = book.offer(number, found)
    return Offered(offers.standing, offers.always, {**offers.made, **made}), refused, unasked


def _prices(bid: LiveBid, sizes: tuple[int, ...], floor: int) -> Mapping[int, int] | Refusal:
    if bid.refusal is not None:
        return bid.refusal
    return at_least(floor, bid.prices, sizes)


def least_offers(book: OfferBook, offers: Offered, campaigns: BitMap, floor: int) -> Offered:
    """Return what these campaigns would offer at least: who has no room for that need not be asked."""
    prices = dict.fromkeys(offers.standing.sizes, max(floor, 1))
    return Offered(offers.standing, BitMap(), {number: book.offer(number, prices) for number in campaigns})
