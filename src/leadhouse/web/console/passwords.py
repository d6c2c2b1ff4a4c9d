"""Choosing a password by a mailed link, and asking for such a link."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from leadhouse.parties import current
from leadhouse.parties import queries as parties
from leadhouse.parties.people import changing, passwords
from leadhouse.parties.people.adding import address_of
from leadhouse.parties.people.types import PersonFault, Scope
from leadhouse.web.console import patience
from leadhouse.web.console.mailing import begin_link


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """Let the person of a link choose a password, once."""
    person = passwords.person_of(token)
    if person is None:
        return render(request, "web/link_over.html", status=404)
    fault = ""
    if request.method == "POST":
        try:
            return _chosen(request, token)
        except PersonFault as refused:
            fault = str(refused)
    shown = {"person": person, "fault": fault, "token": token}
    return render(request, "web/choose_password.html", shown, status=422 if fault else 200)


def _chosen(request: HttpRequest, token: str) -> HttpResponse:
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise PersonFault("the two passwords differ: type the same one twice", "again")
    if passwords.use_link(token, password) is None:
        return render(request, "web/link_over.html", status=404)
    return HttpResponseRedirect(f"{reverse('sign-in')}?welcome=1")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Mail a link to whoever has this address here; say the same when nobody has."""
    if request.method != "POST":
        return render(request, "web/forgotten.html", {"fault": ""})
    try:
        email = address_of(request.POST.get("email", "")[:254])
    except PersonFault:
        fault = "This is not an email address: look for a typing error."
        return render(request, "web/forgotten.html", {"fault": fault}, status=422)
    wait = patience.seconds_to_wait(f"link {email}", request.META.get("REMOTE_ADDR", ""))
    if wait:
        answer = render(
            request, "web/forgotten.html", {"fault": "Too many tries. Try again later."}, status=429
        )
        answer["Retry-After"] = str(wait)
        return answer
    _mail_to(email)
    return render(request, "web/forgotten_sent.html", {"email": email})


def _mail_to(email: str) -> None:
    person = parties.person(email)
    if person is not None and person.is_active:
        begin_link(*changing.new_link(person.id, Scope(email)), current.market())
