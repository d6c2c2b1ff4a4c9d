"""One's own account: who one is here, and on whose behalf."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.web.console.access import Desk, anybody


@require_safe
@anybody
def account(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who has signed in."""
    return render(request, "web/account.html", {"desk": desk})
