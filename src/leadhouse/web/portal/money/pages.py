"""A company's wallet and the month's statement, as a page, as a file, and as an invoice to print."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.periods import Period
from leadhouse.kit.text import defuse_cell
from leadhouse.report.csv_text import csv_pieces
from leadhouse.report.statement import queries as statement
from leadhouse.report.statement.types import Ask, Line, Mark
from leadhouse.store.run import database_now
from leadhouse.web.console.access import Desk
from leadhouse.web.console.export import streamed_csv
from leadhouse.web.console.months import Month, Months, read_months
from leadhouse.web.portal.access import owners_only
from leadhouse.web.portal.fence import Fence, fenced_rows
from leadhouse.web.portal.money import queries

_WORDS = {"capture": "Lead", "credit": "Credit", "deposit": "Payment", "reversal": "Payment taken back"}
HEADER = ("at", "what", "delivery", "campaign", "amount", "currency", "note", "ref")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which month a company asks for its statement, read inside its own fence."""

    company_id: int
    months: Months
    period: Period
    is_over: bool
    ask: Ask

    @property
    def month(self) -> Month:
        return self.months.shown


@require_safe
@owners_only
def wallet(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show what the company may spend, and a page of what moved its money in a month."""
    asked = _asked(request, desk, fence)
    after = Mark.read(request.GET.get("after", ""))
    page = statement.lines(asked.company_id, asked.period, after, ask=asked.ask)
    shown = {
        "desk": desk,
        "wallet": queries.wallet(fence),
        "told": asked,
        "sums": statement.sums(asked.company_id, asked.period, asked.ask),
        "lines": [(one, _WORDS[one.kind]) for one in page.lines],
        "page": page,
        "is_first": after is None,
    }
    return render(request, "web/portal/wallet.html", shown)


@require_safe
@owners_only
def invoice(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show a month's invoice, laid out for printing."""
    asked = _asked(request, desk, fence)
    shown = {
        "desk": desk,
        "told": asked,
        "sums": statement.sums(asked.company_id, asked.period, asked.ask),
        "campaigns": statement.by_campaign(asked.company_id, asked.period, asked.ask),
        "number": f"{desk.company.key}-{asked.month}",
        "today": timezone.now(),
    }
    return render(request, "web/portal/invoice.html", shown)


@require_safe
@owners_only
def wallet_csv(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponseBase:
    """Send a month's statement as a file."""
    asked = _asked(request, desk, fence)
    chunks = csv_pieces(HEADER, _batches(asked, desk.currency))
    return streamed_csv(request, chunks, f"statement-{asked.month}.csv")


def _batches(asked: Asked, currency: str) -> Iterator[list[list[str]]]:
    for lines in statement.all_lines(asked.company_id, asked.period, asked.ask):
        yield [_cells(one, currency) for one in lines]


def _cells(one: Line, currency: str) -> list[str]:
    about = (_WORDS[one.kind].lower(), str(one.delivery or ""), defuse_cell(one.campaign or ""))
    money = (to_text(one.signed_minor, currency), currency)
    return [iso(one.at), *about, *money, defuse_cell(one.note or ""), str(one.ref)]


def _asked(request: HttpRequest, desk: Desk, fence: Fence) -> Asked:
    """Read a month of the market's zone, in which it invoices."""
    zone = desk.market.zone
    ask, now = partial(fenced_rows, fence), database_now()
    first = statement.first_at(desk.company.id, ask)
    months = read_months(request.GET.get("month", ""), zone, now, first)
    period = months.shown.period(zone)
    return Asked(desk.company.id, months, period, period.end <= now, ask)
