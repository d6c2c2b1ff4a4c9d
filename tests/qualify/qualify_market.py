"""The market of qualify's tests, and how to bring leads into it and through their flow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from leadhouse.capture.door.submissions import token_of
from leadhouse.capture.intake import take
from leadhouse.capture.types import Submission
from leadhouse.kit.ids import new_id
from leadhouse.parties import current
from leadhouse.parties.apply import apply
from leadhouse.parties.market_file import read_market_text
from leadhouse.qualify.step import step, step_asking
from leadhouse.store.run import database_now, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Passport, StoredEvent

MARKET = """
market: {name: Test, timezone: America/New_York, currency: USD}
products:
  - {key: roofing, required: [email, first_name], fields: [{key: stories, type: number}]}
  - {key: windows, required: [email]}
  - {key: both, duplicates: {window_days: 10, match: all}}
  - {key: own, duplicates: {scope: source}}
  - {key: grouped, duplicates: {on_duplicate: group}}
  - key: strict
    flow:
      - {step: phone, on_failure: refuse}
      - {step: email, on_failure: refuse, refuse_disposable: true}
      - {step: ip, on_failure: refuse}
  - key: filtered
    flow:
      - {step: phone}
      - {step: filter, criteria: {combinator: and, rules: [{field: phone_valid, operator: "=", value: true},
         {field: state, operator: in, value: [WY, CO]}]}, reason: "Only reachable people out west"}
  - key: verified
    flow:
      - {step: duplicates}
      - {step: phone}
      - {step: verify_phone, service: ipqualityscore, on_failure: keep}
      - {step: verify_email, service: ipqualityscore}
      - {step: verify_ip, service: ipqualityscore}
  - key: picky
    flow:
      - {step: duplicates}
      - {step: verify_phone, service: ipqualityscore, on_failure: refuse, timeout_ms: 500}
      - {step: filter, reason: "Too risky",
         criteria: {combinator: and, rules: [{field: phone_fraud_score, operator: "<", value: 60}]}}
      - {step: verify_email, service: ipqualityscore, on_failure: refuse, timeout_ms: 500}
  - {key: mailing, flow: [{step: email, mx: true, on_failure: refuse}]}
sources:
  - {key: web, products: [roofing, windows, both, own, grouped, strict, filtered, verified, picky, mailing],
     channel: Web Forms, api_key: web-key, answer: qualified, payout: {kind: fixed, amount: "10.00"}}
  - {key: other, products: [roofing, own], api_key: other-key, answer: received}
  - {key: trial, products: [roofing], api_key: trial-key, answer: qualified, test: true}
companies: []
"""

JOE = {"first_name": "Joe", "last_name": "Miller", "email": "joe@acme.example", "phone_1": "(307) 324-5560"}


def apply_market(text: str = MARKET) -> None:
    """Make the market of the test database equal to a text."""
    apply(read_market_text(text))


@dataclass(frozen=True)
class Journey:
    """A lead's passport and history, read fresh."""

    lead_id: UUID

    @property
    def passport(self) -> Passport:
        return timeline.passports([self.lead_id])[self.lead_id]

    @property
    def events(self) -> list[StoredEvent]:
        """Its events of qualifying."""
        return [event for event in timeline.events_of(self.lead_id) if event.step == "qualify"]

    @property
    def story(self) -> list[tuple[str, str, str | None]]:
        return [(event.type, event.outcome, event.reason) for event in self.events]

    def data(self, type_: str) -> Mapping[str, object]:
        return next(event.data for event in reversed(self.events) if event.type == type_)


def post(
    product: str = "roofing", source: str = "web", *, age: timedelta | None = None, **values: object
) -> Journey:
    """Capture a lead as it would come from its source, `age` ago; a value None is left out."""
    return post_all([values], product, source, age=age)[0]


def post_all(
    posts: list[dict[str, object]],
    product: str = "roofing",
    source: str = "web",
    *,
    age: timedelta | None = None,
) -> list[Journey]:
    """Capture several leads at once."""
    market = current.market()
    received_at = database_now() - age if age is not None else None
    submissions = []
    for values in posts:
        given = {
            name: value for name, value in {**JOE, "product": product, **values}.items() if value is not None
        }
        body = json.dumps(given | {"reference": str(new_id())}).encode()
        submissions.append(
            Submission(
                source_id=market.sources[source].id,
                raw=body,
                content_type="application/json",
                values=given,
                token=token_of("", body),
                body_digest=sha256(body).digest(),
                received_at=received_at,
            )
        )
    answers = take(submissions)
    assert all(answer.lead_id for answer in answers), answers[0].body
    return [Journey(answer.lead_id) for answer in answers if answer.lead_id]


def qualify(product: str = "roofing", source: str = "web", **values: object) -> Journey:
    """Capture one lead and qualify everything that waits."""
    journey = post(product, source, **values)  # type: ignore[arg-type]
    walk()
    return journey


def walk(limit: int = 500) -> int:
    """Qualify everything that waits; return how many were taken."""
    total = 0
    while taken := step(limit) + step_asking(limit):
        total += taken
    return total


def market_now() -> None:
    """Read the market once, as a worker that is warm has."""
    with transaction():
        current.market()
