"""A paced product sells every lead that greedy would, at the bids, out of room that nobody exceeds."""

from datetime import timedelta

import pytest

from leadhouse.allocate.queries import decisions_of, refuse
from leadhouse.allocate.steering.queries import ShadowDay, shadow_days
from leadhouse.allocate.types import WHOLE
from leadhouse.parties.current import market
from leadhouse.report.decisions import decisions_of as decisions_told
from leadhouse.report.story_types import ScenarioTold
from tests.allocate.allocate_world import (
    WEDNESDAY,
    be_at,
    buyers,
    campaign,
    campaign_id,
    company,
    decide,
    events,
    give_leads,
    given,
    install,
    search_again,
    sell,
    sell_all,
    set_limit,
    statuses,
    together,
    used,
)
from tests.allocate.steering.pacing_world import set_shadow_price, shadow_prices, turn

MIDNIGHT = WEDNESDAY.replace(hour=5)


def _house(pacing: str, day: dict[str, object], **source: object) -> None:
    """Acme bids 60.00 and has a budget, the other 50.00 and none."""
    install(
        company("acme", campaign("acme", bids={"exclusive": "60.00"}, caps={"day": day})),
        company("best", campaign("best", bids={"exclusive": "50.00"})),
        product={"pacing": pacing},
        source=source,
    )
    for one in ("acme", "best"):
        set_limit(one, 10**9)


@pytest.mark.django_db
def test_the_shadow_price_decides_who_gets_the_lead_and_not_what_is_paid() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.125)
    assert buyers(sell()) == [("acme", 1, 6_000, "held")]
    set_shadow_price("acme", 0.25)
    lead_id = sell()
    assert buyers(lead_id) == [("best", 1, 5_000, "held")]
    (event,) = events(lead_id)
    assert event.data["value"] == "50.00"
    assert event.data["greedy"] == {"sale_size": 1, "value": "60.00", "campaigns": ["acme"]}
    (decision,) = decisions_of(lead_id)
    assert (decision.pacing, decision.value_minor, decision.adjusted_minor) == ("paced", 5_000, 5_000)
    assert decision.paces == {str(campaign_id("acme")): [WHOLE, 1_500]}
    other = decision.other_sale()
    assert other
    assert (other.size, other.value_minor, other.winners) == (1, 6_000, [[campaign_id("acme"), 6_000]])


@pytest.mark.django_db
def test_a_paced_winner_pays_its_bid_and_its_adjusted_value_is_kept() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.125)
    lead_id = sell()
    (event,) = events(lead_id)
    assert "greedy" not in event.data
    (decision,) = decisions_of(lead_id)
    assert (decision.value_minor, decision.adjusted_minor, decision.otherwise) == (6_000, 5_250, None)
    assert [one.price_minor for one in given(lead_id)] == [6_000]


@pytest.mark.django_db
def test_the_margin_of_one_held_back_counts_its_shadow_price() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.5)
    lead_id = sell()
    (told,) = decisions_told(lead_id, market())
    acme = next(one for one in told.campaigns if one.campaign == "acme")
    # 80.00 without the toll of 30.00 equals the other's 50.00, and the higher price wins the tie.
    assert (acme.size, acme.more_minor, acme.shadow_price) == (1, 2_000, 0.5)
    assert told.pacing == "paced"
    assert told.scenarios == (ScenarioTold(1, 5_000, 5_000, ("best",)),)
    assert told.otherwise == ScenarioTold(1, 6_000, 6_000, ("acme",))


@pytest.mark.django_db
def test_a_lead_with_one_buyer_is_sold_at_the_highest_shadow_price() -> None:
    install(
        company("acme", campaign("acme", caps={"day": {"count": 2}})),
        product={"pacing": "paced"},
    )
    turn()
    set_shadow_price("acme", 0.98)
    assert buyers(sell()) == [("acme", 1, 6_000, "held")]
    assert buyers(sell()) == [("acme", 1, 6_000, "held")]
    assert buyers(sell()) == []


@pytest.mark.django_db
def test_a_promised_price_is_kept_where_what_is_paced_would_bring_too_little() -> None:
    _house("paced", {"count": 50}, payout={"kind": "share", "percent": 60})
    turn()
    set_shadow_price("acme", 0.5)
    assert buyers(sell(promised_minor=5_000)) == [("best", 1, 5_000, "held")]
    lead_id = sell(promised_minor=5_500)
    assert buyers(lead_id) == [("acme", 1, 6_000, "held")]
    (decision,) = decisions_of(lead_id)
    assert (decision.value_minor, decision.adjusted_minor, decision.paces) == (6_000, 6_000, {})
    assert buyers(sell(promised_minor=6_500)) == []


@pytest.mark.django_db
def test_a_search_after_a_refusal_is_paced_too() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.25)
    lead_id = sell()
    refuse([given(lead_id)[0].id])
    search_again(lead_id)
    assert buyers(lead_id) == [("acme", 1, 6_000, "held"), ("best", 1, 5_000, "refused")]
    assert [one.paces for one in decisions_of(lead_id)] == [{str(campaign_id("acme")): [WHOLE, 1_500]}] * 2


@pytest.mark.django_db
def test_prices_left_from_before_do_nothing_to_a_greedy_product() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.9)
    _house("greedy", {"count": 50})
    lead_id = sell()
    assert buyers(lead_id) == [("acme", 1, 6_000, "held")]
    (decision,) = decisions_of(lead_id)
    assert (decision.pacing, decision.paces, decision.otherwise) == ("greedy", {}, None)


@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_pacing_sell_a_cap_of_fifty_exactly() -> None:
    _house("paced", {"count": 50})
    turn()
    set_shadow_price("acme", 0.05)
    leads = give_leads(160)
    together(lambda: sell_all(3))
    assert decide() == 0
    assert statuses(leads) == {"sold": 160}
    assert used() == [("acme", "day", "count", 50)]


def _shadow_days() -> list[ShadowDay]:
    return sorted(shadow_days([one.id for one in market().campaigns.values()], MIDNIGHT - timedelta(days=40)))


@pytest.mark.django_db
def test_in_the_shadow_greedy_sells_and_what_paced_would_earn_is_written_down() -> None:
    _house("shadow", {"count": 1})
    be_at(MIDNIGHT + timedelta(hours=1))
    turn()
    set_shadow_price("acme", 0.25)
    first, second = sell(), sell()
    assert [buyers(one)[0][0] for one in (first, second)] == ["acme", "best"]
    (decision,) = decisions_of(first)
    assert (decision.pacing, decision.value_minor, decision.adjusted_minor) == ("shadow", 6_000, 6_000)
    assert decision.paces == {str(campaign_id("acme")): [WHOLE, 1_500]}
    (event,) = events(first)
    assert event.data["paced"] == {"sale_size": 1, "value": "50.00", "campaigns": ["best"]}
    assert "paced" not in events(second)[0].data
    (decision,) = decisions_of(second)
    other = decision.other_sale()
    assert other
    assert other.value_minor == 5_000
    assert _shadow_days() == [ShadowDay(campaign_id("best"), MIDNIGHT, 10_000, 2)]


@pytest.mark.django_db
def test_the_shadow_has_budgets_of_its_own() -> None:
    """Greedy gives acme's only place to the first lead; paced keeps it and still has it for the third."""
    _house("shadow", {"count": 1})
    be_at(MIDNIGHT + timedelta(hours=1))
    turn()
    set_shadow_price("acme", 0.25)
    sell()
    set_shadow_price("acme", 0.1)
    second, third = give_leads(2)
    decide()
    assert [buyers(one)[0][0] for one in (second, third)] == ["best", "best"]
    others = [decisions_of(one)[0].other_sale() for one in (second, third)]
    assert [one.winners[0][0] for one in others if one] == [campaign_id("acme"), campaign_id("best")]
    assert _shadow_days() == [
        ShadowDay(campaign_id("acme"), MIDNIGHT, 6_000, 1),
        ShadowDay(campaign_id("best"), MIDNIGHT, 10_000, 2),
    ]
    be_at(MIDNIGHT + timedelta(hours=25))
    other = decisions_of(sell())[0].other_sale()
    assert other
    assert other.winners[0][0] == campaign_id("acme")


@pytest.mark.django_db
def test_the_shadows_prices_follow_what_the_shadow_spends() -> None:
    _house("shadow", {"count": 4})
    be_at(MIDNIGHT)
    turn()
    set_shadow_price("acme", 0.5)
    sell()
    sell()
    be_at(MIDNIGHT + timedelta(hours=1))
    turn()
    # Acme got both leads, and none in the shadow: there it lags behind its plan.
    assert shadow_prices()["acme"] < 0.5


@pytest.mark.django_db
def test_in_the_shadow_only_a_leads_first_sale_counts() -> None:
    _house("shadow", {"count": 4})
    be_at(MIDNIGHT)
    turn()
    lead_id = sell()
    refuse([given(lead_id)[0].id])
    search_again(lead_id)
    assert [one.other_sale() is not None for one in decisions_of(lead_id)] == [True, False]
    test = sell(is_test=True)
    assert decisions_of(test)[0].other_sale() is None
    assert _shadow_days() == [ShadowDay(campaign_id("acme"), MIDNIGHT, 6_000, 1)]
