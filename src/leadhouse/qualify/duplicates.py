"""Which leads are the same person asking again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from leadhouse.parties.types import DuplicateMatch, Duplicates, DuplicateScope
from leadhouse.qualify.types import Accepted, Contact, ContactKind, Duplicate, Subject


def contacts_of(subject: Subject) -> list[Contact]:
    """Return the contacts by which a lead is compared; blank and bad values never match."""
    contacts = []
    if subject.email:
        contacts.append(Contact(ContactKind.EMAIL, subject.email.key))
    if subject.phone:
        contacts.append(Contact(ContactKind.PHONE, subject.phone.e164))
    return contacts


class Ledger:
    """The accepted leads by contact; grows with each lead of a batch that is accepted."""

    def __init__(self, accepted: Iterable[Accepted] = ()) -> None:
        self._by_contact: dict[tuple[int, Contact], list[Accepted]] = defaultdict(list)
        for one in accepted:
            self.add(one)

    def add(self, accepted: Accepted) -> None:
        """Count a lead as an earlier one from now on."""
        self._by_contact[accepted.product_id, accepted.contact].append(accepted)

    def find(self, subject: Subject) -> Duplicate | None:
        """Return the earliest accepted lead that this one repeats, or None.

        The window is half-open and counts to both sides: a lead that was held up and finds a later one
        accepted before it is the repetition then.
        """
        settings = subject.product.duplicates
        wanted = [kind for kind in ContactKind if kind.value in settings.keys]
        own = {contact.kind: contact for contact in contacts_of(subject) if contact.kind in wanted}
        needs_all = settings.match is DuplicateMatch.ALL
        if not own or (needs_all and len(own) < len(wanted)):
            return None
        matches = self._matches(subject, own.values(), settings)
        found = [
            (one[0].received_at, lead_id, one)
            for lead_id, one in matches.items()
            if not needs_all or len(one) == len(wanted)
        ]
        if not found:
            return None
        received_at, lead_id, hits = min(found, key=lambda each: each[:2])
        return Duplicate(lead_id, received_at, tuple(sorted(hit.contact.kind for hit in hits)))

    def _matches(
        self, subject: Subject, contacts: Iterable[Contact], settings: Duplicates
    ) -> dict[UUID, list[Accepted]]:
        matches: dict[UUID, list[Accepted]] = defaultdict(list)
        for contact in contacts:
            for one in self._by_contact.get((subject.product.id, contact), ()):
                if _counts(one, subject, settings):
                    matches[one.lead_id].append(one)
        return matches


def _counts(one: Accepted, subject: Subject, settings: Duplicates) -> bool:
    lead = subject.lead
    return (
        one.lead_id != lead.lead_id
        and abs(lead.received_at - one.received_at) < settings.window
        and (settings.scope is DuplicateScope.MARKET or one.source_id == lead.source_id)
    )


def accepted_of(subject: Subject) -> Sequence[Accepted]:
    """Return what makes a lead count as an earlier one; nothing for a test lead."""
    lead = subject.lead
    if lead.is_test:
        return ()
    return [
        Accepted(subject.product.id, lead.source_id, contact, lead.lead_id, lead.received_at)
        for contact in contacts_of(subject)
    ]
