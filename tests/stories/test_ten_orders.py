"""Ten kinds of lead orders in one market, each of which gets exactly the leads worked out by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.running_house import House, Json, person
from tests.stories.story_market import OTHER_SOURCE_KEY, SOURCE_KEY, company, market

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RAWLINS: Json = {}
CHEYENNE = {"postal_code": "82001", "city": "Cheyenne"}
DENVER = {"postal_code": "80202", "city": "Denver", "state": "CO", "phone_1": "(303) 324-2003"}
SARATOGA = {"postal_code": "82331", "city": "Saratoga"}
LEADS = (
    (SOURCE_KEY, {**RAWLINS, "roof_type": "metal"}),
    (OTHER_SOURCE_KEY, {**CHEYENNE, "roof_type": "shingle"}),
    (SOURCE_KEY, {**DENVER, "roof_type": "metal"}),
    (SOURCE_KEY, {**SARATOGA, "roof_type": "tile"}),
)


def hours_from(hours: int) -> Json:
    """Return hours of two hours a day that begin that many hours from now in Denver."""
    begins = datetime.now(UTC).astimezone(ZoneInfo("America/Denver")) + timedelta(hours=hours)
    ends = min(begins.hour + 2, 24)
    return {day: [f"{begins.hour:02d}:00-{ends:02d}:00"] for day in DAYS}


def order(key: str, price: str = "6.00", carriers: tuple[str, ...] = (), **campaign: object) -> Json:
    return company(key, {"any": price}, campaign=campaign, carriers=list(carriers))


METAL = {"combinator": "and", "rules": [{"field": "roof_type", "operator": "=", "value": "metal"}]}
ORDERS = {
    # Which of the four leads, by number, each order gets.
    "everything": [0, 1, 2, 3],
    "country": [0, 1, 2, 3],
    "abroad": [],
    "state": [0, 1, 3],
    "county": [0, 3],
    "zip": [0],
    "partial-zip": [1],
    "radius": [0, 3],
    "day-limit": [0, 1],
    "month-limit": [0, 1, 2],
    "open": [0, 1, 2, 3],
    "closed": [],
    "source": [1],
    "property": [0, 2],
    "carrier-first": [0, 1, 2, 3],
    "carrier-second": [],
}


def orders() -> list[Json]:
    return [
        order("everything"),
        order("country", where={"countries": ["US"]}),
        order("abroad", where={"countries": ["CA"]}),
        order("state", where={"states": ["WY"]}),
        order("county", where={"counties": ["Carbon, WY"]}),
        order("zip", where={"zips": ["82301"]}),
        order("partial-zip", where={"zips": ["820*"]}),
        order("radius", where={"radius": {"lat": 41.79, "lon": -107.23, "miles": 50}}),
        order("day-limit", caps={"day": {"count": 2}}),
        order("month-limit", caps={"month": {"count": 3}}),
        order("open", schedule=hours_from(0)),
        order("closed", schedule=hours_from(6)),
        order("source", sources={"only": ["other"]}),
        order("property", criteria=METAL),
        order("carrier-first", "9.00", ("Acorn",)),
        order("carrier-second", "8.00", ("Acorn",)),
    ]


@pytest.mark.req(
    "A004-1", "R004-04", "R004-09", "R004-10", "R004-11", "R004-12", "R004-13", "R004-14", "R004-15"
)
@pytest.mark.req("R004-16", "R004-17", "R004-18", "R004-19", "R004-20", "R004-08")
def test_every_order_gets_exactly_its_leads(home: House) -> None:
    everybody = {"distribution": "send_to_all", "sale_sizes": list(range(1, 21)), "carrier_exclusive": True}
    home.apply(market(*orders(), product=everybody))
    got: dict[str, list[int]] = {key: [] for key in ORDERS}
    for number, (source, lead) in enumerate(LEADS):
        asked = person(number, **lead)
        del asked["max_contact_requests"]
        answer = home.post(source, asked).json()
        for one in home.settled(answer["lead"]["id"], 20)["assignments"]:
            got[one["company"]].append(number)
    assert got == ORDERS


@pytest.mark.req("A004-1", "R004-05", "R004-06")
def test_exclusive_orders_in_turn_get_every_second_lead(home: House) -> None:
    home.apply(
        market(
            company("first", {"exclusive": "9.00"}),
            company("second", {"exclusive": "6.00"}),
            product={"distribution": "round_robin", "sale_sizes": [1]},
        )
    )
    buyers = []
    for number in range(10, 16):
        lead = home.settled(home.post(SOURCE_KEY, person(number)).json()["lead"]["id"])
        buyers.append([one["company"] for one in lead["assignments"]])
    assert buyers == [["first"], ["second"]] * 3
