"""The market of these tests, leads taken in by its sources, and their walk along the road."""

import json
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from leadhouse.allocate.fold import step as fold
from leadhouse.allocate.step import step as allocate
from leadhouse.billing.queries import set_limit
from leadhouse.billing.step import step as pay_out
from leadhouse.capture.door.submissions import token_of
from leadhouse.capture.intake import take
from leadhouse.capture.types import CreatedBy, Submission
from leadhouse.deliver.step import step as deliver
from leadhouse.parties.apply import apply
from leadhouse.parties.current import market
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import WalletMode
from leadhouse.qualify.step import step as qualify
from tests.allocate.steering.pacing_world import set_shadow_price, turn

MARKET = """
market: {name: Test, timezone: America/New_York, currency: USD}
products:
  - key: roofing
    name: Roofing
    required: [email, last_name]
    fields: [{key: roof_type, type: choice, choices: [shingle, metal]}]
    sale_sizes: [1, 2]
    floor: "5.00"
  - {key: solar, name: Solar, required: [email]}
sources:
  - key: calculator
    name: Roofing Calculator
    product: roofing
    channel: Web Forms
    api_key: calculator-key
    answer: received
    payout: {kind: fixed, amount: "10.00"}
    criteria: {combinator: and, rules: [{field: state, operator: in, value: [WY, CO]}]}
  - {key: mysolar, name: MySolar, product: solar, api_key: mysolar-key, answer: received}
  - {key: trial, name: Trial, product: roofing, api_key: trial-key, answer: received, test: true}
companies:
  - key: acme
    name: Acme Roofing
    timezone: America/Denver
    api_key: acme-key
    wallet: {mode: credit, limit: "500.00"}
    campaigns:
      - key: acme-west
        product: roofing
        status: active
        bids: {exclusive: "60.00", duo: "35.00"}
        rejection_window_hours: 48
        deliver: [{method: portal}]
  - key: best
    name: Best Roofs
    timezone: America/Denver
    api_key: best-key
    wallet: {mode: credit, limit: "500.00"}
    campaigns:
      - key: best-west
        product: roofing
        status: active
        bids: {exclusive: "40.00", duo: "34.00"}
        deliver: [{method: portal}]
      - key: best-utah
        product: roofing
        status: active
        bids: {exclusive: "99.00", duo: "99.00"}
        where: {states: [UT]}
        deliver: [{method: portal}]
"""

LOUIS = {
    "first_name": "Louis",
    "last_name": "Espinoza",
    "email": "Louis.Espinoza@example.com",
    "phone_1": "(302) 321-5560",
    "address_1": "2156 Mountain View Rd",
    "city": "Rawlins",
    "state": "WY",
    "postal_code": "82301",
    "max_contact_requests": "2",
    "roof_type": "shingle",
    "source_url": "https://roofingcalculator.example/wyoming",
    "estimate_low": "9220",
    "estimate_high": "25355",
    "favourite_colour": "green",
}


def open_market(text: str = MARKET) -> None:
    """Make the market of the test database equal to a text, its companies with 500.00 to spend."""
    apply(read_market_text(text))
    for company in market().companies.values():
        set_limit(company.id, WalletMode.CREDIT, 50_000)


def open_paced_market(pacing: str, shadow_price: float) -> None:
    """The market so paced: acme bids 60.00 alone for at most ten leads a day, the other 40.00 for any."""
    text = MARKET.replace("sale_sizes: [1, 2]", f"sale_sizes: [1]\n    pacing: {pacing}")
    open_market(text.replace("rejection_window_hours: 48", "caps: {day: {count: 10}}"))
    turn()
    set_shadow_price("acme-west", shadow_price)


def post(source: str, values: Mapping[str, object], **changes: object) -> UUID:
    """Take one lead in, as posted by a source; return its id."""
    body = json.dumps(values).encode()
    given: dict[str, object] = {
        "source_id": market().sources[source].id,
        "raw": body,
        "content_type": "application/json",
        "values": dict(values),
        "token": token_of("", body),
        "body_digest": sha256(body).digest(),
        "created_by": CreatedBy.API,
        **changes,
    }
    (answer,) = take([Submission(**given)])  # type: ignore[arg-type]
    assert answer.lead_id is not None, answer.body
    return answer.lead_id


def person(number: int, **changes: object) -> dict[str, object]:
    """Return a post of somebody who is nobody else."""
    return LOUIS | {"email": f"person{number}@example.com", "phone_1": f"+1302321{number:04d}"} | changes


def walk() -> None:
    """Walk all leads as far as they come without anything outside."""
    steps = (qualify, allocate, deliver, pay_out, fold)
    while sum(step(100) for step in steps):
        pass
