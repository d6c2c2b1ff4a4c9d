"""Some days of the real road on the test database: leads sold, refused, sold again, paid back, waiting."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from leadhouse.allocate import fold, queries
from leadhouse.allocate.types import Feedback
from leadhouse.billing import queries as billing
from leadhouse.deliver.settling import offer_again, settle
from leadhouse.store.run import database_now
from leadhouse.timeline.queries import next_due
from leadhouse.timeline.types import Stage
from tests.allocate.allocate_world import (
    WEDNESDAY,
    WEEKDAYS,
    be_at,
    campaign,
    company,
    decide,
    give_leads,
    given,
    install,
)

ZIPS = ("82301", "80202", "75201", "10001", "60601")
COMPANIES = 14


def market(chance: Random) -> list[dict[str, object]]:
    """Companies of which each lacks something: hours, room, money, a place, a free hand."""
    found = []
    for number in range(COMPANIES):
        bid = chance.randint(20, 90)
        bids = {"exclusive": f"{bid}.00", "duo": f"{bid * 0.6:.2f}", "trio": f"{bid * 0.45:.2f}"}
        caps: dict[str, object] = {"day": {"count": chance.randint(1, 12)}}
        if number % 3 == 0:
            caps = {"day": {"money": f"{chance.randint(100, 600)}.00"}, "week": {"count": 30}}
        wish: dict[str, object] = {"bids": bids, "caps": caps}
        if number % 4 == 1:
            wish["where"] = {"zips": list(chance.sample(ZIPS, 3))}
        if number % 5 == 2:
            wish["bid_rules"] = [{"where": {"zips": [ZIPS[0]]}, "bids": {"exclusive": f"{bid + 30}.00"}}]
        more: dict[str, object] = {"wallet": {"mode": "credit", "limit": f"{chance.randint(200, 2000)}.00"}}
        if number % 4 == 0:
            more["hours"] = WEEKDAYS
        if number % 6 == 3:
            more["conflict_group"] = "holding"
        if number % 7 == 4:
            more["timezone"] = "America/Los_Angeles"
        found.append(company(f"c{number:02}", campaign(f"c{number:02}", **wish), **more))
    return found


class BusyDays:
    """Runs the days; `now` only goes forward."""

    def __init__(self, seed: int, *, product: dict[str, object] | None = None) -> None:
        self._chance = Random(seed)
        self.now = WEDNESDAY
        self.leads: list[UUID] = []
        be_at(self.now)
        settings = {"thresholds": {"max_rejection_rate": 0.6, "from_decisions": 6}}
        install(*market(self._chance), product=product, settings=settings)

    def run(self, hours: int) -> None:
        """Let so many hours pass, with a few leads and answers in each."""
        end = self.now + timedelta(hours=hours)
        while self.now < end:
            self._go_on(timedelta(minutes=self._chance.randint(5, 60)))
            self._bring_leads()
            self._go_on(timedelta(seconds=self._chance.randint(5, 200)))
            for lead_id in self.leads[-8:]:
                self._answer(lead_id)
            if self._chance.random() < 0.3:
                self._deposit()
            fold.step(100)

    def _go_on(self, time: timedelta) -> None:
        """Let time pass; what becomes due meanwhile is decided when it does."""
        until = self.now + time
        while (due := next_due([Stage.ALLOCATE])) is not None and due <= until:
            self._be_at(max(due, self.now))
            decide()
        self._be_at(until)

    def _be_at(self, instant: datetime) -> None:
        self.now = instant
        be_at(instant)

    def _bring_leads(self) -> None:
        chance = self._chance
        for _ in range(chance.randint(1, 4)):
            consumer = chance.randint(1, 40)
            self.leads += give_leads(
                chance.randint(1, 2),
                consumer=consumer,
                contact_requests=chance.choice([None, 1, 2, 3]),
                is_test=chance.random() < 0.05,
                unique_lead_id=consumer,
                postal_code=chance.choice(ZIPS),
            )
        decide(batch=chance.choice([1, 3, 100]))

    def _answer(self, lead_id: UUID) -> None:
        has_answered = has_rejected = False
        for one in given(lead_id):
            # Nothing in the books tells when what costs nothing was refused.
            luck = self._chance.random() if one.price_minor else 0.5
            has_answered |= one.is_open and luck < 0.85
            if one.is_open and luck < 0.55:
                queries.accept([one.id], database_now())
            elif one.is_open and luck < 0.75:
                queries.refuse([one.id])
            elif one.is_open and luck < 0.85:
                queries.fail([one.id], uncertain=[one.id] if luck < 0.8 else [])
            elif one.status == "accepted" and one.rejected_at is None and luck < 0.2 and one.price_minor:
                queries.mark_feedback(one.id, Feedback.REJECTED)
                billing.credit(one.id, one.price_minor)
                has_rejected = True
        queries.fold([one.id for one in given(lead_id)])
        if has_answered:
            settle(lead_id, may_search=True)
            decide()
        if has_rejected:
            offer_again(lead_id)
            decide()

    def _deposit(self) -> None:
        company_id = self._chance.choice([one.company_id for one in billing.balances()])
        billing.deposit(
            company_id, self._chance.randint(1_000, 9_000), UUID(int=self._chance.getrandbits(128))
        )
