"""In which order campaigns stand in line, by each method, and what each place rests on.

What it rests on, as numbers: round_robin (its last turn; 0: never), weighted (what it is owed with its share
of this lead, in parts of a lead), priority (its priority, its last turn), territory (how its area names the
place, a Level; its last turn), send_to_all (what it is expected to bring, minor units), distribution_centre
(1 for a premium plan, what it is expected to bring).
"""

from collections.abc import Iterable, Mapping

from leadhouse.allocate.choosing.methods.territory import claim
from leadhouse.allocate.choosing.methods.turns import WHOLE_LEAD, LineState
from leadhouse.allocate.matching.geography import Spot
from leadhouse.allocate.types import WHOLE, Offer
from leadhouse.parties.types import Campaign, Distribution, Market, Plan

# An offer in its place, and the numbers on which that rests.
Stood = tuple[Offer, tuple[int, ...]]
# What an offer is ordered by; its key, for no two are equal; what its place rests on; the offer.
_Placed = tuple[tuple[int, ...], str, tuple[int, ...], Offer]


def in_turn(
    method: Distribution,
    offers: Iterable[Offer],
    campaigns: Mapping[int, Campaign],
    line: LineState,
    spot: Spot,
) -> list[Stood]:
    """Return the offers in the order of a method by which campaigns take turns."""
    if method is Distribution.WEIGHTED:
        return _stood(_by_weight(list(offers), campaigns, line))
    last = line.last.get
    if method is Distribution.ROUND_ROBIN:
        waited = [((last(one.campaign_id, 0),), one) for one in offers]
        return _stood((since, one.key, since, one) for since, one in waited)
    own = [(campaigns[one.campaign_id], last(one.campaign_id, 0), one) for one in offers]
    if method is Distribution.PRIORITY:
        return _stood(((-by.priority, since), one.key, (by.priority, since), one) for by, since, one in own)
    return _stood(((since,), one.key, (int(claim(by.where, spot)[0]), since), one) for by, since, one in own)


def by_expectation(offers: Iterable[Offer], size: int) -> list[Stood]:
    """Return the offers for a size, those first that are expected to bring most."""
    asked = [one for one in offers if size in one.prices]
    asked.sort(key=lambda one: one.ranks[size])
    return [(one, (_expected(one, size),)) for one in asked]


def by_plan(offers: Iterable[Offer], size: int, market: Market) -> list[Stood]:
    """Return the offers for a size, premium sellers first, of equal plans those expected to bring most."""
    asked = [(_is_premium(one, market), one) for one in offers if size in one.prices]
    asked.sort(key=lambda one: (-one[0], one[1].ranks[size]))
    return [(one, (is_premium, _expected(one, size))) for is_premium, one in asked]


def _is_premium(offer: Offer, market: Market) -> int:
    return int(market.companies[offer.company_id].plan is Plan.PREMIUM)


def _expected(offer: Offer, size: int) -> int:
    return (offer.prices[size] * offer.keep + WHOLE // 2) // WHOLE


def _by_weight(
    offers: Iterable[Offer], campaigns: Mapping[int, Campaign], line: LineState
) -> Iterable[_Placed]:
    """Place each by what it is owed once the lead at hand is shared out among them."""
    weights = [(campaigns[one.campaign_id].weight, one) for one in offers]
    total = sum(weight for weight, _ in weights)
    for weight, one in weights:
        owed = line.owed.get(one.campaign_id, 0) + WHOLE_LEAD * weight // total
        yield (-owed,), one.key, (owed,), one


def _stood(placed: Iterable[_Placed]) -> list[Stood]:
    return [(offer, rests_on) for _, _, rests_on, offer in sorted(placed)]
