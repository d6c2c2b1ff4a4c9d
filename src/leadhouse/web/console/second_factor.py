"""The second factor: turned on with an app, used when signing in, turned off again."""

import logging
from datetime import timedelta

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from leadhouse.parties.models import Person
from leadhouse.parties.people import changing, factors, queries
from leadhouse.parties.people.sealing import SealedOtherwiseError
from leadhouse.parties.people.types import Scope
from leadhouse.web.console import patience
from leadhouse.web.console.access import BY_FACTOR, Desk, anybody, lacks_factor, needs_factor

_HALF_IN, _NEW_SECRET, _GO_ON_TO = "half_in", "new_second_factor", "go_on_to"
_LASTS = timedelta(minutes=10)
_WRONG = "This code is not right, or was used before. Wait for the next one in your app."
_UNREADABLE = (
    "Your app's codes cannot be checked: this house has another key than when you turned them on. "
    "Use a recovery code, or ask an operator to remove your second factor."
)

log = logging.getLogger(__name__)


def ask_for_code(request: HttpRequest, person: Person, target: str) -> HttpResponse:
    """Go on to the page of the second factor: the password was right, and is worth ten minutes."""
    until = (timezone.now() + _LASTS).timestamp()
    request.session.flush()
    request.session[_HALF_IN] = {
        "person": person.id,
        "until": until,
        "target": target,
        "as": person.get_session_auth_hash(),
    }
    return HttpResponseRedirect(reverse("sign-in-code"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Let in whoever knew the password and has the app, or a recovery code."""
    known = request.session.get(_HALF_IN)
    if not isinstance(known, dict) or known["until"] < timezone.now().timestamp():
        return HttpResponseRedirect(reverse("sign-in"))
    if request.method != "POST":
        return render(request, "web/enter_code.html", {"fault": ""})
    person = Person.objects.filter(id=known["person"], is_active=True).first()
    subject, address = f"code {known['person']}", request.META.get("REMOTE_ADDR", "")
    wait = patience.seconds_to_wait(subject, address)
    if wait:
        answer = render(
            request, "web/enter_code.html", {"fault": "Too many tries. Wait a little."}, status=429
        )
        answer["Retry-After"] = str(wait)
        return answer
    if person is not None and person.get_session_auth_hash() != known["as"]:
        return HttpResponseRedirect(reverse("sign-in"))
    fault = "" if person is not None else _WRONG
    if person is not None:
        fault = _fault_of(person.id, request.POST.get("code", "")[:100])
    if person is None or fault:
        return render(request, "web/enter_code.html", {"fault": fault}, status=422)
    patience.forgive(subject, address)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop(_HALF_IN, None)
    request.session[BY_FACTOR] = True
    return HttpResponseRedirect(known["target"])


def _fault_of(person_id: int, code: str) -> str:
    """Return why a code lets nobody in, nothing when it does."""
    try:
        return "" if factors.is_right(person_id, code) else _WRONG
    except SealedOtherwiseError as trouble:
        log.error("the second factor of person %d cannot be read: %s", person_id, trouble)  # noqa: TRY400 - its cause is said in words
        return _UNREADABLE


def first_set_up(request: HttpRequest, target: str) -> HttpResponse:
    """Go on to set-up: the role comes in by a second factor only, and nothing else opens before it is on."""
    request.session[_GO_ON_TO] = target
    return HttpResponseRedirect(reverse("second-factor"))


@require_http_methods(["GET", "HEAD", "POST"])
@anybody
def turn_on(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the drawing for the app; once the app's code is right, be on and tell recovery codes once."""
    if queries.factor(desk.person_id) is not None:
        if lacks_factor(request, desk.role):
            logout(request)
            return HttpResponseRedirect(reverse("sign-in"))
        return HttpResponseRedirect(reverse("account"))
    secret = request.session.setdefault(_NEW_SECRET, factors.new_secret())
    if request.method == "POST":
        codes = factors.turn_on(desk.person_id, desk.email, secret, request.POST.get("code", "")[:100])
        if codes is not None:
            del request.session[_NEW_SECRET]
            # Whoever came in by the password alone has to come again, all but this page.
            changing.sign_out_everywhere(desk.person_id, Scope(desk.email))
            update_session_auth_hash(request, Person.objects.get(id=desk.person_id))
            request.session[BY_FACTOR] = True
            target = request.session.pop(_GO_ON_TO, "")
            shown = {"desk": desk, "codes": codes, "target": target}
            return render(request, "web/recovery_codes.html", shown)
    fault = "This is not the code that the app shows now." if request.method == "POST" else ""
    shown = {"desk": desk, "secret": secret, "drawing": _drawing(secret, desk), "fault": fault}
    shown["is_required"] = needs_factor(desk.role)
    return render(request, "web/second_factor.html", shown, status=422 if fault else 200)


def _drawing(secret: str, desk: Desk) -> SafeString:
    drawn = factors.qr_code(factors.address_for_app(secret, desk.email, desk.market.name))
    return mark_safe(drawn)  # noqa: S308 - shapes drawn by us; what they encode is not in the markup


def _knows_code(request: HttpRequest, desk: Desk) -> bool:
    """Return whether a code of the app's was posted; who guesses has to wait longer and longer."""
    subject, address = f"code {desk.person_id}", request.META.get("REMOTE_ADDR", "")
    if patience.seconds_to_wait(subject, address):
        return False
    if _fault_of(desk.person_id, request.POST.get("code", "")[:100]):
        return False
    patience.forgive(subject, address)
    return True


@require_POST
@anybody
def turn_off(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let oneself in by the password alone from now on; it takes a code of the app's, and a role that may."""
    if needs_factor(desk.role):
        return HttpResponseRedirect(f"{reverse('account')}?fault=required")
    if not _knows_code(request, desk):
        return HttpResponseRedirect(f"{reverse('account')}?fault=code")
    factors.turn_off(desk.person_id, desk.email)
    return HttpResponseRedirect(reverse("account"))


@require_POST
@anybody
def new_codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tell new recovery codes, once; it takes a code of the app's."""
    if not _knows_code(request, desk):
        return HttpResponseRedirect(f"{reverse('account')}?fault=code")
    codes = factors.new_codes(desk.person_id)
    return render(request, "web/recovery_codes.html", {"desk": desk, "codes": codes})
