"""The buyers' portal's statements, one typed function each; every one of them runs inside a fence."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from leadhouse.report.finding.queries import bought
from leadhouse.report.types import Cursor, Page
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows
from leadhouse.web.portal.posts.types import Key
from leadhouse.web.portal.types import BoughtFilters, BoughtLead, Colleague, LeadText, Remark, Said, Try

SQL = Statements(__file__)
MOST_ROWS = 200


def bought_leads(
    fence: Fence, filters: BoughtFilters, after: Cursor | None, limit: int = 50
) -> Page[BoughtLead]:
    """Return up to `limit` (1..200) of a company's assignments, newest first, from right after the cursor on.

    Unless the filters ask for others, only leads that the company bought.
    """
    params: dict[str, object] = {
        "after_at": after and after.received_at,
        "after_id": after and after.lead_id,
        "since": filters.since,
        "until": filters.until,
        "campaign_id": filters.campaign_id,
        "standing": filters.standing.value if filters.standing else "",
        "limit": limit + 1,
        "ids": bought(fence.company_id, filters.search),
    }
    found = fenced_rows(fence, SQL["bought_leads"], params, BoughtLead)
    shown = found[:limit]
    is_more = len(found) > limit
    return Page(tuple(shown), Cursor(shown[-1].decided_at, shown[-1].id) if is_more else None)


def bought_lead(fence: Fence, assignment_id: UUID) -> BoughtLead | None:
    """Return one of the company's assignments; another company's is as if it were not there."""
    found = fenced_rows(fence, SQL["bought_lead"], {"assignment_id": assignment_id}, BoughtLead)
    return found[0] if found else None


def bought_fields(fence: Fence, lead_id: UUID) -> LeadText:
    """Return what a lead says, nothing when the company did not buy it."""
    found = fenced_rows(fence, SQL["bought_fields"], {"lead_id": lead_id}, LeadText)
    return found[0] if found else LeadText({}, {})


class _Text(NamedTuple):
    lead_id: UUID
    fields: Mapping[str, object]
    extra: Mapping[str, object]


def bought_texts(fence: Fence, lead_ids: Sequence[UUID]) -> dict[UUID, LeadText]:
    """Return what these leads say; those that the company did not buy are left out."""
    found = fenced_rows(fence, SQL["bought_texts"], {"lead_ids": list(lead_ids)}, _Text)
    return {one.lead_id: LeadText(one.fields, one.extra) for one in found}


def said_about(fence: Fence, assignment_id: UUID) -> list[Said]:
    """Return what the company said about an assignment, oldest first."""
    return fenced_rows(fence, SQL["bought_feedback"], {"assignment_id": assignment_id}, Said)


def tries_of(fence: Fence, assignment_id: UUID) -> list[Try]:
    """Return every try at bringing an assignment's lead to the company, oldest first."""
    return fenced_rows(fence, SQL["bought_attempts"], {"assignment_id": assignment_id}, Try)


def remarks_on(fence: Fence, assignment_id: UUID) -> list[Remark]:
    """Return what the company's people wrote about an assignment, newest first."""
    return fenced_rows(fence, SQL["notes"], {"assignment_id": assignment_id}, Remark)


def add_remark(fence: Fence, assignment_id: UUID, *, by: str, text: str) -> bool:
    """Keep what somebody wrote; return whether the assignment is the company's, else nothing is kept."""
    params: dict[str, object] = {"assignment_id": assignment_id, "by": by, "text": text}
    return bool(fenced_rows(fence, SQL["add_note"], params, int))


def colleagues(fence: Fence) -> list[Colleague]:
    """Return the company's people, in the order of their emails."""
    return fenced_rows(fence, SQL["colleagues"], {}, Colleague)


def company_keys(fence: Fence) -> list[Key]:
    """Return the company's keys, newest first."""
    return fenced_rows(fence, SQL["company_keys"], {}, Key)
