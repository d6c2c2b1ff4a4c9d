"""Corrects what a lead says: the new values count from now on, the old ones stay told."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from leadhouse.amend.erasing import ERASED
from leadhouse.capture.queries import correct as keep_correction
from leadhouse.capture.queries import facts_of
from leadhouse.capture.reading.normalise import longest, normalise
from leadhouse.capture.types import Cleaned, LeadFacts
from leadhouse.identity.queries import know
from leadhouse.identity.types import Contact, ContactKind
from leadhouse.kit.emails import parse_email
from leadhouse.kit.names import name_key
from leadhouse.kit.text import clean
from leadhouse.parties.fields import CANONICAL, EXTRA
from leadhouse.parties.types import Market
from leadhouse.rules.types import Field, FieldType
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Event, Outcome, Step

# What a ZIP tells goes with it, as when it is posted.
_OF_THE_ZIP = ("city", "state", "county", "time_zone", "lat", "lon", "country")
_PLACES = frozenset({"postal_code", "country"})
_POINT = frozenset({"lat", "lon"})
# Told under the name of no field: it is about the lead.
OF_THE_LEAD = ""
PERSON_ERASED = "The person of this lead was erased: nothing of it can be corrected any more."
OVERTAKEN = "Somebody else corrected this meanwhile. It says now: "


@dataclass(frozen=True, slots=True)
class Fresh:
    """The values that change, by where they are kept."""

    fields: Mapping[str, object]
    extra: Mapping[str, object]


def correctable(facts: LeadFacts, market: Market) -> dict[str, Field]:
    """Return the fields that can be corrected: canonical ones, the product's, and what else was posted.

    What a lead is for stays: of another product it would be another lead.
    """
    product = market.products.get(facts.product or "")
    known = {key: one.field for key, one in CANONICAL.items() if key != "product"}
    own = product.fields if product else {}
    others = {
        f"{EXTRA}{name}": Field(f"{EXTRA}{name}", FieldType.TEXT, name.replace("_", " ").capitalize())
        for name, value in facts.extra.items()
        if isinstance(value, str | int | float)
    }
    return {**known, **own, **others}


def text_of(facts: LeadFacts, key: str) -> str:
    """Return a field's value as it would be typed, empty for none."""
    value = facts.extra.get(key.removeprefix(EXTRA)) if key.startswith(EXTRA) else facts.fields.get(key)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def mark_of(text: str) -> str:
    """Return by what a value is known again, however its lines end."""
    return sha256(clean(text).encode()).hexdigest()


def is_erased(lead_id: UUID) -> bool:
    """Return whether the lead's person was erased."""
    return any(one.type == ERASED for one in timeline.events_of(lead_id))


def correct(
    lead_id: UUID,
    values: Mapping[str, str],
    by: str,
    market: Market,
    seen: Mapping[str, str] | None = None,
) -> Mapping[str, str]:
    """Have these values of correctable fields count from now on; return faults by field, none when done.

    Equal values change nothing. What a ZIP tells follows it, and what it no longer tells goes, unless that
    is corrected too. Whoever is reached by a new email or phone is found by it from now on. `seen` are the
    marks of what the values replace: one that says something else by now is a fault that begins with
    `OVERTAKEN`. An erased lead's fault is `PERSON_ERASED`.
    """
    with transaction():
        timeline.lock([lead_id])
        if is_erased(lead_id):
            return {OF_THE_LEAD: PERSON_ERASED}
        facts = facts_of([lead_id])[lead_id]
        fields = correctable(facts, market)
        asked = {name: clean(value) for name, value in values.items() if name in fields}
        cleaned = _cleaned(facts, asked, fields)
        faults = _faults(asked, cleaned, fields) | _overtaken(facts, asked, seen or {})
        if faults:
            return faults
        fresh = _fresh(facts, asked, cleaned)
        if fresh.fields or fresh.extra:
            _keep(facts, fresh, by)
    return {}


def _cleaned(facts: LeadFacts, asked: Mapping[str, str], fields: Mapping[str, Field]) -> Cleaned:
    """Return the values cleaned as a post's, among those of the lead that say how they are meant."""
    beside = {"country"}
    for together in (_PLACES, _POINT):
        if together & set(asked):
            beside |= together
    known = {name: facts.fields[name] for name in beside if name in facts.fields and name not in facts.marks}
    posted = {name: value for name, value in asked.items() if not name.startswith(EXTRA)}
    own = {name: field for name, field in fields.items() if name not in CANONICAL}
    return normalise({**known, **posted}, own)


def _overtaken(facts: LeadFacts, asked: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    current = {name: text_of(facts, name) for name in asked if name in seen}
    return {
        name: f"{OVERTAKEN}{text}"
        for name, text in current.items()
        if mark_of(text) not in (seen[name], mark_of(asked[name]))
    }


def _faults(asked: Mapping[str, str], cleaned: Cleaned, fields: Mapping[str, Field]) -> dict[str, str]:
    faults = {name: f"{why[:1].upper()}{why[1:]}" for name, why in cleaned.marks.items() if name in asked}
    for name, value in asked.items():
        if not value.strip():
            faults[name] = "Give a value; what was posted cannot be taken away, only corrected."
        elif len(value.strip()) > (most := longest(name, None if name in CANONICAL else fields[name])):
            faults[name] = f"At most {most:,} characters."
    return faults


def _fresh(facts: LeadFacts, asked: Mapping[str, str], cleaned: Cleaned) -> Fresh:
    """Return what changes; None is what the former ZIP or country told and the new one does not."""
    follow = _OF_THE_ZIP if _PLACES & set(asked) else ()
    gone: dict[str, object] = {
        name: None for name in follow if name in facts.fields and name not in cleaned.fields
    }
    fields = gone | {
        name: value
        for name, value in cleaned.fields.items()
        if name in {*asked, *follow} and (value != facts.fields.get(name) or name in facts.marks)
    }
    extra = {
        name.removeprefix(EXTRA): value.strip()
        for name, value in asked.items()
        if name.startswith(EXTRA) and value.strip() != text_of(facts, name)
    }
    return Fresh(fields, extra)


def _keep(facts: LeadFacts, fresh: Fresh, by: str) -> None:
    lead_id = facts.lead_id
    keep_correction(lead_id, fresh.fields, fresh.extra)
    consumer_id = timeline.passports([lead_id])[lead_id].consumer_id
    know(consumer_id, _contacts({**facts.fields, **fresh.fields}, fresh.fields))
    old = {name: facts.fields.get(name) for name in fresh.fields}
    old |= {f"{EXTRA}{name}": facts.extra.get(name) for name in fresh.extra}
    new = {**fresh.fields, **{f"{EXTRA}{name}": value for name, value in fresh.extra.items()}}
    data = {"by": by, "from": old, "to": new}
    timeline.append([Event(lead_id, Step.AMEND, "corrected", Outcome.SUCCESS, data=data)])


def _contacts(fields: Mapping[str, object], fresh: Mapping[str, object]) -> list[Contact]:
    found = []
    email = parse_email(str(fresh.get("email", "")))
    if email:
        found.append(Contact(ContactKind.EMAIL, email.key))
    if "phone_1" in fresh:
        key = name_key(str(fields.get("last_name", "")))
        found.append(Contact(ContactKind.PHONE, str(fresh["phone_1"]), key))
    return found
