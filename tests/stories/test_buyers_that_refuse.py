"""Buyers that refuse, hang or are closed: the sale is solved again, and never twice while one is unknown."""

import pytest

from tests.running_house import House, person
from tests.stories.story_market import SOURCE_KEY, company, http, market

ACCEPT = {"path": "status", "equals": "ok", "reason": "message"}


def sold(home: House, number: int, **given: object) -> dict[str, tuple[str, str]]:
    lead = home.settled(home.post(SOURCE_KEY, person(number, **given)).json()["lead"]["id"])
    return {one["company"]: (one["status"], one["price"]) for one in lead["assignments"]}


@pytest.mark.req("R000-50")
def test_a_refusal_at_the_door_gives_the_lead_to_the_next_best(home: House) -> None:
    home.apply(
        market(
            company("proud", {"exclusive": "90.00"}, http(home.buyer("refuse"), accept=ACCEPT)),
            company("modest", {"exclusive": "40.00"}, http(home.buyer("accept"), accept=ACCEPT)),
        )
    )
    assert sold(home, 1) == {"proud": ("refused", "90.00"), "modest": ("accepted", "40.00")}
    assert home.wallet("proud") | {"limit": "1000.00"} == {
        "company": "proud",
        "mode": "credit",
        "limit": "1000.00",
        "balance": home.wallet("proud")["balance"],
        "held": "0.00",
        "charged": "0.00",
        "credited": "0.00",
    }
    assert home.wallet("modest")["charged"] == "40.00"


def test_after_one_acceptance_the_size_stands_and_only_the_slot_is_filled_again(home: House) -> None:
    home.apply(
        market(
            company("first", {"duo": "50.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            company("second", {"duo": "45.00"}, http(home.buyer("refuse"), accept=ACCEPT)),
            company("third", {"duo": "20.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            company("alone", {"exclusive": "80.00"}, http(home.buyer("accept"), accept=ACCEPT)),
        )
    )
    assert sold(home, 2) == {
        "first": ("accepted", "50.00"),
        "second": ("refused", "45.00"),
        "third": ("accepted", "20.00"),
    }


def test_when_every_winner_refuses_every_size_is_open_again(home: House) -> None:
    home.apply(
        market(
            company("one", {"duo": "50.00"}, http(home.buyer("refuse"), accept=ACCEPT)),
            company("two", {"duo": "50.00"}, http(home.buyer("refuse-4xx"), accept=ACCEPT)),
            company("alone", {"exclusive": "80.00"}, http(home.buyer("accept"), accept=ACCEPT)),
        )
    )
    assert sold(home, 3) == {
        "one": ("refused", "50.00"),
        "two": ("refused", "50.00"),
        "alone": ("accepted", "80.00"),
    }


def test_when_all_refuse_the_lead_is_unsold_and_the_source_told_so(home: House) -> None:
    home.apply(market(company("proud", {"exclusive": "90.00"}, http(home.buyer("refuse"), accept=ACCEPT))))
    answer = home.post(SOURCE_KEY, person(4)).json()
    assert (answer["outcome"], answer["price"]) == ("failure", "0.00")
    lead = home.settled(answer["lead"]["id"])
    assert (lead["status"], lead["outcome"]) == ("unsold", "failure")
    assert [one["status"] for one in lead["assignments"]] == ["refused"]


@pytest.mark.req("R002-15")
def test_an_unknown_outcome_is_tried_again_under_the_same_id_and_never_resold(home: House) -> None:
    home.apply(
        market(
            company("shaky", {"exclusive": "90.00"}, http(home.buyer("flaky"), accept=ACCEPT)),
            company("waiting", {"exclusive": "10.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            source={"answer": "qualified"},
        )
    )
    lead_id = home.post(SOURCE_KEY, person(5)).json()["lead"]["id"]
    lead = home.until(lead_id, lambda lead: len(attempts(home, lead_id)) >= 2, 15)
    assert [one["company"] for one in lead["assignments"]] == ["shaky"]
    ids = {event["data"]["delivery"] for event in attempts(home, lead_id)}
    assert len(ids) == 1
    assert len(home.received(ids.pop())) == 2


def attempts(home: House, lead_id: str) -> list[dict[str, object]]:
    return [
        event for event in home.events(lead_id) if event["step"] == "deliver" and "attempt" in event["data"]
    ]
