"""Where people ask from and what they answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import TypeVar

from leadhouse.allocate.matching.geography import Spot, spot_of
from leadhouse.kit.places import by_zip, zips_of_state
from leadhouse.rules.types import Field, FieldType
from leadhouse.simulate.month.shape import RESIDENTS

T = TypeVar("T")
_ESTIMATES = range(4_000, 20_000, 50)
_AMOUNTS = range(50, 900)


@dataclass(frozen=True, slots=True)
class Home:
    """A ZIP with people in it, as a lead from there names it."""

    spot: Spot
    zone: str
    facts: Mapping[str, object]


def drawn(chance: Random, weights: Mapping[T, float], count: int) -> list[T]:
    """Draw so many of these values by their weights."""
    return chance.choices(list(weights), list(weights.values()), k=count)


def homes(chance: Random, count: int) -> list[Home]:
    """Draw so many homes: states by their residents, the ZIPs of a state alike."""
    found, weights = _homes()
    return chance.choices(found, cum_weights=weights, k=count)


@cache
def _homes() -> tuple[list[Home], list[float]]:
    found: list[Home] = []
    weights: list[float] = []
    for state, residents in RESIDENTS.items():
        inside = [home for zip_code in zips_of_state(state) for home in _home(zip_code)]
        found += inside
        weights += [residents / len(inside)] * len(inside)
    return found, list(accumulate(weights))


def _home(zip_code: str) -> Iterator[Home]:
    """Yield the home at a ZIP that has a county, a zone and coordinates, as normalising would write it."""
    place = by_zip(zip_code)
    if place is None or not place.county or place.time_zone is None or place.lat is None:
        return
    facts: dict[str, object] = {
        "postal_code": place.zip_code,
        "state": place.state,
        "city": place.city,
        "county": place.county,
        "time_zone": place.time_zone,
        "country": "US",
        "lat": place.lat,
        "lon": place.lon,
    }
    yield Home(spot_of(facts), place.time_zone, facts)


def answers(chance: Random, fields: Mapping[str, Field], count: int) -> list[dict[str, object]]:
    """Return what so many people fill in: an estimate, and the product's own fields."""
    lows = chance.choices(_ESTIMATES, k=count)
    columns = {key: column for key, field in fields.items() if (column := _column(chance, field, count))}
    return [
        {
            "estimate_low": f"{low}.00",
            "estimate_high": f"{low * 2}.00",
            **{key: column[number] for key, column in columns.items()},
        }
        for number, low in enumerate(lows)
    ]


def _column(chance: Random, field: Field, count: int) -> Sequence[object]:
    """Draw what people answer in one field; nothing in free texts and dates."""
    if field.type is FieldType.CHOICE:
        return chance.choices(field.choices, k=count)
    if field.type is FieldType.MULTICHOICE:
        return [[one] for one in chance.choices(field.choices, k=count)]
    if field.type is FieldType.BOOLEAN:
        return chance.choices((True, False), k=count)
    if field.type in (FieldType.NUMBER, FieldType.MONEY):
        return chance.choices(_AMOUNTS, k=count)
    return ()
