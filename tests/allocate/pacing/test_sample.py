"""All sampled leads are sold at once as well as each of them alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.allocate.choosing import winners
from leadhouse.allocate.pacing.pacer import weight_of
from leadhouse.allocate.pacing.sample import Sample, Sampled, flat
from leadhouse.allocate.types import WHOLE, Held, Offer
from tests.allocate.choosing.contests import contests, offer

NOTHING = np.zeros(2)


def _without_carriers(offers: list[Offer]) -> list[Offer]:
    return [
        Offer(one.campaign_id, one.company_id, one.key, one.group, one.keep, one.prices) for one in offers
    ]


def _best_value(offers: list[Offer], held: dict[int, Held]) -> float:
    """Look at every scenario with ranks lowered by what holds campaigns back."""
    lowered = [replace(one, held=held[one.campaign_id]) for one in offers]
    sizes = sorted({size for one in offers for size in one.prices})
    chosen = winners.choose(winners.best_scenarios(lowered, winners.places_of(sizes)))
    return chosen.adjusted / WHOLE if chosen else 0.0


@given(
    st.lists(st.tuples(contests(most=7), st.sampled_from([0.5, 1.0, 3.0])), min_size=1, max_size=4),
    st.lists(
        st.sampled_from([(0.0, 0), (0.25, 0), (0.5, 0), (0.96875, 0), (0, 400)]), min_size=7, max_size=7
    ),
)
@settings(deadline=None)
def test_the_best_sale_of_every_lead_is_found(
    drawn: list[tuple[list[Offer], float]], prices: list[tuple[float, int]]
) -> None:
    leads = [(_without_carriers(offers), weight) for offers, weight in drawn]
    keeps = [{one.campaign_id: one.keep for one in offers} for offers, _ in leads]
    for (offers, weight), keep in zip(leads, keeps, strict=True):
        sample = Sample([Sampled(flat(offers), weight)])
        shadow = dict(zip(range(1, 8), prices, strict=True))
        shares, tolls = np.array([shadow[one] for one in sample.campaigns], float).reshape(-1, 2).T
        money, count = sample.spending(shares, tolls)
        keeps_of = np.array([keep[one] for one in sample.campaigns]) / WHOLE
        earned = float((keeps_of * (money * (1 - shares) - tolls * count)).sum())
        held = {one: Held(weight_of(share), toll) for one, (share, toll) in shadow.items()}
        assert earned == pytest.approx(weight * _best_value(offers, held), rel=1e-5, abs=0.1)


def test_leads_do_not_touch_each_other_and_count_by_their_weight() -> None:
    dear, cheap = offer(1, {1: 6_000, 2: 2_000}), offer(2, {1: 5_000, 2: 3_900})
    sample = Sample([Sampled(flat([dear]), 2.0), Sampled(flat([dear, cheap])), Sampled(flat([]))])
    assert sample.campaigns == [1, 2]
    money, count = sample.spending(NOTHING, NOTHING)
    assert (money.tolist(), count.tolist()) == ([18_000, 0], [3, 0])
    money, count = sample.spending(np.array([0.5, 0.0]), NOTHING)
    assert (money.tolist(), count.tolist()) == ([12_000, 5_000], [2, 1])


def test_who_is_out_buys_nothing_and_stands_in_nobodys_way() -> None:
    dear, cheap = offer(1, {1: 6_000, 2: 3_000}), offer(2, {1: 5_000, 2: 3_000})
    sample = Sample([Sampled(flat([dear, cheap])), Sampled(flat([dear]))])
    money, count = sample.spending(NOTHING, NOTHING, np.array([True, False]))
    assert (money.tolist(), count.tolist()) == ([0, 5_000], [0, 1])


def test_one_company_gets_a_lead_once_also_by_two_equal_campaigns() -> None:
    twins = [offer(1, {1: 100, 2: 100}, company=7), offer(2, {1: 100, 2: 100}, company=7)]
    money, count = Sample([Sampled(flat(twins))]).spending(NOTHING, NOTHING)
    assert (money.sum(), count.sum()) == (100, 1)
    beside = [*twins, offer(3, {2: 90})]
    money, count = Sample([Sampled(flat(beside))]).spending(np.zeros(3), np.zeros(3))
    assert (money.sum(), count.sum(), count[2]) == (190, 2, 1)


def test_no_leads_are_no_sample() -> None:
    assert Sample([]).campaigns == []
    assert Sample([Sampled(flat([]))]).campaigns == []
