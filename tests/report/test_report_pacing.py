"""What pacing earns is told, decision by decision and in sum."""

from datetime import timedelta
from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from leadhouse.parties.current import market
from leadhouse.report.lead_text import lead_text
from leadhouse.report.pacing import paced
from leadhouse.report.pacing_table import pacing_text
from leadhouse.report.pacing_types import PacingFigures
from leadhouse.report.story import lead_story
from leadhouse.store.run import database_now
from tests.allocate.steering.pacing_world import set_shadow_price
from tests.report.report_market import MARKET, open_market, open_paced_market, person, post, walk

pytestmark = pytest.mark.django_db


def _sold(number: int) -> UUID:
    lead_id = post("calculator", person(number))
    walk()
    return lead_id


def _figures() -> PacingFigures | None:
    now = database_now()
    (product,) = paced(market(), now - timedelta(days=1), now)
    return product.figures


def _told(lead_id: UUID) -> str:
    story = lead_story(lead_id)
    assert story
    return _printed(lead_text(story, ZoneInfo("America/New_York"), "USD"))


def _printed(*parts: object) -> str:
    stream = StringIO()
    for part in parts:
        Console(file=stream, width=200, markup=False).print(part)
    return stream.getvalue()


def test_a_paced_decision_says_so_with_what_greedy_would_sell() -> None:
    open_paced_market("paced", 0.5)
    printed = _told(_sold(1))
    for words in (
        ": sold, paced, ",
        "greedy would sell to 1, $60.00 expected: acme-west",
        "won at $40.00",
        "outbid: $10.00 more for size 1 would have won, held back by a shadow price of 50.0%",
    ):
        assert words in printed


def test_a_winner_that_is_held_back_shows_what_it_was_compared_by() -> None:
    open_paced_market("paced", 0.25)
    printed = _told(_sold(1))
    assert "won at $60.00, held back by a shadow price of 25.0%" in printed
    assert "greedy would" not in printed
    (heading,) = [line for line in printed.splitlines() if "sold to" in line]
    assert heading.split() == ["sold", "to", "expected", "paced", "price", "campaigns"]
    (chosen,) = [line for line in printed.splitlines() if line.lstrip().startswith("* 1")]
    assert chosen.split() == ["*", "1", "$60.00", "$45.00", "$60.00", "acme-west"]


def test_in_the_shadow_the_sums_stand_side_by_side() -> None:
    open_paced_market("shadow", 0.5)
    for number in range(1, 4):
        printed = _told(_sold(number))
    assert ": sold, paced in the shadow, " in printed
    assert "paced would sell to 1, $40.00 expected: best-west" in printed
    assert "held back" not in printed
    product_id = market().products["roofing"].id
    assert _figures() == PacingFigures(product_id, "shadow", 3, 3, 18_000, 12_000, 3)
    now = database_now()
    (product,) = paced(market(), now - timedelta(days=1), now)
    (acme,) = product.campaigns
    assert (acme.campaign, acme.shadow_price, acme.leads, acme.most_leads) == ("acme-west", 0.5, 0, 10)
    table = _printed(*pacing_text(product, "USD"))
    assert "3 leads, 3 sold, $180.00 expected; paced would have earned $120.00 (-33.3%)" in table
    assert "acme-west" in table


def test_paced_products_count_what_greedy_would_have_sold_otherwise() -> None:
    open_paced_market("paced", 0.5)
    _sold(1)
    set_shadow_price("acme-west", 0.25)
    _sold(2)
    figures = _figures()
    assert figures
    assert (figures.leads, figures.sold, figures.expected_minor, figures.different) == (2, 2, 10_000, 1)
    now = database_now()
    (product,) = paced(market(), now - timedelta(days=1), now)
    (acme,) = product.campaigns
    assert (acme.leads, acme.spent_minor, acme.budget_minor, acme.used) == (1, 6_000, None, 0.1)
    table = _printed(*pacing_text(product, "USD"))
    assert "2 leads, 2 sold, $100.00 expected; 1 sold otherwise than greedy would" in table
    assert "25.0%" in table


def test_a_product_nobody_has_decided_for_yet_says_what_it_waits_for() -> None:
    text = MARKET.replace("sale_sizes: [1, 2]", "sale_sizes: [1]\n    pacing: paced")
    open_market(text)
    now = database_now()
    (product,) = paced(market(), now - timedelta(days=1), now)
    assert "nothing to pace yet" in _printed(*pacing_text(product, "USD"))
