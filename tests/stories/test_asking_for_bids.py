"""Campaigns that are asked what they would pay: believed where they can be, waited for as long as agreed."""

import json
import re
from typing import Any

from tests.running_house import House, person
from tests.stories.story_market import SOURCE_KEY, company, http, market

Json = dict[str, Any]
ACCEPT = {"path": "status", "equals": "ok", "reference": "id"}
PATIENT = {"bid_deadline_ms": 10_000}


def asked(home: House, key: str, behaviour: str, query: str = "", *deliver: Json, **ping: Any) -> Json:
    """Return a company whose campaign is asked for its bids."""
    url = f"http://127.0.0.1:{home.sandbox_port}/bids/{behaviour}?{query}"
    given = {"bids": {}, "bid": {"ping": {"url": url, "timeout_ms": 10_000, **ping}}}
    return company(key, {}, *deliver, campaign=given)


def asking(*companies: Json, **given: Any) -> Json:
    """Return a market that has time for its buyers."""
    return market(*companies, product=PATIENT, **given)


def sold(home: House, number: int, **given: Any) -> Json:
    """Post a lead, wait for its end, and return it."""
    answer = home.post(SOURCE_KEY, person(number, **given)).json()
    return home.settled(answer["lead"]["id"])


def buyers(lead: Json) -> list[tuple[str, str, str]]:
    return sorted((one["company"], one["price"], one["status"]) for one in lead["assignments"])


def said(home: House, lead: Json) -> dict[str, Json]:
    """Return what each campaign answered about a lead."""
    (event,) = [one for one in home.events(lead["id"]) if one["step"] == "bid"]
    return dict(event["data"]["bids"])


def pings(home: House, lead: Json) -> list[Json]:
    params = {"delivery": lead["id"], "kind": "ping"}
    return list(home.client.get(f"http://127.0.0.1:{home.sandbox_port}/received", params=params).json())


def test_a_live_bid_competes_with_standing_ones_and_is_honoured_at_delivery(home: House) -> None:
    mapped = http(home.buyer("accept"), accept=ACCEPT, map={"bid": "{{ bid.id }}", "price": "{{ price }}"})
    home.apply(
        asking(
            asked(home, "live", "bid", "exclusive=70.005&duo=30.00", mapped),
            company("standing", {"exclusive": "60.00"}),
        )
    )
    lead = sold(home, 400)
    # Parts of a cent are dropped: nobody pays more than it bid.
    assert buyers(lead) == [("live", "70.00", "accepted")]
    answer = said(home, lead)["live-roofs"]
    assert answer["prices"] == {"1": "70.00", "2": "30.00"}
    (event,) = [one for one in home.events(lead["id"]) if one["step"] == "assign"]
    (parcel,) = home.received(event["data"]["assignments"][0]["delivery"])
    assert parcel["headers"]["x-leadhouse-bid"] == answer["reference"]
    assert json.loads(parcel["body"]) == {"bid": answer["reference"], "price": "70.00"}
    shown = home.run("lead", lead["id"], "--all").stdout
    assert "won at $70.00" in shown


def test_nobody_is_told_who_the_person_is(home: House) -> None:
    home.apply(
        asking(asked(home, "live", "bid"), asked(home, "other", "bid", map={"who": "{{ lead.email }}"}))
    )
    lead = sold(home, 401, roof_type="metal", page="about me")
    plain, mapped = sorted((json.loads(one["body"]) for one in pings(home, lead)), key=len, reverse=True)
    assert plain == {
        "ping": lead["id"],
        "product": "roofing",
        "sizes": [1, 2, 3, 4],
        "currency": "USD",
        "postal_code": "82301",
        "state": "WY",
        "county": "Carbon County",
        "country": "US",
        "classification": 2,
        "roof_type": "metal",
    }
    assert list(mapped) == ["who"]
    assert "@example.com" in mapped["who"]


ODD = {
    "hang": "bid_late",
    "error": "bid_error",
    "garbage": "bid_malformed",
    "words": "bid_malformed",
    "absurd": "bid_above_max",
    "negative": "bid_negative",
    "euros": "bid_currency",
    "decline": "no_bid",
}


def test_a_bid_that_cannot_be_believed_is_refused_with_its_reason(home: House) -> None:
    standing = company("standing", {"exclusive": "20.00"})
    odd = [asked(home, name, name, timeout_ms=1_500 if name == "hang" else 10_000) for name in ODD]
    home.apply(asking(standing, *odd))
    lead = sold(home, 410)
    assert buyers(lead) == [("standing", "20.00", "accepted")]
    answers = said(home, lead)
    assert {name: answers[f"{name}-roofs"]["refusal"] for name in ODD} == ODD
    shown = home.run("lead", lead["id"], "--all").stdout
    for name, reason in ODD.items():
        assert re.search(rf"{name}-roofs +{name} +{reason.replace('_', ' ')}", shown), shown


def test_all_are_asked_at_the_same_time(home: House) -> None:
    hanging = [asked(home, f"hang{number}", "hang", f"{number}", timeout_ms=2_500) for number in range(6)]
    home.apply(
        market(*hanging, company("standing", {"exclusive": "20.00"}), product={"bid_deadline_ms": 3_000})
    )
    lead = sold(home, 600)
    # One after the other, the deadline would have left time for two.
    assert len(pings(home, lead)) == 6
    assert buyers(lead) == [("standing", "20.00", "accepted")]


def test_a_slow_buyer_holds_up_neither_the_others_nor_other_leads(home: House) -> None:
    slow = asked(home, "slow", "slow", "seconds=30&exclusive=99.00", timeout_ms=8_000)
    slow["campaigns"][0]["where"] = {"states": ["WY"]}
    quick = asked(home, "quick", "bid", "exclusive=40.00")
    home.apply(asking(slow, quick, source={"answer": "received"}))
    held_up = [home.post(SOURCE_KEY, person(601 + one)).json()["lead"]["id"] for one in range(3)]
    other = sold(home, 620, state="CO", postal_code="80202", city="Denver")
    assert buyers(other) == [("quick", "40.00", "accepted")]
    assert [home.lead(one)["outcome"] for one in held_up] == [None, None, None]
    for lead_id in held_up:
        lead = home.settled(lead_id)
        assert buyers(lead) == [("quick", "40.00", "accepted")]
        assert said(home, lead)["slow-roofs"]["refusal"] == "bid_late"


def test_a_dead_buyer_is_left_alone(home: House) -> None:
    home.apply(
        asking(
            asked(home, "dead", "hang", "dead", timeout_ms=1_000), company("standing", {"exclusive": "20.00"})
        )
    )
    leads = [sold(home, 640 + number) for number in range(7)]
    assert [said(home, one)["dead-roofs"]["refusal"] for one in leads] == ["bid_late"] * 5 + [
        "bid_resting"
    ] * 2
    assert [len(pings(home, one)) for one in leads] == [1] * 5 + [0] * 2


def test_who_could_not_have_the_lead_is_not_asked(home: House) -> None:
    full = asked(home, "full", "bid")
    full["campaigns"][0]["caps"] = {"day": {"count": 0}}
    poor = {**asked(home, "poor", "bid"), "wallet": {"mode": "prepaid", "balance": "4.99"}}
    elsewhere = asked(home, "elsewhere", "bid")
    elsewhere["campaigns"][0]["where"] = {"states": ["TX"]}
    home.apply(asking(full, poor, elsewhere, company("standing", {"exclusive": "20.00"})))
    lead = sold(home, 660)
    assert (buyers(lead), pings(home, lead)) == ([("standing", "20.00", "accepted")], [])
    shown = home.run("lead", lead["id"], "--all").stdout
    for name, reason in (("full", "cap"), ("poor", "wallet"), ("elsewhere", "out of area")):
        assert re.search(rf"{name}-roofs +{name} +{reason}", shown), shown


def test_after_a_refusal_the_bids_that_hold_decide_again(home: House) -> None:
    refusing = http(home.buyer("refuse"), accept=ACCEPT)
    home.apply(
        asking(
            asked(home, "proud", "bid", "exclusive=80.00", refusing),
            asked(home, "modest", "bid", "exclusive=40.00"),
        )
    )
    lead = sold(home, 680)
    assert buyers(lead) == [("modest", "40.00", "accepted"), ("proud", "80.00", "refused")]
    assert len(pings(home, lead)) == 2
