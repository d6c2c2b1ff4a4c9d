"""What people book by hand: a company's payment, and taking it back; each once, each in the audit log."""

from uuid import UUID, uuid5

from leadhouse.billing import queries
from leadhouse.billing.types import Posted
from leadhouse.kit.money import to_text
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import Difference, DifferenceKind
from leadhouse.parties.types import Company
from leadhouse.store.run import transaction

# In characters: a note stands beside its amount in a line of the statement.
LONGEST_NOTE = 200
# Makes one payment of a company one entry, however often it is sent with its reference.
_PAYMENTS = UUID("0f1d2c4e-7a6b-4c3d-9e8f-2b1a0c9d8e7f")


class OtherPaymentError(ValueError):
    """Something else was booked under the ref: `booked` is what stands in the book."""

    def __init__(self, booked: Posted) -> None:
        super().__init__(f"another payment was booked as {booked.ref}")
        self.booked = booked


def ref_of(company_id: int, reference: str) -> UUID:
    """Return under which ref a company's payment is booked that has a reference of its own."""
    return uuid5(_PAYMENTS, f"{company_id} {reference}")


def pay_in(company: Company, amount_minor: int, ref: UUID, *, currency: str, by: str, note: str = "") -> bool:
    """Book a payment; return whether it was booked now.

    OtherPaymentError when its ref stands for another company, amount or note; ValueError and LookupError say
    why else it cannot be booked.
    """
    with transaction():
        is_new = queries.deposit(company.id, amount_minor, ref, note or None)
        if is_new:
            _note(DifferenceKind.ADD, company, by, new=_told(amount_minor, currency, note))
        elif (booked := queries.deposited(ref)) and booked != Posted(
            ref, company.id, amount_minor, note or None
        ):
            raise OtherPaymentError(booked)
    return is_new


def take_back(company: Company, ref: UUID, *, currency: str, by: str, note: str = "") -> bool:
    """Take a payment back by a visible entry; return whether it was booked now.

    LookupError when the company made no such payment, ValueError when leads were bought since and what can be
    spent now is less.
    """
    with transaction():
        amount_minor = queries.reverse(company.id, ref, note or None)
        if amount_minor is not None:
            taken = {"taken back": note} if note else "taken back"
            _note(DifferenceKind.CHANGE, company, by, old=_told(amount_minor, currency), new=taken)
    return amount_minor is not None


def _told(amount_minor: int, currency: str, note: str = "") -> dict[str, str]:
    told = {"amount": to_text(amount_minor, currency), "currency": currency}
    return told | ({"note": note} if note else {})


def _note(kind: DifferenceKind, company: Company, by: str, *, old: object = None, new: object = None) -> None:
    path = f"companies[{company.key}].wallet.payment"
    note_changes([Difference(kind, "payment", path, old, new)], by)
