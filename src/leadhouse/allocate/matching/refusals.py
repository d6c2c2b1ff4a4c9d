"""Who is refused and why, told by who was left after each gate: the refused are worked out when read."""

from collections.abc import ItemsView, Iterator, Mapping, Sequence

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import NOBODY
from leadhouse.allocate.types import Refusal


class Refusals(Mapping[Refusal, BitMap]):
    """The refused by reason: those that `shared` tells, then those that fail at a gate, then `others`.

    Of the campaigns at the `start`, each of the `gates` tells who is left after it.
    """

    __slots__ = ("_found", "_gates", "_others", "_shared", "_start")

    def __init__(
        self,
        shared: Mapping[Refusal, BitMap],
        start: BitMap = NOBODY,
        gates: Sequence[tuple[Refusal, BitMap]] = (),
        others: tuple[Mapping[Refusal, BitMap], ...] = (),
    ) -> None:
        self._shared, self._start, self._gates, self._others = shared, start, gates, others
        self._found: dict[Refusal, BitMap] | None = None

    def beside(self, *others: Mapping[Refusal, BitMap]) -> "Refusals":
        """Return these refusals and those."""
        further = tuple([one for one in others if one])
        if not further:
            return self
        return Refusals(self._shared, self._start, self._gates, self._others + further)

    def items(self) -> ItemsView[Refusal, BitMap]:
        """Return the reasons that anybody is refused for, each with who is."""
        return self._read().items()

    def __getitem__(self, reason: Refusal) -> BitMap:
        return self._read()[reason]

    def __iter__(self) -> Iterator[Refusal]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[Refusal, BitMap]:
        if self._found is None:
            found, left = dict(self._shared), self._start
            for reason, passing in self._gates:
                if len(passing) != len(left):
                    found[reason] = left - passing
                left = passing
            for part in self._others:
                for reason, some in part.items():
                    found[reason] = found[reason] | some if reason in found else some
            self._found = found
        return self._found
