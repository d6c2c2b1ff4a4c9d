"""A lead's whole life over real HTTP: posted, sold, delivered, paid, rejected, explained."""

import csv
import io
import json
from decimal import Decimal

import pytest

from tests.running_house import House, person
from tests.stories.story_market import OTHER_SOURCE_KEY, SOURCE_KEY, company, http, market

ACCEPT = {"path": "status", "equals": "ok", "reference": "id", "reason": "message"}


@pytest.fixture(scope="module", autouse=True)
def _opened(home: House) -> None:
    home.apply(
        market(
            company(
                "acme", {"exclusive": "60.00", "duo": "35.00"}, http(home.buyer("accept"), accept=ACCEPT)
            ),
            company("best", {"duo": "34.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            company("carl", {"exclusive": "20.00", "duo": "12.00"}),
        )
    )


@pytest.mark.req("A000-1", "R000-50", "R000-53", "R000-59", "R000-66")
@pytest.mark.req("R002-04", "R002-05", "R004-01", "R004-29", "R004-33")
def test_a_lead_is_sold_to_the_best_pair_delivered_and_billed(home: House) -> None:
    before = {key: Decimal(home.wallet(key)["charged"]) for key in ("acme", "best", "carl")}
    answer = home.post(SOURCE_KEY, person(1, roof_type="shingle"))
    assert answer.status_code == 201
    assert answer.json()["outcome"] == "success"
    assert answer.json()["price"] == "10.00"
    lead = home.settled(answer.json()["lead"]["id"])
    assert (lead["status"], lead["sale_size"], lead["good_to_sell"]) == ("delivered", 2, True)
    assert lead["consumer"] >= 5_000_001
    assert sorted((one["company"], one["price"], one["status"]) for one in lead["assignments"]) == [
        ("acme", "35.00", "accepted"),
        ("best", "34.00", "accepted"),
    ]
    charged = {key: Decimal(home.wallet(key)["charged"]) - before[key] for key in before}
    assert charged == {"acme": Decimal(35), "best": Decimal(34), "carl": Decimal(0)}
    assert home.wallet("acme")["held"] == "0.00"


@pytest.mark.req("R002-23", "R002-25", "R000-52", "A002-3")
def test_the_timeline_tells_every_step_in_order_with_the_funnel(home: House) -> None:
    lead_id = home.post(SOURCE_KEY, person(2)).json()["lead"]["id"]
    home.settled(lead_id)
    events = home.events(lead_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    steps = list(dict.fromkeys(event["step"] for event in events))
    wanted = ["capture", "accept", "qualify", "prevalidate", "allocate", "assign", "deliver"]
    assert [step for step in steps if step in wanted] == wanted
    allocated = next(event for event in events if event["step"] == "allocate" and "funnel" in event["data"])
    assert allocated["data"]["funnel"] == {"net": 3, "priced": 3, "budget": 3, "winners": 2}
    assert allocated["data"]["sale_size"] == 2


@pytest.mark.req("R002-02", "R000-13", "R000-62")
def test_the_buyer_gets_the_canonical_lead_under_one_constant_id(home: House) -> None:
    lead_id = home.post(SOURCE_KEY, person(3, roof_type="metal", color="blue")).json()["lead"]["id"]
    home.settled(lead_id)
    delivered = [event for event in home.events(lead_id) if event["step"] == "deliver"]
    ids = {event["data"]["delivery"] for event in delivered if "delivery" in event["data"]}
    assert len(ids) == 2
    for delivery in ids:
        (parcel,) = home.received(delivery)
        body = json.loads(parcel["body"])
        assert (body["lead_id"], body["roof_type"], body["extra"]) == (lead_id, "metal", {"color": "blue"})
        assert body["phone_1"] == "+13073242003"


@pytest.mark.req("A000-7", "R000-67", "R002-17", "R002-19", "R002-20", "R002-21", "A002-5")
def test_a_rejection_is_credited_once_and_a_conversion_told_beside_it(home: House) -> None:
    before = home.wallet("acme")["credited"]
    lead_id = home.post(SOURCE_KEY, person(4)).json()["lead"]["id"]
    home.settled(lead_id)
    earlier = home.events(lead_id)
    delivery = {
        event["data"]["company"]: event["data"]["delivery"]
        for event in earlier
        if event["step"] == "deliver" and "delivery" in event["data"]
    }
    first = home.feedback("acme-key", delivery=delivery["acme"], type="rejection", reason="disconnected")
    again = home.feedback("acme-key", delivery=delivery["acme"], type="rejection", reason="disconnected")
    won = home.feedback("best-key", delivery=delivery["best"], type="conversion", value="1234.00")
    assert (first.status_code, first.json()) == (201, {"outcome": "success", "credit": "35.00"})
    assert again.json() == first.json()
    assert won.json()["outcome"] == "success"
    assert float(home.wallet("acme")["credited"]) - float(before) == 35.00
    events = home.events(lead_id)
    assert events[: len(earlier)] == earlier
    assert [event["type"] for event in events if event["step"] == "feedback"] == ["rejection", "conversion"]
    assert home.lead(lead_id)["status"] == "delivered"


@pytest.mark.req("R002-06", "A002-1", "R002-08")
def test_a_lead_without_email_is_refused_with_a_reason_and_kept(home: House) -> None:
    lead = person(5)
    del lead["email"]
    answer = home.post(SOURCE_KEY, lead)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["outcome"], body["code"], body["reason"]) == (
        "failure",
        "missing_field",
        "Missing required email",
    )
    assert body["errors"] == [{"field": "email", "code": "missing", "message": "Missing required email"}]
    assert body["price"] == "0.00"
    kept = home.lead(body["lead"]["id"])
    assert (kept["status"], kept["assignments"]) == ("disqualified", [])


@pytest.mark.req("R000-37", "R000-40", "A000-3")
def test_the_same_person_again_is_a_duplicate_and_sold_to_nobody(home: House) -> None:
    home.settled(home.post(SOURCE_KEY, person(6)).json()["lead"]["id"])
    again = home.post(SOURCE_KEY, person(6, roof_type="tile")).json()
    assert (again["outcome"], again["code"], again["price"]) == ("failure", "duplicate", "0.00")
    lead = home.settled(again["lead"]["id"])
    assert (lead["status"], lead["reason"], lead["assignments"]) == ("disqualified", "duplicate", [])


def test_strangers_and_missing_ids_answer_the_very_same(home: House) -> None:
    lead_id = home.post(SOURCE_KEY, person(7)).json()["lead"]["id"]
    missing = "01990000-0000-7000-8000-000000000000"
    stranger = home.get(f"/v1/leads/{lead_id}", OTHER_SOURCE_KEY)
    nobody = home.get(f"/v1/leads/{missing}", OTHER_SOURCE_KEY)
    assert (stranger.status_code, stranger.text) == (404, nobody.text)
    own = home.get(f"/v1/leads/{lead_id}", SOURCE_KEY)
    assert own.status_code == 200
    assert "acme" not in own.text
    assert "35.00" not in own.text


@pytest.mark.req("R000-63", "A000-8")
def test_the_consumer_is_told_which_companies_will_call(home: House) -> None:
    who = person(8)
    home.settled(home.post(SOURCE_KEY, who).json()["lead"]["id"])
    (mail,) = home.mails_to(who["email"])
    assert "Acme" in mail
    assert "Best" in mail
    assert "Carl" not in mail


@pytest.mark.req("R002-26", "R002-27", "R002-16")
def test_the_export_holds_every_lead_and_every_event(home: House) -> None:
    lead_id = home.post(SOURCE_KEY, person(9, first_name="=cmd|' /C calc'!A0")).json()["lead"]["id"]
    home.settled(lead_id)
    file = home.data_dir.parent / "leads.csv"
    done = home.run("export-leads", str(file))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    (row,) = [row for row in rows if row["id"] == lead_id]
    assert (row["status"], row["sale_size"], row["revenue"], row["payout"]) == (
        "delivered",
        "2",
        "69.00",
        "10.00",
    )
    assert row["first_name"].startswith("'=")
    done = home.run("export-leads", str(file), "--events")
    assert done.returncode == 0, done.stderr
    told = [row for row in csv.DictReader(io.StringIO(file.read_text())) if lead_id in row.values()]
    assert len(told) == len(home.events(lead_id))


@pytest.mark.req("R000-44", "R000-48")
def test_leadhouse_lead_tells_why_each_campaign_was_in_or_out(home: House) -> None:
    lead_id = home.post(SOURCE_KEY, person(10)).json()["lead"]["id"]
    home.settled(lead_id)
    told = home.run("lead", lead_id)
    assert told.returncode == 0, told.stderr
    for word in ("acme-roofs", "best-roofs", "carl-roofs", "delivered", "won at $35.00"):
        assert word in told.stdout, told.stdout


def test_the_book_balances(home: House) -> None:
    done = home.run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
