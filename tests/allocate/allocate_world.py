"""A market in the database, leads good to sell in it, and the step that sells them."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from leadhouse.allocate.queries import assignments_of, prove
from leadhouse.allocate.step import step
from leadhouse.allocate.types import Assignment
from leadhouse.billing import queries as billing
from leadhouse.capture.decide import terms_of
from leadhouse.capture.models import Lead
from leadhouse.kit.ids import new_id
from leadhouse.parties.apply import apply
from leadhouse.parties.current import market
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import WalletMode
from leadhouse.store.run import database_now, execute, rows, transaction, value
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import (
    Change,
    Event,
    NewPassport,
    NewWork,
    Outcome,
    Passport,
    Stage,
    Status,
    Step,
    StoredEvent,
)

WEEKDAYS = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
BIDS = {"exclusive": "60.00", "duo": "35.00", "trio": "25.00", "quad": "20.00"}
FIELDS = {"first_name": "Ann", "email": "ann@example.com", "postal_code": "82301", "country": "US"}
# A Wednesday, 10:00 in New York.
WEDNESDAY = datetime(2027, 1, 20, 15, 0, tzinfo=UTC)

Tree = Mapping[str, object]


def company(key: str, *campaigns: Tree, **changes: object) -> dict[str, object]:
    """A company in New York, always open, that may spend 1,000.00; with one campaign unless given."""
    return {
        "key": key,
        "name": key.title(),
        "timezone": "America/New_York",
        "api_key": f"key-{key}",
        "wallet": {"mode": "credit", "limit": "1000.00"},
        "campaigns": list(campaigns) or [campaign(key)],
        **changes,
    }


def campaign(key: str, **changes: object) -> dict[str, object]:
    """A campaign for everything, delivered into the portal."""
    return {"key": key, "product": "roofing", "bids": BIDS, "deliver": [{"method": "portal"}], **changes}


def install(
    *companies: Tree,
    product: Tree | None = None,
    source: Tree | None = None,
    settings: Tree | None = None,
    others: Sequence[Tree] = (),
) -> None:
    """Make the market of the test database: a product with its source, and `others` without."""
    written = {
        "market": {
            "name": "Test",
            "timezone": "America/New_York",
            "currency": "USD",
            **(settings or {}),
        },
        "products": [
            {"key": "roofing", "name": "Roofing", "sale_sizes": [1, 2, 3, 4], **(product or {})},
            *others,
        ],
        "sources": [
            {
                "key": "form",
                "name": "Form",
                "product": "roofing",
                "channel": "Web Forms",
                "api_key": "key-form",
                "payout": {"kind": "fixed", "amount": "10.00"},
                **(source or {}),
            }
        ],
        "companies": list(companies),
    }
    with transaction():
        applied = apply(read_market_text(json.dumps(written), suffix=".json"))
        if applied.openings:
            billing.set_terms(
                [billing.Terms(one.company_id, one.mode, one.limit_minor) for one in applied.openings]
            )


def set_limit(company_key: str, limit_minor: int) -> None:
    billing.set_limit(company_id(company_key), WalletMode.CREDIT, limit_minor)


def company_id(key: str) -> int:
    return next(one.id for one in market().companies.values() if one.key == key)


def campaign_id(key: str) -> int:
    return next(one.id for one in market().campaigns.values() if one.key == key)


def give_leads(
    count: int = 1,
    *,
    consumer: int | None = None,
    contact_requests: int | None = None,
    is_test: bool = False,
    unique_lead_id: int | None = None,
    promised_minor: int | None = None,
    **fields: object,
) -> list[UUID]:
    """Bring leads as far as allocation: qualified, class 5, each of a consumer of its own unless given."""
    configured, now = market(), database_now()
    source, product = configured.sources["form"], configured.products["roofing"]
    ids = [new_id() for _ in range(count)]
    Lead.objects.bulk_create(
        Lead(
            id=lead_id,
            source_id=source.id,
            product_id=product.id,
            received_at=now,
            raw=b"{}",
            content_type="application/json",
            headers={},
            fields=FIELDS | fields,
            extra={},
            marks={},
            created_by="api",
            is_test=is_test,
        )
        for lead_id in ids
    )
    with transaction():
        timeline.open_passports(
            [
                NewPassport(
                    lead_id,
                    consumer or 5_000_001 + int(lead_id) % 10**12,
                    product.id,
                    source.id,
                    now,
                    "Web Forms",
                    contact_requests,
                    is_test,
                    promised_minor,
                    terms_of(replace(source, is_test=is_test), promised_minor),
                )
                for lead_id in ids
            ]
        )
        change = Change(
            status=Status.QUALIFIED, good_to_sell=True, classification=5, unique_lead_id=unique_lead_id
        )
        timeline.append(
            [Event(one, Step.QUALIFY, "qualified", Outcome.SUCCESS, change=change) for one in ids]
        )
        timeline.enqueue([NewWork(Stage.ALLOCATE, one) for one in ids])
    return ids


def give_lead(**options: object) -> UUID:
    (lead_id,) = give_leads(1, **options)  # type: ignore[arg-type]
    return lead_id


def sell(**options: object) -> UUID:
    """Bring one lead in and decide it."""
    lead_id = give_lead(**options)
    decide()
    return lead_id


def decide(batch: int = 100) -> int:
    """Decide everything that is due; the caps must then equal their assignments and the book be sound."""
    taken = 0
    while moved := step(batch):
        taken += moved
    assert prove() == []
    assert billing.prove() == []
    return taken


def search_again(lead_id: UUID) -> None:
    """Have a lead decided once more, as delivery does after a refusal."""
    timeline.enqueue([NewWork(Stage.ALLOCATE, lead_id)])
    decide()


def passport(lead_id: UUID) -> Passport:
    return timeline.passports([lead_id])[lead_id]


def given(lead_id: UUID) -> list[Assignment]:
    return sorted(assignments_of([lead_id])[lead_id], key=lambda one: (one.decided_at, one.campaign_id))


def buyers(lead_id: UUID) -> list[tuple[str, int, int, str]]:
    """Return who was given the lead: campaign, sale size, price, status."""
    campaigns = market().campaigns
    return sorted(
        (campaigns[one.campaign_id].key, one.sale_size, one.price_minor, one.status.value)
        for one in given(lead_id)
    )


def events(lead_id: UUID, *steps: Step) -> list[StoredEvent]:
    return [one for one in timeline.events_of(lead_id) if one.step in (steps or (Step.ALLOCATE,))]


def statuses(lead_ids: Sequence[UUID]) -> dict[str, int]:
    """Return how many of the leads have come to each status."""
    counts: dict[str, int] = {}
    for one in timeline.passports(lead_ids).values():
        counts[one.status.value] = counts.get(one.status.value, 0) + 1
    return counts


def used() -> list[tuple[str, str, str, int]]:
    """Return what is used of every cap window: campaign, period, unit, amount; the oldest first."""
    campaigns = {one.id: one.key for one in market().campaigns.values()}
    found = rows(
        "SELECT campaign_id, period, unit, used_amount FROM allocate_cap_window ORDER BY starts_at, id",
        {},
        lambda *columns: columns,
    )
    return [(campaigns[one[0]], one[1], one[2], one[3]) for one in found]


def work() -> dict[str, int]:
    return timeline.work_left()


def be_at(instant: datetime) -> None:
    """Shift the connection's clock so that it is this instant now."""
    execute("SELECT set_config('leadhouse.clock_offset_s', '0', false)", {})
    seconds = (instant - database_now()).total_seconds()
    execute("SELECT set_config('leadhouse.clock_offset_s', %(seconds)s, false)", {"seconds": str(seconds)})


@contextmanager
def clock_put_back() -> Iterator[None]:
    try:
        yield
    finally:
        execute("SELECT set_config('leadhouse.clock_offset_s', '0', false)", {})


def hours_later(hours: float) -> datetime:
    return database_now() + timedelta(hours=hours)


def together(act: Callable[[], None], workers: int = 16) -> None:
    """Have so many threads act at the same time, each with a connection of its own; trouble is raised."""
    ready = threading.Barrier(workers)

    def run(_: int) -> None:
        try:
            ready.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, range(workers)))


def sell_all(batch: int) -> None:
    """Decide batches until nothing is due."""
    while step(batch):
        pass


def wait_for_a_lock() -> None:
    """Wait until somebody waits for what this transaction holds."""
    deadline = time.monotonic() + 20
    while not value("SELECT count(*) FROM pg_locks WHERE NOT granted", {}, int):
        assert time.monotonic() < deadline, "nobody waits for anything"
        time.sleep(0.01)
