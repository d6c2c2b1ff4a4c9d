"""Who may see which page: one guard for every view of the console and of the portals."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from leadhouse.parties import current
from leadhouse.parties.models import Person
from leadhouse.parties.types import Company, Market, Role, Source
from leadhouse.web.console.zones import zone_of

P = ParamSpec("P")
STAFF = frozenset({Role.OPERATOR, Role.ANALYST})
BUYERS = frozenset({Role.COMPANY_OWNER, Role.COMPANY_AGENT})
SOURCES = frozenset({Role.SOURCE_USER})
# In the session of whoever gave a code of the second factor, not the password alone.
BY_FACTOR = "by_second_factor"
_HOUSES = (STAFF, BUYERS, SOURCES)
# Where one lands after signing in, and from the bare address.
HOMES = (
    dict.fromkeys(STAFF, "overview") | dict.fromkeys(BUYERS, "bought-leads") | dict.fromkeys(SOURCES, "posts")
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits here and for whom, the market as it is now, and the zone in which dates are shown.

    `chosen_zone` is empty while the zone is the device's own, or the market's where a device says none.
    `company_id` or `source_id` is the party whose pages these are; staff have neither. The market is
    everybody's: a portal's page shows of it only what is its own party's.
    """

    person_id: int
    email: str
    role: Role
    market: Market
    zone: ZoneInfo
    company_id: int | None = None
    source_id: int | None = None
    chosen_zone: str = ""

    @property
    def currency(self) -> str:
        return self.market.currency

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def is_operator(self) -> bool:
        return self.role is Role.OPERATOR

    @property
    def company(self) -> Company:
        """Return the company whose portal this is; KeyError outside of one."""
        return self.market.companies[self.company_id or 0]

    @property
    def source(self) -> Source:
        """Return the source whose portal this is; KeyError outside of one."""
        return {one.id: one for one in self.market.sources.values()}[self.source_id or 0]

    @property
    def place_name(self) -> str:
        """Return whose pages these are: the company's, the source's or the market's name."""
        if self.company_id is not None:
            return self.company.name
        return self.source.name if self.source_id is not None else self.market.name


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
DeskView = Callable[Concatenate[HttpRequest, Desk, P], HttpResponseBase]


def allowed(*roles: Role) -> Callable[[DeskView[P]], View[P]]:
    """Give the view a desk, and let only these roles in.

    Strangers are sent to sign in. Whoever asks for another house's page learns nothing, not even that it is
    there; in one's own house one is told that it takes another role.
    """

    def guard(view: DeskView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            person = request.user
            if not isinstance(person, Person):
                return _sign_in_first(request)
            role = Role(person.role)
            if lacks_factor(request, role) and request.path != reverse("second-factor"):
                return _to_set_up(request)
            if role not in roles:
                return _elsewhere(request, role, frozenset(roles))
            desk = desk_of(request, person)
            with timezone.override(desk.zone):
                answer = view(request, desk, *args, **kwargs)
            answer["Cache-Control"] = "private, no-store"
            return answer

        return guarded

    return guard


staff_only = allowed(*STAFF)
operators_only = allowed(Role.OPERATOR)
anybody = allowed(*Role)


def desk_of(request: HttpRequest, person: Person) -> Desk:
    """Return the desk of somebody who has signed in."""
    market = current.market()
    zone = zone_of(request, person.zone, market.zone)
    role = Role(person.role)
    company_id = person.company_id if role in BUYERS else None
    source_id = person.source_id if role in SOURCES else None
    return Desk(person.id, person.email, role, market, zone, company_id, source_id, person.zone)


def home_of(role: Role) -> str:
    """Return the address at which somebody of this role begins."""
    return reverse(HOMES.get(role, "account"))


def needs_factor(role: Role) -> bool:
    """Return whether somebody of this role comes in by a second factor only (LEADHOUSE_SECOND_FACTOR)."""
    return role.value in settings.LEADHOUSE.second_factor


def lacks_factor(request: HttpRequest, role: Role) -> bool:
    """Return whether this session came in by the password alone where that is not enough, or is no longer."""
    return needs_factor(role) and BY_FACTOR not in request.session


def _to_set_up(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(reverse("second-factor"))


def _elsewhere(request: HttpRequest, role: Role, roles: frozenset[Role]) -> HttpResponse:
    if request.path == "/":
        return HttpResponseRedirect(home_of(role))
    if any(role in house and roles & house for house in _HOUSES):
        raise PermissionDenied
    raise Http404


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment cannot be replaced by the sign-in page: have the whole page load again.
        return HttpResponse(status=401, headers={"HX-Refresh": "true"})
    return redirect_to_login(request.get_full_path(), reverse("sign-in"))
