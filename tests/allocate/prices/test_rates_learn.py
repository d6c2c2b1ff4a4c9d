"""How well rates are estimated: of simulated buyers whose true rates are known."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from statistics import fmean

import pytest

from leadhouse.allocate.prices.experience import Experience
from leadhouse.allocate.prices.rates import rejection_rates
from tests.allocate.allocate_markets import NOW
from tests.allocate.prices.outcomes import Outcome, experience_of

BUYERS, RUNS = 260, 20
LONG_AGO = NOW - timedelta(days=3)


def _buyers(chance: random.Random) -> tuple[list[float], list[int], list[int]]:
    """Return true rates, how often each has bought (most hardly ever), and how often it rejected."""
    true = [chance.betavariate(2, 13) for _ in range(BUYERS)]
    bought = [max(1, round(2_000 / (place + 1))) for place in range(BUYERS)]
    chance.shuffle(bought)
    back = [
        sum(chance.random() < rate for _ in range(count)) for rate, count in zip(true, bought, strict=True)
    ]
    return true, bought, back


def _known(bought: Sequence[int], back: Sequence[int]) -> Experience:
    sold = [
        Outcome(buyer, buyer, 1_000, LONG_AGO, timedelta(0) if number < back[buyer] else None)
        for buyer, count in enumerate(bought)
        for number in range(count)
    ]
    return experience_of(sold, NOW)


def _error(true: Sequence[float], estimated: Sequence[float]) -> float:
    return fmean((one - other) ** 2 for one, other in zip(true, estimated, strict=True)) ** 0.5


def _sell(
    chance: random.Random, true: Sequence[float], estimated: Sequence[float]
) -> tuple[float, float, float]:
    """Sell to the best three of twenty by estimate; return what was forecast, earned, and could have been."""
    forecast = earned = possible = 0.0
    for _ in range(100):
        bids = {buyer: chance.uniform(20, 60) for buyer in chance.sample(range(BUYERS), 20)}
        chosen = _best(bids, estimated)
        forecast += _worth(bids, estimated, chosen)
        earned += _worth(bids, true, chosen)
        possible += _worth(bids, true, _best(bids, true))
    return forecast, earned, possible


def _best(bids: Mapping[int, float], rates: Sequence[float]) -> list[int]:
    return sorted(bids, key=lambda buyer: -bids[buyer] * (1 - rates[buyer]))[:3]


def _worth(bids: Mapping[int, float], rates: Sequence[float], chosen: Sequence[int]) -> float:
    return sum(bids[buyer] * (1 - rates[buyer]) for buyer in chosen)


@pytest.mark.req("R000-47")
def test_shrunk_rates_are_nearer_the_truth_than_any_simple_ones_and_forecast_what_is_earned() -> None:
    chance = random.Random(5)
    errors: dict[str, list[float]] = {}
    sales: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(RUNS):
        true, bought, back = _buyers(chance)
        rates, overall = rejection_rates(_known(bought, back), NOW), sum(back) / sum(bought)
        ways = {
            "raw": [x / n for x, n in zip(back, bought, strict=True)],
            "laplace": [(x + 1) / (n + 2) for x, n in zip(back, bought, strict=True)],
            "everybody's": [overall] * BUYERS,
            "ours": [rates.of(buyer, buyer) for buyer in range(BUYERS)],
        }
        for name, estimated in ways.items():
            errors.setdefault(name, []).append(_error(true, estimated))
            sales.setdefault(name, []).append(_sell(chance, true, estimated))
    error = {name: fmean(found) for name, found in errors.items()}
    assert error["ours"] == min(error.values())
    assert error["ours"] < 0.9 * min(error[name] for name in error if name != "ours")
    earned = {name: _ratio(found, lambda one: one[1] / one[2]) for name, found in sales.items()}
    assert earned["ours"] == max(earned.values())
    assert _ratio(sales["ours"], lambda one: one[0] / one[1]) == pytest.approx(1, abs=0.01)
    # Who is chosen by raw rates is chosen for its luck.
    assert _ratio(sales["raw"], lambda one: one[0] / one[1]) > 1.03


def _ratio(
    sales: Sequence[tuple[float, float, float]], of: Callable[[tuple[float, float, float]], float]
) -> float:
    return fmean(map(of, sales))


def _sale(chance: random.Random, campaign: int, hours_ago: float, rate: float) -> Outcome:
    """A sale that comes back with this probability, most often in the first half day."""
    back_after = min(chance.expovariate(1 / 12), 47.9) if chance.random() < rate else None
    delay = None if back_after is None else timedelta(hours=back_after)
    return Outcome(
        campaign, campaign % 50, chance.randint(500, 9_000), NOW - timedelta(hours=hours_ago), delay
    )


def test_fresh_sales_do_not_make_rates_look_better_than_they_are() -> None:
    """Twenty quiet days and then a rush: most of what was sold can still come back."""
    network: list[float] = []
    counted_in_full: list[float] = []
    for seed in range(30):
        chance = random.Random(seed)
        quiet = [_sale(chance, chance.randrange(100), chance.uniform(0, 480), 0.15) for _ in range(1_500)]
        rush = [_sale(chance, chance.randrange(100), chance.uniform(0, 20), 0.15) for _ in range(1_500)]
        sold = quiet + rush
        network.append(rejection_rates(experience_of(sold, NOW), NOW).network)
        back = sum(one.price for one in sold if one.is_back(NOW))
        counted_in_full.append(back / sum(one.price for one in sold))
    # Hours that have just begun count in full, which leaves a thirtieth of the rate out in such a rush.
    assert fmean(network) == pytest.approx(0.15, abs=0.0075)
    assert fmean(counted_in_full) < 0.115


def test_a_new_campaign_that_is_as_good_as_all_others_looks_so_from_its_first_day_on() -> None:
    fresh: list[float] = []
    for seed in range(30):
        chance = random.Random(seed)
        old = [_sale(chance, chance.randrange(100), chance.uniform(0, 480), 0.15) for _ in range(1_500)]
        new = [_sale(chance, 101, chance.uniform(0, 10), 0.15) for _ in range(200)]
        fresh.append(rejection_rates(experience_of(old + new, NOW), NOW).of(101, 51))
    assert fmean(fresh) == pytest.approx(0.15, abs=0.012)
