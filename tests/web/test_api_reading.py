"""GET /v1/leads/{id}, its events and /v1/wallets: who sees what, and what strangers are told."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from leadhouse.kit.ids import new_id
from leadhouse.parties.keys import digest
from leadhouse.parties.types import KeyKind, Role
from leadhouse.store.run import execute
from tests.report.report_market import LOUIS, open_market, person, post, walk

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


def test_an_operator_sees_where_the_lead_is_and_who_pays_what() -> None:
    lead_id = post("calculator", LOUIS, received_at=RECEIVED_AT)
    before = get(f"/v1/leads/{lead_id}", OPERATOR)
    assert isinstance(before, dict)
    walk()
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
        "classification": 2,
        "good_to_sell": True,
        "outcome": "success",
        "sale_size": 2,
        "assignments": [
            {"company": "acme", "campaign": "acme-west", "price": "35.00", "status": "accepted"},
            {"company": "best", "campaign": "best-west", "price": "34.00", "status": "accepted"},
        ],
    }


@pytest.mark.req("R002-10")
def test_a_source_sees_its_own_lead_without_companies_or_prices() -> None:
    lead_id = post("calculator", LOUIS)
    walk()
    seen = get(f"/v1/leads/{lead_id}", "calculator-key")
    assert isinstance(seen, dict)
    assert seen["assignments"] == [{"status": "accepted"}, {"status": "accepted"}]
    assert (seen["outcome"], seen["sale_size"]) == ("success", 2)


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
    walk()
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
    walk()
    told = get(f"/v1/leads/{lead_id}/events", OPERATOR)
    assert isinstance(told, dict)
    events = told["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    steps = [event["step"] for event in events]
    order = ["capture", "accept", "qualify", "prevalidate", "allocate", "assign", "deliver", "settle"]
    assert [step for at, step in enumerate(steps) if step not in steps[:at]] == order
    allocated = next(event for event in events if event["step"] == "allocate")
    assert allocated["data"]["funnel"] == {"net": 2, "priced": 2, "budget": 2, "winners": 2}
    assert allocated["data"]["refusals"] == {"out_of_area": 1}
    assert set(events[0]) == {"seq", "at", "step", "type", "outcome", "reason", "data", "ms"}
    assert events[0]["at"].endswith("Z")


def test_a_source_reads_its_events_without_companies_prices_or_other_leads() -> None:
    first = post("calculator", LOUIS)
    walk()
    again = post("calculator", LOUIS | {"first_name": "Lou"})
    walk()
    everything = json.dumps([get(f"/v1/leads/{one}/events", OPERATOR) for one in (first, again)])
    seen = json.dumps([get(f"/v1/leads/{one}/events", "calculator-key") for one in (first, again)])
    for private in ("acme", "best-west", "35.00", "34.00", "6900", "duplicate_of"):
        assert private in everything
        assert private not in seen
    for own in ('"source": "calculator"', '"winners": 2', '"reason": "duplicate"'):
        assert own in seen


def test_wallets_tell_what_was_paid_in_held_charged_and_credited() -> None:
    assert get("/v1/wallets", OPERATOR) == [
        {
            "company": key,
            "mode": "credit",
            "limit": "500.00",
            "balance": "0.00",
            "held": "0.00",
            "charged": "0.00",
            "credited": "0.00",
        }
        for key in ("acme", "best")
    ]


@pytest.mark.req("A002-2", "R002-09")
def test_a_source_sees_yesterdays_refusals_counted_by_reason_and_nobody_elses() -> None:
    yesterday, today = datetime(2025, 9, 1, 12, tzinfo=UTC), datetime(2025, 9, 2, 12, tzinfo=UTC)
    for number in (1, 2):
        post("calculator", person(number, email=""), received_at=yesterday)
    post("calculator", person(3, last_name=""), received_at=yesterday)
    post("calculator", person(4, email=""), received_at=today)
    post("mysolar", person(5, email=""), received_at=yesterday)
    asked = "/v1/refusals?since=2025-09-01&until=2025-09-02"
    own = [
        {
            "source": "calculator",
            "status": "disqualified",
            "reason": "missing_field",
            "field": field,
            "leads": n,
        }
        for field, n in (("email", 2), ("last_name", 1))
    ]
    assert get(asked, "calculator-key") == own
    everything = get(asked, OPERATOR)
    assert isinstance(everything, list)
    assert [one["source"] for one in everything] == ["calculator", "calculator", "mysolar"]
    get(asked, "acme-key", 403)
    assert get("/v1/refusals?since=yesterday", "calculator-key", 400)["code"] == "invalid_request"  # type: ignore[index]
