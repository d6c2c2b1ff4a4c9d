"""Who may see which page of a portal: as in the console, and nobody while the database has no fences."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from leadhouse.parties.types import Role
from leadhouse.web.console.access import BUYERS, SOURCES, Desk, DeskView, View, allowed
from leadhouse.web.portal import fence
from leadhouse.web.portal.fence import Fence, PortalsClosedError

P = ParamSpec("P")
PortalView = Callable[Concatenate[HttpRequest, Desk, Fence, P], HttpResponseBase]


def portal(*roles: Role) -> Callable[[PortalView[P]], View[P]]:
    """Give the view a desk and the fence around its party's rows, and let only these roles in."""

    def guard(view: PortalView[P]) -> View[P]:
        @wraps(view)
        def fenced(
            request: HttpRequest, desk: Desk, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            try:
                return view(request, desk, _fence_of(desk), *args, **kwargs)
            except PortalsClosedError:
                return render(request, "web/portal/closed.html", {"desk": desk}, status=503)

        seated: DeskView[P] = fenced
        return allowed(*roles)(seated)

    return guard


def _fence_of(desk: Desk) -> Fence:
    if desk.company_id is not None:
        return fence.of_company(desk.company_id)
    if desk.source_id is not None:
        return fence.of_source(desk.source_id)
    raise PortalsClosedError("only companies and sources have a portal")


buyers_only = portal(*BUYERS)
owners_only = portal(Role.COMPANY_OWNER)
sources_only = portal(*SOURCES)
