"""Who may have a lead: every gate in its order, always equal to asking each campaign by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from leadhouse.allocate.matching.geography import spot_of
from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.types import Lead, Refusal
from leadhouse.kit import places
from leadhouse.parties.types import Radius
from tests.allocate.allocate_markets import (
    NOW,
    PRODUCT,
    area,
    campaign,
    company,
    hours,
    lead,
    market,
    rule,
    weekdays,
)
from tests.allocate.matching.plain_matching import LEADS, NOBODY, WISHES, plain_refusal

RAWLINS = Radius(41.79, -107.24, 50)


def _refusals(index: Index, asked: Lead, now: datetime = NOW, over: BitMap = NOBODY) -> dict[int, Refusal]:
    refused = index.narrow(asked, now, over).refused
    return {number: reason for reason, found in refused.items() for number in found}


@pytest.mark.req("R000-44")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, Refusal.INACTIVE),
        ({"product": "solar"}, Refusal.OTHER_PRODUCT),
        ({"where": area(states=["CO"])}, Refusal.OUT_OF_AREA),
        ({"only_sources": frozenset({"other"})}, Refusal.SOURCE),
        ({"never_sources": frozenset({"calculator"})}, Refusal.SOURCE),
        ({"criteria": rule({"field": "city", "operator": "=", "value": "x"})}, Refusal.PROPERTIES),
        ({"classifications": frozenset({3, 4})}, Refusal.CLASSIFICATION),
        ({"schedule": hours("sun")}, Refusal.CLOSED_NOW),
    ],
)
def test_each_gate_refuses_by_its_name_and_nobody_else_is_touched(
    change: dict[str, object], reason: Refusal
) -> None:
    products = (PRODUCT, replace(PRODUCT, id=2, key="solar"))
    index = Index(market([campaign(1), campaign(2, **change)], products=products))
    assert _refusals(index, lead()) == {2: reason}
    assert index.narrow(lead(), NOW, NOBODY).passing == BitMap([1])


def test_the_first_gate_that_fails_is_the_one_recorded() -> None:
    everything_wrong = campaign(
        1,
        where=area(states=["CO"]),
        only_sources=frozenset({"other"}),
        classifications=frozenset({0}),
        schedule=hours("sun"),
    )
    for mend, reason in (
        ({}, Refusal.OUT_OF_AREA),
        ({"where": None}, Refusal.SOURCE),
        ({"only_sources": frozenset()}, Refusal.CLASSIFICATION),
        ({"classifications": None}, Refusal.THRESHOLD),
    ):
        everything_wrong = replace(everything_wrong, **mend)  # type: ignore[arg-type]
        index = Index(market([everything_wrong]))
        assert _refusals(index, lead(held_by=frozenset({1})), over=BitMap([1])) == {1: reason}
    assert _refusals(index, lead(held_by=frozenset({1}))) == {1: Refusal.CLOSED_NOW}


def test_a_company_that_has_the_consumer_gets_nothing_by_any_of_its_campaigns() -> None:
    index = Index(market([campaign(1), campaign(2, company_id=1), campaign(3)]))
    refused = _refusals(index, lead(held_by=frozenset({1, 99})))
    assert refused == {1: Refusal.ALREADY_GIVEN, 2: Refusal.ALREADY_GIVEN}


def test_a_closed_company_and_a_closed_product_sell_to_nobody() -> None:
    closed = Index(market([campaign(1)], [company(1, is_closed=True)]))
    assert _refusals(closed, lead()) == {1: Refusal.INACTIVE}
    product_closed = Index(market([campaign(1)], products=[replace(PRODUCT, is_closed=True)]))
    assert _refusals(product_closed, lead()) == {1: Refusal.INACTIVE}


@pytest.mark.req("R000-42")
@pytest.mark.req("R004-11")
def test_both_the_company_and_the_campaign_must_be_open_in_the_companys_zone() -> None:
    index = Index(
        market([campaign(1, schedule=weekdays("10:00-12:00"))], [company(1, hours=weekdays("09:00-11:00"))])
    )
    at = datetime(2026, 11, 25, tzinfo=UTC)
    # New York is five hours behind: open from 15:00 to 16:00 UTC.
    open_minutes = [
        minute for minute in range(1_440) if not _refusals(index, lead(), at + timedelta(minutes=minute))
    ]
    assert open_minutes == list(range(15 * 60, 16 * 60))


@pytest.mark.req("R004-13")
def test_the_zip_decides_where_a_lead_is_and_the_posted_state_only_without_one() -> None:
    index = Index(market([campaign(1, where=area(states=["WY"]))]))
    in_wyoming = [
        {"postal_code": "82301", "state": "CO"},
        {"postal_code": "00000", "state": "WY"},
        {"state": "WY"},
        {"postal_code": "82301", "country": "US"},
    ]
    elsewhere = [
        {"postal_code": "80202", "state": "WY"},
        {"postal_code": "82301", "country": "MX", "state": "WY"},
        {"postal_code": "00000"},
        {},
    ]
    assert [bool(_refusals(index, lead(facts))) for facts in in_wyoming] == [False] * 4
    assert [bool(_refusals(index, lead(facts))) for facts in elsewhere] == [True] * 4


@pytest.mark.req("R004-14")
def test_counties_zips_and_prefixes_add_up_while_countries_and_radius_narrow() -> None:
    index = Index(
        market(
            [
                campaign(1, where=area(counties=[("WY", "carbon")], zips=["80202"], zip_prefixes=["900"])),
                campaign(2, where=area(states=["WY", "CO"], radius=RAWLINS)),
                campaign(3, where=area(countries=["CA"])),
                campaign(4, where=area(zips=["82301"], countries=["CA"])),
            ]
        )
    )

    def passing(**facts: object) -> list[int]:
        return list(index.narrow(lead(facts), NOW, NOBODY).passing)

    assert passing(postal_code="82301") == [1, 2]
    assert passing(postal_code="80202") == [1]
    assert passing(postal_code="90001") == [1]
    assert passing(postal_code="10001") == []
    assert passing(postal_code="M5V 2T6", country="CA") == [3]


@pytest.mark.req("R004-18")
def test_a_radius_is_measured_from_posted_coordinates_else_from_the_zips_centre() -> None:
    index = Index(market([campaign(1, where=area(radius=RAWLINS))]))
    denver = {"postal_code": "80202"}
    assert _refusals(index, lead(denver)) == {1: Refusal.OUT_OF_AREA}
    assert _refusals(index, lead({**denver, "lat": 41.8, "lon": "-107.2"})) == {}
    assert _refusals(index, lead({"lat": 41.8, "lon": -107.2})) == {}
    rawlins = {"postal_code": "82301"}
    assert _refusals(index, lead(rawlins)) == {}
    assert _refusals(index, lead({**rawlins, "lat": 39.7, "lon": -105.0})) == {1: Refusal.OUT_OF_AREA}
    assert _refusals(index, lead({**rawlins, "lat": "somewhere", "lon": 500})) == {}
    assert _refusals(index, lead({"state": "WY"})) == {1: Refusal.OUT_OF_AREA}


@given(st.lists(WISHES, min_size=1, max_size=12), st.lists(LEADS, min_size=1, max_size=6), st.data())
@settings(max_examples=150, deadline=None)
def test_the_index_answers_as_if_every_campaign_were_asked(
    wishes: list[dict[str, object]], leads: list[Lead], data: st.DataObject
) -> None:
    campaigns = [campaign(number, **wish) for number, wish in enumerate(wishes, start=1)]  # type: ignore[arg-type]
    whole = market(campaigns)
    index = Index(whole)
    over = BitMap(data.draw(st.sets(st.integers(1, len(campaigns)), max_size=2)))
    for asked in leads:
        expected = {one.id: plain_refusal(one, whole, asked, over) for one in campaigns}
        narrowing = index.narrow(asked, NOW, over)
        assert _refusals(index, asked, over=over) == {
            number: reason for number, reason in expected.items() if reason
        }
        assert list(narrowing.passing) == [number for number, reason in expected.items() if reason is None]


def test_coordinates_filled_in_from_the_zip_are_not_taken_for_posted_ones() -> None:
    place = places.by_zip("82301")
    assert place is not None
    filled = spot_of({"postal_code": "82301", "lat": place.lat, "lon": place.lon})
    assert not filled.is_posted
    assert filled == spot_of({"postal_code": "82301"})


@pytest.mark.req("R004-12")
def test_postal_codes_are_those_of_the_countries_named_and_zips_where_none_is() -> None:
    toronto = area(zips=["M5V2T6"], zip_prefixes=["K1"], countries=["CA"])
    both = area(zips=["75001"], countries=["FR", "US"])
    index = Index(
        market([campaign(1, where=toronto), campaign(2, where=both), campaign(3, where=area(zips=["75001"]))])
    )

    def passing(**facts: object) -> list[int]:
        return list(index.narrow(lead(facts), NOW, NOBODY).passing)

    assert passing(postal_code="m5v 2t6", country="CA") == [1]
    assert passing(postal_code="K1A-0B1", country="CA") == [1]
    assert passing(postal_code="M5V 2T6", country="GB") == []
    assert passing(postal_code="75001", country="FR") == [2]
    assert passing(postal_code="75001") == [2, 3]
