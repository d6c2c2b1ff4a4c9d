"""Everybody who may sign in: listed, invited, changed, kept out; for operators."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadhouse.parties.people import changing, queries
from leadhouse.parties.people.passwords import Link
from leadhouse.parties.people.types import AT_COMPANY, PeopleFilters, PersonFault, Scope, Somebody
from leadhouse.parties.types import Company, Market, Role, Source
from leadhouse.store.run import transaction
from leadhouse.web.console import patience
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.console.mailing import Sent, send_link
from leadhouse.web.console.words import plain

PAGE_SIZE = 50
STANDINGS = ("active", "invited", "deactivated")
ROLES = [(role.value, plain(role.value)) for role in Role if role is not Role.FRANCHISOR]


class PersonForm(forms.Form):
    """Who somebody is to be; a company or source only where the role asks for one."""

    email = forms.CharField(max_length=254, label="Email")
    role = forms.ChoiceField(choices=[("", "Choose a role"), *ROLES], label="Role")
    company = forms.ChoiceField(required=False, label="Company")
    source = forms.ChoiceField(required=False, label="Source")

    def __init__(self, posted: dict[str, str] | None, market: Market) -> None:
        super().__init__(posted)
        self._offer("company", [one for one in market.companies.values() if not one.is_closed])
        self._offer("source", [one for one in market.sources.values() if not one.is_closed])

    def _offer(self, name: str, parties: list[Company] | list[Source]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            named = sorted(((one.key, one.name) for one in parties), key=lambda choice: choice[1].casefold())
            field.choices = [("", "None"), *named]

    def clean(self) -> dict[str, object]:
        """Ask for the party that the role needs, and leave out what it does not."""
        cleaned = dict(super().clean() or self.cleaned_data)
        role = cleaned.get("role")
        for name, needs in (("company", AT_COMPANY), ("source", {Role.SOURCE_USER})):
            if role not in needs:
                cleaned[name] = None
            elif not cleaned.get(name) and name not in self.errors:
                self.add_error(name, f"Choose the {name} this person belongs to.")
        return cleaned


_NEEDS_PROOF = frozenset({"link", "remove-second-factor"})


@require_safe
@operators_only
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of people, in the order of their emails."""
    asked = {name: _readable(request.GET.get(name, "")) for name in ("q", "role", "standing", "after")}
    role = Role(asked["role"]) if asked["role"] in set(Role) else None
    standing = asked["standing"] if asked["standing"] in STANDINGS else ""
    filters = PeopleFilters(search=asked["q"], role=role, standing=standing)
    found = queries.find_people(filters, after=asked["after"], limit=PAGE_SIZE + 1)
    shown = {
        "desk": desk,
        "people": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1].email if len(found) > PAGE_SIZE else "",
        "asked": asked,
        "is_everything": filters == PeopleFilters(),
        "roles": ROLES,
        "standings": STANDINGS,
    }
    return render(request, "web/people.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Invite somebody by a mail whose link works once."""
    if request.method != "POST":
        return render(request, "web/invite.html", {"desk": desk, "form": PersonForm(None, desk.market)})
    form = PersonForm(request.POST.dict(), desk.market)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            parties = {"company": asked["company"], "source": asked["source"]}
            person, link = to_be_mailed(
                desk.email,
                lambda: changing.invite(asked["email"], Role(asked["role"]), Scope(desk.email), **parties),
            )
        except PersonFault as fault:
            form.add_error(fault.field if fault.field in form.fields else None, _sentence(fault))
        else:
            return _sent(request, desk, person, link)
    return render(request, "web/invite.html", {"desk": desk, "form": form}, status=422)


@require_safe
@operators_only
def person(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """Show somebody, and what can be done."""
    return _page(request, desk, _somebody(person_id))


@require_POST
@operators_only
def change_person(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """Do what a button of somebody's page says."""
    somebody = _somebody(person_id)
    try:
        if request.POST.get("do") == "role":
            return _change_role(request, desk, somebody)
        link = do(request.POST.get("do", ""), person_id, Scope(desk.email))
    except PersonFault as fault:
        return _page(request, desk, somebody, fault=_sentence(fault), status=422)
    if link is not None:
        return _sent(request, desk, somebody, link)
    return HttpResponseRedirect(reverse("person", args=[person_id]))


def to_be_mailed(by: str, make: Callable[[], tuple[Somebody, Link]]) -> tuple[Somebody, Link]:
    """Make an invitation or link that is to be mailed; raise PersonFault when there were too many of late.

    One that is refused counts for who asks alone: nobody uses up what another house may mail to somebody.
    """
    _wait(patience.seconds_before_asking(by))
    with transaction():
        person, link = make()
        _wait(patience.seconds_before_mail(person.email))
    return person, link


def _wait(wait: int) -> None:
    if wait:
        raise PersonFault(f"too many invitations and links: try again in {-(-wait // 60)} min", "email")


def do(wish: str, person_id: int, scope: Scope) -> Link | None:
    """Carry out a wish that a button names; return the link when it was for one. Raise PersonFault.

    What lets one in again takes one's own password or code, and so is done on one's own page only.
    """
    somebody = queries.somebody(person_id, scope.company_id)
    if wish in _NEEDS_PROOF and somebody and somebody.email == scope.by:
        raise PersonFault("do this on the page of your own account")
    if wish == "deactivate":
        changing.set_active(person_id, scope, is_active=False)
    elif wish == "reactivate":
        changing.set_active(person_id, scope, is_active=True)
    elif wish == "sign-out":
        changing.sign_out_everywhere(person_id, scope)
    elif wish == "remove-second-factor":
        changing.remove_second_factor(person_id, scope)
    elif wish == "link":
        return to_be_mailed(scope.by, lambda: changing.new_link(person_id, scope))[1]
    else:
        raise PersonFault("choose one of the buttons")
    return None


def _change_role(request: HttpRequest, desk: Desk, somebody: Somebody) -> HttpResponse:
    form = PersonForm({**request.POST.dict(), "email": somebody.email}, desk.market)
    if not form.is_valid():
        return _page(request, desk, somebody, form=form, status=422)
    asked = form.cleaned_data
    parties = {"company": asked["company"], "source": asked["source"]}
    changing.change_role(somebody.id, Role(asked["role"]), Scope(desk.email), **parties)
    return HttpResponseRedirect(reverse("person", args=[somebody.id]))


def _somebody(person_id: int) -> Somebody:
    found = queries.somebody(person_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    desk: Desk,
    somebody: Somebody,
    *,
    form: PersonForm | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    if form is None:
        now = {"email": somebody.email, "role": somebody.role.value}
        now |= {"company": somebody.company or "", "source": somebody.source or ""}
        form = PersonForm(now, desk.market)
    shown = {"desk": desk, "person": somebody, "form": form, "fault": fault}
    return render(request, "web/person.html", shown, status=status)


def _sent(request: HttpRequest, desk: Desk, somebody: Somebody, link: Link) -> HttpResponse:
    sent: Sent = send_link(somebody, link, desk.market, by=desk.email)
    shown = {"desk": desk, "person": somebody, "sent": sent, "back": reverse("people")}
    return render(request, "web/link_sent.html", shown)


def _sentence(fault: PersonFault) -> str:
    text = str(fault)
    return f"{text[:1].upper()}{text[1:]}."


def _readable(text: str) -> str:
    return "".join(letter for letter in text[:254] if letter.isprintable()).strip()
