"""What the other way of pacing would have sold."""

from collections.abc import Sequence

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.choosing.winners import Places
from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.types import Scenario


def sold(
    book: OfferBook, product: str, offers: Offered, places: Sequence[Places], least_minor: int
) -> Scenario | None:
    """Return what would be sold of the same offers for at least so much, or None."""
    sale, _ = winners.best_sale(book.otherwise(product, offers), places, least_minor)
    return sale


def different(other: Scenario | None, chosen: Scenario | None) -> Scenario | None:
    """Return the other sale, None where it is the one that was chosen."""
    is_same = other and chosen and (other.size, other.winners) == (chosen.size, chosen.winners)
    return None if is_same else other
