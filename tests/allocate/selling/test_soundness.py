"""A campaign that cannot be asked buys nothing, and stops nobody else from buying."""

from dataclasses import replace

import pytest

from leadhouse.allocate.selling import gathering
from leadhouse.allocate.selling.soundness import without_unsound
from leadhouse.parties import current, queries
from leadhouse.parties.types import Area, Market, Radius
from leadhouse.store.run import execute
from tests.allocate.allocate_markets import campaign as noun
from tests.allocate.allocate_markets import market
from tests.allocate.allocate_world import buyers, campaign, campaign_id, company, install, sell

# No market file says so: a fault of ours, or of another release, may.
NOWHERE = Area(radius=Radius("north", 0.0, 5.0))  # type: ignore[arg-type]


def _house() -> None:
    install(
        company("acme", campaign("acme", bids={"exclusive": "60.00"})),
        company("best", campaign("best", bids={"exclusive": "50.00"})),
    )


@pytest.mark.parametrize("unsound", [set(), {1}, {3, 4, 17}, set(range(1, 21))])
def test_those_are_found_with_which_no_index_can_be_made(
    unsound: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    all_of_them = market(
        noun(number, where=NOWHERE if number in unsound else None) for number in range(1, 21)
    )
    left = without_unsound(all_of_them)
    assert set(left.campaigns) == set(range(1, 21)) - unsound
    assert left == replace(all_of_them, campaigns=left.campaigns)
    told = [one.args for one in caplog.records]
    assert told == [(f"campaign-{number:05d}",) for number in sorted(unsound)]


@pytest.mark.django_db
def test_the_others_buy_and_it_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _house()
    sound, number = current.market(), campaign_id("acme")
    broken = replace(sound.campaigns[number], where=NOWHERE)
    bad = replace(sound, campaigns={**sound.campaigns, number: broken})
    monkeypatch.setattr(gathering, "current_market", lambda: bad)
    for _ in range(3):
        assert buyers(sell()) == [("best", 1, 5_000, "held")]
    assert [one.args for one in caplog.records] == [("acme",)]
    monkeypatch.undo()
    assert buyers(sell()) == [("acme", 1, 6_000, "held")]


@pytest.mark.django_db
def test_what_cannot_be_read_any_more_is_not_sold_to_by_who_knew_it_before() -> None:
    _house()
    assert buyers(sell()) == [("acme", 1, 6_000, "held")]
    execute(
        "UPDATE parties_campaign SET config = '{}', revision = %(now)s WHERE key = 'acme'",
        {"now": queries.bump_revision()},
    )
    assert campaign_keys(current.market()) == {"best"}
    assert buyers(sell()) == [("best", 1, 5_000, "held")]


def campaign_keys(read: Market) -> set[str]:
    return {one.key for one in read.campaigns.values()}
