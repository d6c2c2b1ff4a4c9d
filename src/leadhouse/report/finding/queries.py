"""The statements that find leads, one typed function each."""

from collections.abc import Mapping
from uuid import UUID

from leadhouse.report.search import MOST_READINGS, Span, understand
from leadhouse.report.types import Cursor, LeadFilters, Sort
from leadhouse.store.run import rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
_SORTED = {
    Sort.NEWEST: "find_newest",
    Sort.OLDEST: "find_oldest",
    Sort.REVENUE: "find_by_revenue",
    Sort.CONSUMER: "find_by_consumer",
}


def find(filters: LeadFilters, after: Cursor | None, limit: int, sort: Sort) -> list[Cursor]:
    """Return up to `limit` leads from right after the cursor on; a search is always newest first."""
    params: dict[str, object] = {
        "after_at": after and after.received_at,
        "after_id": after and after.lead_id,
        "after_figure": after and after.figure,
        "since": filters.since,
        "until": filters.until,
        "status": filters.status and filters.status.value,
        "reason": filters.reason,
        "state": filters.state,
        "classification": filters.classification,
        "is_test": filters.test,
        "source": filters.source,
        "product": filters.product,
        "company_id": filters.company_id,
        "campaign_id": filters.campaign_id,
        "limit": limit,
    }
    statement = _SORTED[sort]
    if filters.search.strip():
        sought = meant(filters.search, by_person=filters.by_person)
        statement, params = "search", params | sought | {"corrected": _corrected(sought)}
    return rows(
        SQL[statement if filters.company_id is None else f"{statement}_of_buyer"], params, Cursor, replan=True
    )


def bought(company_id: int | None, text: str) -> list[UUID] | None:
    """Return which of a company's assignments a text can mean; None when nothing is searched."""
    if not text.strip():
        return None
    sought = meant(text)
    return rows(
        SQL["bought"],
        {"company_id": company_id, "corrected": _corrected(sought), **sought},
        UUID,
        replan=True,
    )


def posted(source_id: int | None, text: str) -> list[UUID] | None:
    """Return which of a source's leads a text can mean; None when nothing is searched."""
    if not text.strip():
        return None
    return rows(
        SQL["posted"], {"source_id": source_id, "text": text.strip(), **meant(text)}, UUID, replan=True
    )


def _corrected(sought: Mapping[str, object]) -> list[UUID]:
    """Return the leads that can be meant by what was corrected in them, whoever bought or posted them."""
    return rows(SQL["corrected"], sought, UUID, replan=True)


def meant(text: str, *, by_person: bool = True) -> dict[str, object]:
    """Return every way in which a text can be meant, as statements ask for it."""
    search = understand(text, by_person=by_person)
    lowest, highest = search.ids or (None, None)
    found: dict[str, object] = {
        "email": search.email,
        "phones": list(search.phones),
        "consumer": search.consumer,
        "lowest_id": lowest,
        "highest_id": highest,
        **_span("email", search.emails),
        **_span("any", search.any_name),
    }
    for number in range(MOST_READINGS):
        first, last = search.names[number] if number < len(search.names) else (None, None)
        found |= _span(f"first_{number + 1}", first) | _span(f"last_{number + 1}", last)
    return found


def _span(name: str, span: Span | None) -> dict[str, object]:
    return {f"{name}_from": span and span.first, f"{name}_to": span and span.last}
