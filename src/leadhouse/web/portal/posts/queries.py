"""The statements of a source's portal, inside its fence."""

from uuid import UUID

from leadhouse.kit.periods import Period
from leadhouse.report.types import Cursor, Page
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows
from leadhouse.web.portal.posts.types import Earned, Heard, Key, Post, Posted, PostFilters
from leadhouse.web.portal.queries import meant

SQL = Statements(__file__)


def posts(fence: Fence, filters: PostFilters, after: Cursor | None, limit: int = 50) -> Page[Post]:
    """Return up to `limit` of a source's leads, newest first, from right after the cursor on."""
    found = _find(fence, filters, after, limit + 1, None)
    shown = found[:limit]
    is_more = len(found) > limit
    return Page(tuple(shown), Cursor(shown[-1].received_at, shown[-1].id) if is_more else None)


def post(fence: Fence, lead_id: UUID) -> Post | None:
    """Return one of a source's leads; another's is as if it were not there."""
    found = _find(fence, PostFilters(), None, 1, lead_id)
    return found[0] if found else None


def _find(
    fence: Fence, filters: PostFilters, after: Cursor | None, limit: int, lead_id: UUID | None
) -> list[Post]:
    params: dict[str, object] = {
        "id": lead_id,
        "after_at": after and after.received_at,
        "after_id": after and after.lead_id,
        "since": filters.since,
        "until": filters.until,
        "status": filters.status,
        "text": filters.search.strip(),
        "limit": limit,
        **meant(filters.search),
    }
    return fenced_rows(fence, SQL["posts"], params, Post)


def posted(fence: Fence, lead_id: UUID) -> Posted | None:
    """Return what was posted for a lead and answered to it."""
    found = fenced_rows(fence, SQL["posted"], {"lead_id": lead_id}, Posted)
    return found[0] if found else None


def heard(fence: Fence, lead_id: UUID) -> list[Heard]:
    """Return what buyers said about a lead, oldest first."""
    return fenced_rows(fence, SQL["heard"], {"lead_id": lead_id}, Heard)


def payouts(fence: Fence, period: Period) -> list[Earned]:
    """Return what the source earned in a period, newest first."""
    return fenced_rows(fence, SQL["payouts"], {"since": period.start, "until": period.end}, Earned)


def keys(fence: Fence) -> list[Key]:
    """Return the source's keys, newest first."""
    return fenced_rows(fence, SQL["keys"], {}, Key)
