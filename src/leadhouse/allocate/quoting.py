"""What a lead that is still to come would be sold for now: the worker's own decision, nothing used up."""

from datetime import datetime

from leadhouse.allocate.selling.cases import Case
from leadhouse.allocate.selling.gathering import knowledge, sit
from leadhouse.allocate.types import Decision, Lead
from leadhouse.timeline.types import Passport, Status

_NOBODY = 0


def quote(lead: Lead, now: datetime) -> Decision:
    """Decide about a lead whose person is unknown, by caps, budgets, wallets and hours as they are now."""
    known = knowledge(now)
    (decided,) = sit(known, [Case(_passport(lead), lead)], now).decide()
    return decided.decision


def _passport(lead: Lead) -> Passport:
    """Return the passport that the lead would have once it is good to sell."""
    return Passport(
        lead_id=lead.id,
        consumer_id=_NOBODY,
        product_id=None,
        source_id=_NOBODY,
        status=Status.QUALIFIED,
        reason=None,
        good_to_sell=True,
        classification=lead.classification,
        contact_requests=lead.contact_requests,
        channel="",
        is_test=False,
        run=1,
        unique_lead_id=None,
        sales_potential_minor=None,
        waiting_until=None,
        sale_size=None,
        revenue_minor=0,
        received_at=lead.received_at,
        settled_at=None,
    )
