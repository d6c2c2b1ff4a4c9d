"""What a decision would have come to with another bid: always what the search itself would have said."""

from uuid import UUID

import pytest

from leadhouse.allocate.types import Refusal
from leadhouse.parties.current import market
from leadhouse.report.story import lead_story
from leadhouse.report.what_if import WhatIf, what_if
from leadhouse.store.run import value
from tests.report.report_market import open_market, person, post, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead_id() -> UUID:
    open_market()
    found = post("calculator", person(1, max_contact_requests="1"))
    walk()
    return found


def asked(lead_id: UUID, campaign: str, price_minor: int, size: int = 1) -> WhatIf:
    found = what_if(lead_id, 0, campaign, {size: price_minor}, market())
    assert found is not None
    return found


def test_the_margin_that_the_story_tells_is_the_bid_that_would_have_won(lead_id: UUID) -> None:
    story = lead_story(lead_id)
    assert story is not None
    (outbid,) = [one for one in story.decisions[0].campaigns if one.more_minor]
    assert (outbid.campaign, outbid.more_minor) == ("best-west", 2_001)
    assert not asked(lead_id, "best-west", 4_000 + 2_000).wins
    won = asked(lead_id, "best-west", 4_000 + 2_001)
    assert (won.wins, won.more_minor) == (True, 1)
    assert won.before is not None
    assert won.before.campaigns == ("acme-west",)


def test_a_winner_that_bids_less_loses_what_it_stood_for(lead_id: UUID) -> None:
    found = asked(lead_id, "acme-west", 1_000)
    assert (found.wins, found.more_minor) == (False, -2_000)
    assert found.after is not None
    assert found.after.campaigns == ("best-west",)


def test_a_bid_below_the_floor_is_none(lead_id: UUID) -> None:
    found = asked(lead_id, "acme-west", 1)
    assert found.after is not None
    assert found.after.campaigns == ("best-west",)


def test_no_bid_helps_a_campaign_that_was_out_for_another_reason(lead_id: UUID) -> None:
    found = asked(lead_id, "best-utah", 99_999)
    assert (found.refusal, found.wins, found.before == found.after) == (Refusal.OUT_OF_AREA, False, True)


def test_there_is_no_answer_about_what_is_not_there_and_nothing_is_written(lead_id: UUID) -> None:
    counts = "SELECT count(*) FROM allocate_decision"
    before = value(counts, {}, int)
    assert what_if(lead_id, 0, "nobody", {1: 100}, market()) is None
    assert what_if(lead_id, 7, "acme-west", {1: 100}, market()) is None
    asked(lead_id, "best-west", 9_999)
    assert value(counts, {}, int) == before
