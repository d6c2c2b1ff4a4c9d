"""Tells whether this copy of the house works: the database answers, and work does not pile up."""

from importlib.metadata import version

from django.db import Error
from django.http import HttpRequest, JsonResponse

from leadhouse.store.run import database_now
from leadhouse.timeline.queries import oldest_work_seconds

VERSION = version("leadhouse")


def healthz(_: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers, else 503."""
    try:
        database_now()
        oldest = oldest_work_seconds()
    except Error:
        return _answer(503, status="error", database="away", oldest_work_seconds=None)
    return _answer(200, status="ok", database="ok", oldest_work_seconds=round(oldest, 3))


def _answer(code: int, **facts: str | float | None) -> JsonResponse:
    return JsonResponse({"version": VERSION, **facts}, status=code)
