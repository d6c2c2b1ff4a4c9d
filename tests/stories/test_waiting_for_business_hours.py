"""A lead for companies that are all closed waits, and is sold when the first of them opens."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.running_house import House, Json, person
from tests.stories.story_market import SOURCE_KEY, company, market

ZONES = {"early": "America/New_York", "late": "America/Denver", "last": "Pacific/Honolulu"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def opening_in(hours: int, zone: str) -> Json:
    """Return hours of one hour a day, beginning at a full hour of this zone that many hours from now."""
    begins = datetime.now(UTC).astimezone(ZoneInfo(zone)) + timedelta(hours=hours)
    return {day: [f"{begins.hour:02d}:00-{begins.hour:02d}:59"] for day in DAYS}


def seconds_until_full_hour() -> int:
    now = datetime.now(UTC)
    return 3600 - now.minute * 60 - now.second


@pytest.mark.req("R000-42", "A000-4", "R004-11")
def test_the_lead_waits_and_is_sold_when_the_first_company_opens(home: House) -> None:
    openings = {"early": 3, "late": 5, "last": 9}
    home.apply(
        market(
            *(
                company(
                    key,
                    {"exclusive": f"{10 * hours}.00"},
                    timezone=ZONES[key],
                    hours=opening_in(hours, ZONES[key]),
                )
                for key, hours in openings.items()
            )
        )
    )
    answer = home.post(SOURCE_KEY, person()).json()
    assert (answer["outcome"], answer["pending"], answer["price"]) == ("success", True, "0.00")
    lead_id = answer["lead"]["id"]
    waiting = home.until(lead_id, lambda lead: lead["status"] == "waiting")
    assert waiting["assignments"] == []

    home.stop()
    home.start(LEADHOUSE_CLOCK_OFFSET_S=str(seconds_until_full_hour() + 2 * 3600 + 30))
    lead = home.settled(lead_id)
    assert lead["status"] == "delivered"
    assert [(one["company"], one["price"]) for one in lead["assignments"]] == [("early", "30.00")]


@pytest.mark.req("R000-42")
def test_a_lead_nobody_opens_for_within_its_patience_is_unsold_at_once(home: House) -> None:
    hours = opening_in(9, "America/Denver")
    home.apply(market(company("late", {"exclusive": "50.00"}, hours=hours), product={"patience_hours": 1}))
    answer = home.post(SOURCE_KEY, person(1)).json()
    assert (answer["outcome"], answer["code"]) == ("failure", "no_opening")
    assert home.settled(answer["lead"]["id"])["reason"] == "no_opening"
