"""Which of those in line get a lead: the foremost that go together, for a sale size that can be filled."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.winners import Places, scenario_of
from leadhouse.allocate.types import Offer, Scenario


def foremost(line: Sequence[Offer], places: Iterable[Places]) -> Iterator[Scenario]:
    """Yield the sales to the first in line and as many of the next as there can be, then to the second, …

    Whoever stands first gets the lead if any size that he bids for can be filled with others of the line; of
    such sizes the largest comes first, and of the sets that fill it the one whose members stand foremost.
    """
    widest = sorted(places, key=lambda one: (-one[1], -one[0]))
    for number, first in enumerate(line):
        for size, count in widest:
            if size in first.prices:
                behind = (one for one in line[number + 1 :] if size in one.prices)
                others = first_set((one for one in behind if not in_conflict(first, one)), count - 1)
                if others is not None:
                    yield scenario_of([first, *others], size)


def fullest(places: Iterable[Places], line: Callable[[int], Sequence[Offer]]) -> Iterator[Scenario]:
    """Yield the sales to the most companies first, each to the foremost of its size's line."""
    for size, count in sorted(places, key=lambda one: -one[1]):
        members = first_set(line(size), count)
        if members is not None:
            yield scenario_of(members, size)


def first_bringing(sales: Iterable[Scenario], least_minor: int) -> tuple[Scenario | None, Scenario | None]:
    """Return the first sale of all, and the first that brings at least so much."""
    first = None
    for one in sales:
        first = first or one
        if one.price_minor >= least_minor:
            return first, one
    return first, None


def first_set(line: Iterable[Offer], count: int) -> list[Offer] | None:
    """Return the `count` offers, no two in conflict, that stand foremost; None when there are no such.

    Of two sets the one is before the other whose first differing member stands before the other's. Taking
    whoever goes with those before finds it, if it finds any; where conflicts cross that may fail.
    """
    seen: list[Offer] = []
    chosen: list[Offer] = []
    if not count:
        return chosen
    for one in line:
        seen.append(one)
        if not any(in_conflict(one, other) for other in chosen):
            chosen.append(one)
            if len(chosen) == count:
                return chosen
    return _searched(seen, count) if any(one.conflicts for one in seen) else None


def _searched(line: Sequence[Offer], count: int) -> list[Offer] | None:
    """Look for the foremost set by trying each as its first member."""
    if not count:
        return []
    for number, first in enumerate(line):
        if _most(line[number:]) < count:
            return None
        beside = [one for one in line[number + 1 :] if not in_conflict(first, one)]
        others = _searched(beside, count - 1)
        if others is not None:
            return [first, *others]
    return None


def _most(line: Sequence[Offer]) -> int:
    """Return a bound of how many of these go together: one of each group, one that wants the same alone."""
    groups = {one.group for one in line}
    alone = {one.conflicts & -one.conflicts or one.group for one in line}
    return min(len(groups), len(alone))
