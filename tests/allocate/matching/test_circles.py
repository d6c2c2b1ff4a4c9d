"""Circles measured by their cells, many at once, hold what measuring each of them says."""

import random

import pytest
from pyroaring import BitMap

from leadhouse.allocate.matching.circles import Circles
from leadhouse.kit.places import miles_between
from leadhouse.parties.types import Radius

POINTS = [
    (41.79, -107.24),
    (40.7, -74.0),
    (52.0, 179.99),
    (52.0, -180.0),
    (89.5, 10.0),
    (0.0, 0.0),
    (-33.9, 151.2),
]


def some_circles(seed: int, count: int) -> dict[int, Radius]:
    """Circles around the points, near and far, some to whose rim a point lies as near as can be."""
    chance = random.Random(seed)
    found = {}
    for number in range(1, count + 1):
        lat, lon = chance.choice(POINTS)
        centre = (
            max(-90.0, min(90.0, lat + chance.gauss(0, 1))),
            (lon + chance.gauss(0, 1) + 180) % 360 - 180,
        )
        miles = chance.choice([0.0, 5.0, 50.0, 300.0, 2_000.0, miles_between(*centre, lat, lon)])
        found[number] = Radius(*centre, miles)
    return found


def inside(circles: dict[int, Radius], point: tuple[float, float]) -> list[int]:
    return [number for number, one in circles.items() if miles_between(one.lat, one.lon, *point) <= one.miles]


@pytest.mark.req("R004-18")
@pytest.mark.parametrize("count", [1, 6, 300])
@pytest.mark.parametrize("point", POINTS)
def test_a_point_lies_in_the_circles_that_are_as_wide_as_it_is_far(
    count: int, point: tuple[float, float]
) -> None:
    circles = some_circles(7, count)
    everybody = BitMap(circles)
    assert list(Circles(circles.items()).holding(point, everybody)) == inside(circles, point)
    asked = everybody - BitMap(range(1, count, 3))
    assert Circles(circles.items()).holding(point, asked) == BitMap(inside(circles, point)) & asked


@pytest.mark.parametrize("point", POINTS)
def test_edited_circles_hold_what_new_ones_do(point: tuple[float, float]) -> None:
    before, after = some_circles(1, 60), some_circles(2, 90)
    changed = {number: one for number, one in after.items() if number > 40}
    edited = Circles(before.items()).edited(
        [(number, one) for number, one in before.items() if number > 40 or number < 5], changed.items()
    )
    now = {number: one for number, one in before.items() if 5 <= number <= 40} | changed
    assert list(edited.holding(point, BitMap(now))) == sorted(inside(now, point))
