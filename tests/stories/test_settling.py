"""What waits for buyers' answers only, and what a rejection sets going, over real HTTP."""

from tests.running_house import House, person
from tests.stories.story_market import SOURCE_KEY, company, http, market

ACCEPT = {"path": "status", "equals": "ok", "reason": "message"}


def settling(home: House, lead_id: str) -> list[str]:
    return [one["type"] for one in home.events(lead_id) if one["step"] == "settle"]


def test_a_source_answered_when_sold_waits_for_no_further_parcel(home: House) -> None:
    copies = [http(home.buyer("accept"), accept=ACCEPT), http(home.buyer("hang"), timeout_ms=20_000)]
    home.apply(market(company("acme", {"exclusive": "60.00"}, *copies)))
    who = person(1)
    answer = home.post(SOURCE_KEY, who).json()
    assert answer == {"outcome": "success", "lead": {"id": answer["lead"]["id"]}, "price": "10.00"}
    lead = home.lead(answer["lead"]["id"])
    assert (lead["status"], [one["status"] for one in lead["assignments"]]) == ("delivering", ["accepted"])
    home.until(lead["id"], lambda _: "payout" in settling(home, lead["id"]))
    assert settling(home, lead["id"]) == ["settled", "payout"]
    assert len(home.mails_to(who["email"])) == 1


def test_a_rejected_place_is_offered_to_the_next_and_everybody_is_told(home: House) -> None:
    """Consumer and source hear of the new company; the source is paid once."""
    home.apply(
        market(
            company("first", {"duo": "50.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            company("second", {"duo": "45.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            company("third", {"duo": "20.00"}, http(home.buyer("accept"), accept=ACCEPT)),
            source={"notify": {"url": f"http://127.0.0.1:{home.sandbox_port}/notices"}},
            product={"refill_after_rejection": True},
        )
    )
    who = person(2)
    lead_id = home.post(SOURCE_KEY, who).json()["lead"]["id"]
    home.settled(lead_id)
    told = [one["data"] for one in home.events(lead_id) if one["step"] == "deliver"]
    delivery = next(one["delivery"] for one in told if one.get("company") == "first")
    said = home.feedback("first-key", delivery=delivery, type="rejection", reason="wrong_service")
    assert said.json() == {"outcome": "success", "credit": "50.00"}
    lead = home.until(lead_id, lambda lead: len(lead["assignments"]) == 3 and lead["status"] == "delivered")
    assert {one["company"]: (one["status"], one["price"]) for one in lead["assignments"]} == {
        "first": ("rejected", "50.00"),
        "second": ("accepted", "45.00"),
        "third": ("accepted", "20.00"),
    }
    types = [one["type"] for one in home.events(lead_id) if one["step"] in ("feedback", "deliver")]
    assert types[types.index("rejection") :] == ["rejection", "search", "started", "accepted"]
    assert ["Third" in one for one in home.mails_to(who["email"], 2)] == [False, True]
    notices = {one["type"]: one["data"] for one in home.notices(lead_id, 3)}
    assert set(notices) == {"lead.sold", "lead.rejection", "lead.resold"}
    assert notices["lead.sold"]["price"] == "10.00"
    assert notices["lead.resold"] == {"lead": {"id": lead_id}, "outcome": "resold"}
    assert (home.wallet("first")["credited"], home.wallet("third")["charged"]) == ("50.00", "20.00")
    assert settling(home, lead_id).count("payout") == 1
