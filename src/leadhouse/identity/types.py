"""The nouns of identity: people as posted, contacts that lead to a consumer, unique leads."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class Person(Struct, frozen=True):
    """A person as one post names them: email key, E.164 phone, name key of the last name (all by kit).

    Blank means not given.
    """

    email: str = ""
    phone: str = ""
    name_key: str = ""


class Contact(Struct, frozen=True, order=True):
    """One way to reach a consumer; the name key tells apart those who share a phone, emails have none."""

    kind: ContactKind
    value: str
    name_key: str = ""


class KnownContact(Struct, frozen=True):
    contact: Contact
    consumer_id: int


class Joining(Struct, frozen=True):
    """A lead that looks for its unique lead; the window is its product's."""

    lead_id: UUID
    consumer_id: int
    product_id: int
    received_at: datetime
    window: timedelta


class UniqueLead(Struct, frozen=True):
    """One opportunity to earn: the leads of one consumer for one product inside the product's window."""

    id: int
    consumer_id: int
    product_id: int
    first_lead_id: UUID
    first_received_at: datetime
