"""The nouns of money: entries of the book and their two sides, holds, payouts, wallets."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from leadhouse.parties.types import WalletMode


class Account(StrEnum):
    """Where money stands. Funds and held are a company's, payable a source's, the others the market's own."""

    BANK = "bank"
    FUNDS = "funds"
    HELD = "held"
    SALES = "sales"
    CREDITS = "credits"
    PAYOUTS = "payouts"
    PAYABLE = "payable"


class EntryKind(StrEnum):
    """What happened; with the id of what it happened to (`ref`) it can be posted once only."""

    DEPOSIT = "deposit"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    CREDIT = "credit"
    PAYOUT = "payout"
    REVERSAL = "reversal"


# The account that receives and the one that gives. What we owe (funds, held, payable) stands below zero.
SIDES: dict[EntryKind, tuple[Account, Account]] = {
    EntryKind.DEPOSIT: (Account.BANK, Account.FUNDS),
    EntryKind.HOLD: (Account.FUNDS, Account.HELD),
    EntryKind.CAPTURE: (Account.HELD, Account.SALES),
    EntryKind.RELEASE: (Account.HELD, Account.FUNDS),
    EntryKind.CREDIT: (Account.CREDITS, Account.FUNDS),
    EntryKind.PAYOUT: (Account.PAYOUTS, Account.PAYABLE),
    # A deposit that was a mistake, booked the other way round under the same ref.
    EntryKind.REVERSAL: (Account.FUNDS, Account.BANK),
}
OWNED = frozenset({Account.FUNDS, Account.HELD, Account.PAYABLE})
# Of which entries a party's statement tells, and on which of its accounts.
TOLD: dict[EntryKind, Account] = {
    EntryKind.DEPOSIT: Account.FUNDS,
    EntryKind.CAPTURE: Account.HELD,
    EntryKind.CREDIT: Account.FUNDS,
    EntryKind.PAYOUT: Account.PAYABLE,
    EntryKind.REVERSAL: Account.FUNDS,
}
MARKET = 0


class Entry(Struct, frozen=True):
    """One entry to be booked: `amount_minor` > 0 goes from the giving to the receiving side.

    `owner_id` is the company, or for a payout the source, whose accounts are meant.
    """

    kind: EntryKind
    ref: UUID
    owner_id: int
    amount_minor: int


class Posted(Struct, frozen=True):
    """An entry as it stands in the book, seen from its owner's side; `amount_minor` > 0."""

    ref: UUID
    owner_id: int
    amount_minor: int
    note: str | None


class Hold(Struct, frozen=True):
    """A price to be set aside for an assignment before its parcel leaves."""

    assignment_id: UUID
    company_id: int
    amount_minor: int


class Owed(Struct, frozen=True):
    """What a source earns with a lead."""

    lead_id: UUID
    source_id: int
    amount_minor: int


class Terms(Struct, frozen=True):
    """What a company may spend on credit; 0 when it prepays."""

    company_id: int
    mode: WalletMode
    limit_minor: int


class Wallet(Struct, frozen=True):
    """A company's money; `deposits_minor` is all it ever paid in, less what was taken back."""

    company_id: int
    mode: WalletMode
    limit_minor: int
    deposits_minor: int
    held_minor: int
    charged_minor: int
    credited_minor: int

    @property
    def room_minor(self) -> int:
        """Return what may still be held; below zero after the limit was lowered below what is in use."""
        return (
            self.limit_minor
            + self.deposits_minor
            - self.held_minor
            - self.charged_minor
            + self.credited_minor
        )
