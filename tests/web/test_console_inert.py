"""What leads bring with them stays text on every page, whatever it looks like."""

from uuid import UUID

import pytest

from leadhouse.kit.ids import new_id
from leadhouse.parties.fields import CANONICAL
from leadhouse.timeline.queries import append
from leadhouse.timeline.types import Event, Outcome, Step
from tests.report.report_market import LOUIS, open_market, post
from tests.web.console_desk import operator, walk

pytestmark = pytest.mark.django_db

PAYLOADS = (
    "<script>leak()</script>",
    '"><img src=x onerror=leak()>',
    "'/><svg onload=leak()>",
    "</pre></details><iframe src=javascript:leak()>",
    "{{ 70007|add:7000007000 }}{% debug %}",
    "{{constructor.constructor('leak()')()}}",
    "<b x-data x-init=leak() hx-get=/sign-out hx-trigger=load>",
)
ASKED = (
    "q",
    "cols",
    "col",
    "sort",
    "did",
    "size",
    "price",
    "period",
    "status",
    "fate",
    "campaign",
    "next",
    "month",
    "since",
    "after",
    "page",
    "decision",
    "zone",
)
ACTIVE = ("<script>leak", "<img src=x", "<svg onload", "<iframe", "<b x-data", "7000077007", "leak()>")


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def hostile_lead(payload: str) -> UUID:
    """Take in a lead whose every text is the payload, and go on with it as far as it goes."""
    kept = ("email", "state", "postal_code", "product", "phone_1", "lat", "lon", "country")
    fields = {key: payload for key in CANONICAL if key not in kept} | {"roof_type": payload, payload: payload}
    lead_id = post(
        "calculator", LOUIS | fields, raw=payload.encode(), content_type=payload, headers={payload: payload}
    )
    walk()
    event = Event(
        lead_id,
        Step.DELIVER,
        payload,
        Outcome.ERROR,
        reason=payload,
        data={payload: payload, "n": {payload: payload}},
    )
    append([event])
    return lead_id


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_inert_on_every_page(payload: str) -> None:
    lead_id = hostile_lead(payload)
    client = operator()
    everywhere = ("/", "/today/live", "/leads", "/leads?cols=person,email,channel,reason", "/leads/newest")
    of_it = ("", "/decision", "/correct", "/erase", "/what-if")
    for address in (*everywhere, *(f"/leads/{lead_id}{page}" for page in of_it)):
        page = client.get(address).content.decode()
        assert not [active for active in ACTIVE if active in page], address
    assert (
        payload.split("<")[-1][:8].replace(">", "&gt;")[:4]
        in client.get(f"/leads/{lead_id}").content.decode()
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_addresses_are_inert(payload: str) -> None:
    lead_id = hostile_lead("quiet")
    client = operator()
    for address in ("/leads", f"/leads/{lead_id}", f"/leads/{lead_id}/what-if", "/", "/sign-in"):
        answer = client.get(address, dict.fromkeys(ASKED, payload))
        assert answer.status_code in (200, 302, 422)
        assert not [active for active in ACTIVE if active in answer.content.decode()], address


def test_hostile_text_never_becomes_a_formula_in_the_file() -> None:
    post("calculator", LOUIS | {"first_name": '=HYPERLINK("http://evil.example")', "address_1": "@SUM(A1)"})
    file = b"".join(operator().get("/leads.csv").streaming_content).decode()
    assert "'=HYPERLINK" in file
    assert "'@SUM(A1)" in file


def test_a_made_up_id_is_not_repeated() -> None:
    page = operator().get(f"/leads/{new_id()}<script>leak()</script>").content.decode()
    assert "leak" not in page
