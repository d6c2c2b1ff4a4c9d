"""Feedback by file: a page to upload one, and each file's rows before, while and after they are heard."""

from collections.abc import Iterator
from pathlib import PurePath
from uuid import UUID

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadhouse.capture.files.csv_file import CsvFault
from leadhouse.feedback.bulk.decide import MOST_FILES, MOST_ROWS
from leadhouse.feedback.bulk.queries import move_file
from leadhouse.feedback.bulk.reading import MOST_BYTES, read_file
from leadhouse.feedback.bulk.step import propose
from leadhouse.feedback.bulk.types import File, FileRow, FileState, RowState
from leadhouse.feedback.types import Kind, Reason
from leadhouse.kit.money import to_text
from leadhouse.kit.text import clean, defuse_cell
from leadhouse.report.csv_text import csv_pieces
from leadhouse.web.console.access import Desk
from leadhouse.web.console.export import streamed_csv
from leadhouse.web.portal.access import buyers_only
from leadhouse.web.portal.bulk import queries
from leadhouse.web.portal.fence import Fence

PAGE_ROWS, FILE_ROWS = 100, 1_000
HEADER = ("row", "delivery", "type", "reason", "value", "standing", "code", "told", "credit")
_WISHES = {
    "start": (FileState.PROPOSED, FileState.RUNNING),
    "stop": (FileState.RUNNING, FileState.STOPPED),
    "resume": (FileState.STOPPED, FileState.RUNNING),
}


@require_http_methods(["GET", "HEAD", "POST"])
@buyers_only
def feedback_files(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the files of feedback, and take one to be looked over; nothing is done before it is confirmed."""
    fault = ""
    if request.method == "POST":
        try:
            file_id = _taken(request, desk)
            return HttpResponseRedirect(reverse("feedback-file", args=[file_id]))
        except CsvFault as unread:
            fault = str(unread)
    shown = {
        "desk": desk,
        "files": queries.files(fence, MOST_FILES),
        "kinds": list(Kind),
        "reasons": list(Reason),
        "most_rows": MOST_ROWS,
        "fault": f"{fault[:1].upper()}{fault[1:]}",
    }
    return render(request, "web/portal/feedback.html", shown, status=422 if fault else 200)


def _taken(request: HttpRequest, desk: Desk) -> UUID:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise CsvFault("Choose a file first.")
    posted = read_file(upload.read(MOST_BYTES + 1))
    name = clean(PurePath(upload.name or "file.csv").name)[:100]
    file_id = propose(posted, desk.company_id or 0, name=name, by=desk.email, currency=desk.currency)
    if file_id is None:
        raise CsvFault(
            "No row of the file says anything: fill in the column “type” of the rows that you mean."
        )
    return file_id


@require_safe
@buyers_only
def feedback_file(request: HttpRequest, desk: Desk, fence: Fence, file_id: UUID) -> HttpResponse:
    """Show what a file's rows will bring, or what has become of them; its progress while it is under way."""
    file = _file(fence, file_id)
    state = request.GET.get("state", "")
    state = state if state in tuple(RowState) else ""
    asked = request.GET.get("after", "")
    after = int(asked[:9]) if asked.isascii() and asked.isdecimal() else 0
    found = queries.file_rows(fence, file_id, after=after, state=state, limit=PAGE_ROWS + 1)
    shown = {
        "desk": desk,
        "file": file,
        "counts": queries.counts(fence, file_id),
        "rows": found[:PAGE_ROWS],
        "state": state,
        "states": list(RowState),
        "after": after,
        "next": found[PAGE_ROWS - 1].number if len(found) > PAGE_ROWS else 0,
    }
    part = request.headers.get("HX-Request")
    return render(request, "web/parts/feedback_file.html" if part else "web/portal/feedback_file.html", shown)


@require_safe
@buyers_only
def feedback_file_csv(request: HttpRequest, desk: Desk, fence: Fence, file_id: UUID) -> HttpResponseBase:
    """Send every row with where it stands."""
    _file(fence, file_id)
    chunks = csv_pieces(HEADER, _batches(desk, fence, file_id))
    return streamed_csv(request, chunks, f"feedback-{file_id}.csv")


@require_POST
@buyers_only
def move_feedback_file(request: HttpRequest, desk: Desk, fence: Fence, file_id: UUID) -> HttpResponse:
    """Start, stop or resume a file, as the button says."""
    file = _file(fence, file_id)
    wish = request.POST.get("wish", "")
    if wish not in _WISHES:
        raise BadRequest("nothing of that kind can be done to a file of feedback")
    before, after = _WISHES[wish]
    move_file(file.id, desk.company_id or 0, before, after)
    return HttpResponseRedirect(reverse("feedback-file", args=[file.id]))


def _file(fence: Fence, file_id: UUID) -> File:
    found = queries.file(fence, file_id)
    if found is None:
        raise Http404
    return found


def _batches(desk: Desk, fence: Fence, file_id: UUID) -> Iterator[list[list[str]]]:
    after = 0
    while True:
        found = queries.file_rows(fence, file_id, after=after, state="", limit=FILE_ROWS)
        yield [[defuse_cell(cell) for cell in _cells(one, desk.currency)] for one in found]
        if len(found) < FILE_ROWS:
            return
        after = found[-1].number


def _cells(one: FileRow, currency: str) -> tuple[str, ...]:
    value = "" if one.value_minor is None else to_text(one.value_minor, currency)
    credit = to_text(one.credit_minor, currency)
    said = (one.kind, one.reason or "", value, one.state.value, one.code or "", one.told, credit)
    return (str(one.number), one.delivery, *said)
