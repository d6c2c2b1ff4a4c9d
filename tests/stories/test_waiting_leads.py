"""Leads that wait for an opening are sold sooner when something changes for them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.running_house import House, Json, person
from tests.stories.story_market import SOURCE_KEY, company, market

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def closed_now() -> Json:
    """Return hours that begin several hours from now."""
    begins = datetime.now(UTC).astimezone(ZoneInfo("America/Denver")) + timedelta(hours=6)
    return {day: [f"{begins.hour:02d}:00-{begins.hour:02d}:59"] for day in DAYS}


def waiting(home: House, lead_ids: list[str]) -> list[str]:
    """Wait until all of these leads wait."""
    for lead_id in lead_ids:
        home.until(lead_id, lambda lead: lead["status"] == "waiting", 60)
    return lead_ids


@pytest.mark.req("R000-42", "A000-4")
def test_leads_that_wait_are_sold_as_soon_as_somebody_is_resumed_who_wants_them(home: House) -> None:
    """Five hundred of two states wait; who is resumed wants one state's, and the others' stay as they are."""

    def install(status: str) -> None:
        night = {"status": status, "where": {"states": ["WY"]}}
        home.apply(
            market(
                company("day", {"exclusive": "50.00"}, hours=closed_now()),
                company(
                    "night",
                    {"exclusive": "10.00"},
                    campaign=night,
                    wallet={"mode": "credit", "limit": "100000.00"},
                ),
                source={"answer": "received"},
            )
        )

    install("paused")
    here = [person(number) for number in range(100, 350)]
    there = [
        person(number, state="CO", postal_code="80202", city="Denver", phone_1=f"303324{2000 + number}")
        for number in range(350, 600)
    ]
    ids = home.post_batch(SOURCE_KEY, here + there)
    waiting(home, ids)
    events = {lead_id: home.events(lead_id) for lead_id in ids[250:]}

    install("active")
    applied = datetime.now(UTC)
    for lead_id in ids[:250]:
        lead = home.settled(lead_id, 30)
        assert [(one["company"], one["price"]) for one in lead["assignments"]] == [("night", "10.00")]
    sold = [
        datetime.fromisoformat(one["at"])
        for lead_id in ids[:250]
        for one in home.events(lead_id)
        if (one["step"], one["type"]) == ("allocate", "sold")
    ]
    assert len(sold) == 250
    seconds = (max(sold) - applied).total_seconds()
    print(f"the last of 250 was sold {seconds:.2f} s after the market was applied")
    assert seconds < 20
    assert {lead_id: home.events(lead_id) for lead_id in ids[250:]} == events


@pytest.mark.req("R000-42")
def test_a_lead_that_waits_is_sold_as_soon_as_somebody_has_paid(home: House) -> None:
    home.apply(
        market(
            company("day", {"exclusive": "50.00"}, hours=closed_now()),
            company(
                "poor",
                {"exclusive": "10.00"},
                wallet={"mode": "prepaid"},
                campaign={"where": {"states": ["WY"]}},
            ),
            source={"answer": "received"},
        )
    )
    (lead_id,) = waiting(home, home.post_batch(SOURCE_KEY, [person(700)]))
    assert home.run("deposit", "poor", "10.00").returncode == 0
    lead = home.settled(lead_id)
    assert [(one["company"], one["price"]) for one in lead["assignments"]] == [("poor", "10.00")]
    told = [(one["step"], one["type"]) for one in home.events(lead_id) if one["step"] == "allocate"]
    assert told == [("allocate", "waiting"), ("allocate", "sold")]
