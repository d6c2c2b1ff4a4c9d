"""What decides which leads a campaign gets, and what it bids, in sentences on both its pages."""

import pytest

from leadhouse.parties.fields import catalogue_of
from leadhouse.parties.types import Role
from leadhouse.rules import Field, FieldType
from leadhouse.web.market.terms import (
    Telling,
    area_words,
    cap_term,
    prices,
    rules_told,
    terms,
    week_words,
)
from tests.report.report_market import MARKET, open_market
from tests.web.console_desk import browser_of, operator
from tests.web.market.test_pages import page, words

ROOF = Field("roof_type", FieldType.CHOICE, "Roof type", ("shingle", "metal"))
FIELDS = catalogue_of({"roof_type": ROOF}, currency="USD")
OPEN = Telling(FIELDS, {"calculator": "Roofing Calculator"})
RULED = MARKET.replace(
    """        bids: {exclusive: "60.00", duo: "35.00"}
        rejection""",
    """        bids: {exclusive: "60.00", duo: "35.00", "5": "12.00", any: "7.00"}
        bid_rules:
          - {where: {states: [WY], zips: ["82301", "823*"]}, bids: {exclusive: "75.00"}}
          - sources: [calculator]
            criteria: {combinator: and, rules: [{field: estimate_low, operator: ">=", value: 9000}]}
            bids: {exclusive: "80.00", "6": "9.50"}
        where: {counties: ["Carbon, WY"], radius: {lat: 41.8, lon: -107.2, miles: 50}, countries: [US]}
        criteria: {combinator: and, rules: [{field: roof_type, operator: in, value: [shingle, metal]}]}
        classifications: [2, 3]
        schedule: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], sat: ["10:00-12:00"]}
        caps: {day: {count: 25, money: "500.00"}}
        sources: {never: [trial]}
        rejection""",
).replace("name: Acme Roofing", "name: Acme Roofing\n    buyer_may: [bids]")
RULE_SENTENCES = (
    "For leads in Wyoming, ZIP 82301 or ZIPs 823…: Exclusive $75.00",
    "where Estimate from is at least $9,000.00: Exclusive $80.00 6 companies $9.50",
)
TERM_SENTENCES = (
    "Leads in Carbon County, WY, within 50 miles of 41.8, -107.2, only US.",
    "Only leads where Roof type is one of shingle or metal.",
    "Only these classes: Unverified phone, Phone verified by SMS.",
    "Monday and Tuesday 09:00-17:00; Saturday 10:00-12:00 (America/Denver).",
)


def test_all_sizes_are_told_the_smallest_first() -> None:
    bids = {"any": 3, "5": "12.00", "exclusive": "1060.00", "duo": 35.5}
    assert [(one.size, one.amount) for one in prices(bids, "USD")] == [
        ("Exclusive", "$1,060.00"),
        ("Duo", "$35.50"),
        ("5 companies", "$12.00"),
        ("Any other size", "$3.00"),
    ]
    assert prices(None, "USD") == []


def test_areas_and_weeks_read_as_people_say_them() -> None:
    assert area_words({}) == ""
    assert area_words({"countries": ["US", "CA"]}) == "in US or CA"
    assert area_words({"radius": {"location": "Rawlins", "miles": 20}}) == "within 20 miles of Rawlins"
    assert area_words({"zips": [f"8230{n}" for n in range(10)] * 2}).endswith("ZIP 82301 or 8 more")
    counties = ["Orleans Parish, LA", "Orleans, Louisiana", "Baltimore city, MD"]
    assert (
        area_words({"counties": counties})
        == "in Orleans Parish, LA, Orleans Parish, LA or Baltimore city, MD"
    )
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-12:00")
    assert week_words(week) == "Monday to Friday 08:00-12:00"
    assert week_words({**week, "sun": ["08:00-09:00", "20:00-21:00"]}) == (
        "Monday to Friday 08:00-12:00; Sunday 08:00-09:00, 20:00-21:00"
    )
    (hours,) = [
        one for one in terms({"schedule": {"sun": "01:00-02:00"}}, week, "UTC", OPEN) if one.label == "Hours"
    ]
    assert hours.sentence == (
        "Sunday 01:00-02:00, and only while the company is open: Monday to Friday 08:00-12:00 (UTC)."
    )
    assert cap_term({"caps": {"day": {"count": 2}, "month": {"money": 50}}}, "USD").sentence == (
        "At most 2 leads a day and $50.00 a month."
    )


def test_sources_are_named_to_the_operator_only() -> None:
    asks = {"combinator": "and", "rules": [{"field": "source", "operator": "=", "value": "calculator"}]}
    campaign = {
        "bid_rules": [{"sources": ["calculator"], "bids": {"duo": "3.00"}}],
        "criteria": asks,
        "sources": {"only": ["calculator"]},
    }
    closed = Telling(FIELDS, None)
    assert rules_told(campaign, OPEN)[0].sentence == "For leads from Roofing Calculator"
    told = [one.sentence for one in (*rules_told(campaign, closed), *terms(campaign, None, "UTC", closed))]
    assert "alculator" not in " ".join(told)
    assert "For leads from sources that the operator chose" in told


@pytest.mark.django_db
def test_the_operators_page_tells_every_size_every_rule_and_what_else_decides() -> None:
    open_market(RULED)
    told = words(page(operator(), "/campaigns/acme-west"))
    for said in (*RULE_SENTENCES, *TERM_SENTENCES, "5 companies $12.00", "Any other size $7.00"):
        assert said in told, said
    assert "For leads from Roofing Calculator, where" in told
    assert "Never from Trial." in told


@pytest.mark.django_db
def test_the_buyers_page_tells_what_decides_besides_the_prices() -> None:
    open_market(RULED)
    client = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    told = words(page(client, "/buyer/campaigns/acme-west"))
    for said in (*RULE_SENTENCES, *TERM_SENTENCES, "At most 25 leads a day and $500.00 a day."):
        assert said in told, said
    for hidden in ("Calculator", "calculator", "Trial"):
        assert hidden not in told, hidden
    open_market(RULED.replace("buyer_may: [bids]", "buyer_may: [bids, caps, schedule]"))
    told = words(page(client, "/buyer/campaigns/acme-west"))
    assert "Other prices for some leads" in told
    assert "At most 25 leads" not in told
    assert "Saturday 10:00-12:00" not in told
    open_market(RULED.replace("buyer_may: [bids]", "buyer_may: []"))
    told = words(page(client, "/buyer/campaigns/acme-west"))
    for said in (*RULE_SENTENCES, *TERM_SENTENCES, "Any other size $7.00"):
        assert said in told, said
