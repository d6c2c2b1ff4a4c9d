"""The console tells where campaigns stood in line, and why."""

import pytest

from leadhouse.report.story_types import CampaignTold
from leadhouse.web.console.decision_view import campaign_page
from tests.report.report_market import MARKET, open_market
from tests.web.console_desk import operator, sold_lead, words

pytestmark = pytest.mark.django_db


def test_a_decision_by_turns_tells_its_method_and_everybodys_place() -> None:
    open_market(MARKET.replace("sale_sizes: [1, 2]", "sale_sizes: [1]\n    distribution: round_robin"))
    first = words(operator(), f"/leads/{sold_lead()}")
    assert "Sold round robin" in first
    assert "acme-west acme Won $60.00 place 1 of 2 in line: has had no turn yet" in first
    assert "best-west best place 2 of 2 in line: has had no turn yet" in first
    assert "In line 1" in first


def test_those_in_line_come_in_their_order_between_those_outbid_and_those_refused() -> None:
    campaigns = (
        CampaignTold("refused", "a", refusal="cap"),
        CampaignTold("third", "b", place=3, standing="place 3 of 3 in line"),
        CampaignTold("second", "c", place=2, standing="place 2 of 3 in line"),
        CampaignTold("outbid", "d", size=1, more_minor=5, place=1, standing="place 1 of 1 in line of west"),
        CampaignTold("won", "e", price_minor=1900, place=1, standing="place 1 of 3 in line"),
    )
    page = campaign_page(campaigns)
    assert [one.campaign for one in page.rows] == ["won", "outbid", "second", "third", "refused"]
    assert [(one.key, one.count) for one in page.fates] == [
        ("won", 1),
        ("outbid", 1),
        ("in_line", 2),
        ("cap", 1),
    ]
