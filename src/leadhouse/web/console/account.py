"""One's own account: the password, the second factor, every session."""

from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from leadhouse.parties.models import Person
from leadhouse.parties.people import changing, passwords, queries
from leadhouse.parties.people.types import PersonFault, Scope
from leadhouse.store.run import transaction
from leadhouse.web.console import patience
from leadhouse.web.console.access import Desk, anybody, needs_factor


@require_safe
@anybody
def account(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who has signed in, and how they do."""
    return _page(request, desk, is_code_wrong=request.GET.get("fault") == "code")


@sensitive_post_parameters("old", "password", "again")
@require_POST
@anybody
def change_password(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Change one's own password, which ends every other session."""
    try:
        _changed(request, desk)
    except PersonFault as fault:
        return _page(request, desk, fault=fault, status=422)
    _go_on(request, desk)
    return HttpResponseRedirect(f"{reverse('account')}?done=password")


def _changed(request: HttpRequest, desk: Desk) -> None:
    old, new = request.POST.get("old", ""), request.POST.get("password", "")
    address = request.META.get("REMOTE_ADDR", "")
    if patience.seconds_to_wait(desk.email, address):
        raise PersonFault("too many tries: wait a little", "old")
    if authenticate(request, username=desk.email, password=old) is None:
        raise PersonFault("this is not your present password", "old")
    patience.forgive(desk.email, address)
    if new != request.POST.get("again", ""):
        raise PersonFault("the two passwords differ: type the same one twice", "again")
    passwords.check_password(new, desk.email)
    with transaction():
        queries.set_password(desk.person_id, make_password(new))
        passwords.note_password(desk.email, by=desk.email)


@require_POST
@anybody
def sign_out_others(request: HttpRequest, desk: Desk) -> HttpResponse:
    """End every session of one's own but this one."""
    changing.sign_out_everywhere(desk.person_id, Scope(desk.email))
    _go_on(request, desk)
    return HttpResponseRedirect(f"{reverse('account')}?done=sessions")


def _go_on(request: HttpRequest, desk: Desk) -> None:
    """Have this session outlive what ended all others."""
    update_session_auth_hash(request, Person.objects.get(id=desk.person_id))


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    fault: PersonFault | None = None,
    is_code_wrong: bool = False,
    status: int = 200,
) -> HttpResponse:
    factor = queries.factor(desk.person_id)
    shown = {
        "desk": desk,
        "fault": str(fault) if fault else "",
        "fault_field": fault.field if fault else "",
        "is_code_wrong": is_code_wrong,
        "has_factor": factor is not None,
        "needs_factor": needs_factor(desk.role),
        "codes_left": queries.codes_left(desk.person_id) if factor else 0,
        "done": request.GET.get("done", ""),
    }
    return render(request, "web/account.html", shown, status=status)
