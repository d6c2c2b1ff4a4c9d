"""What a ping may say, and what is answered when no price can be promised, or no answer be given at all."""

from xml.etree.ElementTree import fromstring

import pytest

from tests.running_house import House
from tests.stories.pinging import PLACE, SHARE, Json, ping, post, said
from tests.stories.story_market import SOURCE_KEY, company, market

NEVER = {day: ["00:00-00:01"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
BID = {"exclusive": "25.00"}
WYOMING = {"combinator": "and", "rules": [{"field": "state", "operator": "=", "value": "WY"}]}
JSON = "application/json"


@pytest.fixture(scope="module")
def open_home(home: House) -> House:
    """A house with one buyer that takes all for 25.00."""
    home.apply(market(company("acme", BID), source={**SHARE, "rate": {"per_minute": 60_000}}))
    return home


def test_a_ping_may_be_json_a_form_or_xml_and_so_may_its_answer(open_home: House) -> None:
    bodies = {
        JSON: b'{"postal_code": "82301"}',
        "application/x-www-form-urlencoded": b"postal_code=82301&roof_type=metal",
        "application/xml": b"<lead><postal_code>82301</postal_code></lead>",
    }
    for kind, body in bodies.items():
        headers = {"X-Api-Key": SOURCE_KEY, "Content-Type": kind}
        told = open_home.client.post(f"{open_home.url}/v1/ping", content=body, headers=headers)
        assert (told.status_code, said(told.json())) == (200, ("success", None, "15.00"))
        in_xml = open_home.client.post(
            f"{open_home.url}/v1/ping", content=body, headers={**headers, "Accept": "text/xml"}
        )
        root = fromstring(in_xml.text)
        assert [part.tag for part in root] == ["outcome", "price", "ping_id", "expires_at"]
        assert (root.findtext("price"), root.findtext("expires_at", "")[-1]) == ("15.00", "Z")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"key": None}, 401, "no_key"),
        ({"key": "nobodys-key"}, 401, "unknown_key"),
        ({"key": "acme-key"}, 403, "key_not_for_this"),
        ({"body": b"{"}, 400, "malformed_json"),
        ({"body": b"[]"}, 400, "malformed_json"),
        ({"body": b'{"a":' + b"[" * 200 + b"]" * 200 + b"}"}, 400, "too_deep"),
        ({"body": b"{%s}" % b",".join(b'"f%d":1' % n for n in range(101))}, 400, "too_many_fields"),
        ({"accept": "image/png"}, 406, "not_acceptable"),
        ({"body": b'{"a":"%s"}' % (b"x" * 300_000)}, 413, "too_large"),
        ({"kind": "text/plain"}, 415, "unsupported_media_type"),
        ({"kind": ""}, 415, "unsupported_media_type"),
        ({"method": "GET"}, 405, "method_not_allowed"),
    ],
)
def test_what_is_no_ping_is_told_so_as_the_leads_door_does(
    open_home: House, changes: Json, status: int, code: str
) -> None:
    asked = {"key": SOURCE_KEY, "body": b"{}", "accept": JSON, "kind": JSON, "method": "POST", **changes}
    headers = {"Accept": asked["accept"], "Content-Type": asked["kind"]}
    headers |= {"Authorization": f"Bearer {asked['key']}"} if asked["key"] else {}
    told = open_home.client.request(
        asked["method"], f"{open_home.url}/v1/ping", content=asked["body"], headers=headers
    )
    assert (told.status_code, list(told.json())) == (status, ["outcome", "code", "reason"])
    assert (told.json()["outcome"], told.json()["code"]) == ("error", code)
    assert len(told.json()["reason"]) > 20


# What stands in the way, by the cause that is told: changes of company, campaign, source, and what is pinged.
HINDRANCES: dict[str, tuple[str, Json, Json, Json, Json]] = {
    "nobody is there": ("no_campaign", {}, {"status": "paused"}, {}, {}),
    "buyers are elsewhere": ("no_campaign", {}, {"where": {"states": ["TX"]}}, {}, {}),
    "bids lie below the floor": ("no_bid", {}, {"bids": {"exclusive": "4.00"}}, {}, {}),
    "nobody to share with": ("no_scenario", {}, {"bids": {"duo": "25.00"}}, {}, {}),
    "buyers are closed": ("out_of_hours", {"hours": NEVER}, {}, {}, {}),
    "the cap is full": ("no_room", {}, {"caps": {"day": {"count": 0}}}, {}, {}),
    "the budget is spent": ("no_room", {}, {"caps": {"day": {"money": "24.99"}}}, {}, {}),
    "the wallet is poor": ("no_room", {"wallet": {"mode": "prepaid", "balance": "24.00"}}, {}, {}, {}),
    "another class": ("no_campaign", {}, {"classifications": [0]}, {}, {"phone_1": "3073245560"}),
    "criteria": ("criteria", {}, {}, {"criteria": WYOMING}, {"postal_code": "10001"}),
    "the source's own cap": ("cap_reached", {}, {}, {"caps": {"day": {"count": 0}}}, {}),
    "a bad value": ("invalid_field", {}, {}, {}, {"first_name": {}}),
}


def hindered_market() -> Json:
    """Return a market with a product, a source and a buyer for each hindrance."""
    written = market()
    for number, (_, owner, campaign, source, _) in enumerate(HINDRANCES.values()):
        product = f"roofing-{number}"
        written["products"].append({**written["products"][0], "key": product, "name": product})
        key = {"key": f"source-{number}", "product": product, "api_key": f"source-key-{number}"}
        written["sources"].append({**written["sources"][0], **SHARE, **key, **source})
        buyer = company(f"buyer-{number}", BID, campaign={"product": product, **campaign}, **owner)
        written["companies"].append(buyer)
    return written


def test_no_price_is_promised_where_nothing_would_be_sold(home: House) -> None:
    home.apply(hindered_market())
    for number, (name, (cause, *_, told)) in enumerate(HINDRANCES.items()):
        answer = ping(home, key=f"source-key-{number}", **told)
        assert (said(answer), answer["cause"]) == (("failure", "no_bid", "0.00"), cause), name
        assert len(answer["reason"]) > 15
        assert set(answer) == {"outcome", "code", "reason", "cause", "price"}


def test_a_source_of_several_products_says_which(home: House) -> None:
    written = market(
        company("acme", BID), source={**SHARE, "product": None, "products": ["roofing", "solar"]}
    )
    written["products"].append({"key": "solar", "name": "Solar"})
    home.apply(written)
    assert ping(home)["cause"] == "missing_field"
    assert ping(home, product="Gold")["cause"] == "unknown_product"
    assert said(ping(home, product="Roofing")) == ("success", None, "15.00")
    other = post(home, 300, ping(home, product="roofing")["ping_id"], product="solar")
    assert [one["field"] for one in other["errors"]][:1] == ["product"]


def test_buyers_are_priced_as_they_will_be_when_the_lead_comes(home: House) -> None:
    """The best sale of the sizes that the person allows, bid rules and property rules included."""
    metal = {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}]}
    home.apply(
        market(
            company("alone", {"exclusive": "30.00"}),
            company(
                "one",
                {"duo": "10.00"},
                campaign={"bid_rules": [{"criteria": metal, "bids": {"duo": "24.00"}}]},
            ),
            company("two", {"duo": "18.00"}, campaign={"classifications": [2, 5]}),
            source={"payout": {"kind": "share", "percent": 50}},
        )
    )
    # Without a phone in sight the class is that of an email, which "two" does not take.
    assert said(ping(home)) == ("success", None, "15.00")
    phone = {"phone_1": "3073245560"}
    assert said(ping(home, **phone)) == ("success", None, "21.00")
    assert said(ping(home, roof_type="tile", **phone)) == ("success", None, "15.00")
    assert said(ping(home, max_contact_requests=1, **phone)) == ("success", None, "15.00")


def test_pings_have_a_rate_of_their_own(home: House) -> None:
    home.apply(market(company("acme", BID), source={**SHARE, "rate": {"per_minute": 3}}))
    headers = {"Authorization": f"Bearer {SOURCE_KEY}"}
    answers = [home.client.post(f"{home.url}/v1/ping", json=PLACE, headers=headers) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["code"] == "rate_limited"
    assert home.post(SOURCE_KEY, {"email": "x"}).status_code == 201
