"""In which order campaigns stand in line, by each method, and what each place rests on.

What it rests on, as numbers: round_robin (its last turn; 0: never), weighted (what it is owed with its share
of this lead, in parts of a lead), priority (its priority, its last turn), territory (how its area names the
place, a Level; its last turn), send_to_all (what it is expected to bring, minor units), distribution_centre
(1 for a premium plan, what it is expected to bring).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from leadhouse.allocate.choosing.methods.territory import claim
from leadhouse.allocate.choosing.methods.turns import WHOLE_LEAD, LineState
from leadhouse.allocate.matching.geography import Spot
from leadhouse.allocate.types import WHOLE, Offer
from leadhouse.parties.types import Campaign, Distribution, Market, Plan


class Stood(NamedTuple):
    """An offer in its place, which rests on these numbers."""

    offer: Offer
    rests_on: tuple[int, ...]


class _Placed(NamedTuple):
    before: tuple[int, ...]
    rests_on: tuple[int, ...]
    offer: Offer


def in_turn(
    method: Distribution,
    offers: Iterable[Offer],
    campaigns: Mapping[int, Campaign],
    line: LineState,
    spot: Spot,
) -> list[Stood]:
    """Return the offers in the order of a method by which campaigns take turns."""
    own = [(one, campaigns[one.campaign_id], line.last.get(one.campaign_id, 0)) for one in offers]
    if method is Distribution.WEIGHTED:
        owed = _owed({one.campaign_id: campaign.weight for one, campaign, _ in own}, line)
        return _stood(_Placed((-owed[one.campaign_id],), (owed[one.campaign_id],), one) for one, _, _ in own)
    if method is Distribution.PRIORITY:
        return _stood(
            _Placed((-campaign.priority, last), (campaign.priority, last), one) for one, campaign, last in own
        )
    if method is Distribution.TERRITORY:
        return _stood(
            _Placed((last,), (int(claim(campaign.where, spot)[0]), last), one) for one, campaign, last in own
        )
    return _stood(_Placed((last,), (last,), one) for one, _, last in own)


def by_expectation(offers: Iterable[Offer], size: int) -> list[Stood]:
    """Return the offers for a size, those first that are expected to bring most."""
    asked = [one for one in offers if size in one.prices]
    asked.sort(key=lambda one: one.ranks[size])
    return [Stood(one, (_expected(one, size),)) for one in asked]


def by_plan(offers: Iterable[Offer], size: int, market: Market) -> list[Stood]:
    """Return the offers for a size, premium sellers first, of equal plans those expected to bring most."""
    asked = [(_is_premium(one, market), one) for one in offers if size in one.prices]
    asked.sort(key=lambda one: (-one[0], one[1].ranks[size]))
    return [Stood(one, (is_premium, _expected(one, size))) for is_premium, one in asked]


def _is_premium(offer: Offer, market: Market) -> int:
    return int(market.companies[offer.company_id].plan is Plan.PREMIUM)


def _expected(offer: Offer, size: int) -> int:
    return (offer.prices[size] * offer.keep + WHOLE // 2) // WHOLE


def _owed(weights: Mapping[int, int], line: LineState) -> dict[int, int]:
    """Return what each is owed once the lead at hand is shared out among them."""
    total = sum(weights.values())
    return {key: line.owed.get(key, 0) + WHOLE_LEAD * weight // total for key, weight in weights.items()}


def _stood(placed: Iterable[_Placed]) -> list[Stood]:
    in_order = sorted(placed, key=lambda one: (one.before, one.offer.key))
    return [Stood(one.offer, one.rests_on) for one in in_order]
