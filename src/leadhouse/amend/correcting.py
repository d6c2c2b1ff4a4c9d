"""Corrects what a lead says of its person: the new values count from now on, the old ones stay told."""

from collections.abc import Mapping
from uuid import UUID

from leadhouse.capture.queries import correct as keep_correction
from leadhouse.capture.queries import facts_of
from leadhouse.capture.reading.normalise import normalise
from leadhouse.identity.queries import know
from leadhouse.identity.types import Contact, ContactKind
from leadhouse.kit.emails import parse_email
from leadhouse.kit.names import name_key
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Event, Outcome, Step

CORRECTABLE = ("first_name", "last_name", "email", "phone_1", "address_1")


def correct(lead_id: UUID, values: Mapping[str, str], by: str) -> Mapping[str, str]:
    """Have these values of CORRECTABLE fields count from now on; return faults by field, none when done.

    Equal values change nothing. Whoever is reached by a new email or phone is found by it from now on.
    """
    cleaned = normalise(values, {})
    faults = {
        name: f"{why[:1].upper()}{why[1:]}" for name, why in cleaned.marks.items() if name in CORRECTABLE
    }
    for name in CORRECTABLE:
        if name in values and not values[name].strip():
            faults[name] = "Give a value; what was posted cannot be taken away, only corrected."
    if faults:
        return faults
    with transaction():
        timeline.lock([lead_id])
        facts = facts_of([lead_id])[lead_id]
        fresh = {
            name: value
            for name in CORRECTABLE
            if (value := cleaned.fields.get(name)) is not None
            and (value != facts.fields.get(name) or name in facts.marks)
        }
        if fresh:
            _keep(lead_id, fresh, {name: facts.fields.get(name) for name in fresh}, by)
    return {}


def _keep(lead_id: UUID, fresh: Mapping[str, object], old: Mapping[str, object], by: str) -> None:
    keep_correction(lead_id, fresh)
    consumer_id = timeline.passports([lead_id])[lead_id].consumer_id
    know(consumer_id, _contacts(facts_of([lead_id])[lead_id].fields, fresh))
    data = {"by": by, "from": old, "to": fresh}
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
