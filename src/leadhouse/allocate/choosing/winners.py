"""The best set of buyers, exactly.

Sets are compared by expected value, then actual price, then their sorted campaign keys. For sets of one size
all three are sums over the members: with (value, price, 2^-rank) written as the digits of one whole number
per offer, the best set is the one of greatest sum, and the only one. So ties cost nothing: where conflicts
nest (company inside conflict group) the best of each group in that order are the answer (a laminar matroid);
otherwise branch and bound runs over the same numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leadhouse.allocate.types import Offer, Scenario

# A sale size, whose prices are asked, and how many companies are to be found for it.
Places = tuple[int, int]
Pick = Callable[[Sequence[Offer], int, int], list[Offer]]

# Room for any sum of prices below a set's value: 2^80 minor units.
_PRICE_BITS = 80


def places_of(sizes: Sequence[int], taken: int = 0) -> list[Places]:
    """Return what is to be filled: each size in full; of a sale begun, any number of what is left of it."""
    if not taken:
        return [(size, size) for size in sizes]
    return [(size, count) for size in sizes for count in range(1, size - taken + 1)]


def best_scenarios(offers: Sequence[Offer], places: Sequence[Places]) -> tuple[Scenario, ...]:
    """Return the best scenario of each kind that can be filled exactly."""
    pick = _search if any(one.carriers for one in offers) else _first_of_groups
    found = (_best(offers, size, count, pick) for size, count in places)
    return tuple(one for one in found if one is not None)


def choose(scenarios: Sequence[Scenario]) -> Scenario | None:
    """Return the scenario of highest value, of equal ones that with fewer companies."""
    best = None
    for one in sorted(scenarios, key=lambda one: len(one.winners)):
        if best is None or one.value > best.value:
            best = one
    return best


def best_of_size(offers: Sequence[Offer], size: int, count: int) -> Scenario | None:
    """Return the best set of exactly `count` offers at the prices of `size`, or None when there is none."""
    return next(iter(best_scenarios(offers, [(size, count)])), None)


def _best(offers: Sequence[Offer], size: int, count: int, pick: Pick) -> Scenario | None:
    # Keys are unique, so that no two ranks are equal and offers are never compared.
    ranked = sorted([(one.ranks[size], one) for one in offers if size in one.ranks])
    chosen = pick([one for _, one in ranked], size, count)
    return _scenario(chosen, size) if len(chosen) == count else None


def _first_of_groups(ranked: Sequence[Offer], size: int, count: int) -> list[Offer]:
    """Return the first so many offers, one of each group."""
    groups: set[str] = set()
    chosen: list[Offer] = []
    for one in ranked:
        if one.group not in groups:
            groups.add(one.group)
            chosen.append(one)
            if len(chosen) == count:
                break
    return chosen


def _foremost(ranked: Sequence[Offer]) -> list[Offer]:
    """Leave out offers that another of the same group and the same carriers outdoes."""
    first: dict[tuple[str, frozenset[str]], Offer] = {}
    for one in ranked:
        first.setdefault((one.group, one.carriers), one)
    return list(first.values())


def _scenario(chosen: Sequence[Offer], size: int) -> Scenario:
    members = sorted(chosen, key=lambda one: one.key)
    prices = tuple(one.prices[size] for one in members)
    return Scenario(
        size=size,
        value=sum(one.keep * price for one, price in zip(members, prices, strict=True)),
        price_minor=sum(prices),
        winners=tuple(one.campaign_id for one in members),
        prices=prices,
    )


def in_conflict(one: Offer, other: Offer) -> bool:
    """Return whether the two never share a lead."""
    return one.group == other.group or not one.carriers.isdisjoint(other.carriers)


@dataclass(slots=True)
class _Search:
    """Branch and bound: offers by falling weight, each with the set (as bits) of those it shuts out."""

    weights: list[int]
    conflicts: list[int]
    best: int = -1
    found: tuple[int, ...] = ()

    def visit(self, allowed: int, count: int, weight: int, taken: tuple[int, ...]) -> None:
        if not count:
            if weight > self.best:
                self.best, self.found = weight, taken
            return
        while allowed:
            heaviest = [number for number, _ in zip(_bits(allowed), range(count), strict=False)]
            bound = weight + sum(self.weights[number] for number in heaviest)
            if len(heaviest) < count or bound <= self.best:
                return
            number = heaviest[0]
            allowed &= ~(1 << number)
            self.visit(
                allowed & ~self.conflicts[number],
                count - 1,
                weight + self.weights[number],
                (*taken, number),
            )


def _search(candidates: Sequence[Offer], size: int, count: int) -> list[Offer]:
    ranked = _foremost(candidates)
    by_key = {one.key: rank for rank, one in enumerate(sorted(ranked, key=lambda one: one.key), start=1)}
    bits = len(ranked)
    weights = [
        (((one.prices[size] * one.keep) << _PRICE_BITS | one.prices[size]) << bits)
        | 1 << (bits - by_key[one.key])
        for one in ranked
    ]
    conflicts = [
        sum(1 << number for number, other in enumerate(ranked) if in_conflict(one, other)) for one in ranked
    ]
    search = _Search(weights, conflicts)
    search.visit((1 << bits) - 1, count, 0, ())
    return [ranked[number] for number in search.found]


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set, the lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
