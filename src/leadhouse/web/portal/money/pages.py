"""A company's wallet and the month's statement, as a page, as a file, and as an invoice to print."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leadhouse.kit.clock import iso
from leadhouse.kit.money import to_text
from leadhouse.kit.text import defuse_cell
from leadhouse.report.csv_text import CONTENT_TYPE, csv_pieces
from leadhouse.store.run import database_now
from leadhouse.web.console.access import Desk
from leadhouse.web.console.months import Month, read_month
from leadhouse.web.portal.access import owners_only
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.leads import campaigns_of
from leadhouse.web.portal.money import queries
from leadhouse.web.portal.money.queries import Moved

MOST_LINES = 200
_WORDS = {"capture": "Lead", "credit": "Credit", "deposit": "Payment"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement, in words."""

    moved: Moved
    word: str
    campaign: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What one campaign's leads of a month came to, in minor units."""

    campaign: str
    leads: int
    charged_minor: int
    credits: int
    credited_minor: int

    @property
    def total_minor(self) -> int:
        return self.charged_minor - self.credited_minor


@dataclass(frozen=True, slots=True)
class Statement:
    """A company's month: its lines, newest first, and what they come to."""

    month: Month
    is_over: bool
    lines: tuple[Line, ...]
    sums: tuple[Sum, ...]

    @property
    def charged_minor(self) -> int:
        return sum(one.charged_minor for one in self.sums)

    @property
    def credited_minor(self) -> int:
        return sum(one.credited_minor for one in self.sums)

    @property
    def paid_minor(self) -> int:
        return sum(one.moved.amount_minor for one in self.lines if one.moved.kind == "deposit")

    @property
    def total_minor(self) -> int:
        return self.charged_minor - self.credited_minor

    @property
    def leads(self) -> int:
        return sum(one.leads for one in self.sums)


@require_safe
@owners_only
def wallet(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show what the company may spend, and what moved its money in a month."""
    told = _statement(request, desk, fence)
    shown = {
        "desk": desk,
        "wallet": queries.wallet(fence),
        "told": told,
        "lines": told.lines[:MOST_LINES],
        "is_cut": len(told.lines) > MOST_LINES,
    }
    return render(request, "web/portal/wallet.html", shown)


@require_safe
@owners_only
def invoice(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show a month's invoice, laid out for printing."""
    told = _statement(request, desk, fence)
    shown = {
        "desk": desk,
        "told": told,
        "number": f"{desk.company.key}-{told.month}",
        "today": timezone.now(),
    }
    return render(request, "web/portal/invoice.html", shown)


@require_safe
@owners_only
def wallet_csv(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Send a month's statement as a file."""
    told = _statement(request, desk, fence)
    rows = [
        [
            iso(one.moved.at),
            one.word.lower(),
            str(one.moved.delivery or ""),
            defuse_cell(one.campaign),
            to_text(one.moved.signed_minor, desk.currency),
            desk.currency,
        ]
        for one in told.lines
    ]
    header = ("at", "what", "delivery", "campaign", "amount", "currency")
    answer = HttpResponse("".join(csv_pieces(header, [rows])), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="statement-{told.month}.csv"'
    return answer


def _statement(request: HttpRequest, desk: Desk, fence: Fence) -> Statement:
    """Read a month of the market's zone, in which it invoices."""
    zone = desk.market.zone
    now = timezone.localtime(database_now(), zone)
    month = read_month(request.GET.get("month", ""), now.date())
    period = month.period(zone)
    keys = {number: one.key for number, one in campaigns_of(desk).items()}
    lines = tuple(
        Line(one, _WORDS[one.kind], keys.get(one.campaign_id or 0, ""))
        for one in queries.statement(fence, period)
    )
    return Statement(month, period.end <= now, lines, tuple(_sums(lines)))


def _sums(lines: Iterable[Line]) -> Iterable[Sum]:
    moved: dict[str, list[Moved]] = defaultdict(list)
    for line in lines:
        if line.moved.kind != "deposit":
            moved[line.campaign].append(line.moved)
    for campaign, entries in sorted(moved.items()):
        charges = [one.amount_minor for one in entries if one.kind == "capture"]
        given_back = [one.amount_minor for one in entries if one.kind == "credit"]
        yield Sum(campaign, len(charges), sum(charges), len(given_back), sum(given_back))
