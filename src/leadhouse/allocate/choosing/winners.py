"""The best scenario of each sale size, and the best of those."""

from collections.abc import Collection, Sequence
from operator import attrgetter

from leadhouse.allocate.choosing.contest import Contest
from leadhouse.allocate.types import FREE, Offer, Scenario

_key = attrgetter("key")
# A sale size, whose prices are asked, and how many companies are to be found for it.
Places = tuple[int, int]


def places_of(sizes: Sequence[int], taken: int = 0, *, is_begun: bool = False) -> list[Places]:
    """Return what is to be filled: each size in full; of a sale begun, any number of what is left of it."""
    if not (taken or is_begun):
        return [(size, size) for size in sizes]
    return [(size, count) for size in sizes for count in range(1, size - taken + 1)]


def best_scenarios(offers: Collection[Offer], places: Sequence[Places]) -> tuple[Scenario, ...]:
    """Return the best scenario of each kind that can be filled exactly."""
    contest = Contest(offers)
    found = ((contest.best(size, count), size, count) for size, count in places)
    return tuple(scenario_of(chosen, size) for chosen, size, count in found if len(chosen) == count)


def best_sale(
    offers: Collection[Offer], places: Sequence[Places], least_minor: int
) -> tuple[Scenario | None, bool]:
    """Return the best scenario that brings at least so much (minor units), and whether any can be filled."""
    contest, could_sell = Contest(offers), False
    best: tuple[tuple[int, int], int, Sequence[Offer]] | None = None
    # The largest sale mostly brings the most, and then none of the others has to be put together.
    for size, count in reversed(places):
        if best is not None and best[0] <= (-count * contest.most(size), count):
            continue
        members = contest.best(size, count)
        if len(members) != count:
            continue
        could_sell = True
        order = (sum([one.ranks[size][0] for one in members]), count)
        if (best is None or order < best[0]) and (
            not least_minor or sum(one.prices[size] for one in members) >= least_minor
        ):
            best = (order, size, members)
    return best and scenario_of(best[2], best[1]), could_sell


def choose(scenarios: Sequence[Scenario]) -> Scenario | None:
    """Return the scenario of highest adjusted value, of equal ones that with fewer companies."""
    return min(scenarios, key=lambda one: (-one.adjusted, len(one.winners)), default=None)


def carrying(scenarios: Sequence[Scenario], least_minor: int) -> tuple[Scenario, ...]:
    """Return the scenarios that bring at least so much, in minor units."""
    return tuple(one for one in scenarios if one.price_minor >= least_minor)


def scenario_of(chosen: Sequence[Offer], size: int) -> Scenario:
    """Return the sale of a lead to these, at their prices for this size."""
    members = sorted(chosen, key=_key) if len(chosen) > 1 else chosen
    prices = [one.prices[size] for one in members]
    value = kept_back = 0
    for one, price in zip(members, prices, strict=True):
        value += one.keep * price
        if one.held is not FREE:
            kept_back += (one.keep - one.weight(price)) * price
    winners = tuple([one.campaign_id for one in members])
    return Scenario(size, value, sum(prices), winners, tuple(prices), kept_back)
