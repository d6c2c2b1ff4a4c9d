"""Leads as a CSV file: exactly what the filters ask for, streamed page by page, or those that were picked."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leadhouse.report import queries as report
from leadhouse.report.csv_text import CONTENT_TYPE, csv_pieces
from leadhouse.report.export import LEAD_HEADER, Row, lead_rows
from leadhouse.report.types import Cursor, LeadFilters, LeadRow, Sort
from leadhouse.report.veil import veiled_export, veiled_row
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.filters import Asked, read_asked
from leadhouse.web.console.picking import is_everything, picked, to_list

_MOST_COUNTED = 1_000_000


@require_safe
@staff_only
def leads_csv(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the leads asked for as a file, newest first like the list."""
    asked = read_asked(request.GET, desk.market, desk.zone, sees_people=desk.is_operator)
    if asked.filters is None:
        shown = {"desk": desk, "asked": asked, "page": None}
        return render(request, "web/leads.html", shown, status=422)
    chunks = _chunks(asked, asked.filters, desk, is_shown="shown" in request.GET)
    answer = streamed_csv(request, chunks, _name())
    # For whoever shows how far it is.
    answer["Leads"] = str(len(report.matching(asked.filters, _MOST_COUNTED)))
    return answer


@require_POST
@staff_only
def picked_csv(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the leads that were picked, or all of the list, as a file of the columns shown."""
    address = request.POST.get("address", "")[:2000]
    asked = read_asked(QueryDict(address), desk.market, desk.zone, sees_people=desk.is_operator)
    if is_everything(request.POST):
        if asked.filters is None:
            return to_list(address)
        return streamed_csv(request, _chunks(asked, asked.filters, desk, is_shown=True), _name())
    found = report.leads_listed(picked(request.POST))
    return streamed_csv(request, _shown_columns([found], asked, desk), _name()) if found else to_list(address)


def _name() -> str:
    return f"leads-{timezone.localdate()}.csv"


def streamed_csv(request: HttpRequest, chunks: Iterator[str], name: str) -> StreamingHttpResponse:
    """Return a file's pieces as an answer that is sent while they are made."""
    is_async = isinstance(request, ASGIRequest)
    answer = StreamingHttpResponse(in_threads(chunks) if is_async else chunks, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chunks(asked: Asked, filters: LeadFilters, desk: Desk, *, is_shown: bool) -> Iterator[str]:
    """Yield the file's pieces: the columns that are shown, or every field there is."""
    pages = _pages(filters, asked.after, asked.sort)
    if is_shown:
        return _shown_columns(pages, asked, desk)
    return csv_pieces(LEAD_HEADER, (_all_fields(rows, desk) for rows in pages))


def _shown_columns(pages: Iterable[Sequence[LeadRow]], asked: Asked, desk: Desk) -> Iterator[str]:
    header = [one.label for one in asked.columns]
    return csv_pieces(header, (_shown(rows, asked, desk) for rows in pages))


def _shown(rows: Sequence[LeadRow], asked: Asked, desk: Desk) -> list[Row]:
    seen = rows if desk.is_operator else [veiled_row(one) for one in rows]
    return [[column.cell(one, desk.currency) for column in asked.columns] for one in seen]


def _all_fields(rows: Sequence[LeadRow], desk: Desk) -> list[Row]:
    found = {row[0]: row for row in lead_rows([one.id for one in rows], desk.currency)}
    ordered = [found[str(one.id)] for one in rows]
    return ordered if desk.is_operator else [veiled_export(row) for row in ordered]


def _pages(filters: LeadFilters, after: Cursor | None, sort: Sort) -> Iterator[Sequence[LeadRow]]:
    while True:
        page = report.find_leads(filters, after, report.MOST_ROWS, sort)
        yield page.rows
        if page.next is None:
            return
        after = page.next


def _next(chunks: Iterator[str]) -> str | None:
    return next(chunks, None)


async def in_threads(chunks: Iterator[str]) -> AsyncIterator[str]:
    """Let the server wait for each page without standing still for everybody else."""
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk
