"""Which campaigns accept each value of one attribute: a set of campaigns per value that anybody names."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from typing import Generic, TypeVar

from pyroaring import BitMap

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
# A campaign's number, and the values it wants; none when all are fine.
Wish = tuple[int, Collection[K]]
NOBODY = BitMap()
_MOST_KNOWN = 2_048


class Accepting(Generic[K]):
    """Campaigns by the values they name, and (`wide`) those that name none.

    Never changes: an edit gives a new one that shares all sets it does not touch, so that whoever is asking
    meanwhile goes on with one whole state.
    """

    __slots__ = ("named", "wide")

    def __init__(self, wishes: Iterable[Wish[K]]) -> None:
        ids: defaultdict[K, list[int]] = defaultdict(list)
        wide: list[int] = []
        for number, values in wishes:
            if not values:
                wide.append(number)
            for value in values:
                ids[value].append(number)
        self.wide = BitMap(wide)
        self.named = {value: BitMap(found) for value, found in ids.items()}

    def of(self, value: K) -> BitMap:
        """Return the campaigns that name the value."""
        return self.named.get(value, NOBODY)

    @property
    def choosy(self) -> BitMap:
        """Return the campaigns that name any value."""
        return BitMap.union(NOBODY, *self.named.values())

    def edited(self, gone: Collection[Wish[K]], come: Collection[Wish[K]]) -> "Accepting[K]":
        """Return what it is once these wishes have gone and those have come."""
        old, new = Accepting(gone), Accepting(come)
        if (old.wide, old.named) == (new.wide, new.named):
            return self
        edited = Accepting[K](())
        edited.wide = (self.wide - old.wide) | new.wide
        edited.named = dict(self.named)
        for value in {**old.named, **new.named}:
            found = (self.of(value) - old.of(value)) | new.of(value)
            if found:
                edited.named[value] = found
            else:
                edited.named.pop(value, None)
        return edited


class Known(dict[Hashable, V]):
    """What was worked out for values, which are few; for a limited number of them."""

    def __init__(self, most: int = _MOST_KNOWN) -> None:
        self._most = most

    def keep(self, value: Hashable, found: V) -> V:
        """Keep what was worked out, and return it."""
        if len(self) >= self._most:
            self.clear()
        self[value] = found
        return found
