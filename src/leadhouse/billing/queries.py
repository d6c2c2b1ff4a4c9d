"""The book's statements: every move of money, each posted once whatever happens."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from leadhouse.billing.decide import affordable
from leadhouse.billing.types import (
    MARKET,
    OWNED,
    SIDES,
    TOLD,
    Account,
    Entry,
    EntryKind,
    Hold,
    Owed,
    Posted,
    Terms,
    Wallet,
)
from leadhouse.parties.types import WalletMode
from leadhouse.store.run import execute, rows, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.queries import announce

SQL = Statements(__file__)
# Makes a company's opening deposit one entry for ever, however often its market file is applied.
_OPENING = UUID("6f0a3c52-64d4-4f0b-9d0f-5b2c2f5f7a11")

# How an entry moves its company's wallet, per minor unit: deposited, held, charged, credited.
_MOVES = {
    EntryKind.DEPOSIT: (1, 0, 0, 0),
    EntryKind.CAPTURE: (0, -1, 1, 0),
    EntryKind.RELEASE: (0, -1, 0, 0),
    EntryKind.CREDIT: (0, 0, 0, 1),
    EntryKind.REVERSAL: (-1, 0, 0, 0),
}


def wallets(company_ids: Iterable[int] | None = None) -> list[Wallet]:
    """Return these companies' wallets in id order, or everybody's."""
    ids = None if company_ids is None else sorted(set(company_ids))
    return rows(SQL["wallets"], {"company_ids": ids}, Wallet)


def balances() -> list[Wallet]:
    """Return every company's wallet."""
    return wallets()


def room_of(company_ids: Iterable[int]) -> dict[int, int]:
    """Return what each company may still spend, in minor units; one without a wallet is left out."""
    return {one.company_id: one.room_minor for one in wallets(company_ids)}


def lock_room(company_ids: Iterable[int]) -> dict[int, int]:
    """Return what each company may still spend, its wallet locked, in company id order, until the commit."""
    locked = rows(SQL["lock_wallets"], {"company_ids": sorted(set(company_ids))}, Wallet)
    return {one.company_id: one.room_minor for one in locked}


def hold(holds: Sequence[Hold]) -> set[UUID]:
    """Set each price aside, earlier ones first; return the assignments that are held, now or already.

    A price of 0 needs no wallet. Locks the wallets in company id order.
    """
    room = lock_room(one.company_id for one in holds)
    already = {one.ref for one in _posted(EntryKind.HOLD, Account.HELD, [one.assignment_id for one in holds])}
    fresh = affordable([one for one in holds if one.assignment_id not in already], room)
    entries = [Entry(EntryKind.HOLD, one.assignment_id, one.company_id, one.amount_minor) for one in fresh]
    amounts: dict[int, int] = defaultdict(int)
    for entry in _book(EntryKind.HOLD, entries):
        amounts[entry.owner_id] += entry.amount_minor
    _hold_funds(amounts)
    return already | {one.assignment_id for one in fresh}


def _hold_funds(amounts: Mapping[int, int]) -> None:
    if not amounts:
        return
    held = execute(SQL["hold_funds"], {"company_ids": list(amounts), "amounts": list(amounts.values())})
    if held != len(amounts):
        raise RuntimeError("a locked wallet lost room; nothing was booked")


def capture(assignment_ids: Iterable[UUID]) -> set[UUID]:
    """Charge what was held for these assignments; return those charged now."""
    return _end_holds(EntryKind.CAPTURE, assignment_ids)


def release(assignment_ids: Iterable[UUID]) -> set[UUID]:
    """Give back what was held for these assignments; return those given back now."""
    return _end_holds(EntryKind.RELEASE, assignment_ids)


def _end_holds(kind: EntryKind, assignment_ids: Iterable[UUID]) -> set[UUID]:
    held = _posted(EntryKind.HOLD, Account.HELD, assignment_ids)
    return _move([Entry(kind, one.ref, one.owner_id, one.amount_minor) for one in held])


def credit(assignment_id: UUID, amount_minor: int) -> bool:
    """Give a charged company money back, once per assignment; return whether it was booked now.

    ValueError when it is more than was charged. An amount of 0 books nothing.
    """
    if not amount_minor:
        return False
    charged = _posted(EntryKind.CAPTURE, Account.HELD, [assignment_id])
    if not charged or not 0 < amount_minor <= charged[0].amount_minor:
        raise ValueError(f"assignment {assignment_id} was not charged {amount_minor} or more")
    return _fund(Entry(EntryKind.CREDIT, assignment_id, charged[0].owner_id, amount_minor))


def deposit(company_id: int, amount_minor: int, ref: UUID, note: str | None = None) -> bool:
    """Book a company's payment, once per `ref`; return whether it was booked now."""
    if amount_minor <= 0:
        raise ValueError("a deposit must be more than nothing")
    if company_id not in room_of([company_id]):
        raise LookupError(f"company {company_id} has no wallet")
    return _fund(Entry(EntryKind.DEPOSIT, ref, company_id, amount_minor), note)


def deposited(ref: UUID) -> Posted | None:
    """Return the deposit that was booked under a ref."""
    return next(iter(_posted(EntryKind.DEPOSIT, Account.FUNDS, [ref])), None)


def reverse(company_id: int, ref: UUID, note: str | None = None) -> int | None:
    """Take a deposit back by an entry of its own; return its amount, None when it was taken back before.

    It takes what stands free; if nothing was held since, all of it: that leaves the wallet as it would be
    without the deposit, above its limit if it was. LookupError when it is no deposit of this company,
    ValueError when something was held since and less stands free.
    """
    found = deposited(ref)
    if found is None or found.owner_id != company_id:
        raise LookupError(f"company {company_id} made no such deposit")
    amount_minor = found.amount_minor
    room = lock_room([company_id])[company_id]
    if _posted(EntryKind.REVERSAL, Account.FUNDS, [ref]):
        return None
    if room < amount_minor:
        if value(SQL["has_held_since"], {"company_id": company_id, "ref": ref}, bool):
            raise ValueError("leads were bought since, and what can be spent now is less than the payment")
        execute(SQL["restore_excess"], {"company_id": company_id, "amount_minor": amount_minor})
    _move([Entry(EntryKind.REVERSAL, ref, company_id, amount_minor)], note)
    return amount_minor


def _fund(entry: Entry, note: str | None = None) -> bool:
    """Book what gives a company more to spend, and tell the leads that wait; return whether it is new."""
    is_new = bool(_move([entry], note))
    if is_new:
        announce(companies=[entry.owner_id])
    return is_new


def open_balance(company_id: int, amount_minor: int) -> bool:
    """Book a company's opening deposit, once for ever; return whether it was booked now."""
    return amount_minor > 0 and deposit(company_id, amount_minor, uuid5(_OPENING, str(company_id)))


def set_limit(company_id: int, mode: WalletMode, limit_minor: int) -> None:
    """Open a company's wallet, or change its mode and limit."""
    set_terms([Terms(company_id, mode, limit_minor)])


def set_terms(terms: Sequence[Terms]) -> None:
    """Open wallets, or change their modes and limits; a limit may fall below what is in use.

    Leads that wait are told: somebody may have more to spend.
    """
    announce(companies=[one.company_id for one in terms])
    execute(
        SQL["set_terms"],
        {
            "company_ids": [one.company_id for one in terms],
            "modes": [one.mode.value for one in terms],
            "limits": [one.limit_minor if one.mode is WalletMode.CREDIT else 0 for one in terms],
        },
    )


def owe_payout(owed: Sequence[Owed]) -> set[UUID]:
    """Book what sources earned, once per lead; return the leads booked now."""
    entries = [Entry(EntryKind.PAYOUT, one.lead_id, one.source_id, one.amount_minor) for one in owed]
    return {entry.ref for entry in _book(EntryKind.PAYOUT, entries)}


def payouts_of(lead_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what was booked for these leads' sources, in minor units; those without are left out."""
    booked = _posted(EntryKind.PAYOUT, Account.PAYABLE, lead_ids)
    return {one.ref: one.amount_minor for one in booked}


def credits_of(assignment_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what was credited for these assignments, in minor units; those without are left out."""
    booked = _posted(EntryKind.CREDIT, Account.FUNDS, assignment_ids)
    return {one.ref: one.amount_minor for one in booked}


def prove() -> list[str]:
    """Return every fault of the book; none means that all entries balance and all wallets equal them."""
    return rows(SQL["prove"], {}, str)


def _posted(kind: EntryKind, account: Account, refs: Iterable[UUID]) -> list[Posted]:
    wanted = list(refs)
    if not wanted:
        return []
    return rows(SQL["posted"], {"kind": kind.value, "account": account.value, "refs": wanted}, Posted)


def _move(entries: Sequence[Entry], note: str | None = None) -> set[UUID]:
    """Book entries of one kind and move their wallets, locked in company id order; return what was new."""
    if not entries:
        return set()
    kind = entries[0].kind
    lock_room(entry.owner_id for entry in entries)
    amounts: dict[int, int] = defaultdict(int)
    booked = _book(kind, entries, note)
    for entry in booked:
        amounts[entry.owner_id] += entry.amount_minor
    deposited, held, charged, credited = ([sign * one for one in amounts.values()] for sign in _MOVES[kind])
    execute(
        SQL["move_funds"],
        {
            "company_ids": list(amounts),
            "deposited": deposited,
            "held": held,
            "charged": charged,
            "credited": credited,
        },
    )
    return {entry.ref for entry in booked}


def _book(kind: EntryKind, entries: Sequence[Entry], note: str | None = None) -> list[Entry]:
    """Append entries of one kind; return those that were not booked before."""
    fresh = {entry.ref: entry for entry in entries if entry.amount_minor}
    if not fresh:
        return []
    _open_accounts(kind, {entry.owner_id for entry in fresh.values()})
    receiver, giver = SIDES[kind]
    booked = rows(
        SQL["book"],
        {
            "kind": kind.value,
            "receiver": receiver.value,
            "receiver_is_owned": receiver in OWNED,
            "giver": giver.value,
            "giver_is_owned": giver in OWNED,
            "told": TOLD.get(kind),
            "note": note,
            "refs": list(fresh),
            "owner_ids": [entry.owner_id for entry in fresh.values()],
            "amounts": [entry.amount_minor for entry in fresh.values()],
        },
        UUID,
    )
    return [fresh[ref] for ref in booked]


def _open_accounts(kind: EntryKind, owner_ids: set[int]) -> None:
    wanted = sorted(
        (account.value, owner)
        for account in SIDES[kind]
        for owner in (owner_ids if account in OWNED else {MARKET})
    )
    execute(
        SQL["open_accounts"],
        {"kinds": [kind for kind, _ in wanted], "owner_ids": [owner for _, owner in wanted]},
    )
