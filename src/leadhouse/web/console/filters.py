"""Reads from an address which leads are asked for, and writes addresses that ask for them again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from leadhouse.allocate.types import Reason
from leadhouse.amend.erasing import ERASED
from leadhouse.capture.decide import IMPORTED
from leadhouse.capture.types import Code
from leadhouse.kit.periods import first_instant
from leadhouse.kit.places import STATE_NAMES
from leadhouse.parties.types import Campaign, Company, Market, Product, Source
from leadhouse.qualify.types import Refusal
from leadhouse.report.search import told, understand
from leadhouse.report.types import Cursor, LeadFilters, Sort
from leadhouse.report.veil import may_search
from leadhouse.timeline.types import Status
from leadhouse.web.console.columns import USUAL, Column, address_of, chosen
from leadhouse.web.console.words import CLASSIFICATIONS, plain
from leadhouse.web.console.zones import known_zone

_FIRST_DAY, _LAST_DAY = date(1971, 1, 1), date(2200, 1, 1)
_UNASKED = ("after", "seen")
# A search is not counted with the filters; a zone says only which days the dates are.
_NARROWS_NOTHING = ("q", "zone")
_AT_THE_DOOR = (
    *(Code.CRITERIA, Code.CAP_REACHED, Code.SOURCE_CLOSED, Code.PRODUCT_CLOSED),
    *(Code.PING_INVALID, Code.PING_EXPIRED, Code.PING_MISMATCH, Code.PING_USED),
)
# Why a lead was refused, or is not sold.
_REASONS = sorted({one.value for one in (*_AT_THE_DOOR, *Refusal, *Reason)} | {IMPORTED, ERASED})


class FilterForm(forms.Form):
    """What can be asked of the list of leads."""

    q = forms.CharField(required=False, max_length=200, label="Search")
    status = forms.ChoiceField(required=False, label="Status")
    reason = forms.ChoiceField(required=False, label="Reason")
    source = forms.ChoiceField(required=False, label="Source")
    product = forms.ChoiceField(required=False, label="Product")
    classification = forms.ChoiceField(required=False, label="Classification")
    buyer = forms.CharField(required=False, max_length=200, label="Buyer")
    campaign = forms.CharField(required=False, max_length=200, label="Campaign")
    state = forms.ChoiceField(required=False, label="State")
    since = forms.DateField(required=False, label="Received from")
    until = forms.DateField(required=False, label="Received to")
    zone = forms.ChoiceField(
        required=False,
        label="Days of",
        error_messages={"invalid_choice": "No time zone has this name: choose one."},
    )
    test = forms.ChoiceField(required=False, label="Test leads")

    def __init__(
        self, asked: QueryDict, market: Market, reader_zone: ZoneInfo, *, sees_people: bool = True
    ) -> None:
        super().__init__(_given(asked, self.base_fields, reader_zone))
        self._market, self._sees_people = market, sees_people
        self._offer("source", "All sources", _by_name(market.sources.values()))
        self._offer("product", "All products", _by_name(market.products.values()))
        self._offer("status", "Any status", [(one.value, plain(one)) for one in Status])
        classes = [(str(number), f"{number} · {words}") for number, words in enumerate(CLASSIFICATIONS)]
        self._offer("classification", "Any class", classes)
        self._offer("reason", "Any reason", [(one, plain(one)) for one in _REASONS])
        self._offer("state", "All states", sorted(STATE_NAMES.items(), key=lambda choice: choice[1]))
        self._offer("test", "All leads", [("no", "Real only"), ("yes", "Test only")])
        asked_zone = known_zone(self.data["zone"]) or reader_zone
        zones = dict.fromkeys((asked_zone.key, market.zone.key, reader_zone.key))
        self._offer("zone", None, [(one, one) for one in zones])

    def _offer(self, name: str, nothing: str | None, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [*([("", nothing)] if nothing else []), *choices]

    def clean_q(self) -> str:
        """Return what is searched for; what is hidden from the reader is not searched either."""
        sought = str(self.cleaned_data["q"])
        if not self._sees_people and not may_search(sought):
            raise forms.ValidationError("Names and contacts are hidden from you: search a number or an id.")
        return sought

    def clean_buyer(self) -> Company | None:
        """Return the company that is meant by its key or its name."""
        sought = str(self.cleaned_data["buyer"])
        found = named(self._market.companies.values(), sought)
        if sought and found is None:
            raise forms.ValidationError("No company has this key or name.")
        return found

    def clean_campaign(self) -> Campaign | None:
        """Return the campaign that is meant by its key."""
        sought = str(self.cleaned_data["campaign"])
        found = next((one for one in self._market.campaigns.values() if one.key == sought), None)
        if sought and found is None:
            raise forms.ValidationError("No campaign has this key.")
        return found

    def clean(self) -> dict[str, Any]:
        """Check the dates together."""
        cleaned = dict(super().clean() or self.cleaned_data)
        since, until = cleaned.get("since"), cleaned.get("until")
        for name in ("since", "until"):
            if cleaned.get(name) and not _FIRST_DAY <= cleaned[name] <= _LAST_DAY:
                self.add_error(name, "Give a date between 1971 and 2200.")
        if since and until and since > until:
            self.add_error("until", "The last day must not be before the first.")
        return cleaned


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the address of the order it leads to, and how the list is sorted by it now."""

    column: Column
    address: str | None = None
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; `filters` is None when something in it cannot be understood."""

    form: FilterForm
    filters: LeadFilters | None
    after: Cursor | None
    address: str
    columns: tuple[Column, ...] = USUAL
    sort: Sort = Sort.NEWEST

    @property
    def zone(self) -> str:
        """Return of which zone the days asked for are, empty without any."""
        return str(self.form.data["zone"])

    @property
    def is_everything(self) -> bool:
        """Return whether nothing narrows the list."""
        return self.filters == LeadFilters()

    @property
    def is_top(self) -> bool:
        """Return whether the newest leads of all are asked for."""
        return self.is_everything and self.after is None and self.sort is Sort.NEWEST

    @property
    def is_search(self) -> bool:
        """Return whether somebody is searched for: what is found stands newest first."""
        return self.filters is not None and bool(self.filters.search)

    @property
    def searched_as(self) -> list[str]:
        """Return in words each way in which the search was meant."""
        if self.filters is None:
            return []
        return told(understand(self.filters.search, by_person=self.filters.by_person))

    @property
    def heads(self) -> list[Head]:
        """Return the heads of the shown columns, each with the order to which it leads."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sorts or self.is_search:
            return Head(column)
        is_sorted = self.sort in column.sorts
        others = [one for one in column.sorts if one is not self.sort] or [Sort.NEWEST]
        query = QueryDict(self.address, mutable=True)
        query["sort"] = others[0].value
        if others[0] is Sort.NEWEST:
            del query["sort"]
        direction = ("ascending" if self.sort is Sort.OLDEST else "descending") if is_sorted else ""
        return Head(column, query.urlencode(), direction)

    @property
    def columns_address(self) -> str:
        return address_of(self.columns)

    @property
    def in_words(self) -> str:
        """Return in words which leads are asked for; for whom was searched is not kept in them."""
        asked = self.form.data
        said = [
            f"{field.label.lower()} {asked[name]}" if name != "q" else "a search"
            for name, field in self.form.fields.items()
            if asked.get(name) and field.label
        ]
        return ", ".join(said) or "all leads"

    @property
    def narrowed(self) -> int:
        """Return how many filters besides the search are set."""
        asked = self.form.data
        return sum(1 for name in self.form.fields if name not in _NARROWS_NOTHING and asked.get(name))


def named(companies: Iterable[Company], sought: str) -> Company | None:
    """Return the company of this key, else the one of this name in any case; None when several bear it."""
    known = list(companies)
    by_key = [one for one in known if one.key == sought]
    by_name = [one for one in known if one.name.casefold() == sought.casefold()]
    found = by_key or by_name
    return found[0] if len(found) == 1 else None


def read_asked(query: QueryDict, market: Market, zone: ZoneInfo, *, sees_people: bool = True) -> Asked:
    """Read the filters of an address; days are its zone's, else the reader's, the last one included.

    Dates are written again with their zone: an address means the same leads to whoever opens it.
    """
    form = FilterForm(query, market, zone, sees_people=sees_people)
    filters = _filters(form.cleaned_data, by_person=sees_people) if form.is_valid() else None
    columns = chosen([*query.getlist("col"), query.get("cols", "")])
    asked_sort = query.get("sort", "")
    sort = Sort(asked_sort) if asked_sort in list(Sort) else Sort.NEWEST
    more = {"cols": address_of(columns), "sort": "" if sort is Sort.NEWEST else sort.value}
    address = _address({**form.data, **more})
    return Asked(form, filters, Cursor.read(query.get("after", "")), address, columns, sort)


def _by_name(parties: Iterable[Source | Product]) -> list[tuple[str, str]]:
    return sorted(((one.key, one.name) for one in parties), key=lambda choice: choice[1].casefold())


def _given(asked: QueryDict, names: Iterable[str], reader_zone: ZoneInfo) -> dict[str, str]:
    """Return what an address says of each field; a zone beside dates only, and beside them always."""
    given = {name: _readable(asked.get(name, "")) for name in names}
    is_dated = given["since"] or given["until"]
    return given | {"zone": (given["zone"] or reader_zone.key) if is_dated else ""}


def _filters(asked: Mapping[str, Any], *, by_person: bool) -> LeadFilters:
    buyer: Company | None = asked["buyer"]
    campaign: Campaign | None = asked["campaign"]
    company_id = buyer.id if buyer else campaign.company_id if campaign else None
    return LeadFilters(
        search=asked["q"].strip(),
        by_person=by_person,
        status=Status(asked["status"]) if asked["status"] else None,
        source=asked["source"] or None,
        product=asked["product"] or None,
        classification=int(asked["classification"]) if asked["classification"] else None,
        since=_start(asked["zone"], asked["since"]),
        until=_start(asked["zone"], asked["until"] and asked["until"] + timedelta(days=1)),
        test={"yes": True, "no": False}.get(asked["test"]),
        state=asked["state"] or None,
        reason=asked["reason"] or None,
        company_id=company_id,
        campaign_id=campaign.id if campaign else None,
    )


def _start(zone: str, day: date | None) -> datetime | None:
    return first_instant(ZoneInfo(zone), day) if day else None


def _address(asked: Mapping[str, str]) -> str:
    """Write the filters as a query that can be linked to; empty when nothing is asked."""
    query = QueryDict(mutable=True)
    for name, value in asked.items():
        if value and name not in _UNASKED:
            query[name] = value
    return query.urlencode()


def _readable(text: str) -> str:
    """Leave out what no text column can hold: NUL and the other control characters."""
    return "".join(character for character in text if character.isprintable()).strip()
