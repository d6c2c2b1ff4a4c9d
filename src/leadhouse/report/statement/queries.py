"""The statement's queries, typed: one over the book, for the operator and for the company itself."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from leadhouse.kit.periods import Period
from leadhouse.report.statement.types import Ask, CampaignSums, Line, Mark, Page, Payment, Sums
from leadhouse.store.run import rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)
PAGE_SIZE, MOST_LINES = 50, 500


def lines(
    company_id: int, period: Period, after: Mark | None = None, limit: int = PAGE_SIZE, ask: Ask = rows
) -> Page:
    """Return up to `limit` moves of a company's money in a period, from right after a mark on."""
    params = {
        **_params(company_id, period),
        "after_at": after and after.at,
        "after_id": after and after.entry_id,
        "limit": limit + 1,
    }
    found = ask(SQL["lines"], params, Line)
    shown = tuple(found[:limit])
    return Page(shown, shown[-1].mark if len(found) > limit else None)


def all_lines(company_id: int, period: Period, ask: Ask = rows) -> Iterator[tuple[Line, ...]]:
    """Yield every move of a company's money in a period, some hundreds at a time."""
    after: Mark | None = None
    while True:
        page = lines(company_id, period, after, MOST_LINES, ask)
        yield page.lines
        if page.next is None:
            return
        after = page.next


def first_at(company_id: int, ask: Ask = rows) -> datetime | None:
    """Return when a company's money moved first, None when it never did."""
    found = ask(SQL["first_at"], {"company_id": company_id}, datetime)
    return found[0] if found else None


def payment(company_id: int, ref: UUID) -> Payment | None:
    """Return one payment of a company by its ref."""
    found = rows(SQL["payment"], {"company_id": company_id, "ref": ref}, Payment)
    return found[0] if found else None


def sums(company_id: int, period: Period, ask: Ask = rows) -> Sums:
    """Return what all moves of a company's money in a period come to."""
    return ask(SQL["sums"], _params(company_id, period), Sums)[0]


def by_campaign(company_id: int, period: Period, ask: Ask = rows) -> list[CampaignSums]:
    """Return what each campaign's leads of a period came to, by the campaigns' keys."""
    return ask(SQL["by_campaign"], _params(company_id, period), CampaignSums)


def _params(company_id: int, period: Period) -> dict[str, object]:
    return {"company_id": company_id, "since": period.start, "until": period.end}
