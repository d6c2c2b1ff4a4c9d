"""Makes the market equal to a file in one transaction, or says what that would change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leadhouse.parties import queries
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.audit.types import COMMAND_LINE
from leadhouse.parties.differences import (
    HIDDEN,
    Changes,
    Difference,
    DifferenceKind,
    Write,
    changes,
    entry_path,
)
from leadhouse.parties.documents import CompanyDocument, CreditWallet, MarketFileDocument, PrepaidWallet
from leadhouse.parties.entries import Entry, EntryKind, Stored, entries_of
from leadhouse.parties.faults import Fault, MarketFaults
from leadhouse.parties.keys import digest, hint, new_key, new_signing_secret
from leadhouse.parties.leaves import minor_of
from leadhouse.parties.types import KeyKind, WalletMode
from leadhouse.store.run import allow_thinking, transaction
from leadhouse.timeline import queries as timeline

# Products before those who name them, companies before their campaigns; closed in the other direction.
_ORDER = (EntryKind.PRODUCT, EntryKind.SOURCE, EntryKind.COMPANY, EntryKind.CAMPAIGN)


@dataclass(frozen=True, slots=True)
class GeneratedKey:
    """A key or secret that was made because the file gave none: to be printed once, it is kept nowhere."""

    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A company's wallet as the file has it, for billing, which stands above this room.

    `limit_minor` is the credit limit (0 when prepaid); `deposit_minor` the opening deposit, 0 but for the
    first time that the company is given a prepaid balance.
    """

    company_id: int
    company_key: str
    mode: WalletMode
    limit_minor: int
    deposit_minor: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did; nothing at all when there are no differences and no generated keys."""

    differences: tuple[Difference, ...]
    generated_keys: tuple[GeneratedKey, ...] = ()
    openings: tuple[Opening, ...] = ()


def plan(file: MarketFileDocument, current: Stored) -> list[Difference]:
    """Return what applying the file to the current market would change, in the order of the file.

    Raises MarketFaults when the file's keys collide with what is stored.
    """
    return [*_checked_changes(file, current).differences]


def apply(file: MarketFileDocument, *, by: str = COMMAND_LINE) -> Applied:
    """Make the market equal to the file; what is absent from it is closed.

    One transaction, one at a time. Every lead received after it returns meets the new market. The audit log
    has each difference as made `by` somebody (an email). Raises MarketFaults when the file's keys collide
    with what is stored; then nothing has changed.
    """
    with transaction():
        queries.lock_market()
        allow_thinking()
        return make_equal(file, queries.load_stored(), by=by)


def make_equal(file: MarketFileDocument, stored: Stored, *, by: str) -> Applied:
    """Make what is stored equal to the file, inside the transaction that has the market locked.

    What is not among `stored` is left alone: a part of the market may be changed on its own.
    """
    due = _checked_changes(file, stored)
    if not due.differences and not due.keyless:
        return Applied(())
    applied = _carry_out(file, due, stored)
    note_changes([*due.differences, *_as_differences(applied.generated_keys)], by)
    return applied


def _as_differences(generated: Iterable[GeneratedKey]) -> Iterable[Difference]:
    return (Difference(DifferenceKind.ADD, "key", one.path, None, HIDDEN) for one in generated)


def _checked_changes(file: MarketFileDocument, stored: Stored) -> Changes:
    wanted = list(entries_of(file))
    due = changes(file.market.model_dump(exclude_unset=True), wanted, stored)
    faults = [*_collisions(wanted, due, stored)]
    if faults:
        raise MarketFaults(faults)
    return due


def _collisions(wanted: Iterable[Entry], due: Changes, stored: Stored) -> Iterable[Fault]:
    """Yield the given keys that somebody else goes on holding."""
    rows = {(one.kind.value, one.id): name for name, one in stored.entries.items()}
    given = {entry.name for entry in due.given_keys}
    staying = {entry.name for entry in wanted} - given
    held = {bytes(key.digest): (key.kind, key.owner_id) for key in stored.keys if not key.is_revoked}
    for entry in due.given_keys:
        holder = held.get(digest(entry.api_key or ""))
        is_persons = holder is not None and holder[0] == KeyKind.PERSON
        if holder is not None and (is_persons or rows.get(holder) in staying):
            yield Fault((*entry.loc, "api_key"), "is held by another party already: each needs its own")


def _carry_out(file: MarketFileDocument, due: Changes, stored: Stored) -> Applied:
    queries.bump_revision(due.market)
    generated: list[GeneratedKey] = []
    writes = [_with_signing_secret(write, generated) for write in due.writes]
    companies = {company.key: company for company in file.companies}
    openings_due = _openings_due(writes, companies, stored)
    ids = {name: one.id for name, one in stored.entries.items()}
    for kind in _ORDER:
        rows = [_row(write, openings_due) for write in writes if write.entry.kind is kind]
        ids |= {(kind, key): number for key, number in queries.save_entries(kind, rows).items()}
    for kind in reversed(_ORDER):
        queries.close_entries(kind, [one.id for one in due.closings if one.kind is kind])
    _give_keys(due, ids, generated)
    _announce(due, ids)
    changed = [write.entry.key for write in writes if write.entry.kind is EntryKind.COMPANY]
    openings = [
        _opening(companies[key], ids[EntryKind.COMPANY, key], openings_due.get(key, 0), file.market.currency)
        for key in changed
    ]
    return Applied(due.differences, tuple(generated), tuple(openings))


def _announce(due: Changes, ids: Mapping[tuple[EntryKind, str], int]) -> None:
    """Tell the leads that wait who was edited: whoever may want them now, or no more."""
    edited = [(write.entry.kind, ids[write.entry.name]) for write in due.writes]
    edited += [(one.kind, one.id) for one in due.closings]
    timeline.announce(
        campaigns=[number for kind, number in edited if kind is EntryKind.CAMPAIGN],
        companies=[number for kind, number in edited if kind is EntryKind.COMPANY],
        products=[number for kind, number in edited if kind is EntryKind.PRODUCT],
        is_market=due.market is not None,
    )


def _with_signing_secret(write: Write, generated: list[GeneratedKey]) -> Write:
    """Return the write with a secret for its notices, which are always signed."""
    if not isinstance(write.entry.config.get("notify"), dict) or "notify.secret" in write.secrets:
        return write
    secret = new_signing_secret()
    generated.append(GeneratedKey(f"{entry_path(write.entry.name, None)}.notify.secret", secret))
    return Write(write.entry, {**write.secrets, "notify.secret": secret})


def _row(write: Write, openings_due: Mapping[str, str | int | float]) -> dict[str, object]:
    entry = write.entry
    row = {"key": entry.key, "owner": entry.owner, "config": entry.config, "secrets": write.secrets}
    return {**row, "had_opening": entry.kind is EntryKind.COMPANY and entry.key in openings_due}


def _openings_due(
    writes: Iterable[Write], companies: Mapping[str, CompanyDocument], stored: Stored
) -> dict[str, str | int | float]:
    """Return the opening balances, as written, of the companies that are given one for the first time."""
    due: dict[str, str | int | float] = {}
    for write in writes:
        entry = write.entry
        if entry.kind is not EntryKind.COMPANY:
            continue
        wallet = companies[entry.key].wallet
        former = stored.entries.get(entry.name)
        if isinstance(wallet, PrepaidWallet) and not (former and former.had_opening):
            due[entry.key] = wallet.balance
    return due


def _opening(company: CompanyDocument, company_id: int, balance: str | float, currency: str) -> Opening:
    wallet = company.wallet
    is_credit = isinstance(wallet, CreditWallet)
    return Opening(
        company_id=company_id,
        company_key=company.key,
        mode=WalletMode.CREDIT if is_credit else WalletMode.PREPAID,
        limit_minor=minor_of(wallet.limit, currency) if isinstance(wallet, CreditWallet) else 0,
        deposit_minor=minor_of(balance, currency),
    )


def _give_keys(due: Changes, ids: Mapping[tuple[EntryKind, str], int], generated: list[GeneratedKey]) -> None:
    grants = [(entry, entry.api_key or "") for entry in due.given_keys]
    for entry in due.keyless:
        key = new_key(KeyKind(entry.kind.value))
        generated.append(GeneratedKey(f"{entry_path(entry.name, None)}.api_key", key))
        grants.append((entry, key))
    queries.grant_keys(
        [
            queries.Grant(digest(key), KeyKind(entry.kind.value), ids[entry.name], hint(key))
            for entry, key in grants
        ],
        replacing=True,
    )
