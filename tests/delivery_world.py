"""A small market, leads sold in it, and a pretend buyer: what tests of delivery and feedback stand on."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from leadhouse.allocate.models import Assignment
from leadhouse.allocate.queries import assignments_of
from leadhouse.allocate.step import step as allocate
from leadhouse.billing.queries import hold, prove, set_limit, wallets
from leadhouse.billing.types import Hold
from leadhouse.capture.decide import terms_of
from leadhouse.capture.models import Lead
from leadhouse.deliver.step import step, step_confirmations, step_notices
from leadhouse.kit.ids import new_id
from leadhouse.parties.apply import apply
from leadhouse.parties.current import market
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import WalletMode
from leadhouse.store.run import database_now, execute, transaction
from leadhouse.timeline.queries import append, enqueue, events_of, open_passports, passports, work_left
from leadhouse.timeline.types import (
    Change,
    Event,
    NewPassport,
    NewWork,
    Outcome,
    Stage,
    Status,
    Step,
    StoredEvent,
)

NOTIFY_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
RULE = {"path": "status", "equals": "ok", "reference": "id", "reason": "message"}


@dataclass(frozen=True)
class Buyer:
    """The pretend buyer: where it listens, and what it has seen."""

    port: int
    log: Path
    process: subprocess.Popen[str]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def seen(self, path: str = "") -> list[dict[str, Any]]:
        """Return the requests at paths that begin so, in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [one for one in map(json.loads, lines) if one["path"].startswith(f"/{path}")]


@contextmanager
def pretend_buyer(folder: Path) -> Iterator[Buyer]:
    log = folder / "buyer.jsonl"
    command = [sys.executable, str(Path(__file__).with_name("pretend_buyer.py")), str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Buyer(int(process.stdout.readline()), log, process)
        process.kill()


def http(url: str, **changes: object) -> dict[str, object]:
    """A method that posts JSON and reads the usual accept rule."""
    return {"method": "http", "url": url, "format": "json", "accept": RULE, "timeout_ms": 20_000} | changes


BIDS = {"exclusive": "25.00", "duo": "25.00", "trio": "25.00"}


def open_market(
    *methods: Sequence[dict[str, object]],
    notify: str | None = None,
    bids: dict[str, str] | None = None,
    best: int | None = None,
    **product: object,
) -> None:
    """Apply a market with companies c0, c1, … of one campaign each, delivering as given; keys key-c0, …

    `best` is the place of the company that bids a dollar more for an exclusive lead; what else is given
    stands in the product.
    """
    companies = [
        {
            "key": f"c{place}",
            "name": f"Company {place}",
            "timezone": "America/Denver",
            "api_key": f"key-c{place}",
            "campaigns": [
                {
                    "key": f"c{place}-west",
                    "product": "roofing",
                    "status": "active",
                    "bids": (bids or BIDS) | ({"exclusive": "26.00"} if place == best else {}),
                    "rejection_window_hours": 48,
                    "deliver": list(deliver),
                }
            ],
        }
        for place, deliver in enumerate(methods)
    ]
    written = {
        "market": {"name": "Demo", "timezone": "America/New_York", "currency": "USD"},
        "products": [
            {"key": "roofing", "name": "Roofing", "required": ["email"], "sale_sizes": [1, 2, 3], **product}
        ],
        "sources": [
            {
                "key": "form",
                "name": "Form",
                "product": "roofing",
                "channel": "Web Forms",
                "api_key": "key-form",
                "payout": {"kind": "fixed", "amount": "10.00"},
                **({"notify": {"url": notify, "secret": NOTIFY_SECRET}} if notify else {}),
            }
        ],
        "companies": companies,
    }
    apply(read_market_text(json.dumps(written), suffix=".json"))
    for company in market().companies.values():
        set_limit(company.id, WalletMode.CREDIT, 50_000)


FIELDS = {
    "first_name": "Ann",
    "last_name": "O'Neil",
    "email": "ann@example.com",
    "phone_1": "+13075551234",
    "postal_code": "82301",
    "state": "WY",
    "reference": "their-7",
}


@dataclass(frozen=True)
class Sale:
    """A lead that was just sold: its assignments, in the order of the companies given."""

    lead_id: UUID
    assignments: tuple[UUID, ...]

    @property
    def status(self) -> Status:
        return passports([self.lead_id])[self.lead_id].status

    def events(self, step: Step = Step.DELIVER) -> list[StoredEvent]:
        return [one for one in events_of(self.lead_id) if one.step == step]

    def types(self, step: Step = Step.DELIVER) -> list[str]:
        return [one.type for one in self.events(step)]

    def statuses(self) -> list[str]:
        """Return how each assignment stands."""
        found = {one.id: one.status.value for one in assignments_of([self.lead_id])[self.lead_id]}
        return [found[one] for one in self.assignments]


def give(lead_id: UUID, *places: int, size: int | None = None) -> tuple[UUID, ...]:
    """Assign a lead to the companies at these places, at 25.00 each held, and queue the deliveries."""
    configured = market()
    now = database_now()
    ids = []
    for place in places:
        campaign = next(one for one in configured.campaigns.values() if one.key == f"c{place}-west")
        assignment_id = new_id()
        Assignment.objects.create(
            id=assignment_id,
            lead_id=lead_id,
            run=1,
            company_id=campaign.company_id,
            campaign_id=campaign.id,
            consumer_id=5_000_001,
            product_id=configured.products["roofing"].id,
            sale_size=size or len(places),
            price_minor=2_500,
            expected_minor=2_500,
            windows=[],
            decided_at=now,
            rejection_window=campaign.rejection_window,
        )
        hold([Hold(assignment_id, campaign.company_id, 2_500)])
        ids.append(assignment_id)
    enqueue([NewWork(Stage.DELIVER, lead_id, one) for one in ids])
    return tuple(ids)


def give_again(sale: Sale, *places: int, size: int) -> UUID:
    """Sell a lead whose buyer refused once more, as a further search does."""
    with transaction():
        execute("DELETE FROM timeline_work WHERE stage = 'allocate'", {})
        (replacement,) = give(sale.lead_id, *places, size=size)
        change = Change(status=Status.SOLD)
        append([Event(sale.lead_id, Step.ASSIGN, "sold", Outcome.SUCCESS, change=change)])
    return replacement


def run(seconds: float = 30.0) -> None:
    """Send what is due, and apply what arrives within this time."""
    until = time.monotonic() + seconds
    while step(100) and time.monotonic() < until:
        pass


def run_telling() -> None:
    """Send the mails and notices that are due, and apply what arrives."""
    while step_confirmations(100) + step_notices(100):
        pass


def hurry() -> None:
    """Make everything that is queued, leased or not, due now."""
    execute("UPDATE timeline_work SET due_at = leadhouse_now()", {})


def take_fold() -> None:
    """Take the rates' work away, so that what follows can be seen alone."""
    execute("DELETE FROM timeline_work WHERE stage = 'fold'", {})


def work() -> dict[str, int]:
    """Return what is queued, by stage."""
    return work_left()


def wallet(place: int) -> tuple[int, ...]:
    """Return what of a company's money is held, charged and credited; the book must be sound."""
    assert prove() == []
    company = next(one for one in market().companies.values() if one.key == f"c{place}")
    (found,) = wallets([company.id])
    return (found.held_minor, found.charged_minor, found.credited_minor)


def take_lead(**fields: object) -> UUID:
    """Store a lead of the form that has come as far as its sale."""
    configured = market()
    lead_id, now = new_id(), database_now()
    source, product = configured.sources["form"], configured.products["roofing"]
    Lead.objects.create(
        id=lead_id,
        source_id=source.id,
        product_id=product.id,
        received_at=now,
        raw=b"{}",
        content_type="application/json",
        headers={},
        fields=FIELDS | fields,
        extra={"pets": "2 dogs"},
        marks={},
        created_by="api",
        is_test=False,
    )
    terms = terms_of(source)
    open_passports([NewPassport(lead_id, 5_000_001, product.id, source.id, now, "Web Forms", 3, terms=terms)])
    return lead_id


def sell(*places: int, size: int | None = None, **fields: object) -> Sale:
    """Sell a fresh lead to the companies at these places, at 25.00 each, and queue its delivery."""
    with transaction():
        lead_id = take_lead(**fields)
        given = give(lead_id, *places, size=size)
        change = Change(status=Status.SOLD, good_to_sell=True)
        append([Event(lead_id, Step.ASSIGN, "sold", Outcome.SUCCESS, change=change)])
    return Sale(lead_id, given)


def qualified(**fields: object) -> Sale:
    """A lead that is good to sell, allocated once."""
    with transaction():
        lead_id = take_lead(**fields)
        change = Change(status=Status.QUALIFIED, good_to_sell=True, classification=2)
        append([Event(lead_id, Step.QUALIFY, "qualified", Outcome.SUCCESS, change=change)])
        enqueue([NewWork(Stage.ALLOCATE, lead_id)])
    allocate(10)
    return Sale(lead_id, ())
