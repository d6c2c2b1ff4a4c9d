"""One lead's page: who it is, how it was decided, who got it, what it earned, what happened when."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.amend.erasing import ERASED
from leadhouse.report.story import lead_story
from leadhouse.report.story_types import DecisionTold, LeadStory
from leadhouse.report.veil import veiled_story
from leadhouse.web.console import decision_view
from leadhouse.web.console.access import Desk, operators_only, staff_only
from leadhouse.web.console.deliveries_view import deliveries
from leadhouse.web.console.timeline_view import runs

# A submission is at most 256 KiB, which nobody reads on a page; the file has all of it.
MOST_RAW = 16_384
# A lead that names no number of contacts may go to any; more than these are hardly ever sold.
MOST_SIZES = 4


@require_safe
@staff_only
def lead(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Show everything there is to tell about a lead."""
    story = story_for(desk, lead_id)
    return render(
        request,
        "web/lead.html",
        {
            "did": request.GET.get("did", ""),
            "is_erased": any(one.type == ERASED for one in story.events),
            "desk": desk,
            "story": story,
            "passport": story.passport,
            "runs": runs(story.events),
            "deliveries": deliveries(story),
            "raw": story.submission.raw[:MOST_RAW].decode("utf-8", "backslashreplace"),
            "is_raw_cut": len(story.submission.raw) > MOST_RAW,
            **_decided(request, story),
        },
    )


@require_safe
@staff_only
def decision(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Give one decision of a lead: another round of it, or other campaigns."""
    story = story_for(desk, lead_id)
    shown = {"desk": desk, "story": story, "passport": story.passport, **_decided(request, story)}
    return render(request, "web/parts/decision.html", shown)


@require_safe
@operators_only
def submission(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Give what was posted, byte for byte, as a file that no browser opens as a page."""
    posted = story_for(desk, lead_id).submission
    answer = HttpResponse(posted.raw, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="lead-{lead_id}.txt"'
    return answer


def story_for(desk: Desk, lead_id: UUID) -> LeadStory:
    """Return a lead's story as the reader may see it: only operators see who it is."""
    story = lead_story(lead_id, desk.zone)
    if story is None:
        raise Http404
    return story if desk.is_operator else veiled_story(story)


def _decided(request: HttpRequest, story: LeadStory) -> dict[str, object]:
    at = decision_view.chosen_decision(story.decisions, request.GET.get("decision", ""))
    if at < 0:
        return {"decision": None}
    chosen = story.decisions[at]
    return {
        "decision": chosen,
        "number": at + 1,
        "funnel": decision_view.funnel(chosen.funnel),
        "campaigns": _campaigns(request, chosen),
        "has_several": len(story.decisions) > 1,
        "what_if_sizes": range(1, (story.passport.contact_requests or MOST_SIZES) + 1),
    }


def _campaigns(request: HttpRequest, chosen: DecisionTold) -> decision_view.CampaignPage:
    page = request.GET.get("page", "")
    return decision_view.campaign_page(
        chosen.campaigns,
        fate=request.GET.get("fate", "")[:50],
        search=request.GET.get("campaign", "")[:100].strip(),
        page=int(page[:6]) if page.isascii() and page.isdecimal() else 1,
    )
