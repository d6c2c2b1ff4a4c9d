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
