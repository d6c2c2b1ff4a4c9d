"""A company's own people: its owner invites agents, changes who may do what, and keeps people out again."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leadhouse.parties.people import changing
from leadhouse.parties.people import queries as people
from leadhouse.parties.people.types import PersonFault, Scope
from leadhouse.parties.types import Role
from leadhouse.web.console.access import Desk
from leadhouse.web.console.mailing import send_link
from leadhouse.web.console.people import do, to_be_mailed
from leadhouse.web.portal import queries
from leadhouse.web.portal.access import owners_only
from leadhouse.web.portal.fence import Fence

_ROLES = (
    (Role.COMPANY_AGENT.value, "Agent: works with leads"),
    (Role.COMPANY_OWNER.value, "Owner: also campaigns, money and people"),
)


class ColleagueForm(forms.Form):
    """Who is to be invited, as what."""

    email = forms.CharField(max_length=254, label="Email")
    role = forms.ChoiceField(choices=_ROLES, label="Role")


@require_http_methods(["GET", "HEAD", "POST"])
@owners_only
def colleagues(request: HttpRequest, desk: Desk, fence: Fence) -> HttpResponse:
    """Show the company's people, and invite one more."""
    if request.method != "POST":
        return _page(request, desk, fence, ColleagueForm())
    form = ColleagueForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, fence, form, status=422)
    asked = form.cleaned_data
    try:
        person, link = to_be_mailed(
            desk.email, lambda: changing.invite(asked["email"], Role(asked["role"]), _scope(desk))
        )
    except PersonFault as fault:
        form.add_error(
            fault.field if fault.field in form.fields else None, f"{fault}"[:1].upper() + f"{fault}"[1:]
        )
        return _page(request, desk, fence, form, status=422)
    sent = send_link(person, link, desk.market, by=desk.email)
    shown = {"desk": desk, "person": person, "sent": sent, "back": reverse("colleagues")}
    return render(request, "web/link_sent.html", shown)


@require_POST
@owners_only
def change_colleague(request: HttpRequest, desk: Desk, fence: Fence, person_id: int) -> HttpResponse:
    """Do what a button beside one of the company's people says."""
    person = people.somebody(person_id, desk.company_id)
    if person is None or person_id not in {one.id for one in queries.colleagues(fence)}:
        raise Http404
    wish = request.POST.get("do", "")
    try:
        if wish in {Role.COMPANY_AGENT.value, Role.COMPANY_OWNER.value}:
            changing.change_role(person_id, Role(wish), _scope(desk))
            return HttpResponseRedirect(reverse("colleagues"))
        if wish == "remove-second-factor":
            raise PersonFault("ask an operator to do this")
        link = do(wish, person_id, _scope(desk))
    except PersonFault as fault:
        return _page(request, desk, fence, ColleagueForm(), fault=str(fault), status=422)
    if link is None:
        return HttpResponseRedirect(reverse("colleagues"))
    sent = send_link(person, link, desk.market, by=desk.email)
    shown = {"desk": desk, "person": person, "sent": sent, "back": reverse("colleagues")}
    return render(request, "web/link_sent.html", shown)


def _scope(desk: Desk) -> Scope:
    if desk.company_id is None:
        raise PersonFault("only a company's owner has colleagues")
    return Scope(desk.email, desk.company_id)


def _page(
    request: HttpRequest, desk: Desk, fence: Fence, form: ColleagueForm, *, fault: str = "", status: int = 200
) -> HttpResponse:
    shown = {"desk": desk, "people": queries.colleagues(fence), "form": form, "fault": fault}
    return render(request, "web/portal/people.html", shown, status=status)
