"""Posts that claim a promised price: each promise serves one lead that was taken."""

from datetime import timedelta

import pytest
from django.conf import settings

from leadhouse.capture.intake import take
from leadhouse.capture.pings import promises
from leadhouse.kit.ids import new_id
from leadhouse.store.run import database_now, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Stage
from tests.capture.capture_market import source_id, submission, take_one, told

pytestmark = pytest.mark.django_db
SOLAR = {"email": "joe@example.com", "postal_code": "82301", "product": "solar"}


def promise(source: str, price: int = 1_250, seconds_ago: int = 0) -> str:
    """Return a ping_id for a solar lead in Rawlins."""
    now = database_now() - timedelta(seconds=seconds_ago)
    promised = promises.promise(
        new_id(),
        {"postal_code": "82301"},
        source_id=source_id(source),
        product="solar",
        price_minor=price,
        now=now,
        key=settings.SECRET_KEY,
    )
    return promises.signed(promised, settings.SECRET_KEY)


def used() -> int:
    return value("SELECT count(*) FROM capture_used_ping", {}, int)


@pytest.mark.usefixtures("market")
def test_a_promise_waits_for_the_sale_and_is_no_business_of_the_answers_stage() -> None:
    answer = take_one("several", SOLAR, ping_id=promise("several"))
    assert told(answer) == {
        "outcome": "success",
        "lead": {"id": str(answer.lead_id)},
        "price": "12.50",
        "pending": True,
    }
    assert answer.waiting
    assert answer.lead_id
    assert timeline.passports([answer.lead_id])[answer.lead_id].promised_minor == 1_250
    assert timeline.work_left() == {Stage.QUALIFY: 1}
    accepted = timeline.events_of(answer.lead_id)[1].data
    assert accepted["promised_minor"] == 1_250


@pytest.mark.usefixtures("market")
def test_of_one_batch_the_first_has_the_promise() -> None:
    ping_id = promise("several")
    leads = [{**SOLAR, "email": f"{name}@example.com"} for name in ("ann", "bob", "eve")]
    answers = [told(one) for one in take([submission("several", lead, ping_id=ping_id) for lead in leads])]
    assert [one.get("code") for one in answers] == [None, "ping_used", "ping_used"]
    assert (
        told(take_one("several", {**SOLAR, "email": "dan@example.com"}, ping_id=ping_id))["code"]
        == "ping_used"
    )
    assert used() == 1


@pytest.mark.usefixtures("market")
def test_what_is_not_taken_uses_nothing_up() -> None:
    ping_id = promise("several")
    for lead, code in (
        ({**SOLAR, "email": "x"}, "invalid_field"),
        ({**SOLAR, "product": "roofing"}, "ping_mismatch"),
    ):
        assert told(take_one("several", lead, ping_id=ping_id))["code"] == code
    assert used() == 0
    full = [{**SOLAR, "email": f"{number}@example.com"} for number in range(3)]
    assert {told(one)["outcome"] for one in take([submission("capped", lead) for lead in full])} == {
        "success"
    }
    capped = take_one("capped", SOLAR, ping_id=promise("capped"))
    assert told(capped)["code"] == "cap_reached"
    assert capped.lead_id
    assert timeline.passports([capped.lead_id])[capped.lead_id].promised_minor is None
    assert used() == 0


@pytest.mark.usefixtures("market")
def test_an_old_promise_is_told_to_be_one() -> None:
    answer = told(take_one("several", SOLAR, ping_id=promise("several", seconds_ago=121)))
    assert (answer["outcome"], answer["code"], answer["price"]) == ("failure", "ping_expired", "0.00")


@pytest.mark.usefixtures("market")
def test_a_test_source_is_promised_what_it_will_never_be_paid() -> None:
    answer = told(take_one("trial", SOLAR, ping_id=promise("trial", 900)))
    assert (answer["outcome"], answer["price"], answer["pending"]) == ("success", "0.00", True)
