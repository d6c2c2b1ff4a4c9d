"""A lead's fields for people: by category, labelled, in words; bad values with why they are bad."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from leadhouse.capture.types import LeadFacts
from leadhouse.kit import money, phones
from leadhouse.parties.fields import CANONICAL, DERIVED, Category, category_of
from leadhouse.qualify.types import Classification
from leadhouse.report.story_types import FieldGroup, ShownField
from leadhouse.rules.types import Field, FieldType
from leadhouse.timeline.types import Passport


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom values are written: instants in this zone, money in this currency."""

    zone: ZoneInfo
    currency: str


def classification_text(number: int | None) -> str:
    """Return a class as number and name: 3 (VERIFIED_PHONE_VIA_SMS)."""
    if number is None:
        return "not classified yet"
    return f"{number} ({Classification(number).name})"


def status_text(passport: Passport) -> str:
    """Return a status as number and name with its reason: 3 (Disqualified: duplicate)."""
    reason = f": {passport.reason}" if passport.reason else ""
    return f"{passport.status.number} ({passport.status.value.capitalize()}{reason})"


def instant_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant to the second, in the reader's zone."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def groups(
    facts: LeadFacts,
    appended: Mapping[str, object],
    passport: Passport,
    own: Mapping[str, Field],
    reader: Reader,
) -> tuple[FieldGroup, ...]:
    """Return what is known of a lead by category; `own` are its product's fields, `appended` ours."""
    shown: dict[Category, list[ShownField]] = defaultdict(list)
    ours = list(_ours(facts, passport, reader))
    told = {one.key for _, one in ours}
    for category, one in ours:
        shown[category].append(one)
    for key, value in {**facts.fields, **appended}.items():
        if key not in told and value not in (None, "", [], ()):
            shown[category_of(key)].append(_shown(key, value, facts.marks.get(key), own, reader))
    for name, value in facts.extra.items():
        shown[Category.INDUSTRY_SPECIFIC].append(ShownField(f"extra.{name}", _label(name), _plain(value)))
    return tuple(FieldGroup(category, _ordered(shown[category])) for category in Category if shown[category])


def posted_groups(
    fields: Mapping[str, object], extra: Mapping[str, object], own: Mapping[str, Field], reader: Reader
) -> tuple[FieldGroup, ...]:
    """Return what was posted of a lead by category, and nothing else; `own` are its product's fields."""
    shown: dict[Category, list[ShownField]] = defaultdict(list)
    for key, value in fields.items():
        if value not in (None, "", [], ()):
            shown[category_of(key)].append(_shown(key, value, None, own, reader))
    for name, value in extra.items():
        shown[Category.INDUSTRY_SPECIFIC].append(ShownField(f"extra.{name}", _label(name), _plain(value)))
    return tuple(FieldGroup(category, _ordered(shown[category])) for category in Category if shown[category])


def _ours(facts: LeadFacts, passport: Passport, reader: Reader) -> Iterator[tuple[Category, ShownField]]:
    """Yield what the lead's passport says; the fields of every lead, whatever was posted."""
    yield Category.SYSTEM, ShownField("consumer", "Consumer", str(passport.consumer_id))
    yield Category.SYSTEM, ShownField("id", "Lead", str(passport.lead_id))
    created = instant_text(passport.received_at, reader.zone)
    yield Category.SYSTEM, ShownField("received_at", "Created at", created)
    if passport.is_test:
        yield Category.SYSTEM, ShownField("is_test", "Test", "yes")
    yield Category.PROCESSING, ShownField("status", "Status", status_text(passport))
    kind = classification_text(passport.classification)
    yield Category.PROCESSING, ShownField("classification", "Classification", kind)
    good = "yes" if passport.good_to_sell else "no"
    yield Category.PROCESSING, ShownField("good_to_sell", "Good to sell", good)
    yield Category.ATTRIBUTION, ShownField("source", "Source", facts.source)
    yield Category.ATTRIBUTION, ShownField("channel", "Channel", passport.channel)


def _shown(key: str, value: object, mark: str | None, own: Mapping[str, Field], reader: Reader) -> ShownField:
    known = CANONICAL.get(key) or DERIVED.get(key)
    field = known.field if known else own.get(key)
    label = field.label if field else _label(key)
    text = _plain(value) if mark or field is None else _written(field, value, reader)
    return ShownField(key, label, text, mark)


def _written(field: Field, value: object, reader: Reader) -> str:
    if field.key.startswith("phone_") and isinstance(value, str) and value.startswith("+"):
        return phones.display(value)
    if field.type is FieldType.MONEY:
        return _money(value, reader.currency)
    if isinstance(value, datetime) and value.tzinfo:
        return instant_text(value, reader.zone)
    return _plain(value)


def _money(value: object, currency: str) -> str:
    try:
        return money.display(money.to_minor(str(value), currency), currency)
    except ValueError:
        return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    return value.isoformat() if isinstance(value, date) else str(value)


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


_PLACES = {key: place for place, key in enumerate([*CANONICAL, *DERIVED])}


def _ordered(fields: list[ShownField]) -> tuple[ShownField, ...]:
    """Return fields in the order in which they are always listed: ours, posted, found out, anything else."""
    last = len(_PLACES)
    return tuple(sorted(fields, key=lambda one: -1 if one.key in _FIRST else _PLACES.get(one.key, last)))


_FIRST = frozenset({"consumer", "id", "status"})
