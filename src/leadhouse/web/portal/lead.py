"""One lead of a company's: the person, how it was brought, what the company says of it."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadhouse.feedback import decide
from leadhouse.feedback.hear import hear
from leadhouse.feedback.types import Code, Fault, Kind, Reason
from leadhouse.report.shown_fields import Reader, posted_groups
from leadhouse.store.run import database_now
from leadhouse.web.console.access import Desk
from leadhouse.web.portal import queries
from leadhouse.web.portal.access import buyers_only
from leadhouse.web.portal.fence import Fence
from leadhouse.web.portal.leads import campaigns_of
from leadhouse.web.portal.types import BoughtLead

LONGEST_NOTE = 4_000
# What stands at the top of the page need not stand among the fields again.
_SHOWN_FIRST = frozenset(
    {"first_name", "last_name", "phone_1", "email", "address_1", "city", "state", "postal_code"}
)


@require_safe
@buyers_only
def bought_lead(request: HttpRequest, desk: Desk, fence: Fence, delivery: UUID) -> HttpResponse:
    """Show one lead that the company was given."""
    return _page(request, desk, fence, _lead(fence, delivery))


@require_POST
@buyers_only
def say(request: HttpRequest, desk: Desk, fence: Fence, delivery: UUID) -> HttpResponse:
    """Reject or return a lead, or report a conversion: the same as POST /v1/feedback."""
    lead = _lead(fence, delivery)
    given = decide.read({**_posted(request), "delivery": str(delivery)}, desk.currency)
    heard = given if isinstance(given, Fault) else hear(given, desk.company_id or 0, desk.market)
    if isinstance(heard, Fault):
        return _page(request, desk, fence, lead, fault=_beside(heard), status=max(heard.status, 400))
    if heard.code is not None:
        told = decide.answer(heard, desk.currency)["reason"]
        return _page(request, desk, fence, lead, fault=told, status=409)
    return HttpResponseRedirect(reverse("bought-lead", args=[delivery]))


@require_POST
@buyers_only
def note(request: HttpRequest, desk: Desk, fence: Fence, delivery: UUID) -> HttpResponse:
    """Keep what somebody wrote about a lead."""
    lead = _lead(fence, delivery)
    text = request.POST.get("text", "").replace("\0", "").strip()
    if not text or len(text) > LONGEST_NOTE:
        fault = f"Write something, at most {LONGEST_NOTE:,} characters."
        return _page(request, desk, fence, lead, note_fault=fault, status=422)
    queries.add_remark(fence, delivery, by=desk.email, text=text)
    return HttpResponseRedirect(f"{reverse('bought-lead', args=[delivery])}#notes")


def _beside(fault: Fault) -> str:
    """Say what is wrong where its field already stands beside it."""
    if fault.code is Code.MISSING_FIELD:
        return "Choose a reason."
    said = fault.reason.removeprefix("value: ").removeprefix("reason: ")
    return f"{said[:1].upper()}{said[1:]}."


def _lead(fence: Fence, delivery: UUID) -> BoughtLead:
    lead = queries.bought_lead(fence, delivery)
    if lead is None:
        raise Http404
    return lead


def _posted(request: HttpRequest) -> Mapping[str, str]:
    """Return what was filled in for this type: a hidden field of another type counts for nothing."""
    kind = request.POST.get("type", "")
    asked = ("type", "value") if kind == Kind.CONVERSION else ("type", "reason")
    return {name: request.POST.get(name, "")[:200] for name in asked}


def _page(
    request: HttpRequest,
    desk: Desk,
    fence: Fence,
    lead: BoughtLead,
    *,
    fault: str = "",
    note_fault: str = "",
    status: int = 200,
) -> HttpResponse:
    text = queries.bought_fields(fence, lead.lead_id)
    fields = {key: value for key, value in text.fields.items() if key not in _SHOWN_FIRST}
    product = next((one for one in desk.market.products.values() if one.id == lead.product_id), None)
    said = queries.said_about(fence, lead.id)
    shown = {
        "desk": desk,
        "lead": lead,
        "campaign": campaigns_of(desk).get(lead.campaign_id),
        "product": product,
        "groups": posted_groups(
            fields, text.extra, product.fields if product else {}, Reader(desk.zone, desk.currency)
        ),
        "said": said,
        "is_credited": any(one.credit_minor for one in said),
        "open_kinds": [kind for kind in Kind if kind.value not in {one.type for one in said}],
        "reasons": list(Reason),
        "tries": queries.tries_of(fence, lead.id),
        "remarks": queries.remarks_on(fence, lead.id),
        "left": lead.seconds_left(database_now()),
        "fault": fault,
        "note_fault": note_fault,
        "posted": request.POST,
    }
    return render(request, "web/portal/lead.html", shown, status=status)
