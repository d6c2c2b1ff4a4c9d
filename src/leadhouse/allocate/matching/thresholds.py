"""Which campaigns a value fails whose wishes are limits: at least, above, below, at most."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from pyroaring import BitMap

from leadhouse.allocate.matching.accepting import Known
from leadhouse.rules.alternatives import Ask

# A whole set is kept for every so many limits; those between are worked out from the one before.
_STRIDE = 64
# Limits of one field have one type, which mypy cannot see.
Limit = tuple[Any, Ask, int]
LIMITS: Mapping[Ask, bool] = {Ask.FROM: True, Ask.ABOVE: True, Ask.BELOW: False, Ask.UP_TO: False}
# Limits that a value equal to them lies beyond already.
_REACHED_AT = (Ask.FROM, Ask.BELOW)


class Thresholds:
    """Limits in order: going up, each puts its campaign in or out of reach, once.

    `limits` are (value, FROM | ABOVE | BELOW | UP_TO, campaign), each campaign once.
    """

    def __init__(self, limits: Iterable[Limit]) -> None:
        ordered = sorted(limits, key=lambda one: (one[0], one[1] not in _REACHED_AT))
        self._values = [value for value, _, _ in ordered]
        self._is_late = [ask not in _REACHED_AT for _, ask, _ in ordered]
        self._campaigns = array("I", (number for _, _, number in ordered))
        failing = BitMap(number for _, ask, number in ordered if LIMITS[ask])
        self._sets = [failing]
        self._failing: Known[BitMap] = Known()
        for start in range(0, len(ordered) - _STRIDE, _STRIDE):
            failing = failing ^ BitMap(self._campaigns[start : start + _STRIDE])
            self._sets.append(failing)

    def failing(self, value: Any) -> BitMap:
        """Return the campaigns beyond whose limit the value lies."""
        values, passed = self._values, bisect_left(self._values, value)
        if passed < len(values) and values[passed] == value:
            equal = bisect_right(values, value, passed)
            passed = bisect_left(self._is_late, True, passed, equal)  # noqa: FBT003 - a value to look for
        failing = self._failing.get(passed)
        if failing is None:
            failing = self._failing.keep(passed, self._made(passed))
        return failing

    def _made(self, passed: int) -> BitMap:
        """Return who fails once so many limits are passed."""
        place = min(passed // _STRIDE, len(self._sets) - 1)
        return self._sets[place] ^ BitMap(self._campaigns[place * _STRIDE : passed])
