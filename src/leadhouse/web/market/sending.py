"""A campaign's delivery method tried from its page: what was sent, what came back, what it means."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from leadhouse.deliver.trying import try_method
from leadhouse.deliver.writing import methods_of
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market.fitting import fitting_lead


@require_POST
@operators_only
def send_a_test(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Send a made-up lead by one of a campaign's methods, as saved, and show what happened."""
    campaign = next((one for one in desk.market.campaigns.values() if one.key == key), None)
    if campaign is None:
        raise Http404
    methods = methods_of(campaign)
    place = request.POST.get("method", "0")
    if not (place.isascii() and place.isdecimal() and len(place) < 4 and int(place) < len(methods)):
        raise Http404
    made_up = fitting_lead(campaign, desk.market)
    tried = try_method(methods[int(place)], campaign, made_up.lead, desk.market)
    return render(request, "web/market/sent.html", {"desk": desk, "tried": tried, "made_up": made_up})
