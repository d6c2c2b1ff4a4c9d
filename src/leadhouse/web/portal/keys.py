"""The keys of a source and of a company: seen by their last characters, changed for new ones, taken back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from leadhouse.parties.party_keys import revoke_keys, rotate_key
from leadhouse.parties.types import KeyKind
from leadhouse.web.console.access import Desk
from leadhouse.web.portal import queries
from leadhouse.web.portal.access import owners_only, sources_only
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.posts import queries as posts


@require_http_methods(["GET", "HEAD", "POST"])
@sources_only
def source_keys(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the source's keys; give a new one, shown once, or take all back."""
    fresh = _changed(request, KeyKind.SOURCE, desk.source.key, desk.email)
    purpose = "posts leads"
    shown = {"desk": desk, "keys": posts.keys(fence), "fresh": fresh, "purpose": purpose}
    return render(request, "web/portal/keys.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@owners_only
def company_keys(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the company's keys; give a new one, shown once, or take all back."""
    fresh = _changed(request, KeyKind.COMPANY, desk.company.key, desk.email)
    purpose = "says by POST /v1/feedback what became of leads"
    shown = {"desk": desk, "keys": queries.company_keys(fence), "fresh": fresh, "purpose": purpose}
    return render(request, "web/portal/keys.html", shown)


def _changed(request: HttpRequest, kind: KeyKind, owner: str, by: str) -> str:
    """Do what a button asks; return the new key, empty when none was made."""
    wish = request.POST.get("do", "") if request.method == "POST" else ""
    try:
        if wish == "rotate":
            return rotate_key(kind, owner, by=by)
        if wish == "revoke":
            revoke_keys(kind, owner, by=by)
    except LookupError as closed:
        raise Http404 from closed
    return ""
