"""Reads from an address which of its leads a company asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from leadhouse.kit.periods import first_instant
from leadhouse.parties.types import Campaign
from leadhouse.report.types import Cursor
from leadhouse.web.console.words import plain
from leadhouse.web.portal.types import BoughtFilters, Standing


class BoughtForm(forms.Form):
    """What can be asked of a company's leads."""

    q = forms.CharField(required=False, max_length=200, label="Search")
    standing = forms.ChoiceField(required=False, label="Status")
    campaign = forms.ChoiceField(required=False, label="Campaign")
    since = forms.DateField(required=False, label="Received from")
    until = forms.DateField(required=False, label="Received to")

    def __init__(self, asked: QueryDict, campaigns: Mapping[int, Campaign]) -> None:
        super().__init__({name: _readable(asked.get(name, "")) for name in self.base_fields})
        self._offer("standing", "Bought", [(one.value, plain(one)) for one in Standing])
        named = sorted((one.key, str(number)) for number, one in campaigns.items())
        self._offer("campaign", "All campaigns", [(number, key) for key, number in named])

    def _offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", nothing), *choices]


@dataclass(frozen=True, slots=True)
class AskedLeads:
    """What an address asks for; `filters` is None when something in it cannot be understood."""

    form: BoughtForm
    filters: BoughtFilters | None
    after: Cursor | None
    address: str

    @property
    def is_everything(self) -> bool:
        """Return whether nothing narrows the list."""
        return self.filters == BoughtFilters()

    @property
    def narrowed(self) -> int:
        """Return how many filters besides the search are set."""
        return sum(1 for name in self.form.fields if name != "q" and self.form.data.get(name))


def read_asked(query: QueryDict, campaigns: Mapping[int, Campaign], zone: ZoneInfo) -> AskedLeads:
    """Read the filters of an address; days are those of the reader's zone, the last one included."""
    form = BoughtForm(query, campaigns)
    filters = _filters(form.cleaned_data, zone) if form.is_valid() else None
    written = QueryDict(mutable=True)
    written.update({name: value for name, value in form.data.items() if value})
    return AskedLeads(form, filters, Cursor.read(query.get("after", "")), written.urlencode())


def _filters(asked: Mapping[str, Any], zone: ZoneInfo) -> BoughtFilters:
    since, until = asked["since"], asked["until"]
    return BoughtFilters(
        search=asked["q"].strip(),
        standing=Standing(asked["standing"]) if asked["standing"] else None,
        campaign_id=int(asked["campaign"]) if asked["campaign"] else None,
        since=first_instant(zone, since) if since else None,
        until=first_instant(zone, until + timedelta(days=1)) if until else None,
    )


def _readable(text: str) -> str:
    """Leave out what no text column can hold: NUL and the other control characters."""
    return "".join(character for character in text if character.isprintable()).strip()
