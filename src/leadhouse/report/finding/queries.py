"""The statements behind a party's own search, typed."""

from uuid import UUID

from leadhouse.report.search import Span, understand
from leadhouse.store.run import rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def bought(company_id: int | None, text: str) -> list[UUID] | None:
    """Return which of a company's assignments a text can mean; None when nothing is searched."""
    if not text.strip():
        return None
    return rows(SQL["bought"], {"company_id": company_id, "corrected": corrected(text), **meant(text)}, UUID)


def posted(source_id: int | None, text: str) -> list[UUID] | None:
    """Return which of a source's leads a text can mean; None when nothing is searched."""
    if not text.strip():
        return None
    return rows(SQL["posted"], {"source_id": source_id, "text": text.strip(), **meant(text)}, UUID)


def corrected(text: str) -> list[UUID]:
    """Return the leads that a text can mean by what was corrected in them, whoever bought or posted them."""
    return rows(SQL["corrected"], meant(text), UUID)


def meant(text: str) -> dict[str, object]:
    """Return every way in which a text can be meant, as statements ask for it."""
    search = understand(text)
    lowest, highest = search.ids or (None, None)
    return {
        "email": search.email,
        "phone": search.phone,
        "consumer": search.consumer,
        "lowest_id": lowest,
        "highest_id": highest,
        **_span("any", search.any_name),
        **_span("first", search.first_name),
        **_span("last", search.last_name),
    }


def _span(name: str, span: Span | None) -> dict[str, object]:
    return {f"{name}_from": span and span.first, f"{name}_to": span and span.last}
