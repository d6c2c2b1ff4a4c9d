"""One lead's whole story: from what was posted to what it earned, and why each campaign was in or out."""

from dataclasses import replace
from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.fields import Category
from leadhouse.report.figure_types import PeriodFunnel
from leadhouse.report.lead_text import lead_text
from leadhouse.report.queries import funnel_of_period
from leadhouse.report.story import lead_story
from leadhouse.report.story_types import CampaignTold, LeadStory, ScenarioTold
from leadhouse.timeline.types import Status
from tests.report.report_market import LOUIS, open_market, person, post, walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def told(lead_id: UUID) -> LeadStory:
    story = lead_story(lead_id)
    assert story is not None
    return story


def sold() -> LeadStory:
    lead_id = post("calculator", LOUIS)
    walk()
    return told(lead_id)


def written(story: LeadStory, *, every_refusal: bool = False) -> str:
    stream = StringIO()
    text = lead_text(story, ZoneInfo("America/New_York"), "USD", every_refusal=every_refusal)
    Console(file=stream, width=200, markup=False).print(text)
    return stream.getvalue()


def test_a_lead_that_does_not_exist_has_no_story() -> None:
    assert lead_story(new_id()) is None


@pytest.mark.req("R000-18", "R000-10", "R000-11", "R000-13", "R000-14", "R000-15", "R000-17")
def test_fields_stand_under_their_categories_with_labels_and_in_words() -> None:
    story = sold()
    shown = {group.category: {field.label: field.value for field in group.fields} for group in story.groups}
    assert list(shown) == list(Category)
    assert shown[Category.SYSTEM]["Consumer"] == str(story.passport.consumer_id)
    assert shown[Category.CONTACT]["Phone"] == "(302) 321-5560"
    assert shown[Category.LOCATION]["City"] == "Rawlins"
    assert shown[Category.PROCESSING]["Status"] == "9 (Delivered)"
    assert shown[Category.PROCESSING]["Classification"] == "2 (UNVERIFIED_PHONE)"
    assert shown[Category.USER_PREFERENCE]["Contact requests"] == "2"
    assert shown[Category.INDUSTRY_SPECIFIC]["Roof type"] == "shingle"
    assert shown[Category.INDUSTRY_SPECIFIC]["Estimate from"] == "$9,220.00"
    assert shown[Category.INDUSTRY_SPECIFIC]["Favourite colour"] == "green"
    assert shown[Category.ATTRIBUTION]["Source URL"] == "https://roofingcalculator.example/wyoming"
    assert shown[Category.VERIFICATION]["Phone valid"] == "yes"


def test_a_bad_value_is_shown_as_posted_with_why_it_is_bad() -> None:
    lead_id = post("calculator", LOUIS | {"phone_1": "call me"})
    contact = next(group for group in told(lead_id).groups if group.category is Category.CONTACT)
    phone = next(field for field in contact.fields if field.key == "phone_1")
    assert phone.value == "call me"
    assert phone.mark


@pytest.mark.req("R002-01", "R002-02")
def test_the_data_package_is_kept_byte_for_byte_beside_the_person() -> None:
    story = sold()
    assert b'"email": "Louis.Espinoza@example.com"' in story.submission.raw
    assert (story.submission.content_type, story.submission.created_by) == ("application/json", "api")
    assert story.name == "Louis Espinoza"


@pytest.mark.req("R000-74", "R002-25")
def test_the_decision_tells_the_funnel_each_scenario_and_every_campaigns_fate() -> None:
    (decision,) = sold().decisions
    assert decision.outcome == "sold"
    assert decision.funnel == {"net": 2, "priced": 2, "budget": 2, "winners": 2}
    assert decision.chosen == 2
    assert decision.scenarios == (
        ScenarioTold(1, 6000, 6000, ("acme-west",)),
        ScenarioTold(2, 6900, 6900, ("acme-west", "best-west")),
    )
    assert decision.campaigns == (
        CampaignTold("acme-west", "acme", price_minor=3500),
        CampaignTold("best-west", "best", price_minor=3400),
        CampaignTold("best-utah", "best", refusal="out_of_area"),
    )


def test_refused_campaigns_are_folded_by_reason_and_each_is_shown_when_asked_for() -> None:
    story = sold()
    (decision,) = story.decisions
    refused = [CampaignTold(f"far-{number}", "far", refusal="out_of_area") for number in range(5)]
    campaigns = (*decision.campaigns, *refused, CampaignTold("shut", "far", refusal="closed_now"))
    wide = replace(story, decisions=(replace(decision, campaigns=campaigns),))
    lines = [" ".join(line.split()) for line in written(wide).splitlines()]
    begin = lines.index("refused campaigns which (all: --all)")
    assert lines[begin + 1 : begin + 3] == [
        "out of area 6 best-utah, far-0, far-1 and 3 more",
        "closed now 1 shut",
    ]
    assert "acme-west acme won at $35.00" in lines
    each = [" ".join(line.split()) for line in written(wide, every_refusal=True).splitlines()]
    assert [line for line in each if line.endswith(("out of area", "closed now"))] == [
        "best-utah best out of area",
        *(f"far-{number} far out of area" for number in range(5)),
        "shut far closed now",
    ]


def test_an_outbid_campaign_is_told_how_much_more_would_have_won() -> None:
    lead_id = post("calculator", LOUIS | {"max_contact_requests": "1"})
    walk()
    (decision,) = told(lead_id).decisions
    won, outbid, refused = decision.campaigns
    assert won == CampaignTold("acme-west", "acme", price_minor=6000)
    assert (outbid.campaign, outbid.size, outbid.more_minor) == ("best-west", 1, 2001)
    assert refused.refusal == "out_of_area"


@pytest.mark.req("R000-47")
def test_the_decision_tells_which_share_of_a_price_was_expected_back() -> None:
    acme, _ = sold().assignments
    hear(Given(acme.id, Kind.REJECTION, Reason.WRONG_NUMBER), _company("acme"), market())
    walk()
    lead_id = post("calculator", person(1))
    walk()
    (decision,) = told(lead_id).decisions
    rates = {one.campaign: one.rejection_rate for one in decision.campaigns}
    assert 0 < rates["best-west"] < rates["acme-west"] < 1
    assert rates["best-utah"] == 0
    assert f"won at $35.00 ({rates['acme-west']:.1%} expected back)" in written(told(lead_id))


@pytest.mark.req("R002-16")
def test_the_money_tells_what_a_lead_earned_and_cost() -> None:
    story = sold()
    assert (story.money.revenue_minor, story.money.payout_minor, story.money.credited_minor) == (
        6900,
        1000,
        0,
    )
    assert story.money.profit_minor == 5900


@pytest.mark.req("R002-20")
def test_what_each_buyer_reports_stands_beside_its_own_delivery() -> None:
    before = sold()
    acme, best = before.assignments
    hear(Given(acme.id, Kind.REJECTION, Reason.WRONG_NUMBER), _company("acme"), market())
    hear(Given(best.id, Kind.CONVERSION, value_minor=123_400), _company("best"), market())
    story = told(before.passport.lead_id)
    assert {one.company: one.standing for one in story.assignments} == {
        "acme": "rejected",
        "best": "converted",
    }
    assert [(one.type, one.reason, one.value_minor, one.credit_minor) for one in story.feedback] == [
        ("rejection", "wrong_number", None, 3500),
        ("conversion", None, 123_400, 0),
    ]
    assert story.money.credited_minor == 3500
    assert story.passport.status is Status.DELIVERED


@pytest.mark.req("R002-25", "R000-74")
def test_the_story_as_text_tells_it_all_and_is_plain_when_piped() -> None:
    story = sold()
    printed = written(story)
    for words in (
        f"Louis Espinoza · consumer {story.passport.consumer_id} · lead {story.passport.lead_id}",
        "Roofing from Roofing Calculator · status 9 (Delivered)",
        "funnel: 2 net → 2 priced → 2 budget → 2 winners",
        "won at $35.00",
        "out of area",
        "Acme Roofing (acme-west): accepted",
        "revenue $69.00, credited $0.00, payout $10.00, left $59.00",
    ):
        assert words in printed
    assert "\x1b" not in printed
    steps = [line.split()[5] for line in printed.splitlines() if " (+" in line]
    assert steps[:2] == ["capture", "accept"]


@pytest.mark.req("R000-74", "R002-30")
def test_the_funnel_of_a_period_tells_how_many_leads_were_left_after_each_step() -> None:
    post("calculator", person(1))
    post("calculator", person(2, email=""))
    post("calculator", person(3, email="bad", phone_1=""))
    post("calculator", person(1, first_name="Again"))
    post("trial", person(4))
    walk()
    funnel = funnel_of_period(source="calculator")
    assert funnel == PeriodFunnel(
        captured=4,
        accepted=2,
        qualified=1,
        sold=1,
        delivered=1,
        decisions=1,
        net=2,
        priced=2,
        budget=2,
        winners=2,
    )
    assert funnel_of_period(source="mysolar") == PeriodFunnel(*[0] * 10)


def _company(key: str) -> int:
    return next(one.id for one in market().companies.values() if one.key == key)
