"""Signing in and out, and the reader's choice of zone."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from leadhouse.kit.emails import parse_email
from leadhouse.parties.models import Person
from leadhouse.parties.people.queries import choose_zone as keep_zone
from leadhouse.parties.people.queries import factor
from leadhouse.parties.types import Role
from leadhouse.web.console import patience
from leadhouse.web.console.access import needs_factor
from leadhouse.web.console.second_factor import ask_for_code, first_set_up
from leadhouse.web.console.zones import known_zone

_NO_MATCH = (
    "This email and password do not belong together. Check both, or ask an operator for a new password."
)


class SignInForm(forms.Form):
    email = forms.CharField(max_length=254)
    password = forms.CharField(max_length=1000, strip=False)

    def clean_email(self) -> str:
        """Return the email as people are stored by it."""
        typed = str(self.cleaned_data["email"])
        found = parse_email(typed)
        return found.key if found else typed.lower()


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in by email and password; slower after failures, equally slow for unknown emails."""
    target = _target(request)
    if request.user.is_authenticated and request.method != "POST":
        return HttpResponseRedirect(target)
    if request.method == "POST":
        return _signed_in(request, target)
    return _page(request, status=200, target=target)


def _signed_in(request: HttpRequest, target: str) -> HttpResponse:
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, target=target, fault="Give your email address and your password.")
    email, address = form.cleaned_data["email"], request.META.get("REMOTE_ADDR", "")
    wait = patience.seconds_to_wait(email, address)
    if wait:
        fault = f"Too many tries. Wait {_told(wait)}, then try again."
        answer = _page(request, status=429, target=target, fault=fault)
        answer["Retry-After"] = str(wait)
        return answer
    person = authenticate(request, username=email, password=form.cleaned_data["password"])
    if person is None:
        return _page(request, status=422, target=target, fault=_NO_MATCH)
    patience.forgive(email, address)
    if isinstance(person, Person) and factor(person.id) is not None:
        return ask_for_code(request, person, target)
    login(request, person)
    if isinstance(person, Person) and needs_factor(Role(person.role)):
        return first_set_up(request, target)
    return HttpResponseRedirect(target)


def _page(request: HttpRequest, *, status: int, target: str, fault: str = "") -> HttpResponse:
    shown = {"fault": fault, "target": target, "email": request.POST.get("email", "")[:254]}
    return render(request, "web/sign_in.html", shown, status=status)


def _told(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s'[: seconds != 1]}"
    return f"{-(-seconds // 60)} minutes"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@require_POST
def choose_zone(request: HttpRequest) -> HttpResponse:
    """Show a person dates in another zone from now on; none, or an unknown one, means the device's own."""
    zone = known_zone(request.POST.get("zone", ""))
    if isinstance(request.user, Person):
        keep_zone(request.user.id, zone.key if zone else "")
    return HttpResponseRedirect(_target(request))


def _target(request: HttpRequest) -> str:
    """Return where to go on: an address of ours that was asked for, else the overview."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else reverse("overview")
