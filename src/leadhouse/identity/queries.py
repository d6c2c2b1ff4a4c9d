"""Identity's statements, one typed function each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from leadhouse.identity import decide
from leadhouse.identity.types import Contact, ContactKind, Joining, KnownContact, Person, UniqueLead
from leadhouse.store.adapt import dump_json
from leadhouse.store.run import RacedError, execute, row, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def recognise(people: Sequence[Person]) -> list[int]:
    """Return the people's consumer numbers, new ones made as needed; call it once in a transaction.

    Two that meet the same new person at once get one number: the later waits for the earlier's commit, and
    begins again, by RacedError.
    """
    found = decide.recognise(people, _known_contacts(people))
    return _remember(found) if found.made or found.fresh else found.consumers


def _known_contacts(people: Sequence[Person]) -> list[KnownContact]:
    emails = {person.email for person in people if person.email}
    phones = {person.phone for person in people if person.phone}
    if not emails and not phones:
        return []
    asked = {"emails": list(emails), "phones": list(phones)}
    return rows(SQL["known_contacts"], asked, _known, prepare=True)


def _known(kind: str, value: str, name_key: str, consumer_id: int) -> KnownContact:
    return KnownContact(Contact(ContactKind(kind), value, name_key), consumer_id)


def _remember(found: decide.Recognition) -> list[int]:
    contacts = [
        {"kind": one.kind, "value": one.value, "name_key": one.name_key, "consumer": consumer}
        for one, consumer in found.fresh.items()
    ]
    params = {"count": found.made, "contacts": dump_json(contacts).decode()}
    told = row(SQL["remember"], params, _Remembered, prepare=True)
    if told is None or told.added < len(contacts):
        raise RacedError("somebody else has just added one of our contacts")
    number = {-place: given for place, given in enumerate(told.made, start=1)}
    return [number.get(consumer, consumer) for consumer in found.consumers]


class _Remembered(NamedTuple):
    made: list[int]
    added: int


def join_unique_lead(leads: Sequence[Joining]) -> Mapping[UUID, UniqueLead]:
    """Return each lead's unique lead, begun where none was open; the earlier of two new ones begins it.

    Locks the consumers in number order until the transaction ends.
    """
    if not leads:
        return {}
    consumers = {"consumer_ids": sorted({lead.consumer_id for lead in leads})}
    rows(SQL["lock_consumers"], consumers, int)
    existing = rows(SQL["unique_leads"], consumers, UniqueLead)
    joined: dict[UUID, UniqueLead] = {}
    for lead in sorted(leads, key=lambda one: (one.received_at, one.lead_id)):
        found = decide.unique_lead_of(lead, existing)
        if found is None:
            found = _placeholder(lead)
            existing.append(found)
        joined[lead.lead_id] = found
    begun = _begin([one for one in existing if one.id == _NOT_YET])
    return {lead_id: begun.get(one.first_lead_id, one) for lead_id, one in joined.items()}


def lock_unique_leads(ids: Iterable[int]) -> None:
    """Hold unique leads, in id order, until the transaction ends."""
    rows(SQL["lock_unique_leads"], {"ids": list(ids)}, int)


_NOT_YET = 0


def _placeholder(lead: Joining) -> UniqueLead:
    return UniqueLead(_NOT_YET, lead.consumer_id, lead.product_id, lead.lead_id, lead.received_at)


def _begin(placeholders: Sequence[UniqueLead]) -> dict[UUID, UniqueLead]:
    if not placeholders:
        return {}
    begun = rows(
        SQL["begin_unique_leads"],
        {
            "consumer_ids": [one.consumer_id for one in placeholders],
            "product_ids": [one.product_id for one in placeholders],
            "lead_ids": [one.first_lead_id for one in placeholders],
            "received_ats": [one.first_received_at for one in placeholders],
        },
        UniqueLead,
    )
    return {one.first_lead_id: one for one in begun}


def know(consumer_id: int, contacts: Sequence[Contact]) -> None:
    """Have a consumer found by further contacts, except those that lead to somebody already."""
    if contacts:
        execute(
            SQL["know"],
            {
                "consumer_id": consumer_id,
                "kinds": [one.kind.value for one in contacts],
                "values": [one.value for one in contacts],
                "name_keys": [one.name_key for one in contacts],
            },
        )


def forget(consumer_id: int) -> None:
    """Let no contact lead to a consumer any more."""
    execute(SQL["forget"], {"consumer_id": consumer_id})
