"""Who of a line gets a lead is who a look at every set says."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.methods.filling import first_set, foremost, fullest
from leadhouse.allocate.types import WHOLE, Offer


def offer(number: int, *sizes: int, group: str | None = None, conflicts: int = 0) -> Offer:
    prices = dict.fromkeys(sizes, 1_000)
    return Offer(number, number, f"c{number:03d}", group or f"company {number}", WHOLE, prices, conflicts)


def test_the_first_in_line_gets_the_lead_in_the_largest_size_it_can_be_had() -> None:
    line = [offer(3, 1, 2), offer(1, 1, 2, 3), offer(2, 2, 3)]
    sale = next(foremost(line, winners.places_of([1, 2, 3])), None)
    assert sale is not None
    assert (sale.size, sale.winners) == (2, (1, 3))


def test_who_cannot_be_served_lets_the_next_in_line_pass() -> None:
    line = [offer(1, 2, group="g"), offer(2, 2, group="g"), offer(3, 1)]
    sale = next(foremost(line, winners.places_of([1, 2])), None)
    assert sale is not None
    # The first two conflict with each other, and the third bids for no duo.
    assert (sale.size, sale.winners) == (1, (3,))
    assert list(foremost(line[:2], winners.places_of([1, 2]))) == []
    assert list(foremost([], winners.places_of([1]))) == []


def test_many_who_can_never_go_together_are_seen_through_at_once() -> None:
    line = [offer(number, 21, conflicts=1 << number % 20) for number in range(1, 401)]
    assert first_set(line, 21) is None
    assert [one.campaign_id for one in first_set(line, 20) or ()] == list(range(1, 21))


_LINES = st.lists(
    st.tuples(
        st.sets(st.integers(1, 4), min_size=1),
        st.integers(0, 5),
        st.sampled_from([0, 1, 2, 4, 3, 5, 6]),
    ),
    max_size=8,
).map(
    lambda shapes: [
        offer(number, *sorted(sizes), group=f"g{group}", conflicts=conflicts)
        for number, (sizes, group, conflicts) in enumerate(shapes)
    ]
)
_PLACES = st.sampled_from(
    [winners.places_of([1, 2, 3, 4]), winners.places_of([3, 4]), winners.places_of([4], 1)]
)


def _sets(line: list[Offer], size: int, count: int) -> list[tuple[int, ...]]:
    """Return the places of every set of the line that fills a size."""
    return [
        places
        for places in combinations(range(len(line)), count)
        if all(size in line[place].prices for place in places)
        and not any(in_conflict(line[one], line[other]) for one, other in combinations(places, 2))
    ]


@given(_LINES, _PLACES)
@settings(max_examples=400, deadline=None)
def test_the_foremost_are_those_of_looking_at_every_set(
    line: list[Offer], places: list[winners.Places]
) -> None:
    found = next(foremost(line, places), None)
    every = [
        (members[0], -count, -size, members) for size, count in places for members in _sets(line, size, count)
    ]
    if not every:
        assert found is None
        return
    _, count, size, members = min(every)
    assert found is not None
    assert (found.size, len(found.winners)) == (-size, -count)
    assert set(found.winners) == {line[place].campaign_id for place in members}


@given(_LINES, _PLACES)
@settings(max_examples=400, deadline=None)
def test_the_fullest_are_those_of_looking_at_every_set(
    line: list[Offer], places: list[winners.Places]
) -> None:
    found = next(fullest(places, lambda size: [one for one in line if size in one.prices]), None)
    every = [(-count, members) for size, count in places for members in _sets(line, size, count)]
    if not every:
        assert found is None
        return
    assert found is not None
    assert set(found.winners) == {line[place].campaign_id for place in min(every)[1]}
