"""One transaction gives a lead its consumer, passport, events and work; what was posted stays as it came."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.capture import intake, queries
from leadhouse.capture.intake import take
from leadhouse.capture.types import CreatedBy, ImportedOutcome
from leadhouse.store.run import database_now, execute, rows, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Stage, Status
from tests.capture.capture_market import JOE, MARKET, apply_market, source_id, submission, take_one, told

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    tables = ("capture_lead", "timeline_passport", "timeline_work", "identity_consumer", "capture_receipt")
    return {table: value(f"SELECT count(*) FROM {table}", {}, int) for table in tables}


@pytest.mark.req(
    "R000-02", "R000-04", "R000-05", "R000-06", "R000-08", "R000-09", "R000-13", "R000-17", "R000-20",
    "R000-22", "R000-25", "R000-26", "R001-03", "R002-01", "R002-02", "R002-05", "R002-23"
)  # fmt: skip
def test_an_accepted_lead_is_kept_with_all_that_follows(market: None) -> None:
    answer = take_one("calculator", JOE)
    assert (answer.status, answer.content_type, answer.waiting) == (201, "application/json", None)
    assert answer.lead_id
    assert told(answer) == {"outcome": "success", "lead": {"id": str(answer.lead_id)}, "price": "10.00"}

    facts = queries.facts_of([answer.lead_id])[answer.lead_id]
    assert (facts.source, facts.product) == ("calculator", "roofing")
    assert (facts.created_by, facts.is_test) == ("api", False)
    assert facts.fields == {
        "first_name": "Joe",
        "last_name": "Miller",
        "email": "Joe@example.com",
        "phone_1": "+13023215560",
        "postal_code": "82301",
        "roof_type": "shingle",
        "state": "WY",
        "city": "Rawlins",
        "county": "Carbon County",
        "country": "US",
        "lat": pytest.approx(41.8, abs=1),
        "lon": pytest.approx(-107.2, abs=1),
        "time_zone": "America/Denver",
    }
    assert facts.extra == {"favourite_colour": "green"}
    assert facts.marks == {}
    assert facts.facts()["extra.favourite_colour"] == "green"

    passport = timeline.passports([answer.lead_id])[answer.lead_id]
    assert (passport.status, passport.good_to_sell, passport.channel) == (Status.INITIAL, False, "Web Forms")
    assert passport.consumer_id >= 5_000_001
    assert passport.received_at == facts.received_at
    assert [(one.step, one.type, one.outcome) for one in timeline.events_of(answer.lead_id)] == [
        ("capture", "received", "success"),
        ("accept", "accepted", "success"),
    ]
    assert timeline.work_left() == {Stage.QUALIFY: 1, Stage.PAYOUT: 1}


def test_the_bytes_are_kept_exactly_as_they_came(market: None) -> None:
    body = b'{ "email":"joe@example.com" ,"product":"solar", "x":"\\u0000\\n" }'
    answer = take_one("several", {"email": "joe@example.com", "product": "solar", "x": "\0\n"}, raw=body)
    assert answer.lead_id
    assert queries.raw_of(answer.lead_id) == (body, "application/json")
    assert queries.facts_of([answer.lead_id])[answer.lead_id].extra == {"x": "\n"}


@pytest.mark.req("R002-06", "R002-08", "R002-03")
def test_a_refused_lead_is_recorded_with_its_reason_and_goes_no_further(market: None) -> None:
    answer = take_one("calculator", {**JOE, "email": " "})
    assert answer.status == 201
    assert told(answer) == {
        "outcome": "failure",
        "code": "missing_field",
        "reason": "Missing required email",
        "errors": [{"field": "email", "code": "missing", "message": "Missing required email"}],
        "lead": {"id": str(answer.lead_id)},
        "price": "0.00",
    }
    assert answer.lead_id
    passport = timeline.passports([answer.lead_id])[answer.lead_id]
    assert (passport.status, passport.reason) == (Status.DISQUALIFIED, "missing_field")
    assert [(one.step, one.type, one.reason) for one in timeline.events_of(answer.lead_id)] == [
        ("capture", "received", None),
        ("accept", "refused", "missing_field"),
    ]
    assert timeline.work_left() == {}


@pytest.mark.req("R002-03")
def test_criteria_refuse_with_a_reason_to_act_on(market: None) -> None:
    body = told(take_one("calculator", {**JOE, "postal_code": "75201"}))
    assert (body["outcome"], body["code"], body["errors"]) == ("failure", "criteria", [])
    assert body["reason"] == "Not accepted by this source's criteria: State is one of WY or CO"


def test_an_edit_of_the_market_holds_for_the_very_next_lead(market: None) -> None:
    assert told(take_one("calculator", JOE))["outcome"] == "success"
    apply_market(MARKET.replace("[WY, CO]", "[TX]"))
    assert told(take_one("calculator", {**JOE, "first_name": "Ann"}))["code"] == "criteria"


def test_a_closed_source_takes_nothing_more(market: None) -> None:
    number = source_id("trial")
    before = submission("trial", {"email": "joe@example.com"})
    apply_market(MARKET.replace("key: trial\n", "key: another\n").replace("trial-key", "another-key"))
    body = told(take([before])[0])
    assert (before.source_id, body["code"], body["price"]) == (number, "source_closed", "0.00")


def test_a_source_of_several_products_must_name_one_of_them(market: None) -> None:
    assert told(take_one("several", {"email": "a@x.test"}))["code"] == "missing_field"
    unknown = told(take_one("several", {"email": "a@x.test", "product": "windows"}))
    assert unknown["code"] == "unknown_product"
    assert unknown["errors"][0]["field"] == "product"  # type: ignore[index]
    by_name = take_one("several", {"email": "a@x.test", "product": "solar panels"})
    assert told(by_name)["outcome"] == "success"


def test_a_source_of_one_product_takes_unknown_words_for_it_but_no_other_product(market: None) -> None:
    marked = take_one("capped", {"email": "a@x.test", "product": "sun power"})
    assert marked.lead_id
    assert told(marked)["outcome"] == "success"
    assert queries.facts_of([marked.lead_id])[marked.lead_id].marks == {
        "product": "not a product: taken as solar"
    }
    assert told(take_one("capped", {"email": "b@x.test", "product": "roofing"}))["code"] == "unknown_product"


def test_caps_take_exactly_what_they_have_room_for(market: None) -> None:
    posts = [submission("capped", {"email": f"p{n}@x.test"}) for n in range(5)]
    codes = [told(answer).get("code") for answer in take(posts)]
    assert codes == [None, None, None, "cap_reached", "cap_reached"]
    assert (
        told(take_one("capped", {"email": "p9@x.test"}))["reason"]
        == "This source's cap of 3 leads a day is reached"
    )
    # A refused lead takes no room, and the month counts on.
    assert rows("SELECT used FROM capture_source_window ORDER BY period", {}, int) == [3, 3]
    apply_market(MARKET.replace("day: {count: 3}", "day: {count: 9}"))
    more = [told(take_one("capped", {"email": f"q{n}@x.test"})).get("code") for n in range(3)]
    assert more == [None, None, "cap_reached"]
    apply_market(MARKET.replace("day: {count: 3}", "day: {count: 1}"))
    assert told(take_one("capped", {"email": "z@x.test"}))["code"] == "cap_reached"


def test_a_refused_lead_takes_no_room(market: None) -> None:
    assert told(take_one("capped", {}))["code"] == "missing_field"
    assert rows("SELECT used FROM capture_source_window", {}, int) == []


@pytest.mark.req("R002-07")
def test_a_source_over_its_rate_is_told_when_to_come_again(
    market: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_buckets", intake.Buckets())
    answers = take([submission("limited", {"email": f"p{n}@x.test"}) for n in range(5)])
    assert [one.status for one in answers] == [201, 201, 201, 429, 429]
    assert told(answers[3])["code"] == "rate_limited"
    assert answers[3].retry_after in (19, 20)
    assert counts()["capture_lead"] == 3


def test_test_leads_are_marked_cost_nothing_and_pay_nobody(market: None) -> None:
    answer = take_one("trial", {"email": "a@x.test"})
    assert told(answer)["price"] == "0.00"
    assert answer.lead_id
    assert timeline.passports([answer.lead_id])[answer.lead_id].is_test is True
    assert timeline.work_left() == {Stage.QUALIFY: 1}


def test_the_same_key_answers_byte_for_byte_what_was_answered_first(market: None) -> None:
    first = take_one("several", {"email": "a@x.test", "product": "solar"}, key="k1")
    before = counts()
    again = take_one("several", {"email": "a@x.test", "product": "solar"}, key="k1")
    assert (again.status, again.body, again.content_type) == (first.status, first.body, first.content_type)
    assert counts() == before


def test_a_key_with_another_body_is_refused_and_stores_nothing(market: None) -> None:
    take_one("several", {"email": "a@x.test", "product": "solar"}, key="k1")
    before = counts()
    other = take_one("several", {"email": "b@x.test", "product": "solar"}, key="k1")
    assert (other.status, told(other)["code"]) == (422, "idempotency_key_reused")
    assert counts() == before


def test_keys_belong_to_one_source(market: None) -> None:
    first = take_one("several", {"email": "a@x.test", "product": "solar"}, key="k1")
    stranger = take_one("capped", {"email": "a@x.test", "product": "solar"}, key="k1")
    assert stranger.status == 201
    assert stranger.lead_id != first.lead_id


def test_the_same_bytes_are_the_same_lead_for_sixty_seconds(market: None) -> None:
    first = take_one("calculator", JOE)
    assert take_one("calculator", JOE).body == first.body
    assert take_one("several", {**JOE, "product": "solar"}).body != first.body
    aged = "created_at = created_at - interval '61 s', expires_at = expires_at - interval '61 s'"
    execute(f"UPDATE capture_receipt SET {aged}", {})
    later = take_one("calculator", JOE)
    assert later.status == 201
    assert later.lead_id != first.lead_id
    assert counts()["capture_lead"] == 3


def test_a_key_decides_alone_but_bytes_without_a_key_find_a_keyed_twin(market: None) -> None:
    first = take_one("calculator", JOE, key="k1")
    assert take_one("calculator", JOE, key="k2").lead_id != first.lead_id
    assert take_one("calculator", JOE).body == first.body


def test_twins_in_one_batch_are_one_lead(market: None) -> None:
    post = submission("calculator", JOE)
    keyed = submission("calculator", {**JOE, "city": "Laramie"}, key="k")
    odd = submission("calculator", {**JOE, "city": "Cody"}, key="k")
    answers = take([post, post, keyed, odd, keyed])
    assert answers[0].body == answers[1].body
    assert answers[2].body == answers[4].body
    assert answers[3].status == 422
    assert counts()["capture_lead"] == 2


def test_receipts_that_count_no_more_are_forgotten(market: None) -> None:
    take_one("calculator", JOE)
    take_one("calculator", {**JOE, "city": "Cody"}, key="k1")
    assert queries.forget_receipts() == 0
    execute("UPDATE capture_receipt SET expires_at = expires_at - interval '61 s'", {})
    assert queries.forget_receipts() == 0, "what was answered can still be read"
    execute("UPDATE capture_receipt SET expires_at = expires_at - interval '7 d'", {})
    assert queries.forget_receipts() == 1


def test_one_poisonous_lead_hurts_nobody_else(market: None, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [submission("several", {"email": f"p{n}@x.test", "product": "solar"}) for n in range(7)]
    # PostgreSQL refuses what no int can hold; nothing at the door makes such an id.
    posts[3] = submission("several", {"email": "x@x.test", "product": "solar"}, content_type="a\0b")
    answers = take(posts)
    assert [one.status for one in answers] == [201, 201, 201, 503, 201, 201, 201]
    assert told(answers[3])["code"] == "not_stored"
    assert counts()["capture_lead"] == 6


@pytest.mark.req("R001-05")
def test_every_submission_of_one_person_is_a_lead_of_its_own(market: None) -> None:
    answers = take([submission("calculator", {**JOE, "reference": str(n)}) for n in range(3)])
    ids = [one.lead_id for one in answers if one.lead_id]
    assert len(set(ids)) == 3
    assert len({one.consumer_id for one in timeline.passports(ids).values()}) == 1


def test_imported_history_ends_at_once_and_is_never_sold(market: None) -> None:
    day = database_now() - timedelta(days=70)
    sold = take_one(
        "calculator", {"city": "Cody"}, created_by=CreatedBy.CSV, received_at=day,
        outcome=ImportedOutcome(is_sold=True, revenue_minor=5_500, is_converted=True),
    )  # fmt: skip
    unsold = take_one(
        "patient", {}, created_by=CreatedBy.CSV, received_at=day, outcome=ImportedOutcome(is_sold=False)
    )
    assert told(sold)["outcome"] == "success"
    assert "pending" not in told(unsold)
    ids = [one.lead_id for one in (sold, unsold) if one.lead_id]
    passports = [timeline.passports(ids)[one] for one in ids]
    assert [(one.status, one.reason, one.revenue_minor, one.received_at) for one in passports] == [
        (Status.DELIVERED, None, 5_500, day),
        (Status.UNSOLD, "imported", 0, day),
    ]
    last = timeline.events_of(ids[0])[-1]
    assert (last.step, last.type, last.data) == (
        "settle",
        "imported",
        {"sold": True, "revenue_minor": 5_500, "converted": True},
    )
    assert timeline.work_left() == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False) | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
names = st.sampled_from(
    [*JOE, "lat", "lon", "max_contact_requests", "extras", "stories", "start", "product", "ip"]
)


@settings(max_examples=60, deadline=None)
@given(posts=st.lists(st.dictionaries(names | st.text(max_size=8), json_values, max_size=8), max_size=4))
def test_whatever_is_posted_is_stored_and_answered(posts: list[dict[str, object]]) -> None:
    if not rows("SELECT id FROM parties_source", {}, int):
        apply_market()
    answers = take(
        [submission("several", {**post, "n": n}, key=f"{n}{post}") for n, post in enumerate(posts)]
    )
    assert {one.status for one in answers} <= {201, 422}
    assert all(told(one)["outcome"] in ("success", "failure", "error") for one in answers)
