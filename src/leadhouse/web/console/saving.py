"""Lists of leads that people come back to: saved under a name, shared with the desk, forgotten."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from leadhouse.web import queries
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.filters import read_asked
from leadhouse.web.console.picking import to_list


class SaveForm(forms.Form):
    name = forms.CharField(max_length=60)
    address = forms.CharField(max_length=2000, required=False)
    shared = forms.BooleanField(required=False)


@require_POST
@staff_only
def save_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Save the list that an address asks for, under a name."""
    form = SaveForm(request.POST)
    if form.is_valid():
        query = QueryDict(form.cleaned_data["address"], mutable=True)
        # A list is kept for good, and whom somebody once searched for must not be.
        query.pop("q", None)
        asked = read_asked(query, desk.market, desk.zone)
        name, is_shared = form.cleaned_data["name"], form.cleaned_data["shared"]
        queries.save_list(desk.person_id, name, asked.address, is_shared=is_shared)
        return to_list(asked.address)
    return to_list(request.POST.get("address", "")[:2000])


@require_POST
@staff_only
def forget_list(request: HttpRequest, desk: Desk, list_id: int) -> HttpResponse:
    """Forget one of the reader's own lists; others' and missing ones are answered alike."""
    if not queries.forget_list(desk.person_id, list_id):
        raise Http404
    return to_list()
