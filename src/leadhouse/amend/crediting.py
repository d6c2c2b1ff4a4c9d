"""Takes a lead back from its buyer by an operator's hand: the return is kept, money given back."""

from uuid import UUID

from leadhouse.allocate.queries import assignment as assignment_of
from leadhouse.allocate.types import AssignmentStatus
from leadhouse.billing.queries import credits_of
from leadhouse.feedback.hear import grant_return, hear
from leadhouse.feedback.types import Given, Kind, Reason
from leadhouse.parties.types import Market
from leadhouse.store.run import transaction

NOT_CHARGED = "This delivery was never accepted, so there is nothing to give back."
CREDITED_BEFORE = "This delivery has had its one credit already."


def give_back(
    assignment_id: UUID, amount_minor: int, reason: Reason, *, by: str, market: Market
) -> str | None:
    """Credit a delivery, at most its price; return why that cannot be, None when it is done.

    Where the buyer has not returned it, the return is kept in its name first.
    """
    with transaction():
        found = assignment_of(assignment_id)
        if found is None or found.status is not AssignmentStatus.ACCEPTED:
            return NOT_CHARGED
        if not 0 < amount_minor <= found.price_minor:
            return "Give an amount above nothing and at most the price."
        if credits_of([assignment_id]):
            return CREDITED_BEFORE
        hear(Given(assignment_id, Kind.RETURN, reason), found.company_id, market)
        is_credited = grant_return(assignment_id, amount_minor, granted_by=by, market=market)
    return None if is_credited else CREDITED_BEFORE
