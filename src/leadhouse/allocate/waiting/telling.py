"""What is noted of a lead that waits."""

from leadhouse.allocate.selling.cases import Decided
from leadhouse.allocate.waiting.places import places_of
from leadhouse.allocate.waiting.queries import NewWaiting
from leadhouse.parties.types import Market


def waiting_of(decided: Decided, market: Market) -> NewWaiting:
    """Return what is noted of a decision that a lead waits; ValueError of any other."""
    lead, decision = decided.case.lead, decided.decision
    if decision.waiting_until is None:
        raise ValueError(f"lead {lead.id} does not wait")
    places = places_of(market.products[lead.product].id, lead.spot)
    return NewWaiting(lead.id, places, decision.awaited, decision.waiting_until)
