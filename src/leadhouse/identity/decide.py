"""Who is whom: which consumer a person is, and which unique lead a lead belongs to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from leadhouse.identity.types import Contact, ContactKind, Joining, KnownContact, Person, UniqueLead


class Recognition(Struct, frozen=True):
    """Who the people are: known consumer numbers, or places (negative, from -1 down) of consumers to be made.

    `fresh` are the contacts not seen before, with the number or place they lead to.
    """

    consumers: list[int]
    fresh: Mapping[Contact, int]
    made: int


def contacts_of(person: Person) -> list[Contact]:
    """Return the contacts that a person was posted with; none when they gave no email and no phone."""
    contacts = []
    if person.email:
        contacts.append(Contact(ContactKind.EMAIL, person.email))
    if person.phone:
        contacts.append(Contact(ContactKind.PHONE, person.phone, person.name_key))
    return contacts


def recognise(people: Sequence[Person], known: Iterable[KnownContact]) -> Recognition:
    """Return who the people are, each by what was known and by the people before them.

    A known email decides; else a known phone with the same last name, or where either has none; else the
    person is new.
    """
    memory = _Memory(known)
    return Recognition([memory.recognise(person) for person in people], memory.fresh, memory.made)


class _Memory:
    """What is known so far; grows with each person of a batch."""

    def __init__(self, known: Iterable[KnownContact]) -> None:
        self._emails: dict[str, int] = {}
        self._phones: dict[str, dict[str, int]] = defaultdict(dict)
        self.fresh: dict[Contact, int] = {}
        self.made = 0
        for one in sorted(known, key=lambda one: one.consumer_id):
            self._keep(one.contact, one.consumer_id)

    def recognise(self, person: Person) -> int:
        consumer = self._known(person)
        if consumer is None:
            self.made += 1
            consumer = -self.made
        for contact in contacts_of(person):
            if self._tells(contact) and self._keep(contact, consumer):
                self.fresh[contact] = consumer
        return consumer

    def _known(self, person: Person) -> int | None:
        by_email = self._emails.get(person.email) if person.email else None
        if by_email is not None or not person.phone:
            return by_email
        names = self._phones.get(person.phone, {})
        if not person.name_key:
            return min(names.values(), key=_age, default=None)
        # A phone that came without a name stands for nobody in particular only until a name comes with it.
        return names.get(person.name_key, names.get("") if len(names) == 1 else None)

    def _tells(self, contact: Contact) -> bool:
        """Return whether a contact says anything new: a nameless phone does only while it is unknown."""
        return contact.kind is ContactKind.EMAIL or bool(contact.name_key) or not self._phones[contact.value]

    def _keep(self, contact: Contact, consumer: int) -> bool:
        """Remember a contact; return whether it was new."""
        is_email = contact.kind is ContactKind.EMAIL
        book = self._emails if is_email else self._phones[contact.value]
        key = contact.value if is_email else contact.name_key
        if key in book:
            return False
        book[key] = consumer
        return True


def _age(consumer: int) -> tuple[bool, int]:
    """Sort consumers as they were made: known ones by number, then those to be made, from -1 down."""
    return consumer < 0, abs(consumer)


def unique_lead_of(lead: Joining, existing: Sequence[UniqueLead]) -> UniqueLead | None:
    """Return to which of its consumer's unique leads a lead belongs, or None when it begins one.

    That is the one it began itself; else the latest whose first lead came inside the window before it; else
    the first of those that began inside the window after it (leads imported late).
    """
    ours = sorted(
        (one for one in existing if (one.consumer_id, one.product_id) == (lead.consumer_id, lead.product_id)),
        key=lambda one: (one.first_received_at, one.id),
    )
    begun = [one for one in ours if one.first_lead_id == lead.lead_id]
    before = [
        one for one in ours if one.first_received_at <= lead.received_at < one.first_received_at + lead.window
    ]
    after = [one for one in ours if lead.received_at < one.first_received_at < lead.received_at + lead.window]
    return next(iter([*begun, *before[::-1], *after]), None)
