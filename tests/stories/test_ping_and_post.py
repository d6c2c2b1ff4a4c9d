"""A source asks for a price before it shows the person, and is paid that price or told why not."""

import json
from concurrent.futures import ThreadPoolExecutor

from tests.running_house import House, person
from tests.stories.pinging import PLACE, SHARE, count, payout, ping, post, said
from tests.stories.story_market import OTHER_SOURCE_KEY, SOURCE_KEY, company, http, market

GONE = ("failure", "price_gone", "0.00")
ACCEPT = {"path": "status", "equals": "ok"}


def open_market(home: House, **source: object) -> None:
    """One buyer that takes all for 25.00; its source gets 60 % unless said otherwise."""
    home.apply(market(company("acme", {"exclusive": "25.00"}), source={**SHARE, **source}))


def test_a_ping_is_answered_with_the_price_and_leaves_no_trace(home: House) -> None:
    one_place = {"caps": {"day": {"count": 1}}}
    home.apply(market(company("scarce", {"exclusive": "25.00"}, campaign=one_place), source=SHARE))
    tables = ("capture_lead", "timeline_passport", "allocate_decision", "allocate_cap_window")
    before = [count(home, table) for table in tables]
    answers = [ping(home) for _ in range(3)]
    assert [said(one) for one in answers] == [("success", None, "15.00")] * 3
    assert len({one["ping_id"] for one in answers}) == 3
    assert [count(home, table) for table in tables] == before
    assert home.wallet("scarce")["held"] == "0.00"

    # The one place there is goes to the first that posts; the others' price is gone.
    sold, gone = post(home, 1, answers[0]["ping_id"]), post(home, 2, answers[1]["ping_id"])
    assert (said(sold), said(gone)) == (("success", None, "15.00"), GONE)
    assert (payout(home, sold), payout(home, gone)) == (1_500, None)
    assert home.lead(gone["lead"]["id"])["reason"] == "price_gone"
    full = ping(home)
    assert (said(full), full["cause"]) == (("failure", "no_bid", "0.00"), "no_room")


def test_a_promise_serves_one_lead_however_many_post_at_once(home: House) -> None:
    open_market(home)
    ping_id = ping(home)["ping_id"]
    with ThreadPoolExecutor(12) as sources:
        answers = list(sources.map(lambda number: post(home, 100 + number, ping_id), range(12)))
    assert sorted(said(one) for one in answers) == [("failure", "ping_used", "0.00")] * 11 + [
        ("success", None, "15.00")
    ]
    assert [payout(home, one) for one in answers if one["outcome"] == "success"] == [1_500]


def test_the_same_post_again_is_answered_as_before(home: House) -> None:
    open_market(home)
    lead = person(120, **PLACE, ping_id=ping(home)["ping_id"])
    with ThreadPoolExecutor(6) as twins:
        answers = list(twins.map(lambda _: home.post(SOURCE_KEY, lead), range(6)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert said(answers[0].json()) == ("success", None, "15.00")
    keyed = person(121, **PLACE, ping_id=ping(home)["ping_id"])
    first, again = (home.post(SOURCE_KEY, keyed, **{"Idempotency-Key": "ping-121"}) for _ in range(2))
    assert first.content == again.content
    assert first.json()["outcome"] == "success"


def test_a_post_must_be_the_lead_that_was_pinged(home: House) -> None:
    open_market(home)
    pinged = ping(home, state="Wyoming", estimate_low="9,000", page="a")
    changed = post(home, 130, pinged["ping_id"], roof_type="tile", estimate_low="9000.00")
    assert said(changed) == ("failure", "ping_mismatch", "0.00")
    assert [(one["field"], one["code"]) for one in changed["errors"]] == [
        ("page", "mismatch"),
        ("roof_type", "mismatch"),
    ]
    assert "page, roof_type" in changed["reason"]
    # A refused claim uses nothing up; other spellings of the same are the same.
    told = {"postal_code": "82301-1234", "roof_type": "METAL", "estimate_low": "9000", "page": "a"}
    assert said(post(home, 131, pinged["ping_id"], **told)) == ("success", None, "15.00")


def test_an_id_that_this_source_was_not_given_is_no_promise(home: House) -> None:
    open_market(home)
    ping_id = ping(home)["ping_id"]
    for number, wrong in enumerate((f"{ping_id}x", ping_id[1:], "nonsense", "é", 7, {"a": 1}, [ping_id])):
        assert said(post(home, 140 + number, wrong))[:2] == ("failure", "ping_invalid")  # type: ignore[arg-type]
    assert said(post(home, 150, ping_id, key=OTHER_SOURCE_KEY))[:2] == ("failure", "ping_invalid")
    assert said(post(home, 151, ping_id)) == ("success", None, "15.00")
    # Nothing given is no claim.
    assert said(post(home, 152, ""))[:2] == ("success", None)


def test_the_price_is_owed_if_the_sale_carries_it_and_gone_if_not(home: House) -> None:
    open_market(home)
    three = [ping(home)["ping_id"] for _ in range(3)]
    home.apply(market(company("acme", {"exclusive": "16.00"}), source=SHARE))
    kept = post(home, 160, three[0])
    assert (said(kept), payout(home, kept)) == (("success", None, "15.00"), 1_500)
    home.apply(market(company("acme", {"exclusive": "14.99"}), source=SHARE))
    gone = post(home, 161, three[1])
    assert (said(gone), payout(home, gone)) == (GONE, None)
    shown = home.run("lead", gone["lead"]["id"]).stdout
    assert "unsold (price gone)" in shown.replace("price_gone", "price gone")
    assert "outbid: $0.01 more for size 1 would have won" in shown
    # A fixed payout is the house's own word: the sale need not carry it.
    home.apply(market(company("acme", {"exclusive": "14.00"})))
    fixed = ping(home)
    assert fixed["price"] == "10.00"
    home.apply(market(company("acme", {"exclusive": "6.00"})))
    owed = post(home, 162, fixed["ping_id"])
    assert (said(owed), payout(home, owed)) == (("success", None, "10.00"), 1_000)


def test_what_is_promised_is_owed_only_for_a_sale_however_early_the_source_is_answered_else(
    home: House,
) -> None:
    refusing = company("proud", {"exclusive": "90.00"}, http(home.buyer("refuse"), accept=ACCEPT))
    for number, stage in enumerate(("received", "qualified", "sold")):
        home.apply(market(refusing, source={"answer": stage}))
        promised = ping(home)
        assert promised["price"] == "10.00"
        answer = post(home, 170 + number, promised["ping_id"])
        assert (said(answer), payout(home, answer)) == (GONE, None)


def test_a_sale_that_takes_longer_than_the_source_waits_is_pending_at_the_promised_price(
    home: House,
) -> None:
    slow = http(home.buyer("slow") + "?seconds=5", accept=ACCEPT)
    home.apply(
        market(company("slow", {"exclusive": "25.00"}, slow), source={**SHARE, "answer_timeout_ms": 300})
    )
    answer = post(home, 180, ping(home)["ping_id"])
    assert (said(answer), answer["pending"]) == (("success", None, "15.00"), True)
    assert home.lead(answer["lead"]["id"])["outcome"] is None
    assert payout(home, answer) == 1_500


def test_every_line_of_a_batch_may_have_a_promise_of_its_own(home: House) -> None:
    open_market(home)
    ids = [ping(home)["ping_id"] for _ in range(2)]
    given = [ids[0], ids[0], ids[1], "nonsense"]
    lines = [json.dumps(person(190 + n, **PLACE, ping_id=one)) for n, one in enumerate(given)]
    headers = {"Authorization": f"Bearer {SOURCE_KEY}", "Content-Type": "application/x-ndjson"}
    answer = home.client.post(f"{home.url}/v1/leads/batch", content="\n".join(lines), headers=headers)
    assert [said(json.loads(line))[:2] for line in answer.text.splitlines()] == [
        ("success", None),
        ("failure", "ping_used"),
        ("success", None),
        ("failure", "ping_invalid"),
    ]


def test_a_promise_holds_for_two_minutes(home: House) -> None:
    open_market(home)
    early, late = ping(home)["ping_id"], ping(home)["ping_id"]
    home.stop()
    home.start(LEADHOUSE_CLOCK_OFFSET_S="60")
    assert said(post(home, 200, early)) == ("success", None, "15.00")
    home.stop()
    home.start(LEADHOUSE_CLOCK_OFFSET_S="121")
    expired = post(home, 201, late)
    assert said(expired) == ("failure", "ping_expired", "0.00")
    assert "120 seconds" in expired["reason"]
