"""A decision among more than five hundred campaigns, as the lead's page tells it."""

from itertools import combinations

import pytest

from leadhouse.parties.current import market
from tests.allocate.allocate_world import buyers, campaign, company, install, sell
from tests.web.console_desk import operator, words

pytestmark = pytest.mark.django_db
STATES = ("CO", "UT", "NE", "MT", "SD", "ID", "KS", "NM", "AZ", "NV")
SIZES = {"exclusive": 1, "duo": 2, "trio": 3, "quad": 4}
LOCAL = {
    f"near-{number}": {
        name: f"{(60 / size + number * 7 % 11 + 1):.2f}"
        for name, size in SIZES.items()
        if (number + size) % 4
    }
    for number in range(12)
}


def best_value() -> int:
    """Return what the best set of any size brings, minor units, every set looked at."""
    sums = [0]
    for name, size in SIZES.items():
        prices = [round(float(bids[name]) * 100) for bids in LOCAL.values() if name in bids]
        sums += [sum(chosen) for chosen in combinations(prices, size)]
    return max(sums)


@pytest.mark.req("A000-5", "R000-49", "R000-52", "R000-74")
def test_among_520_campaigns_the_page_shows_four_counts_and_each_ones_reason_or_distance() -> None:
    away = [
        company(f"away-{number}", campaign(f"away-{number}", where={"states": [STATES[number % 10]]}))
        for number in range(500)
    ]
    asleep = [
        company(f"asleep-{number}", campaign(f"asleep-{number}", status="paused")) for number in range(8)
    ]
    near = [company(key, campaign(key, bids=bids)) for key, bids in LOCAL.items()]
    install(*away, *asleep, *near)
    assert len(market().campaigns) == 520
    lead_id = sell()
    sold = buyers(lead_id)
    assert sum(price for _, _, price, _ in sold) == best_value()
    client = operator()
    told = words(client, f"/leads/{lead_id}")
    assert "May have the lead area, source, criteria, class, hours 12 Priced" in told
    assert f"Winners the best sale of all {len(sold)}" in told
    for fate, count in (("out_of_area", 500), ("inactive", 8)):
        assert f" {count} " in words(client, f"/leads/{lead_id}?fate={fate}")
    outbid = next(key for key in LOCAL if key not in {key for key, *_ in sold})
    assert "more for" in words(client, f"/leads/{lead_id}?campaign={outbid}")
    assert "Outside its area" in words(client, f"/leads/{lead_id}?campaign=away-499")
