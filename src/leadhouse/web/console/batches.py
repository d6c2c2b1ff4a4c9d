"""Work on many leads: proposed with how many it is, confirmed, followed, stopped, taken back."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadhouse.amend import queries
from leadhouse.amend.step import undo
from leadhouse.amend.types import Action, Batch, State
from leadhouse.report import queries as report
from leadhouse.store.run import transaction
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.console.filters import read_asked
from leadhouse.web.console.picking import is_everything, picked, to_list

# What is chosen by a filter goes into one list of ids.
MOST_LEADS = 200_000
_MOST_LISTED = 50


@require_safe
@operators_only
def batches(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the work on many leads that was begun lately."""
    return render(request, "web/batches.html", {"desk": desk, "batches": queries.batches(_MOST_LISTED)})


@require_POST
@operators_only
def propose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Fix which leads are meant, and ask whether it shall be done."""
    action, address = request.POST.get("action", ""), request.POST.get("address", "")[:2000]
    if action not in list(Action):
        raise BadRequest("nothing of that kind can be done to leads")
    lead_ids, asked = _meant(request, address, desk)
    if not lead_ids:
        return to_list(address)
    with transaction():
        batch_id = queries.propose(Action(action), lead_ids, by=desk.email, asked=asked)
    return HttpResponseRedirect(reverse("batch", args=[batch_id]))


def _meant(request: HttpRequest, address: str, desk: Desk) -> tuple[list[UUID], str]:
    """Return the leads that were picked, or all of the filter, and in words which they are."""
    if not is_everything(request.POST):
        return sorted(picked(request.POST)), "picked one by one"
    asked = read_asked(QueryDict(address), desk.market, desk.zone)
    if asked.filters is None:
        return [], ""
    return report.matching(asked.filters, MOST_LEADS), asked.in_words


@require_safe
@operators_only
def batch(request: HttpRequest, desk: Desk, batch_id: UUID) -> HttpResponse:
    """Show what a batch is, how far it is, and what can be done about it."""
    shown = {"desk": desk, "batch": _batch(batch_id)}
    name = "web/parts/batch.html" if request.headers.get("HX-Request") else "web/batch.html"
    return render(request, name, shown)


@require_POST
@operators_only
def move_batch(request: HttpRequest, desk: Desk, batch_id: UUID) -> HttpResponse:
    """Start, stop, resume or take back a batch, as the button says."""
    found = _batch(batch_id)
    wish = request.POST.get("wish", "")
    if wish == "start":
        queries.move(found.id, State.PROPOSED, State.RUNNING)
    elif wish == "stop":
        queries.move(found.id, State.RUNNING, State.STOPPED)
    elif wish == "resume":
        queries.move(found.id, State.STOPPED, State.RUNNING)
    elif wish == "undo":
        with transaction():
            batch_id = undo(found, desk.email) or batch_id
    return HttpResponseRedirect(reverse("batch", args=[batch_id]))


def _batch(batch_id: UUID) -> Batch:
    found = queries.batch(batch_id)
    if found is None:
        raise Http404
    return found
