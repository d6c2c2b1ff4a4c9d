"""The lists of companies, sources and products, and the page of each, with what is used of it now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.allocate.queries import StoredWindow, windows
from leadhouse.billing.queries import wallets
from leadhouse.billing.types import Wallet
from leadhouse.kit.places import STATE_NAMES
from leadhouse.parties.entries import Config, EntryKind, Stored
from leadhouse.parties.export import exported_tree, to_yaml
from leadhouse.parties.fields import catalogue
from leadhouse.parties.queries import KeyTold, keys_of
from leadhouse.parties.types import Campaign, Company, KeyKind, Market
from leadhouse.report.statement import queries as statement
from leadhouse.report.statement.types import Mark
from leadhouse.store.run import database_now
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.months import read_months
from leadhouse.web.market.editor import Editor, open_editor
from leadhouse.web.market.posting import address_of, example_text
from leadhouse.web.market.telling import targeting_told
from leadhouse.web.market.terms import Telling, told_of
from leadhouse.web.queries import refused_posts


@dataclass(frozen=True, slots=True)
class Use:
    """What is used of a cap in its period that runs now; leads, or minor units."""

    period: str
    unit: str
    used: int
    limit: int

    @property
    def part(self) -> int:
        """Return the share in use as 0 to 100."""
        return min(100, 100 * self.used // self.limit) if self.limit else 100


def use_of(campaigns: Iterable[Campaign]) -> dict[int, list[Use]]:
    """Return what campaigns have used of their caps, by campaign."""
    listed = [*campaigns]
    used = {_key(one): one.used for one in windows([one.id for one in listed], database_now())}
    return {
        one.id: [
            Use(
                cap.period.value,
                cap.unit.value,
                used.get((one.id, cap.period.value, cap.unit.value), 0),
                cap.limit,
            )
            for cap in one.caps
        ]
        for one in listed
    }


def _key(window: StoredWindow) -> tuple[int, str, str]:
    return window.key.campaign_id, window.key.period, window.key.unit


@dataclass(frozen=True, slots=True)
class CompanyRow:
    company: Company
    active: int
    campaigns: int
    wallet: Wallet | None


@require_safe
@staff_only
def companies(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the companies, open ones first."""
    words = request.GET.get("q", "")[:100].strip().casefold()
    held = {one.company_id: one for one in wallets()}
    own: dict[int, list[Campaign]] = {}
    for one in desk.market.campaigns.values():
        own.setdefault(one.company_id, []).append(one)
    found = [
        CompanyRow(
            one,
            sum(1 for of in own.get(one.id, ()) if of.is_active),
            len(own.get(one.id, ())),
            held.get(one.id),
        )
        for one in desk.market.companies.values()
        if words in one.key.casefold() or words in one.name.casefold()
    ]
    found.sort(key=lambda row: (row.company.is_closed, row.company.name.casefold()))
    shown = {"desk": desk, "rows": found[:200], "found": len(found), "words": request.GET.get("q", "")[:100]}
    return render(request, "web/market/companies.html", shown)


@require_safe
@staff_only
def company(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Show a company: its campaigns and their use today, its wallet and what moved in it, its key."""
    editor = open_editor(EntryKind.COMPANY, key)
    one = company_of(desk.market, key)
    own = [of for of in desk.market.campaigns.values() if of.company_id == one.id]
    closed = {
        of.key for of in editor.stored.entries.values() if of.kind is EntryKind.CAMPAIGN and of.is_closed
    }
    first = statement.first_at(one.id)
    months = read_months(request.GET.get("month", ""), desk.market.zone, database_now(), first)
    month = months.shown
    period, after = month.period(desk.market.zone), Mark.read(request.GET.get("after", ""))
    shown = _entry(desk, editor) | {
        "company": one,
        "month": month,
        "months": months,
        "page": statement.lines(one.id, period, after),
        "sums": statement.sums(one.id, period),
        "is_first": after is None,
        "campaigns": [of for of in own if of.key not in closed],
        "closed_campaigns": [of for of in own if of.key in closed],
        "use": use_of(own),
        "wallet": next(iter(wallets([one.id])), None),
        "keys": _live_keys(KeyKind.COMPANY, one.id),
    }
    return render(request, "web/market/company.html", shown)


@require_safe
@staff_only
def campaign(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Show a campaign as the market file has it, what is used of its caps, and how its delivery is tried."""
    editor = open_editor(EntryKind.CAMPAIGN, key)
    one = next(of for of in desk.market.campaigns.values() if of.key == key)
    owner = desk.market.companies[one.company_id]
    shown = _entry(desk, editor) | {
        "campaign": one,
        "company": owner,
        "use": use_of([one])[one.id],
        "state_names": STATE_NAMES,
    }
    names = {of.key: of.name for of in desk.market.sources.values()}
    telling = Telling(catalogue(desk.market.products[one.product], desk.currency), names)
    company = editor.stored.entries[EntryKind.COMPANY, owner.key].config
    shown["says"] = told_of(editor.former, company, owner.zone.key, telling)
    return render(request, "web/market/campaign.html", shown)


@require_safe
@staff_only
def covers(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Tell how many ZIPs and last month's leads a campaign's area covers."""
    told = targeting_told(open_editor(EntryKind.CAMPAIGN, key))
    return render(request, "web/market/told.html", {"desk": desk, "one": told})


@require_safe
@staff_only
def sources(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the sources."""
    listed = sorted(desk.market.sources.values(), key=lambda one: (one.is_closed, one.name.casefold()))
    shown = {"desk": desk, "rows": listed, "refused": refused_posts(0)}
    return render(request, "web/market/sources.html", shown)


@require_safe
@staff_only
def source(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Show a source: what it may send, its key, how it is posted to."""
    editor = open_editor(EntryKind.SOURCE, key)
    one = desk.market.sources[key]
    path = address_of(one)
    shown = _entry(desk, editor) | {
        "source": one,
        "keys": _live_keys(KeyKind.SOURCE, one.id),
        "path": path,
        "address": f"{settings.LEADHOUSE.public_url}{path}",
        "example": example_text(one, desk.market),
        "refused": refused_posts(one.id),
    }
    return render(request, "web/market/source.html", shown)


@require_safe
@staff_only
def products(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the products with how many sources and campaigns each has."""
    market = desk.market
    rows = [
        (
            one,
            sum(1 for of in market.sources.values() if one.key in of.products and not of.is_closed),
            sum(1 for of in market.campaigns.values() if of.product == one.key and of.is_active),
        )
        for one in sorted(market.products.values(), key=lambda one: (one.is_closed, one.name.casefold()))
    ]
    return render(request, "web/market/products.html", {"desk": desk, "rows": rows})


@require_safe
@staff_only
def product(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Show a product: its fields, who brings it, who buys it."""
    editor = open_editor(EntryKind.PRODUCT, key)
    market = desk.market
    shown = _entry(desk, editor) | {
        "product": market.products[key],
        "sources": [of for of in market.sources.values() if key in of.products and not of.is_closed],
        "campaigns": sum(1 for of in market.campaigns.values() if of.product == key and of.is_active),
    }
    return render(request, "web/market/product.html", shown)


def _live_keys(kind: KeyKind, owner_id: int) -> list[KeyTold]:
    return [one for one in keys_of(kind, owner_id) if one.revoked_at is None]


def _entry(desk: Desk, editor: Editor) -> dict[str, object]:
    """Return what every entry's page shows."""
    stored = editor.stored.entries[editor.kind or EntryKind.COMPANY, editor.key]
    return {
        "desk": desk,
        "editor": editor,
        "title": editor.former.get("name") or editor.key,
        "is_closed": stored.is_closed,
        "seen": editor.seen,
        "written": to_yaml(_as_exported(editor)).partition("\n")[2],
    }


def _as_exported(editor: Editor) -> Config:
    """Return the entry as export orders it; a closed one, which is not exported, as it is."""
    tree = exported_tree(_alone(editor))
    companies = cast(list[Config], tree["companies"])
    listed = {
        EntryKind.PRODUCT: tree["products"],
        EntryKind.SOURCE: tree["sources"],
        EntryKind.COMPANY: [{key: one for key, one in of.items() if key != "campaigns"} for of in companies],
        EntryKind.CAMPAIGN: [one for of in companies for one in cast(list[Config], of.get("campaigns", []))],
    }
    entries = cast(list[Config], listed[editor.kind or EntryKind.COMPANY])
    return next((one for one in entries if one["key"] == editor.key), editor.former)


def _alone(editor: Editor) -> Stored:
    """Return the entry with what it names, without all that names it: a product's thousand campaigns."""
    names = {(editor.kind, editor.key), (EntryKind.COMPANY, editor.owner)}
    kept = {
        name: one
        for name, one in editor.stored.entries.items()
        if one.kind is EntryKind.PRODUCT or name in names
    }
    return replace(editor.stored, entries=kept)


def company_of(market: Market, key: str) -> Company:
    """Return the company of a key; Http404 when there is none."""
    found = next((one for one in market.companies.values() if one.key == key), None)
    if found is None:
        raise Http404
    return found
