"""The list of leads as a CSV file: exactly what the filters ask for, streamed page by page."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.report import queries as report
from leadhouse.report.csv_text import CONTENT_TYPE, csv_pieces
from leadhouse.report.export import LEAD_HEADER, Row, lead_rows
from leadhouse.report.types import Cursor, LeadFilters
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.filters import read_asked


@require_safe
@staff_only
def leads_csv(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the leads asked for as a file, newest first like the list."""
    asked = read_asked(request.GET, desk.market, desk.zone)
    if asked.filters is None:
        shown = {"desk": desk, "asked": asked, "page": None}
        return render(request, "web/leads.html", shown, status=422)
    chunks = csv_pieces(LEAD_HEADER, _batches(asked.filters, asked.after, desk.currency))
    is_async = isinstance(request, ASGIRequest)
    answer = StreamingHttpResponse(in_threads(chunks) if is_async else chunks, content_type=CONTENT_TYPE)
    today = timezone.localdate()
    answer["Content-Disposition"] = f'attachment; filename="leads-{today}.csv"'
    return answer


def _batches(filters: LeadFilters, after: Cursor | None, currency: str) -> Iterator[list[Row]]:
    """Yield the rows of a page of leads at a time."""
    while True:
        page = report.find_leads(filters, after, report.MOST_ROWS)
        yield lead_rows([one.id for one in page.rows], currency)[::-1]
        if page.next is None:
            return
        after = page.next


def _next(chunks: Iterator[str]) -> str | None:
    return next(chunks, None)


async def in_threads(chunks: Iterator[str]) -> AsyncIterator[str]:
    """Let the server wait for each page without standing still for everybody else."""
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk
