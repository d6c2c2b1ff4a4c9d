"""The statements of a source's portal, inside its fence."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from leadhouse.kit.periods import Period
from leadhouse.report.finding import queries as finding
from leadhouse.report.statement.types import Mark
from leadhouse.report.types import Cursor, Page
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows
from leadhouse.web.portal.posts.types import (
    Earned,
    EarnedPage,
    EarnedSums,
    Heard,
    Key,
    Post,
    Posted,
    PostFilters,
)
from leadhouse.web.queries import RefusedPost

SQL = Statements(__file__)


def posts(fence: Fence, filters: PostFilters, after: Cursor | None, limit: int = 50) -> Page[Post]:
    """Return up to `limit` of a source's leads, newest first, from right after the cursor on."""
    found = _find(fence, filters, after, limit + 1, finding.posted(fence.source_id, filters.search))
    shown = found[:limit]
    is_more = len(found) > limit
    return Page(tuple(shown), Cursor(shown[-1].received_at, shown[-1].id) if is_more else None)


def post(fence: Fence, lead_id: UUID) -> Post | None:
    """Return one of a source's leads; another's is as if it were not there."""
    found = _find(fence, PostFilters(), None, 1, [lead_id])
    return found[0] if found else None


def _find(
    fence: Fence, filters: PostFilters, after: Cursor | None, limit: int, ids: Sequence[UUID] | None
) -> list[Post]:
    params: dict[str, object] = {
        "ids": ids,
        "after_at": after and after.received_at,
        "after_id": after and after.lead_id,
        "since": filters.since,
        "until": filters.until,
        "status": filters.status,
        "limit": limit,
    }
    return fenced_rows(fence, SQL["posts"], params, Post)


def posted(fence: Fence, lead_id: UUID) -> Posted | None:
    """Return what was posted for a lead and answered to it."""
    found = fenced_rows(fence, SQL["posted"], {"lead_id": lead_id}, Posted)
    return found[0] if found else None


def heard(fence: Fence, lead_id: UUID) -> list[Heard]:
    """Return what buyers said about a lead, oldest first."""
    return fenced_rows(fence, SQL["heard"], {"lead_id": lead_id}, Heard)


def refused(fence: Fence, before: int | None = None, limit: int = 50) -> list[RefusedPost]:
    """Return up to `limit` of a source's posts that were no leads at all, newest first, before a number."""
    return fenced_rows(fence, SQL["refused"], {"before": before, "limit": limit}, RefusedPost)


def payouts(fence: Fence, period: Period, after: Mark | None = None, limit: int = 50) -> EarnedPage:
    """Return up to `limit` payouts of a period, newest first, from right after a mark on."""
    params = {
        "since": period.start,
        "until": period.end,
        "after_at": after and after.at,
        "after_id": after and after.entry_id,
        "limit": limit + 1,
    }
    found = fenced_rows(fence, SQL["payouts"], params, Earned)
    shown = tuple(found[:limit])
    return EarnedPage(shown, shown[-1].mark if len(found) > limit else None)


def first_earned(fence: Fence) -> datetime | None:
    """Return when the source earned something first, None when it never did."""
    found = fenced_rows(fence, SQL["first_earned"], {}, datetime)
    return found[0] if found else None


def earned(fence: Fence, period: Period) -> EarnedSums:
    """Return what all payouts of a period come to."""
    params = {"since": period.start, "until": period.end}
    return fenced_rows(fence, SQL["earned"], params, EarnedSums)[0]


def keys(fence: Fence) -> list[Key]:
    """Return the source's keys, newest first."""
    return fenced_rows(fence, SQL["keys"], {}, Key)
