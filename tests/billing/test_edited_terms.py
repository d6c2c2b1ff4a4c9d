"""A source's payout and answer, edited while a lead is on its way: what was told is what is booked."""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import permutations
from uuid import UUID

import pytest

from leadhouse.allocate.step import step as allocate
from leadhouse.billing import queries
from leadhouse.billing.models import Entry
from leadhouse.billing.step import step as pay_out
from leadhouse.capture.door.submissions import token_of
from leadhouse.capture.door.waiting import progress
from leadhouse.capture.intake import take
from leadhouse.capture.types import Answer, Submission
from leadhouse.deliver.models import Parcel
from leadhouse.deliver.step import step as deliver
from leadhouse.deliver.step import step_notices
from leadhouse.kit.money import to_minor
from leadhouse.parties import current
from leadhouse.qualify.queries import reprocess
from leadhouse.qualify.step import step as qualify
from leadhouse.timeline.queries import passports
from leadhouse.timeline.types import Status
from tests.allocate.allocate_world import campaign, company, install

pytestmark = pytest.mark.django_db

# Nothing is sent there: the address is not public.
NOTIFIED = {"notify": {"url": "http://127.0.0.1:9/outcomes"}, "answer_timeout_ms": 60_000}
WRITTEN: Mapping[str, Mapping[str, object]] = {
    "received": {"answer": "received", "payout": {"kind": "fixed", "amount": "10.00"}},
    "qualified": {"answer": "qualified", "payout": {"kind": "fixed", "amount": "12.00"}},
    "sold": {"answer": "sold", "payout": {"kind": "fixed", "amount": "14.00"}},
    "share": {"answer": "qualified", "payout": {"kind": "share", "percent": 60}},
    "share when sold": {"answer": "sold", "payout": {"kind": "share", "percent": "33.33"}},
    "trial": {"answer": "sold", "payout": {"kind": "fixed", "amount": "20.00"}, "test": True},
}
# Of a sale at 60.00.
EARNED = {"received": 1_000, "qualified": 1_200, "sold": 1_400, "share": 3_600, "share when sold": 2_000}
STAGES: Mapping[str, Callable[[int], int]] = {
    "qualify": qualify,
    "allocate": allocate,
    "deliver": deliver,
    "pay": pay_out,
    "notify": step_notices,
}
LEAD = {"email": "ann@example.com", "first_name": "Ann", "postal_code": "82301"}


def write(name: str, *, required: Sequence[str] = (), **changes: object) -> None:
    """Make the market's source what it is called here; two companies buy at 60.00."""
    written = {**NOTIFIED, **WRITTEN[name], **changes}
    buyers = [company(one, campaign(one, bids={"exclusive": "60.00"})) for one in ("acme", "best")]
    install(*buyers, product={"sale_sizes": [1], "required": list(required)}, source=written)


def submission(**changes: str) -> Submission:
    values = LEAD | changes
    body = json.dumps(values).encode()
    source_id = current.market().sources["form"].id
    digest = sha256(body).digest()
    return Submission(source_id, body, "application/json", values, token_of("", body), digest)


def take_through(answer: Answer, edited_after: str, edit: Callable[[], None]) -> Answer:
    """Bring a posted lead through all stages, the market edited after one; return what its source is told."""
    for stage, step in {"post": lambda _: 0, **STAGES}.items():
        step(10)
        answer = progress([answer]).get(0, answer)
        if stage == edited_after:
            edit()
    return answer


def price_told(answer: Answer) -> int:
    return to_minor(json.loads(answer.body)["price"], "USD")


def prices_noticed(lead_id: UUID) -> list[int]:
    """Return what the source was told of sales; a further sale is told without a price."""
    told = Parcel.objects.filter(kind="notice", lead_id=lead_id, topic="sold")
    return [to_minor(one.content["price"], "USD") for one in told]


@pytest.mark.req("R002-16")
@pytest.mark.parametrize("point", ["post", "qualify", "allocate", "deliver", "pay"])
@pytest.mark.parametrize(("before", "after"), list(permutations(EARNED, 2)))
def test_a_lead_is_paid_what_its_source_was_told_whatever_is_edited_meanwhile(
    before: str, after: str, point: str
) -> None:
    write(before)
    posted = take([submission()])[0]
    lead_id = posted.lead_id
    assert lead_id
    final = take_through(posted, point, lambda: write(after))
    assert final.waiting is None
    assert passports([lead_id])[lead_id].status is Status.DELIVERED
    # A share is not known when the lead is only qualified.
    assert price_told(final) == (0 if before == "share" else EARNED[before])
    assert prices_noticed(lead_id) == [EARNED[before]]
    assert queries.payouts_of([lead_id]) == {lead_id: EARNED[before]}
    assert take([submission()])[0].body == final.body
    assert queries.prove() == []


@pytest.mark.parametrize(("before", "after"), list(permutations(EARNED, 2)))
def test_a_lead_that_is_processed_again_keeps_its_terms_and_is_paid_for_once(before: str, after: str) -> None:
    write(before)
    posted = take([submission()])[0]
    lead_id = posted.lead_id
    assert lead_id
    take_through(posted, "notify", lambda: write(after))
    assert reprocess(lead_id)
    take_through(posted, "", lambda: None)
    found = passports([lead_id])[lead_id]
    assert (found.run, found.status) == (2, Status.DELIVERED)
    assert queries.payouts_of([lead_id]) == {lead_id: EARNED[before]}
    assert prices_noticed(lead_id) == [EARNED[before]]
    assert Entry.objects.filter(kind="payout").count() == 1


@pytest.mark.parametrize("name", EARNED)
def test_a_lead_that_was_refused_at_the_door_is_paid_for_when_it_is_sold_after_all(name: str) -> None:
    nobody = {"combinator": "and", "rules": [{"field": "state", "operator": "=", "value": "AK"}]}
    write(name, criteria=nobody)
    refused = take([submission()])[0]
    lead_id = refused.lead_id
    assert lead_id
    assert (price_told(refused), queries.payouts_of([lead_id])) == (0, {})
    assert reprocess(lead_id)
    take_through(refused, "qualify", lambda: write("received"))
    assert queries.payouts_of([lead_id]) == {lead_id: EARNED[name]}
    assert prices_noticed(lead_id) == [EARNED[name]]


@pytest.mark.parametrize(("before", "after"), [("trial", "sold"), ("sold", "trial")])
def test_a_source_is_tried_out_or_not_as_it_was_when_it_posted(before: str, after: str) -> None:
    write(before)
    posted = take([submission()])[0]
    lead_id = posted.lead_id
    assert lead_id
    final = take_through(posted, "post", lambda: write(after))
    earned = EARNED.get(before)
    assert price_told(final) == (earned or 0)
    assert queries.payouts_of([lead_id]) == ({lead_id: earned} if earned else {})
    assert json.loads(final.body)["outcome"] == ("success" if earned else "failure")


def test_a_source_that_was_told_success_hears_that_its_lead_was_refused_later_and_is_owed_nothing() -> None:
    write("qualified", answer_timeout_ms=0)
    first, second = take([submission()])[0], take([submission(reference="again")])[0]
    first, second = progress([first])[0], progress([second])[0]
    lead_id = second.lead_id
    assert lead_id
    assert (json.loads(second.body)["pending"], price_told(second)) == (True, EARNED["qualified"])
    take_through(first, "", lambda: None)
    assert passports([lead_id])[lead_id].status is Status.DISQUALIFIED
    (told,) = Parcel.objects.filter(kind="notice", lead_id=lead_id)
    assert (told.topic, told.content["reason"]) == ("unsold", "duplicate")
    assert queries.payouts_of([lead_id]) == {}


def test_a_lead_that_was_sold_and_is_refused_when_processed_again_is_no_news() -> None:
    write("sold")
    posted = take([submission()])[0]
    lead_id = posted.lead_id
    assert lead_id
    take_through(posted, "", lambda: None)
    write("sold", required=["last_name"])
    assert reprocess(lead_id)
    take_through(posted, "", lambda: None)
    assert passports([lead_id])[lead_id].status is Status.DISQUALIFIED
    assert [one.topic for one in Parcel.objects.filter(kind="notice", lead_id=lead_id)] == ["sold"]
