"""Who may see the console: operators and analysts; everybody else is told so, and nothing more."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from leadhouse.parties import current
from leadhouse.parties.models import Person
from leadhouse.parties.types import Market, Role
from leadhouse.web.console.zones import chosen_zone

P = ParamSpec("P")
STAFF = frozenset({Role.OPERATOR, Role.ANALYST})


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at the console, the market as it is now, and the zone in which dates are shown."""

    email: str
    role: Role
    market: Market
    zone: ZoneInfo

    @property
    def currency(self) -> str:
        return self.market.currency


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
DeskView = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def staff_only(view: DeskView[P]) -> View[P]:
    """Give the view a desk; send strangers to sign in, tell portal users the same whatever they ask for."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = request.user
        if not isinstance(person, Person):
            return _sign_in_first(request)
        if person.role not in STAFF:
            return render(request, "web/portal.html", {"person": person}, status=403)
        market = current.market()
        zone = chosen_zone(request, market.zone)
        with timezone.override(zone):
            answer = view(request, Desk(person.email, Role(person.role), market, zone), *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    return guarded


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment cannot be replaced by the sign-in page: have the whole page load again.
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path(), reverse("sign-in"))
