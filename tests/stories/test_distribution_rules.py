"""The rules of distribution, each shown by who gets which lead."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.running_house import House, Json, person
from tests.stories.story_market import OTHER_SOURCE_KEY, SOURCE_KEY, company, market

NAMES = {"exclusive": "10.00", "duo": "9.00", "trio": "8.00", "quad": "7.00"}


def buyers(home: House, number: int, key: str = SOURCE_KEY, **given: object) -> list[str]:
    """Post a lead and return the companies that took it."""
    answer = home.post(key, person(number, **given))
    lead = home.settled(answer.json()["lead"]["id"])
    return sorted(one["company"] for one in lead["assignments"] if one["status"] == "accepted")


@pytest.mark.req("A004-4", "R004-17", "R004-23")
def test_two_buyers_of_one_carrier_never_share_a_lead_and_one_of_another_does(home: House) -> None:
    home.apply(
        market(
            company("hill", {"duo": "30.00"}, carriers=["Acorn"]),
            company("lake", {"duo": "29.00"}, carriers=["Acorn"]),
            company("pine", {"duo": "10.00"}, carriers=["Beech"]),
            product={"carrier_exclusive": True},
        )
    )
    assert buyers(home, 1) == ["hill", "pine"]


@pytest.mark.req("A004-3", "R004-06", "R004-07", "R004-08")
def test_exclusive_goes_to_one_semi_exclusive_to_some_and_non_exclusive_to_all(home: House) -> None:
    companies = [
        company(f"firm{number}", {**NAMES, "5": "6.00", "6": "6.00"} | {"exclusive": f"{40 + number}.00"})
        for number in range(6)
    ]
    for sizes, expected in (([1], 1), ([2, 3], 3), ([5, 6], 6)):
        home.apply(market(*companies, product={"sale_sizes": sizes}))
        lead = person(10 + expected)
        del lead["max_contact_requests"]
        answer = home.post(SOURCE_KEY, lead).json()
        taken = home.settled(answer["lead"]["id"])
        assert (len(taken["assignments"]), taken["sale_size"]) == (expected, expected)


@pytest.mark.req("R000-51", "R000-12")
def test_no_more_companies_than_the_consumer_asked_for(home: House) -> None:
    home.apply(
        market(*(company(f"firm{number}", {"exclusive": "5.00", "quad": "50.00"}) for number in range(4)))
    )
    assert len(buyers(home, 20, max_contact_requests=3)) == 1
    assert len(buyers(home, 21, max_contact_requests=4)) == 4


@pytest.mark.req("R004-19")
def test_a_campaign_takes_leads_only_of_the_sources_it_names(home: House) -> None:
    home.apply(
        market(
            company("picky", {"exclusive": "90.00"}, campaign={"sources": {"only": ["other"]}}),
            company("averse", {"exclusive": "80.00"}, campaign={"sources": {"never": ["other"]}}),
        )
    )
    assert buyers(home, 30) == ["averse"]
    assert buyers(home, 31, OTHER_SOURCE_KEY) == ["picky"]


@pytest.mark.req("R004-13", "R004-15", "R004-16", "R004-18", "R004-22", "A004-5")
def test_state_and_fifty_miles_narrows_and_does_not_widen(home: House) -> None:
    rawlins = {"name": "Rawlins", "postal_code": "82301"}
    circle = {"location": "Rawlins", "miles": 50}
    home.apply(
        market(
            company(
                "near",
                {"exclusive": "90.00"},
                locations=[rawlins],
                campaign={"where": {"states": ["WY"], "radius": circle}},
            ),
            company("prefix", {"exclusive": "50.00"}, campaign={"where": {"zips": ["820*"]}}),
            company("zip", {"exclusive": "60.00"}, campaign={"where": {"zips": ["82301"]}}),
        )
    )
    assert buyers(home, 40) == ["near"]
    assert buyers(home, 41, postal_code="82001", city="Cheyenne") == ["prefix"]
    assert buyers(home, 42, postal_code="81625", city="Craig", state="CO") == []


@pytest.mark.req("R004-20", "R004-03", "R000-15")
def test_a_campaign_takes_only_leads_with_the_properties_it_asks_for(home: House) -> None:
    criteria = {
        "combinator": "and",
        "rules": [
            {"field": "roof_type", "operator": "in", "value": ["metal", "tile"]},
            {"field": "estimate_high", "operator": ">=", "value": "20000"},
        ],
    }
    home.apply(market(company("metal", {"exclusive": "90.00"}, campaign={"criteria": criteria})))
    wanted: Json = {"roof_type": "metal", "estimate_low": "9220.00", "estimate_high": "25355.00"}
    assert buyers(home, 50, **wanted) == ["metal"]
    assert buyers(home, 51, **{**wanted, "roof_type": "shingle"}) == []
    assert buyers(home, 52, **{**wanted, "estimate_high": "19999.00"}) == []


@pytest.mark.req("R004-02", "R004-04", "R004-21")
def test_rules_differ_by_lead_type_by_buyer_and_by_lead_order(home: House) -> None:
    def order(product: str, price: str, **rules: object) -> Json:
        return {"key": f"both-{product}", "product": product, "bids": {"exclusive": price}, **rules}

    written = market(
        company("both", {}, services=["Roofing", "Solar"]), company("other", {"exclusive": "30.00"})
    )
    roofing = written["products"][0]
    written["products"] = [roofing, {**roofing, "key": "solar", "name": "Solar", "floor": "50.00"}]
    written["sources"][0] |= {"product": None, "products": ["roofing", "solar"]}
    written["companies"][0]["campaigns"] = [
        order("roofing", "40.00", where={"states": ["CO"]}),
        order("solar", "60.00", caps={"day": {"count": 1}}),
    ]
    other_solar = {"key": "other-solar", "product": "solar", "bids": {"exclusive": "49.99"}}
    written["companies"][1]["campaigns"].append(other_solar)
    home.apply(written)
    assert buyers(home, 55, product="roofing") == ["other"]
    assert buyers(home, 56, product="solar") == ["both"]
    assert buyers(home, 57, product="solar") == []


@pytest.mark.req("R000-71", "R000-03")
def test_a_consumer_that_comes_again_keeps_the_number(home: House) -> None:
    home.apply(market(company("acme", {"exclusive": "20.00"})))
    first = home.post(SOURCE_KEY, person(60)).json()["lead"]["id"]
    again = home.post(OTHER_SOURCE_KEY, person(60, phone_1="(307) 324-2999")).json()["lead"]["id"]
    other = home.post(SOURCE_KEY, person(61)).json()["lead"]["id"]
    assert home.lead(first)["consumer"] == home.lead(again)["consumer"]
    assert home.lead(first)["consumer"] != home.lead(other)["consumer"]


@pytest.mark.req("A002-4", "R002-12", "R002-13", "R002-03")
def test_a_criterion_refuses_before_the_flow_and_a_filter_inside_it(home: House) -> None:
    only_wyoming = {"combinator": "and", "rules": [{"field": "state", "operator": "in", "value": ["WY"]}]}
    not_fictional = {"combinator": "and", "rules": [{"field": "phone_valid", "operator": "=", "value": True}]}
    home.apply(
        market(
            company("acme", {"exclusive": "20.00"}),
            source={"criteria": only_wyoming},
            product={
                "flow": [
                    {"step": "phone"},
                    {"step": "filter", "criteria": not_fictional, "reason": "The phone cannot be called"},
                ]
            },
        )
    )
    outside = home.post(SOURCE_KEY, person(70, state="CO", postal_code="80202", city="Denver")).json()
    assert (outside["outcome"], outside["code"]) == ("failure", "criteria")
    assert {event["step"] for event in home.events(outside["lead"]["id"])} == {"capture", "accept"}

    filtered = home.post(SOURCE_KEY, person(71, phone_1="1234")).json()
    assert (filtered["outcome"], filtered["reason"]) == ("failure", "The phone cannot be called")
    told = [event for event in home.events(filtered["lead"]["id"]) if event["type"] == "filter"]
    assert [event["outcome"] for event in told] == ["failure"]

    passed = home.settled(home.post(SOURCE_KEY, person(72)).json()["lead"]["id"])
    told = [event for event in home.events(passed["id"]) if event["type"] == "filter"]
    assert [event["outcome"] for event in told] == ["success"]


@pytest.mark.req("A002-6", "R002-14")
def test_a_lead_processed_again_keeps_its_first_history_and_adds_a_second(home: House) -> None:
    home.apply(market(company("acme", {"exclusive": "20.00"})))
    lead_id = home.post(SOURCE_KEY, person(80)).json()["lead"]["id"]
    home.settled(lead_id)
    home.until(lead_id, lambda lead: any(event["step"] == "confirm" for event in home.events(lead_id)))
    first = home.events(lead_id)
    home.apply(market(company("acme", {"exclusive": "20.00"}), company("best", {"exclusive": "30.00"})))
    done = home.run("reprocess", lead_id)
    assert done.returncode == 0, done.stderr
    home.until(lead_id, lambda lead: len(home.events(lead_id)) > len(first) + 5)
    lead = home.settled(lead_id)
    events = home.events(lead_id)
    assert events[: len(first)] == first
    assert [event["type"] for event in events if event["step"] == "qualify"].count("qualified") == 2
    assert len([one for one in lead["assignments"] if one["company"] == "acme"]) == 1


@pytest.mark.req("A004-8", "R004-09", "R000-48")
def test_a_limit_of_25_a_day_is_25_under_load_and_25_again_after_the_companys_midnight(home: House) -> None:
    zone = "Pacific/Honolulu"
    capped = company(
        "capped", {"exclusive": "20.00"}, timezone=zone, campaign={"caps": {"day": {"count": 25}}}
    )
    home.apply(market(capped))
    assert len(_sold_of(home, range(100, 140))) == 25
    home.stop()
    home.start(LEADHOUSE_CLOCK_OFFSET_S=str(_seconds_until_midnight(zone) + 60))
    assert len(_sold_of(home, range(200, 240))) == 25


def _sold_of(home: House, numbers: range) -> list[Json]:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: home.post(SOURCE_KEY, person(number)).json(), numbers))
    leads = [home.settled(answer["lead"]["id"], 30) for answer in answers]
    return [lead for lead in leads if lead["status"] == "delivered"]


def _seconds_until_midnight(zone: str) -> int:
    now = datetime.now(UTC).astimezone(ZoneInfo(zone))
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), ZoneInfo(zone))
    return int((midnight - now).total_seconds())
