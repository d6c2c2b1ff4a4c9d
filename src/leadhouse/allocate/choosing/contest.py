"""The best set of so many offers, exactly: branch and bound where conflicts cross.

Sets of one size are compared by expected value (less what pacing keeps back), then actual price, then their
sorted campaign keys. All three are sums over the members: with (value, price, 2^-rank) written as the digits
of one whole number per offer, its weight, the best set is the one of greatest sum, and the only one. So ties
cost nothing.

Where conflicts nest (company inside conflict group) the first of each group, the best first, are the answer:
a laminar matroid. Where they cross (carriers), sets are tried by falling weight and given up as soon as the
heaviest offers that are left would not make them better than the best one found. Offers are sorted and
weighed only as far as the search looks: with 500 of them it looks at a few dozen.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop
from itertools import count as numbers

from leadhouse.allocate.prices.offered import Offered
from leadhouse.allocate.types import Offer, Rank

# Room for any sum of prices below a set's value: 2^80 minor units.
_PRICE_BITS = 80


def in_conflict(one: Offer, other: Offer) -> bool:
    """Return whether the two never share a lead."""
    return one.group == other.group or bool(one.conflicts & other.conflicts)


class Contest:
    """Offers that compete for one lead, asked for the best set of each size."""

    def __init__(self, offers: Collection[Offer]) -> None:
        self._offers = offers if isinstance(offers, Offered) else _Listed(offers)
        self._claims = self._offers.claims()
        self._shared = _shared(self._claims)

    def best(self, size: int, count: int, beside: Offer | None = None) -> Sequence[Offer]:
        """Return the best `count` offers at the prices of `size`; fewer when so many cannot be together.

        With `beside`, only offers that may stand beside that one count.
        """
        ranked: Iterable[Offer] = self._offers.best_first(size)
        if beside is not None:
            ranked = (one for one in ranked if not in_conflict(one, beside))
        if not self._shared:
            return _first_of_groups(ranked, count)
        contenders = _contenders(ranked, self._shared, count)
        search = _Search(contenders, self._offers, size, self._shared, self._least)
        search.visit(0, count, 0, 0, ())
        return [search.offers[number] for number in search.found]

    def most(self, size: int) -> int:
        """Return the value that no offer for the size exceeds, in WHOLE parts of a minor unit."""
        return self._offers.most(size)

    @cached_property
    def _least(self) -> int:
        """Return how many things every offer has alone, at least."""
        return min(map(int.bit_count, {one & self._shared for one in self._claims}))


class _Listed:
    """Offers in a list, each size sorted as far as somebody has looked."""

    def __init__(self, offers: Collection[Offer]) -> None:
        self._offers = offers
        self._rankings: dict[int, _Ranking] = {}

    def best_first(self, size: int) -> Iterable[Offer]:
        if size not in self._rankings:
            self._rankings[size] = _Ranking(self._offers, size)
        return self._rankings[size]

    def most(self, size: int) -> int:
        return max((-one.ranks[size][0] for one in self._offers if size in one.ranks), default=0)

    def claims(self) -> list[int]:
        return [one.conflicts for one in self._offers]

    @property
    def key_count(self) -> int:
        return len(self._keys)

    def key_place(self, offer: Offer) -> int:
        return self._keys[offer.key]

    @cached_property
    def _keys(self) -> dict[str, int]:
        """Return every campaign's place by its key, the highest for the smallest."""
        keys = sorted([one.key for one in self._offers], reverse=True)
        return {key: place for place, key in enumerate(keys)}


class _Ranking:
    """The offers for one size, the best first, sorted as far as somebody has looked."""

    def __init__(self, offers: Iterable[Offer], size: int) -> None:
        # Keys are unique, so that no two ranks are equal and offers are never compared.
        self._left: list[tuple[Rank, Offer]] = [(one.ranks[size], one) for one in offers if size in one.ranks]
        self._sorted: list[Offer] = []
        heapify(self._left)

    def __iter__(self) -> Iterator[Offer]:
        for place in numbers():
            if place == len(self._sorted):
                if not self._left:
                    return
                self._sorted.append(heappop(self._left)[1])
            yield self._sorted[place]


def _shared(claims: Iterable[int]) -> int:
    """Return what more than one of the offers wants alone; the rest keeps nobody out."""
    once = shared = 0
    for one in claims:
        shared |= once & one
        once |= one
    return shared


def _first_of_groups(ranked: Iterable[Offer], count: int) -> list[Offer]:
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


def _contenders(ranked: Iterable[Offer], shared: int, count: int) -> Iterator[tuple[Offer, int]]:
    """Yield the offers, each with its conflicts, that a better one could not stand for in every set.

    Of those that nobody but their own group keeps out the first `count` are enough. Of others an earlier one
    can stand for a later one that wants all of the same alone: the same set, or one thing among several.
    """
    groups: set[str] = set()
    wanted: set[int] = set()
    singly = 0
    for one in ranked:
        conflicts = one.conflicts & shared
        if conflicts:
            if conflicts & singly or conflicts in wanted:
                continue
            wanted.add(conflicts)
            if not conflicts & (conflicts - 1):
                singly |= conflicts
        elif one.group in groups:
            continue
        else:
            groups.add(one.group)
        yield one, conflicts
        if len(groups) == count:
            return


@dataclass(slots=True)
class _Search:
    """Branch and bound over contenders by falling weight, taken from their source when first looked at.

    `least` is how many things of `shared` each of them has alone, at least.
    """

    source: Iterator[tuple[Offer, int]]
    keys: "Offered | _Listed"
    size: int
    shared: int
    least: int
    offers: list[Offer] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    conflicts: list[int] = field(default_factory=list)
    best: int = -1
    found: tuple[int, ...] = ()

    def visit(self, start: int, count: int, used: int, weight: int, taken: tuple[int, ...]) -> None:
        """Add `count` contenders from `start` on to those taken, which use up `used` and weigh `weight`."""
        if count * self.least > (self.shared & ~used).bit_count():
            return
        ahead: deque[int] = deque()
        while True:
            while len(ahead) < count:
                if not self._reaches(start):
                    return
                if not self.conflicts[start] & used:
                    ahead.append(start)
                start += 1
            bound = weight + sum(self.weights[number] for number in ahead)
            if bound <= self.best:
                return
            number = ahead.popleft()
            if count == 1:
                self.best, self.found = bound, (*taken, number)
                return
            self.visit(
                number + 1,
                count - 1,
                used | self.conflicts[number],
                weight + self.weights[number],
                (*taken, number),
            )

    def _reaches(self, number: int) -> bool:
        """Return whether there is a contender of this number."""
        if number == len(self.offers):
            offer, conflicts = next(self.source, (None, 0))
            if offer is None:
                return False
            self.offers.append(offer)
            self.weights.append(self._weight(offer))
            self.conflicts.append(conflicts)
        return True

    def _weight(self, offer: Offer) -> int:
        value, price, _ = offer.ranks[self.size]
        return (-value << _PRICE_BITS | -price) << self.keys.key_count | 1 << self.keys.key_place(offer)
