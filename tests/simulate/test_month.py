"""The month made up again: the mission's volumes, real places, the same for the same seed."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from leadhouse.kit.places import by_zip
from leadhouse.parties.types import Market
from leadhouse.rules.types import Field, FieldType
from leadhouse.simulate.month.arrivals import arrivals
from leadhouse.simulate.month.shape import VOLUMES
from tests.allocate.allocate_markets import PRODUCT, SOURCE, campaign, market, rule

NAMES = [f"source-{number}" for number in range(1, 8)]


def with_sources(*names: str, **changes: object) -> Market:
    sources = [replace(SOURCE, id=number, key=name, **changes) for number, name in enumerate(names, start=1)]
    return market([campaign(1)], sources=sources)


def counts(market_: Market, leads: int) -> dict[str, int]:
    return dict(Counter(one.lead.source for one in arrivals(market_, leads=leads)))


@pytest.mark.req("R000-73")
def test_the_seven_sources_send_what_the_mission_counts() -> None:
    month = arrivals(with_sources(*NAMES))
    assert len(month) == 75_711
    found = Counter(one.lead.source for one in month)
    assert [found[name] for name in NAMES] == list(VOLUMES)
    assert [one.at for one in month] == sorted(one.at for one in month)


def test_fewer_sources_share_all_leads_and_further_ones_send_nothing() -> None:
    assert counts(with_sources("only"), 500) == {"only": 500}
    assert sum(counts(with_sources("one", "two"), 500).values()) == 500
    assert set(counts(with_sources(*NAMES, "eighth"), 7_000)) == set(NAMES)


def test_closed_and_test_sources_send_nothing() -> None:
    assert counts(with_sources("one", is_closed=True), 100) == {}
    assert counts(with_sources("one", is_test=True), 100) == {}


def test_the_same_seed_is_the_same_month_and_another_seed_another() -> None:
    one = arrivals(with_sources(*NAMES), leads=400, seed=5)
    assert one == arrivals(with_sources(*NAMES), leads=400, seed=5)
    assert one != arrivals(with_sources(*NAMES), leads=400, seed=6)


def test_all_ask_within_the_month_of_where_they_are_and_by_day() -> None:
    month = arrivals(with_sources("one"), leads=3_000, first_day=date(2026, 2, 1))
    walls = [wall_clock(one.lead.spot.zip_code, one.at) for one in month]
    assert {(wall.year, wall.month) for wall in walls} == {(2026, 2)}
    assert {wall.day for wall in walls} == set(range(1, 29))
    by_day = sum(8 <= wall.hour < 22 for wall in walls)
    assert 0.8 < by_day / len(walls) < 0.95


def wall_clock(zip_code: str, at: datetime) -> datetime:
    place = by_zip(zip_code)
    assert place
    assert place.time_zone
    return at.astimezone(ZoneInfo(place.time_zone))


def test_people_live_where_people_live() -> None:
    states = Counter(one.lead.spot.state for one in arrivals(with_sources("one"), leads=6_000))
    assert states.most_common(2)[0][0] == "CA"
    assert 0.09 < states["CA"] / 6_000 < 0.15
    assert states["WY"] < 60


def test_some_ask_again_and_have_not_moved() -> None:
    month = arrivals(with_sources("one"), leads=4_000)
    homes: dict[int, set[str]] = {}
    for one in month:
        homes.setdefault(one.passport.consumer_id, set()).add(one.lead.spot.zip_code)
    assert 0.02 < 1 - len(homes) / len(month) < 0.05
    assert {len(zips) for zips in homes.values()} == {1}


def test_a_source_with_criteria_sends_leads_that_meet_them() -> None:
    wish = rule({"field": "state", "operator": "in", "value": ["WY", "CO"]})
    month = arrivals(with_sources("one", criteria=wish), leads=300)
    assert len(month) == 300
    assert {one.lead.spot.state for one in month if not repeated(month, one.passport.consumer_id)} <= {
        "WY",
        "CO",
    }


def repeated(month: list[object], consumer_id: int) -> bool:
    return sum(one.passport.consumer_id == consumer_id for one in month) > 1  # type: ignore[attr-defined]


def test_criteria_that_nobody_meets_leave_it_to_the_door() -> None:
    wish = rule({"field": "estimate_low", "operator": "<", "value": 0})
    assert len(arrivals(with_sources("one", criteria=wish), leads=50)) == 50


def test_the_products_own_fields_are_filled_in() -> None:
    fields = {
        "roof_type": Field("roof_type", FieldType.CHOICE, "Roof type", choices=("metal", "tile")),
        "owns_home": Field("owns_home", FieldType.BOOLEAN, "Owns"),
        "area": Field("area", FieldType.NUMBER, "Area"),
        "notes": Field("notes", FieldType.TEXT, "Notes"),
    }
    product = replace(PRODUCT, fields=fields)
    month = arrivals(market([campaign(1)], products=[product]), leads=60)
    facts = [one.lead.facts for one in month]
    assert {one["roof_type"] for one in facts} == {"metal", "tile"}
    assert {one["owns_home"] for one in facts} == {True, False}
    assert all(isinstance(one["area"], int) and "notes" not in one for one in facts)
    assert all(one["source"] == "calculator" and one["channel"] == "Web Forms" for one in facts)
