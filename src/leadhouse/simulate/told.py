"""What became of each lead in the end, put together from the steps of a run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from leadhouse.allocate.types import Outcome, Reason
from leadhouse.simulate.types import Judged, Loss, Step, Turned

REFUSED = "refused"


@dataclass(slots=True)
class LeadTold:
    """One lead: `winners` are the campaigns that kept it, with their prices in minor units.

    `outcome` is refused (at the door), sold, waiting or unsold; `value` the expected revenue in WHOLE parts.
    """

    lead_id: UUID
    received_at: datetime
    source: str
    product: str
    consumer_id: int
    outcome: str
    reason: str = ""
    decided_at: datetime | None = None
    waited_from: datetime | None = None
    sale_size: int = 0
    value: int = 0
    winners: dict[int, int] = field(default_factory=dict)
    back_minor: int = 0


@dataclass(slots=True)
class Told:
    """All leads of a run in the order in which they came, and why campaigns did not get them, counted."""

    leads: dict[UUID, LeadTold] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)


def tell(steps: Iterable[Step]) -> Told:
    """Follow a run to its end."""
    told = Told()
    for step in steps:
        lead = told.leads.get(step.arrival.lead.id)
        if lead is None:
            lead = told.leads[step.arrival.lead.id] = _lead(step)
        if isinstance(step, Judged):
            _judge(lead, step, told.refusals)
        elif isinstance(step, Loss):
            _lose(lead, step)
    return told


def _lead(step: Step) -> LeadTold:
    lead = step.arrival.lead
    consumer_id = step.arrival.passport.consumer_id
    outcome, reason = (REFUSED, step.reason.value) if isinstance(step, Turned) else ("", "")
    return LeadTold(lead.id, lead.received_at, lead.source, lead.product, consumer_id, outcome, reason)


def _judge(lead: LeadTold, step: Judged, refusals: Counter[str]) -> None:
    decision, sale = step.decided.decision, step.decided.sale
    for reason, campaigns in decision.refused.items():
        refusals[reason.value] += len(campaigns)
    lead.decided_at = step.at
    if decision.outcome is Outcome.WAITING and lead.waited_from is None:
        lead.waited_from = step.at
    if sale is not None:
        lead.outcome, lead.reason = Outcome.SOLD.value, (decision.reason or "")
        lead.sale_size, lead.value = sale.size, lead.value + sale.value
        lead.winners |= dict(zip(sale.winners, sale.prices, strict=True))
    elif not lead.winners:
        is_test = decision.outcome is Outcome.SOLD
        lead.outcome = Outcome.UNSOLD.value if is_test else decision.outcome.value
        lead.reason = Reason.TEST.value if is_test else (decision.reason or "")


def _lose(lead: LeadTold, step: Loss) -> None:
    if not step.is_refusal:
        lead.back_minor += step.amount_minor
        return
    lead.winners.pop(step.campaign_id, None)
    if not lead.winners:
        lead.outcome, lead.reason, lead.value = Outcome.UNSOLD.value, Reason.NOBODY_ACCEPTED.value, 0
