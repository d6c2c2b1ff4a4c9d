"""The market of these tests, and how to post to it."""

import json
from collections.abc import Mapping
from hashlib import sha256

from leadhouse.capture.door.submissions import token_of
from leadhouse.capture.intake import take
from leadhouse.capture.types import Answer, CreatedBy, Submission
from leadhouse.parties import current
from leadhouse.parties.apply import apply
from leadhouse.parties.market_file import read_market_text
from leadhouse.store.run import transaction

MARKET = """
market: {name: Test, timezone: America/New_York, currency: USD}
products:
  - key: roofing
    name: Roofing
    required: [email, first_name, last_name]
    fields:
      - {key: roof_type, type: choice, choices: [shingle, metal, tile]}
      - {key: extras, type: multichoice, choices: [gutters, skylight, "solar, tiles"]}
      - {key: stories, type: number}
      - {key: owner, type: boolean}
      - {key: start, type: date}
  - {key: solar, name: Solar Panels, required: [email]}
sources:
  - key: calculator
    product: roofing
    api_key: calculator-key
    criteria: {combinator: and, rules: [{field: state, operator: in, value: [WY, CO]}]}
    payout: {kind: fixed, amount: "10.00"}
    answer: received
  - key: several
    products: [roofing, solar]
    api_key: several-key
    payout: {kind: fixed, amount: "3.00"}
    answer: received
  - {key: capped, product: solar, api_key: capped-key, answer: received,
     caps: {day: {count: 3}, month: {count: 5}}}
  - {key: limited, product: solar, api_key: limited-key, answer: received, rate: {per_minute: 3}}
  - key: trial
    product: solar
    api_key: trial-key
    answer: received
    test: true
    payout: {kind: fixed, amount: "9.00"}
  - key: asking
    product: solar
    api_key: asking-key
    payout: {kind: fixed, amount: "4.00"}
    answer: qualified
    answer_timeout_ms: 20000
  - {key: hasty, product: solar, api_key: hasty-key, payout: {kind: fixed, amount: "4.00"}, answer: qualified,
     answer_timeout_ms: 400}
  - {key: hasty-selling, product: solar, api_key: hasty-selling-key, payout: {kind: share, percent: 60},
     answer: sold, answer_timeout_ms: 400}
  - {key: selling, product: solar, api_key: selling-key, payout: {kind: share, percent: 60}, answer: sold,
     answer_timeout_ms: 20000}
  - {key: patient, product: solar, api_key: patient-key, payout: {kind: fixed, amount: "7.00"}, answer: sold,
     answer_timeout_ms: 20000}
companies:
  - {key: acme, name: Acme, api_key: acme-key, wallet: {mode: credit, limit: "100.00"}, campaigns: []}
"""

JOE = {
    "first_name": "joe",
    "last_name": "MILLER",
    "email": "Joe@Example.com",
    "phone_1": "(302) 321-5560",
    "postal_code": "82301-1234",
    "roof_type": "Shingle",
    "favourite_colour": "green",
}


def apply_market(text: str = MARKET) -> None:
    """Make the market of the test database equal to a text."""
    apply(read_market_text(text))


def source_id(key: str) -> int:
    """Return a source's id."""
    with transaction():
        return current.market().sources[key].id


def submission(source: str, values: Mapping[str, object], key: str = "", **changes: object) -> Submission:
    """Return a JSON post of these values."""
    body = json.dumps(values).encode()
    given = {
        "source_id": source_id(source),
        "raw": body,
        "content_type": "application/json",
        "values": dict(values),
        "token": token_of(key, body),
        "body_digest": sha256(body).digest(),
        "created_by": CreatedBy.API,
    }
    return Submission(**{**given, **changes})  # type: ignore[arg-type]


def take_one(source: str, values: Mapping[str, object], key: str = "", **changes: object) -> Answer:
    """Post values without HTTP and return the answer."""
    return take([submission(source, values, key, **changes)])[0]


def told(answer: Answer) -> dict[str, object]:
    """Return an answer's JSON body."""
    body = json.loads(answer.body)
    assert isinstance(body, dict)
    return body
