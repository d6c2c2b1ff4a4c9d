"""The audit log on a page: every change of the market, people and keys, filtered and paged."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadhouse.kit.periods import first_instant
from leadhouse.parties.audit import queries
from leadhouse.parties.audit.types import Note, NoteFilters
from leadhouse.parties.fields import catalogue_of
from leadhouse.web.console.access import Desk, staff_only
from leadhouse.web.console.words import plain

PAGE_SIZE = 50
_KINDS = ("market", "product", "source", "company", "campaign", "person", "key", "payment")


class AuditForm(forms.Form):
    """What can be asked of the log."""

    path = forms.CharField(required=False, max_length=200, label="Where")
    by = forms.ChoiceField(required=False, label="By")
    what = forms.ChoiceField(
        required=False, label="What", choices=[("", "Anything"), *((one, plain(one)) for one in _KINDS)]
    )
    since = forms.DateField(required=False, label="From")
    until = forms.DateField(required=False, label="To")

    def __init__(self, asked: QueryDict) -> None:
        readable = {name: "".join(filter(str.isprintable, asked.get(name, ""))) for name in self.base_fields}
        super().__init__(readable)
        field = self.fields["by"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Anybody"), *((one, one) for one in queries.authors())]


@require_safe
@staff_only
def audit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a page of the log, newest first."""
    form = AuditForm(request.GET)
    before = request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 19
    found: list[Note] = []
    if form.is_valid():
        filters = _filters(form, desk.zone)
        found = queries.find_notes(filters, int(before) if is_number else None, PAGE_SIZE + 1)
    asked = QueryDict(mutable=True)
    asked.update({name: value for name, value in form.data.items() if value})
    products = (one.fields for one in desk.market.products.values())
    shown = {
        "desk": desk,
        "form": form,
        "notes": found[:PAGE_SIZE],
        "next": found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
        "address": asked.urlencode(),
        "is_first": not is_number,
        "fields": catalogue_of(*products, currency=desk.market.currency),
    }
    return render(request, "web/audit.html", shown, status=200 if form.is_valid() else 422)


def _filters(form: AuditForm, zone: ZoneInfo) -> NoteFilters:
    asked = form.cleaned_data
    since, until = asked["since"], asked["until"]
    return NoteFilters(
        by=asked["by"],
        what=asked["what"],
        path=asked["path"].strip(),
        since=first_instant(zone, since) if since else None,
        until=first_instant(zone, until + timedelta(days=1)) if until else None,
    )
