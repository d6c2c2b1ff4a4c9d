"""Feedback's statements, one typed function each."""

from datetime import datetime
from uuid import UUID

from leadhouse.feedback.types import Given, Judgement, Kind, Response
from leadhouse.store.run import execute, row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def hear(
    response_id: UUID, given: Given, *, lead_id: UUID, company_id: int, rejection_until: datetime
) -> bool | None:
    """Keep feedback; return whether the rejection window is open, or None when the same was heard before.

    Waits for a twin that is being heard at this moment.
    """
    params = {
        "id": response_id,
        "assignment_id": given.delivery,
        "lead_id": lead_id,
        "company_id": company_id,
        "kind": given.kind.value,
        "reason": given.reason and given.reason.value,
        "value_minor": given.value_minor,
        "rejection_until": rejection_until,
    }
    return row(SQL["hear"], params, bool)


def settle(response_id: UUID, judgement: Judgement) -> None:
    """Record what feedback came to."""
    params = {
        "id": response_id,
        "credit_minor": judgement.credit_minor,
        "code": judgement.code and judgement.code.value,
    }
    execute(SQL["settle"], params)


def heard(assignment_id: UUID, kind: Kind) -> Response | None:
    """Return the feedback of one type about a delivery."""
    return row(SQL["heard"], {"assignment_id": assignment_id, "kind": kind.value}, Response)


def responses_of(lead_id: UUID) -> list[Response]:
    """Return all feedback about a lead, oldest first."""
    return rows(SQL["responses_of"], {"lead_id": lead_id}, Response)


def note_grant(response_id: UUID, granted_minor: int) -> None:
    """Note what an operator gives back for a return."""
    execute(SQL["note_grant"], {"id": response_id, "granted_minor": granted_minor})
