"""A run added up, and two runs side by side."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from leadhouse.parties.types import Market
from leadhouse.simulate.changes import (
    Raise,
    Scale,
    with_bids_raised,
    with_bids_scaled,
    with_budgets_scaled,
)
from leadhouse.simulate.compare import Displaced, campaign_differences, counterfactual
from leadhouse.simulate.documents import (
    campaign_rows,
    counterfactual_document,
    difference_document,
    figures_document,
    lead_rows,
)
from leadhouse.simulate.figures import Figures, figures
from leadhouse.simulate.month.arrivals import arrivals
from leadhouse.simulate.told import Told, tell
from leadhouse.simulate.types import Loss
from tests.allocate.allocate_markets import (
    NOW,
    SOURCE,
    area,
    campaign,
    company,
    count,
    market,
    money,
    weekdays,
)
from tests.simulate.simulated import arrival, busy_market, every, judged, steps

NIGHT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def run(market_: Market, leads: int = 4) -> Told:
    return tell(steps(market_, [arrival(one, at) for one, at in enumerate(every(1, leads))]))


def test_a_run_is_added_up() -> None:
    configured = market(
        [campaign(1, caps=(count(2),)), campaign(2, caps=(count(1),), bids={1: 4_000, 2: 3_500})]
    )
    found = figures(run(configured), configured)
    assert (found.leads, found.let_in, found.sold, found.fill) == (4, 4, 2, 0.5)
    assert found.sizes == {1: 1, 2: 1}
    assert found.revenue_minor == found.expected_minor == 3_500 + 3_500 + 6_000
    assert found.unsold == {"no_room": 2}
    assert found.contacts == {0: 2, 1: 1, 2: 1}
    assert found.contacts_per_consumer == 0.75
    assert {key: (one.leads, one.spend_minor) for key, one in found.campaigns.items()} == {
        "campaign-00001": (2, 9_500),
        "campaign-00002": (1, 3_500),
    }
    source = found.sources["calculator"]
    assert (source.leads, source.sold, source.revenue_minor) == (4, 2, 13_000)
    assert found.refusals == {"cap": 5}


def test_who_waited_is_counted_with_how_long() -> None:
    configured = market([campaign(1, caps=(count(1),))], [company(1, hours=weekdays())])
    found = figures(tell(steps(configured, [arrival(1, NIGHT), arrival(2, NIGHT)])), configured)
    waiting = found.waiting
    assert (waiting.waited, waiting.sold_after, waiting.still, waiting.mean_hours) == (2, 1, 0, 5.0)
    assert found.unsold == {"no_room": 1}


def test_who_is_refused_at_the_door_is_no_lead_that_could_have_been_sold() -> None:
    configured = market([campaign(1)], sources=[replace(SOURCE, caps=(count(3),))])
    found = figures(run(configured), configured)
    assert (found.leads, found.refused, found.let_in, found.fill) == (4, {"cap_reached": 1}, 3, 1.0)
    # Nobody was to contact those who were refused at the door.
    assert sum(found.contacts.values()) == 3


def test_what_is_refused_or_paid_back_is_no_revenue() -> None:
    configured = market([campaign(1), campaign(2)])
    found = steps(configured, [arrival(1), arrival(2)])
    (one, other) = judged(found)
    assert one.decided.sale
    losses = [
        Loss(NOW, one.arrival, 1, 3_500, is_refusal=True),
        Loss(NOW, one.arrival, 2, 3_500, is_refusal=True),
        Loss(NOW, other.arrival, 1, 3_500, is_refusal=False),
    ]
    added = figures(tell([*found, *losses]), configured)
    assert (added.sold, added.unsold) == (1, {"nobody_accepted": 1})
    assert (added.revenue_minor, added.back_minor) == (7_000, 3_500)


def test_bids_scale_with_their_rules_and_only_where_asked() -> None:
    configured = market([campaign(1, bids={1: 1_001, 2: 500}), campaign(2, bids={1: 1_000})])
    found = with_bids_scaled(configured, Scale(Decimal("1.5"), "campaign-00001")).campaigns
    assert (found[1].bids, found[2].bids) == ({1: 1_502, 2: 750}, {1: 1_000})
    assert with_bids_scaled(configured, Scale(Decimal("0.5"))).campaigns[2].bids == {1: 500}
    with pytest.raises(LookupError, match="no campaign 'nobody'"):
        with_bids_scaled(configured, Scale(Decimal(1), "nobody"))


def test_budgets_scale_by_count_and_by_money() -> None:
    configured = market([campaign(1, caps=(count(10), money(5_000)))])
    caps = with_budgets_scaled(configured, Scale(Decimal("1.2"))).campaigns[1].caps
    assert [cap.limit for cap in caps] == [12, 6_000]


def test_a_raise_goes_on_every_bid_and_none_falls_below_nothing() -> None:
    configured = market([campaign(1, bids={1: 6_000, 2: 200})])
    assert with_bids_raised(configured, Raise("campaign-00001", 300)).campaigns[1].bids == {1: 6_300, 2: 500}
    assert with_bids_raised(configured, Raise("campaign-00001", -300)).campaigns[1].bids == {1: 5_700, 2: 0}


def test_three_dollars_more_win_what_they_win_and_displace_whom_they_displace() -> None:
    configured = market(
        [
            campaign(1, bids={1: 3_000}, where=area(states=["WY"])),
            campaign(2, bids={1: 3_200}, caps=(count(2),)),
            campaign(3, bids={1: 1_000}),
        ]
    )
    more = Raise("campaign-00001", 300)
    before, after = run(configured), run(with_bids_raised(configured, more))
    answer = counterfactual(before, after, configured, more)
    # Before it came into its own only when 2 had bought its two; now it has all, and 2 and 3 get nothing.
    assert (answer.leads_before, answer.leads_after, answer.won, answer.lost) == (2, 4, 2, 0)
    assert answer.spend_minor == 4 * 3_300 - 2 * 3_000
    assert answer.revenue_minor == 4 * 3_300 - (2 * 3_200 + 2 * 3_000)
    assert answer.displaced == (Displaced("campaign-00002", 2, 6_400),)
    assert answer.price_of_more_minor == answer.spend_minor / 2
    assert counterfactual_document(answer, "USD")["price_of_each_lead_more"] == "36.00"


def test_less_on_each_bid_has_no_price_for_more() -> None:
    configured = market([campaign(1, bids={1: 3_000}), campaign(2, bids={1: 2_900})])
    less = Raise("campaign-00001", -200)
    answer = counterfactual(run(configured), run(with_bids_raised(configured, less)), configured, less)
    assert (answer.leads_before, answer.leads_after, answer.lost, answer.price_of_more_minor) == (
        4,
        0,
        4,
        None,
    )


def both() -> tuple[Market, Told, Figures, Figures]:
    configured = busy_market(2)
    month = arrivals(configured, leads=300)
    told = tell(steps(configured, month))
    other = with_budgets_scaled(configured, Scale(Decimal(2)))
    return configured, told, figures(told, configured), figures(tell(steps(other, month)), other)


def test_differences_add_up_to_the_difference_of_the_sums() -> None:
    _, _, one, other = both()
    found = campaign_differences(one, other)
    assert sum(each.spend_minor for each in found) == other.revenue_minor - one.revenue_minor > 0
    assert [abs(each.spend_minor) for each in found] == sorted(
        (abs(each.spend_minor) for each in found), reverse=True
    )
    document = difference_document(one, other)
    assert document["sold"] == other.sold - one.sold
    assert len(document["campaigns"]) == len(found)  # type: ignore[arg-type]


def test_documents_hold_every_campaign_and_every_lead() -> None:
    configured, told, one, other = both()
    document = figures_document(one)
    assert document["leads"] == 300
    assert len(document["campaigns"]) == 30  # type: ignore[arg-type]
    rows = list(campaign_rows(one, other))
    assert len(rows) == 30
    leads = list(lead_rows(told, configured))
    assert len(leads) == 300
    spent = sum(Decimal(row[9]) for row in leads)
    assert spent == sum(Decimal(row[3]) for row in rows) == Decimal(one.revenue_minor) / 100
