"""GET /v1/leads/{id}, its events and /v1/wallets: who sees what, and what strangers are told."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from leadhouse.allocate.queries import write_assignments
from leadhouse.allocate.types import NewAssignment
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.keys import digest
from leadhouse.parties.types import KeyKind, Role
from leadhouse.store.run import execute
from leadhouse.timeline.queries import append, passports
from leadhouse.timeline.types import Change, Event, Outcome, Status, Step
from tests.report.report_market import LOUIS, open_market, person, post

pytestmark = pytest.mark.django_db
RECEIVED_AT = datetime(2025, 9, 1, 4, 1, 11, 250_000, tzinfo=UTC)
OPERATOR = "operator-of-the-environment"


@pytest.fixture(autouse=True)
def _market(settings: object) -> None:
    open_market()
    replaced = {
        name: getattr(settings.LEADHOUSE, name)  # type: ignore[attr-defined]
        for name in settings.LEADHOUSE.__slots__  # type: ignore[attr-defined]
    }
    settings.LEADHOUSE = type(settings.LEADHOUSE)(**replaced | {"operator_key": OPERATOR})  # type: ignore[attr-defined]


def get(path: str, key: str | None = None, status: int = 200) -> object:
    response = Client().get(path, headers={"Authorization": f"Bearer {key}"} if key else {})
    assert (response.status_code, response["Content-Type"].split(";")[0]) == (status, "application/json")
    return response.json()


def error(code: str, reason: str) -> dict[str, str]:
    return {"outcome": "error", "code": code, "reason": reason}


def sold(lead_id: UUID) -> None:
    """Have the lead decided, with events that tell companies and prices."""
    private = {"company": "acme", "campaign": "acme-west", "price": "35.00"}
    funnel = {"net": 2, "priced": 2, "budget": 1, "winners": 1}
    append(
        [
            Event(lead_id, Step.QUALIFY, "duplicates", Outcome.SUCCESS, data={"duplicate_of": str(new_id())}),
            Event(lead_id, Step.ALLOCATE, "sold", Outcome.SUCCESS, data={"funnel": funnel, "value": 3500}),
            Event(lead_id, Step.ASSIGN, "assigned", Outcome.SUCCESS, data=private),
            Event(
                lead_id,
                Step.DELIVER,
                "accepted",
                Outcome.SUCCESS,
                data=private,
                change=Change(status=Status.DELIVERED, sale_size=1),
            ),
        ]
    )
    passport = passports([lead_id])[lead_id]
    acme = next(one for one in market().campaigns.values() if one.key == "acme-west")
    given = NewAssignment(
        id=new_id(),
        lead_id=lead_id,
        run=1,
        company_id=acme.company_id,
        campaign_id=acme.id,
        consumer_id=passport.consumer_id,
        product_id=passport.product_id or 0,
        unique_lead_id=None,
        sale_size=1,
        price_minor=3500,
        expected_minor=3500,
        rejection_window=acme.rejection_window,
    )
    write_assignments([(given, [])], RECEIVED_AT)
    execute("UPDATE allocate_assignment SET status = 'accepted'", {})


def test_an_operator_sees_where_the_lead_is_and_who_pays_what() -> None:
    lead_id = post("calculator", LOUIS, received_at=RECEIVED_AT)
    before = get(f"/v1/leads/{lead_id}", OPERATOR)
    assert isinstance(before, dict)
    sold(lead_id)
    assert before == {
        "id": str(lead_id),
        "consumer": before["consumer"],
        "status": "initial",
        "classification": None,
        "good_to_sell": False,
        "received_at": "2025-09-01T04:01:11.250Z",
        "outcome": None,
        "reason": None,
        "sale_size": None,
        "assignments": [],
    }
    after = get(f"/v1/leads/{lead_id}", OPERATOR)
    assert after == before | {
        "status": "delivered",
        "outcome": "success",
        "sale_size": 1,
        "assignments": [{"company": "acme", "campaign": "acme-west", "price": "35.00", "status": "accepted"}],
    }


@pytest.mark.req("R002-10")
def test_a_source_sees_its_own_lead_without_companies_or_prices() -> None:
    lead_id = post("calculator", LOUIS)
    sold(lead_id)
    seen = get(f"/v1/leads/{lead_id}", "calculator-key")
    assert isinstance(seen, dict)
    assert seen["assignments"] == [{"status": "accepted"}]
    assert seen["outcome"] == "success"
    assert "acme" not in str(seen)
    assert "35" not in str(seen["assignments"])


def test_a_refused_lead_tells_its_reason() -> None:
    lead_id = post("calculator", LOUIS | {"email": ""})
    seen = get(f"/v1/leads/{lead_id}", "calculator-key")
    assert isinstance(seen, dict)
    assert (seen["status"], seen["outcome"], seen["reason"]) == ("disqualified", "failure", "missing_field")


def test_foreign_and_missing_and_malformed_ids_answer_the_very_same() -> None:
    foreign = post("mysolar", person(1))
    told = [
        Client().get(f"/v1/leads/{one}{tail}", headers={"X-Api-Key": "calculator-key"})
        for one in (foreign, new_id(), "no-id", "0" * 5000)
        for tail in ("", "/events")
    ]
    assert {(one.status_code, one.content) for one in told} == {
        (404, b'{"outcome":"error","code":"not_found","reason":"There is no such lead"}')
    }


@pytest.mark.parametrize("path", ["/v1/leads/x", "/v1/leads/x/events", "/v1/wallets"])
def test_nobody_sees_anything_without_a_key_of_ours(path: str) -> None:
    without = error("no_key", "Send your key in the header Authorization: Bearer KEY, or in X-Api-Key")
    unknown = error("unknown_key", "This key is not known here, or was revoked")
    assert get(path, status=401) == without
    assert get(path, " ", status=401) == without
    assert get(path, "guessed", status=401) == unknown
    assert get(path, "\x7f" * 500, status=401) == unknown
    assert Client().get(path)["WWW-Authenticate"] == "Bearer"


def test_a_company_may_not_read_leads_and_only_operators_read_wallets() -> None:
    lead_id = post("calculator", LOUIS)
    sold(lead_id)
    refused = error("key_not_for_this", "This key may not be used for this")
    assert get(f"/v1/leads/{lead_id}", "acme-key", status=403) == refused
    assert get(f"/v1/leads/{lead_id}/events", "acme-key", status=403) == refused
    assert get("/v1/wallets", "acme-key", status=403) == refused
    assert get("/v1/wallets", "calculator-key", status=403) == refused


def test_a_person_with_the_operators_role_is_an_operator_and_other_people_are_not() -> None:
    lead_id = post("calculator", LOUIS)
    for number, role in enumerate((Role.OPERATOR, Role.ANALYST), start=1):
        execute(
            "INSERT INTO parties_person (id, email, password, role, is_active, created_at) "
            "VALUES (%(id)s, %(email)s, '', %(role)s, TRUE, leadhouse_now())",
            {"id": 900 + number, "email": f"{role}@example.com", "role": role.value},
        )
        execute(
            "INSERT INTO parties_access_key (digest, kind, owner_id, hint, created_at) "
            "VALUES (%(digest)s, %(kind)s, %(id)s, '', leadhouse_now())",
            {"digest": digest(f"key-of-{role}"), "kind": KeyKind.PERSON.value, "id": 900 + number},
        )
    get(f"/v1/leads/{lead_id}", "key-of-operator")
    get(f"/v1/leads/{lead_id}", "key-of-analyst", status=403)


@pytest.mark.req("R002-24", "R002-25", "R002-32")
def test_an_operator_reads_every_event_with_its_data_in_order() -> None:
    lead_id = post("calculator", LOUIS)
    sold(lead_id)
    told = get(f"/v1/leads/{lead_id}/events", OPERATOR)
    assert isinstance(told, dict)
    events = told["events"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event["step"] for event in events] == [
        "capture",
        "accept",
        "qualify",
        "allocate",
        "assign",
        "deliver",
    ]
    assert events[4]["data"] == {"company": "acme", "campaign": "acme-west", "price": "35.00"}
    assert set(events[0]) == {"seq", "at", "step", "type", "outcome", "reason", "data", "ms"}
    assert events[0]["at"].endswith("Z")


def test_a_source_reads_its_events_without_companies_prices_or_other_leads() -> None:
    lead_id = post("calculator", LOUIS)
    sold(lead_id)
    told = get(f"/v1/leads/{lead_id}/events", "calculator-key")
    assert isinstance(told, dict)
    data = [event["data"] for event in told["events"]]
    assert data[0]["source"] == "calculator"
    assert data[2:] == [{}, {"funnel": {"net": 2, "priced": 2, "budget": 1, "winners": 1}}, {}, {}]


def test_wallets_tell_what_may_still_be_spent() -> None:
    assert get("/v1/wallets", OPERATOR) == [
        {
            "company": key,
            "mode": "credit",
            "limit": "500.00",
            "balance": "500.00",
            "held": "0.00",
            "charged": "0.00",
            "credited": "0.00",
        }
        for key in ("acme", "best")
    ]
