"""Refusals told by who was left after each gate."""

from pyroaring import BitMap

from leadhouse.allocate.matching.refusals import Refusals
from leadhouse.allocate.types import Refusal

SHARED = {Refusal.INACTIVE: BitMap([9])}
GATES = [
    (Refusal.OUT_OF_AREA, BitMap([1, 2, 3])),
    (Refusal.PROPERTIES, BitMap([1, 2, 3])),
    (Refusal.CLOSED_NOW, BitMap([1])),
]


def test_who_is_not_left_after_a_gate_failed_there_and_a_gate_that_nobody_fails_is_not_told() -> None:
    assert Refusals(SHARED, BitMap([1, 2, 3, 4, 5]), GATES) == {
        Refusal.INACTIVE: BitMap([9]),
        Refusal.OUT_OF_AREA: BitMap([4, 5]),
        Refusal.CLOSED_NOW: BitMap([2, 3]),
    }


def test_those_refused_later_stand_beside_those_of_the_gates_and_of_each_other() -> None:
    before = Refusals({}, BitMap([1, 2, 3]), GATES)
    budget = {Refusal.BUDGET: BitMap([1])}
    later = before.beside({}, budget, {Refusal.BUDGET: BitMap([7]), Refusal.CAP: BitMap([8])})
    assert dict(later.items()) == {
        Refusal.CLOSED_NOW: BitMap([2, 3]),
        Refusal.BUDGET: BitMap([1, 7]),
        Refusal.CAP: BitMap([8]),
    }
    assert list(before) == [Refusal.CLOSED_NOW]
    assert budget == {Refusal.BUDGET: BitMap([1])}


def test_nothing_beside_them_leaves_them_as_they_are() -> None:
    before = Refusals(SHARED)
    assert before.beside({}, {}) is before
    assert (len(before), Refusal.CAP in before) == (1, False)
