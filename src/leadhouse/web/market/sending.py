"""A campaign's delivery method tried from its page: what was sent, what came back, what it means."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from leadhouse.deliver.trying import try_method
from leadhouse.deliver.writing import methods_of
from leadhouse.parties.types import Campaign, Market
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market.example import example_lead


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
    tried = try_method(methods[int(place)], campaign, _lead(campaign, desk.market), desk.market)
    return render(request, "web/market/sent.html", {"desk": desk, "tried": tried})


def _lead(campaign: Campaign, market: Market) -> dict[str, object]:
    """Return an example lead of the campaign's product, as one of its sources would post it."""
    product = market.products[campaign.product]
    bringing = [one for one in market.sources.values() if product.key in one.products and not one.is_closed]
    return example_lead(next(iter(bringing), None), [product])
