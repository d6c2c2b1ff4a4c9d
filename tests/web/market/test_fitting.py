"""A test is sent with a made-up lead that the campaign could have bought, or says why not."""

import pytest
from hypothesis import given, settings

from leadhouse.allocate.matching.geography import level_of, spot_of
from leadhouse.parties.current import market
from leadhouse.rules import parse
from leadhouse.web.market.fitting import Fitting, fitting_lead
from leadhouse.web.market.satisfying import satisfied
from tests.report.report_market import MARKET, open_market
from tests.rules.rule_examples import FIELDS, trees
from tests.web.console_desk import operator
from tests.web.market.test_pages import page, words

BIDS = '        bids: {exclusive: "60.00", duo: "35.00"}'


def fitting(terms: str) -> Fitting:
    open_market(MARKET.replace(BIDS, f"{BIDS}\n        {terms}", 1))
    (campaign,) = [one for one in market().campaigns.values() if one.key == "acme-west"]
    found = fitting_lead(campaign, market())
    if not found.misses:
        facts = {**found.lead, "extra.roof_age": found.lead.get("roof_age"), "fraud_score": 5}
        assert campaign.where is None or level_of(campaign.where, spot_of(facts)) is not None
        assert campaign.criteria is None or campaign.criteria.matches(facts)
    return found


def where(condition: str) -> str:
    return f"criteria: {{combinator: and, rules: [{condition}]}}"


@pytest.mark.django_db
def test_the_person_lives_in_the_campaigns_area_and_meets_its_sources_criteria() -> None:
    assert fitting("where: {zips: ['80202', '99501']}").lead["postal_code"] == "80202"
    assert fitting("where: {counties: ['Carbon, WY']}").lead["state"] == "WY"
    assert fitting("where: {radius: {lat: 39.75, lon: -105.0, miles: 5}}").lead["state"] == "CO"
    assert fitting("where: {states: [CO]}").lead["state"] == "CO"
    assert fitting("weight: 2").lead["state"] in ("WY", "CO")


@pytest.mark.django_db
def test_what_the_rules_want_is_said_by_the_lead() -> None:
    assert fitting(where("{field: roof_type, operator: '=', value: metal}")).lead["roof_type"] == "metal"
    wish = "{field: estimate_low, operator: between, value: [9000, 9500]}"
    wish += ", {field: state, operator: '!=', value: WY}"
    lead = fitting(where(wish)).lead
    assert (lead["estimate_low"], lead["state"]) == ("9000", "CO")
    lead = fitting(where("{field: extra.roof_age, operator: '=', value: '20'}")).lead
    assert lead["roof_age"] == "20"
    lead = fitting(where("{field: fraud_score, operator: '<', value: 30}")).lead
    assert "fraud_score" not in lead, "what checks find out is not posted"


@pytest.mark.django_db
def test_what_cannot_be_met_is_told() -> None:
    for terms, said in (
        ("where: {countries: [CA]}", "its area has no ZIP that we know"),
        ("where: {states: [AK]}", "its rules and its sources' could not be met together"),
        (where("{field: state, operator: '=', value: TX}"), "could not be met together"),
        ("sources: {never: [calculator, trial]}", "no open source may bring it a lead"),
    ):
        found = fitting(terms)
        assert any(said in one for one in found.misses), (terms, found)
        assert found.lead["email"], "a lead is sent all the same"


@pytest.mark.django_db
def test_the_page_says_where_the_person_lives_and_what_is_not_met() -> None:
    client = operator()
    fitting("where: {zips: ['80202']}")
    told = words(page(client, "/campaigns/acme-west/send-a-test", {"method": "0"}))
    assert "A made-up person of Denver, CO 80202, in the campaign's area and as its rules want one" in told
    fitting("where: {states: [AK]}")
    told = words(page(client, "/campaigns/acme-west/send-a-test", {"method": "0"}))
    assert "A real lead would not come like this one: its rules and its sources'" in told


@settings(max_examples=60, deadline=None)
@given(tree=trees)
def test_whatever_is_found_is_what_the_rule_wants_and_fixed_facts_stay(tree: dict[str, object]) -> None:
    rule = parse(tree, FIELDS)
    found = satisfied([rule], {"state": "WY", "owner": True}, {"state"})
    assert found is None or (rule.matches(found) and found["state"] == "WY")
