"""A source's pages: posts and what became of them, payouts."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.periods import Period, first_instant
from leadhouse.kit.text import defuse_cell
from leadhouse.report.csv_text import csv_pieces
from leadhouse.report.shown_fields import Reader, posted_groups
from leadhouse.report.statement.types import Mark
from leadhouse.report.types import Cursor, Page
from leadhouse.store.run import database_now
from leadhouse.timeline.types import Status
from leadhouse.web.console.access import Desk
from leadhouse.web.console.export import streamed_csv
from leadhouse.web.console.months import read_months
from leadhouse.web.console.words import plain
from leadhouse.web.portal.access import sources_only
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.posts import queries
from leadhouse.web.portal.posts.types import Post, PostFilters

PAGE_SIZE, MOST_ROWS, MOST_RAW = 50, 200, 16_384
HEADER = (
    "lead",
    "consumer",
    "received_at",
    "reference",
    "email",
    "status",
    "reason",
    "payout",
    "heard",
    "test",
)


class PostForm(forms.Form):
    """What can be asked of a source's posts."""

    q = forms.CharField(required=False, max_length=200, label="Search")
    status = forms.ChoiceField(
        required=False,
        label="Status",
        choices=[("", "Any status"), *((one.value, plain(one)) for one in Status)],
    )
    since = forms.DateField(required=False, label="Received from")
    until = forms.DateField(required=False, label="Received to")


@require_safe
@sources_only
def posts(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show a page of the source's posts, newest first."""
    form, filters = _asked(request, desk)
    page: Page[Post] = Page(())
    if filters is not None:
        page = queries.posts(fence, filters, Cursor.read(request.GET.get("after", "")), PAGE_SIZE)
    written = QueryDict(mutable=True)
    written.update({name: value for name, value in form.data.items() if value})
    shown = {
        "desk": desk,
        "form": form,
        "page": page,
        "address": written.urlencode(),
        "is_first": not request.GET.get("after"),
        "is_everything": filters == PostFilters(),
    }
    return render(request, "web/portal/posts.html", shown, status=422 if filters is None else 200)


def _asked(request: HttpRequest, desk: Desk) -> tuple[PostForm, PostFilters | None]:
    names = PostForm.base_fields
    form = PostForm({name: "".join(filter(str.isprintable, request.GET.get(name, ""))) for name in names})
    if not form.is_valid():
        return form, None
    asked = form.cleaned_data
    since, until = asked["since"], asked["until"]
    return form, PostFilters(
        search=asked["q"].strip(),
        status=asked["status"],
        since=first_instant(desk.zone, since) if since else None,
        until=first_instant(desk.zone, until + timedelta(days=1)) if until else None,
    )


@require_safe
@sources_only
def posts_csv(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponseBase:
    """Send the posts asked for as a file, newest first like the list."""
    _, filters = _asked(request, desk)
    chunks = csv_pieces(HEADER, _batches(desk, fence, filters or PostFilters()))
    return streamed_csv(request, chunks, f"posts-{timezone.localdate()}.csv")


def _batches(desk: Desk, fence: Fence, filters: PostFilters) -> Iterator[list[list[str]]]:
    after: Cursor | None = None
    while True:
        page = queries.posts(fence, filters, after, MOST_ROWS)
        yield [[defuse_cell(cell) for cell in _cells(one, desk.currency)] for one in page.rows]
        if page.next is None:
            return
        after = page.next


def _cells(one: Post, currency: str) -> tuple[str, ...]:
    payout = "" if one.payout_minor is None else to_text(one.payout_minor, currency)
    said = (one.status, one.reason or "", payout, " ".join(one.heard), "yes" if one.is_test else "no")
    return (str(one.id), str(one.consumer), iso(one.received_at), one.reference, one.email, *said)


@require_safe
@sources_only
def post(request: HttpRequest, desk: Desk, fence: Fence, post_id: UUID) -> HttpResponse:
    """Show one post: what was sent and answered, what became of it."""
    found, posted = queries.post(fence, post_id), queries.posted(fence, post_id)
    if found is None or posted is None:
        raise Http404
    product = next((one for one in desk.market.products.values() if one.id == found.product_id), None)
    reader = Reader(desk.zone, desk.currency)
    shown = {
        "desk": desk,
        "post": found,
        "posted": posted,
        "product": product,
        "groups": posted_groups(posted.fields, posted.extra, product.fields if product else {}, reader),
        "heard": queries.heard(fence, post_id),
        "raw": posted.raw[:MOST_RAW].decode("utf-8", "backslashreplace"),
        "answer": posted.answer[:MOST_RAW].decode("utf-8", "backslashreplace") if posted.answer else "",
    }
    return render(request, "web/portal/post.html", shown)


@require_safe
@sources_only
def refused(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the posts of the last days that were no leads at all, with what each was answered."""
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 19
    found = queries.refused(fence, int(before) if is_number else None, PAGE_SIZE + 1)
    shown = {
        "desk": desk,
        "refused": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
        "is_first": not is_number,
    }
    return render(request, "web/portal/refused.html", shown)


@require_safe
@sources_only
def payouts(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponseBase:
    """Show what the source earned in a month of the market's zone, or send it as a file."""
    zone = desk.market.zone
    months = read_months(request.GET.get("month", ""), zone, database_now(), queries.first_earned(fence))
    month = months.shown
    period, after = month.period(zone), Mark.read(request.GET.get("after", ""))
    if request.GET.get("format") == "csv":
        chunks = csv_pieces(("at", "lead", "payout"), _earned(desk, fence, period))
        return streamed_csv(request, chunks, f"payouts-{month}.csv")
    shown = {
        "desk": desk,
        "month": month,
        "months": months,
        "page": queries.payouts(fence, period, after),
        "earned": queries.earned(fence, period),
        "is_first": after is None,
    }
    return render(request, "web/portal/payouts.html", shown)


def _earned(desk: Desk, fence: Fence, period: Period) -> Iterator[list[list[str]]]:
    after: Mark | None = None
    while True:
        page = queries.payouts(fence, period, after, MOST_ROWS)
        yield [
            [iso(one.at), str(one.lead_id), to_text(one.amount_minor, desk.currency)] for one in page.lines
        ]
        if page.next is None:
            return
        after = page.next
