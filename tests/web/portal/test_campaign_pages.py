"""Owners change of their campaigns what the operator allows, checked as the market file is."""

import pytest
from django.test import Client

from leadhouse.parties.audit.queries import find_notes
from leadhouse.parties.audit.types import NoteFilters
from leadhouse.parties.current import market
from leadhouse.parties.export import exported_tree
from leadhouse.parties.queries import load_stored
from leadhouse.parties.types import Role
from leadhouse.web.portal.campaign_form import changed
from tests.report.report_market import MARKET, open_market
from tests.web.console_desk import browser_of
from tests.web.portal.test_buyer_leads import page

pytestmark = pytest.mark.django_db
ALL = "bids, caps, schedule, status"
ADDRESS = "/buyer/campaigns/acme-west"


def owner(may: str = ALL) -> Client:
    changed_market = MARKET.replace("name: Acme Roofing", f"name: Acme Roofing\n    buyer_may: [{may}]")
    open_market(changed_market)
    return browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")


def seen(client: Client) -> str:
    return page(client, ADDRESS).split('name="seen" value="')[1].split('"')[0]


def campaign(key: str = "acme-west") -> dict[str, object]:
    (found,) = [one.config for one in load_stored().entries.values() if one.key == key]
    return found


def test_price_caps_hours_and_pause_are_changed_and_noted() -> None:
    client = owner()
    assert "acme-west" in page(client, "/buyer/campaigns")
    posted = {
        "seen": seen(client),
        "status": "paused",
        "bids-exclusive": "61.50",
        "bids-duo": "",
        "caps-day-count": "25",
        "caps-month-money": "5000.00",
        "schedule-mon": "09:00-12:00, 13:00-17:00",
    }
    assert client.post(ADDRESS, posted)["Location"] == ADDRESS
    now = campaign()
    assert (now["status"], now["bids"]) == ("paused", {"exclusive": "61.50"})
    assert now["caps"] == {"day": {"count": 25}, "month": {"money": "5000.00"}}
    assert now["schedule"] == {"mon": ["09:00-12:00", "13:00-17:00"]}
    notes = find_notes(NoteFilters(by="boss@acme.example"))
    assert ("companies[acme].campaigns[acme-west].bids.exclusive", "60.00", "61.50") in [
        (one.path, one.old, one.new) for one in notes
    ]
    assert "0 of 25 leads this day" in page(client, "/buyer/campaigns")


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved() -> None:
    client = owner()
    before = campaign()
    posted = {
        "seen": seen(client),
        "bids-exclusive": "lots",
        "schedule-tue": "9 to 5",
        "caps-day-count": "-1",
    }
    answer = client.post(ADDRESS, posted)
    shown = answer.content.decode()
    assert answer.status_code == 422
    for name in ("bids-exclusive", "schedule-tue", "caps-day-count"):
        assert f'id="{name}-fault"' in shown, name
    assert 'value="lots"' in shown
    assert campaign() == before


def test_prices_stand_in_the_order_of_their_sizes() -> None:
    shown = page(owner(), ADDRESS)
    assert shown.index("bids-exclusive") < shown.index("bids-duo")


def test_only_what_the_operator_allows_can_be_changed() -> None:
    client = owner("status")
    before = campaign()
    shown = page(client, ADDRESS)
    assert "bids-exclusive" not in shown
    client.post(ADDRESS, {"seen": seen(client), "status": "paused", "bids-exclusive": "1.00", "deliver": "x"})
    assert campaign() == {**before, "status": "paused"}
    nothing = owner("")
    assert "Only the operator changes this campaign" in page(nothing, ADDRESS)
    nothing.post(ADDRESS, {"status": "active", "bids-exclusive": "1.00"})
    assert campaign()["bids"] == before["bids"]


def test_a_stale_page_overwrites_nobody() -> None:
    client = owner()
    old = seen(client)
    client.post(ADDRESS, {"seen": old, "bids-exclusive": "61.00"})
    late = client.post(ADDRESS, {"seen": old, "bids-exclusive": "10.00"})
    assert (late.status_code, b"meanwhile" in late.content) == (409, True)
    assert campaign()["bids"] == {"exclusive": "61.00", "duo": "35.00"}


def test_anothers_campaign_is_as_if_it_were_not_there() -> None:
    client = owner()
    answers = set()
    for key in ("best-west", "nothing"):
        for answer in (client.get(f"/buyer/campaigns/{key}"), client.post(f"/buyer/campaigns/{key}")):
            answers.add((answer.status_code, answer.content))
    ((status, _),) = answers
    assert status == 404


def test_what_buyers_may_is_exported_and_known() -> None:
    owner("caps, status")
    company = next(one for one in market().companies.values() if one.key == "acme")
    assert company.buyer_may == {"caps", "status"}
    companies = exported_tree(load_stored())["companies"]
    assert isinstance(companies, list)
    assert companies[0]["buyer_may"] == ["caps", "status"]


def test_an_untouched_form_changes_nothing() -> None:
    config = {
        "key": "x",
        "bids": {"duo": "35.00"},
        "caps": {"day": {"count": 5}},
        "schedule": {"mon": ["09:00-17:00"]},
    }
    assert changed(config, ["bids", "caps", "schedule"], {}) == config
