"""A company's campaigns: how full they are, and what its owner may change of them."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leadhouse.parties.editing import about, apply_edit
from leadhouse.parties.edits import Edit, EditedMeanwhile, EditFaults, version_of
from leadhouse.parties.entries import EntryKind, StoredEntry
from leadhouse.parties.fields import catalogue
from leadhouse.parties.types import Campaign
from leadhouse.web.console.access import Desk
from leadhouse.web.market.pages import use_of
from leadhouse.web.market.terms import Telling, Told, cap_term, told_of
from leadhouse.web.portal.access import owners_only
from leadhouse.web.portal.campaign_form import Part, changed, parts_of
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.leads import campaigns_of

_MEANWHILE = "Somebody else changed the campaign meanwhile: look at how it is now, then save again."


@require_safe
@owners_only
def own_campaigns(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the company's campaigns with the use of their caps."""
    own = sorted(campaigns_of(desk).values(), key=lambda one: one.key)
    used = use_of(own)
    listed = [(one, desk.market.products[one.product].name, used.get(one.id, [])) for one in own]
    return render(request, "web/portal/campaigns.html", {"desk": desk, "listed": listed})


@require_http_methods(["GET", "HEAD", "POST"])
@owners_only
def own_campaign(request: HttpRequest, desk: Desk, fence: Fence, campaign_key: str) -> HttpResponse:
    """Show one campaign, and change of it what the operator allows; checked as the market file is."""
    campaign = next((one for one in campaigns_of(desk).values() if one.key == campaign_key), None)
    entry = _entry(campaign_key, desk)
    if campaign is None or entry is None or entry.owner != desk.company.key or entry.is_closed:
        raise Http404
    if request.method != "POST":
        parts = parts_of(entry.config, desk.company.buyer_may)
        return _page(request, desk, campaign, entry, parts)
    return _saved(request, desk, campaign, entry)


def _entry(key: str, desk: Desk) -> StoredEntry | None:
    stored = about(EntryKind.CAMPAIGN, key, desk.company.key)
    return stored.entries.get((EntryKind.CAMPAIGN, key))


def _saved(request: HttpRequest, desk: Desk, campaign: Campaign, entry: StoredEntry) -> HttpResponse:
    may, posted = desk.company.buyer_may, request.POST.dict()
    fresh = changed(entry.config, may, posted)
    edit = Edit(EntryKind.CAMPAIGN, entry.key, fresh, posted.get("seen", "")[:100], entry.owner)
    try:
        apply_edit(edit, by=desk.email)
    except EditFaults as refusal:
        parts = parts_of(entry.config, may, posted, refusal.own)
        others = [] if any(one.fault for part in parts for one in part.fields) else refusal.faults
        return _page(request, desk, campaign, entry, parts, fault="; ".join(map(str, others)), status=422)
    except EditedMeanwhile:
        return _page(
            request, desk, campaign, entry, parts_of(entry.config, may), fault=_MEANWHILE, status=409
        )
    messages.success(request, "Saved: every lead received from now on meets it.")
    return HttpResponseRedirect(reverse("own-campaign", args=[entry.key]))


def _page(
    request: HttpRequest,
    desk: Desk,
    campaign: Campaign,
    entry: StoredEntry,
    parts: list[Part],
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {
        "desk": desk,
        "campaign": campaign,
        "product": desk.market.products[campaign.product],
        "use": use_of([campaign]).get(campaign.id, []),
        "parts": parts,
        "seen": version_of(entry),
        "fault": fault,
        "zone": desk.company.zone.key,
        "says": _says(desk, campaign, entry, parts),
    }
    return render(request, "web/portal/campaign.html", shown, status=status)


def _says(desk: Desk, campaign: Campaign, entry: StoredEntry, parts: list[Part]) -> Told:
    """Return what stands beside the form: what is not in it and decides, too."""
    owner = about(EntryKind.CAMPAIGN, entry.key, entry.owner).entries[EntryKind.COMPANY, desk.company.key]
    telling = Telling(catalogue(desk.market.products[campaign.product], desk.currency), None)
    told = told_of(entry.config, owner.config, desk.company.zone.key, telling)
    edited = {part.key for part in parts}
    shown = [one for one in told.terms if not (one.label == "Hours" and "schedule" in edited)]
    caps = [] if "caps" in edited else [cap_term(entry.config, desk.currency)]
    return replace(told, terms=[*shown, *caps])
