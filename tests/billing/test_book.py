"""The book: every move posted once, every wallet exact, nothing overdrawn."""

from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from

from leadhouse.billing import queries
from leadhouse.billing.types import Hold, Owed, Wallet
from leadhouse.parties.types import WalletMode

pytestmark = pytest.mark.django_db
CREDIT, PREPAID = WalletMode.CREDIT, WalletMode.PREPAID


def _wallet(company: int) -> Wallet:
    (found,) = queries.wallets([company])
    return found


def _held(company: int, amount: int) -> UUID:
    assignment = uuid4()
    assert queries.hold([Hold(assignment, company, amount)]) == {assignment}
    return assignment


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.req("R000-66")
def test_a_price_is_held_then_charged_and_the_book_proves_it() -> None:
    queries.set_limit(1, CREDIT, 10_000)
    sold = _held(1, 2_500)
    assert _wallet(1) == Wallet(1, CREDIT, 10_000, 0, 2_500, 0, 0)
    assert queries.capture([sold]) == {sold}
    assert _wallet(1) == Wallet(1, CREDIT, 10_000, 0, 0, 2_500, 0)
    assert queries.room_of([1]) == {1: 7_500}
    assert queries.prove() == []


def test_a_released_hold_gives_its_room_back_and_can_no_longer_be_charged() -> None:
    queries.set_limit(1, CREDIT, 2_500)
    refused = _held(1, 2_500)
    assert queries.release([refused]) == {refused}
    assert queries.capture([refused]) == set()
    assert _wallet(1) == Wallet(1, CREDIT, 2_500, 0, 0, 0, 0)
    assert queries.prove() == []


def test_repeating_any_move_changes_nothing() -> None:
    queries.set_limit(1, PREPAID, 0)
    assert [queries.deposit(1, 9_000, ref) for ref in [uuid4()] * 2] == [True, False]
    sold = _held(1, 4_000)
    assert queries.hold([Hold(sold, 1, 4_000)]) == {sold}
    assert [queries.capture([sold, sold]), queries.capture([sold])] == [{sold}, set()]
    assert queries.release([sold]) == set()
    assert [queries.credit(sold, 4_000), queries.credit(sold, 1_000)] == [True, False]
    lead = uuid4()
    assert [queries.owe_payout([Owed(lead, 3, 700)] * 2) for _ in range(2)] == [{lead}, set()]
    assert _wallet(1) == Wallet(1, PREPAID, 0, 9_000, 0, 4_000, 4_000)
    assert queries.payouts_of([lead]) == {lead: 700}
    assert queries.credits_of([sold]) == {sold: 4_000}
    assert queries.prove() == []


@pytest.mark.req("R000-68")
def test_only_what_fits_is_held_and_a_strangers_wallet_stays_as_it_was() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    queries.set_limit(2, CREDIT, 5_000)
    first, too_much, last = (Hold(uuid4(), 1, amount) for amount in (3_000, 2_500, 2_000))
    without_wallet = Hold(uuid4(), 3, 1)
    held = queries.hold([first, too_much, last, without_wallet])
    assert held == {first.assignment_id, last.assignment_id}
    assert [one.held_minor for one in queries.balances()] == [5_000, 0]
    assert queries.prove() == []


def test_a_price_of_nothing_needs_no_wallet_and_leaves_no_entry() -> None:
    free = Hold(uuid4(), 9, 0)
    assert queries.hold([free]) == {free.assignment_id}
    assert queries.capture([free.assignment_id]) == set()
    assert queries.prove() == []


@pytest.mark.req("R000-67")
def test_a_credit_is_at_most_what_was_charged() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    sold = _held(1, 2_000)
    with pytest.raises(ValueError, match="was not charged"):
        queries.credit(sold, 2_000)
    queries.capture([sold])
    with pytest.raises(ValueError, match="was not charged"):
        queries.credit(sold, 2_001)
    assert queries.credit(sold, 0) is False
    assert _wallet(1).credited_minor == 0
    assert queries.credit(sold, 2_000) is True
    assert queries.room_of([1]) == {1: 5_000}


def test_the_opening_balance_is_booked_once_for_ever() -> None:
    queries.set_limit(4, PREPAID, 123)
    assert [queries.open_balance(4, amount) for amount in (10_000, 10_000, 20_000, 0)] == [
        True,
        False,
        False,
        False,
    ]
    assert _wallet(4) == Wallet(4, PREPAID, 0, 10_000, 0, 0, 0)


def test_a_deposit_needs_a_wallet_and_an_amount() -> None:
    with pytest.raises(LookupError, match="company 8 has no wallet"):
        queries.deposit(8, 100, uuid4())
    with pytest.raises(ValueError, match="more than nothing"):
        queries.deposit(8, 0, uuid4())


def test_a_limit_below_what_is_in_use_is_taken_and_nothing_more_can_be_held() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    first, second = _held(1, 2_000), _held(1, 2_500)
    queries.set_limit(1, CREDIT, 1_000)
    assert queries.room_of([1]) == {1: -3_500}
    assert queries.hold([Hold(uuid4(), 1, 1)]) == set()
    queries.release([second])
    queries.capture([first])
    assert queries.room_of([1]) == {1: -1_000}
    # The excess shrank with its use: the constraint alone now stops at 2,000 in use.
    with pytest.raises(IntegrityError, match="wallet_never_overdrawn"):
        _run("UPDATE billing_wallet SET held_minor = held_minor + 1")
    queries.credit(first, 2_000)
    assert queries.room_of([1]) == {1: 1_000}
    assert queries.prove() == []


def test_a_mistaken_deposit_into_a_wallet_above_its_limit_is_taken_back_as_if_it_never_came() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    sold = _held(1, 4_500)
    queries.set_limit(1, CREDIT, 1_000)
    small, large = uuid4(), uuid4()
    queries.deposit(1, 500, small)
    queries.deposit(1, 9_000, large)
    assert [queries.reverse(1, large), queries.reverse(1, small)] == [9_000, 500]
    assert queries.room_of([1]) == {1: -3_500}
    assert queries.reverse(1, small) is None
    with pytest.raises(IntegrityError, match="wallet_never_overdrawn"):
        _run("UPDATE billing_wallet SET held_minor = held_minor + 1")
    queries.release([sold])
    assert queries.room_of([1]) == {1: 1_000}
    assert queries.prove() == []


def test_a_deposit_that_was_spent_from_is_taken_back_out_of_what_stands_free_alone() -> None:
    queries.set_limit(1, CREDIT, 1_000)
    queries.set_limit(2, CREDIT, 1_000)
    ref = uuid4()
    queries.deposit(1, 500, ref)
    _held(1, 700)
    _held(2, 700)
    assert queries.reverse(1, ref) == 500
    assert queries.room_of([1]) == {1: 300}
    again = uuid4()
    queries.deposit(1, 500, again)
    _held(1, 500)
    with pytest.raises(ValueError, match="less than the payment"):
        queries.reverse(1, again)
    assert queries.room_of([1, 2]) == {1: 300, 2: 300}
    assert queries.prove() == []


def test_the_constraint_alone_stops_an_overdraft() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    unconditional, _, _ = queries.SQL["hold_funds"].partition("  AND wallet.limit_minor")
    with (
        pytest.raises(IntegrityError, match="wallet_never_overdrawn"),
        transaction.atomic(),
    ):
        queries.execute(unconditional, {"company_ids": [1], "amounts": [5_001]})
    assert _wallet(1).held_minor == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_entry SET kind = 'credit'",
        "DELETE FROM billing_entry",
        "UPDATE billing_posting SET amount_minor = 1",
        "DELETE FROM billing_posting",
        "UPDATE billing_account SET owner_id = 7",
        "DELETE FROM billing_account",
    ],
)
def test_the_book_is_append_only(change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        _run(change)


def test_an_entry_that_does_not_balance_never_commits() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    _held(1, 2_000)
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        _run(
            "INSERT INTO billing_posting (entry_id, account_id, amount_minor)"
            " SELECT max(entry.id), (SELECT min(id) - 1 FROM billing_account), 5 FROM billing_entry AS entry"
        )


@pytest.mark.parametrize(("entry", "account"), [("max(id) + 1", "min(id)"), ("max(id)", "min(id) - 1")])
def test_a_posting_of_no_entry_or_no_account_never_commits(entry: str, account: str) -> None:
    queries.set_limit(1, CREDIT, 5_000)
    _held(1, 2_000)
    with pytest.raises(IntegrityError, match="that the book does not have"):
        _run(
            "INSERT INTO billing_posting (entry_id, account_id, amount_minor)"
            f" SELECT entry.id, account.id, amount FROM (SELECT {entry} AS id FROM billing_entry) AS entry,"
            f" (SELECT {account} - step AS id, 5 - 10 * step AS amount"
            "   FROM billing_account, generate_series(0, 1) AS step GROUP BY step) AS account"
        )


def test_the_proof_finds_a_wallet_that_the_book_does_not_bear_out() -> None:
    queries.set_limit(1, CREDIT, 5_000)
    _run("UPDATE billing_wallet SET charged_minor = 700")
    assert queries.prove() == ["wallet of company 1 shows charged 700, the book 0"]


def test_the_proof_finds_an_entry_without_postings() -> None:
    ref = uuid4()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO billing_entry (kind, ref, at) VALUES ('capture', %s, now())", [ref])
    empty, orphan = queries.prove()
    assert empty.endswith(f"(capture {ref}) sums to 0 over 0 postings")
    assert orphan == f"capture {ref} has no hold before it"


class _Book(RuleBasedStateMachine):
    """Any run of moves leaves the wallets as a short model of them says, and never above their limits."""

    @initialize()
    def _open(self) -> None:
        self.sid = transaction.savepoint()
        queries.set_terms([queries.Terms(company, CREDIT, 1_000) for company in (1, 2)])
        self.limits = {1: 1_000, 2: 1_000}
        self.deposits, self.charged, self.credited = {1: 0, 2: 0}, {1: 0, 2: 0}, {1: 0, 2: 0}
        self.held: dict[UUID, tuple[int, int]] = {}
        self.sold: dict[UUID, tuple[int, int]] = {}
        self.paid: dict[UUID, tuple[int, int]] = {}
        self.spent_from: set[UUID] = set()

    def _room(self, company: int) -> int:
        held = sum(amount for owner, amount in self.held.values() if owner == company)
        return (
            self.limits[company]
            + self.deposits[company]
            - held
            - self.charged[company]
            + self.credited[company]
        )

    @rule(company=sampled_from([1, 2]), amount=integers(1, 600))
    def hold(self, company: int, amount: int) -> None:
        fits = amount <= self._room(company)
        assignment = uuid4()
        assert queries.hold([Hold(assignment, company, amount)]) == ({assignment} if fits else set())
        if fits:
            self.held[assignment] = (company, amount)
            self.spent_from |= {ref for ref, (owner, _) in self.paid.items() if owner == company}

    @rule(is_sold=sampled_from([True, False]))
    def end_a_hold(self, is_sold: bool) -> None:
        if not self.held:
            return
        assignment, (company, amount) = self.held.popitem()
        (queries.capture if is_sold else queries.release)([assignment])
        if is_sold:
            self.charged[company] += amount
            self.sold[assignment] = (company, amount)

    @rule()
    def credit(self) -> None:
        if self.sold:
            assignment, (company, amount) = self.sold.popitem()
            assert queries.credit(assignment, amount)
            self.credited[company] += amount

    @rule(company=sampled_from([1, 2]), amount=integers(1, 500))
    def deposit(self, company: int, amount: int) -> None:
        ref = uuid4()
        queries.deposit(company, amount, ref)
        self.deposits[company] += amount
        self.paid[ref] = (company, amount)

    @rule()
    def take_back(self) -> None:
        if not self.paid:
            return
        ref, (company, amount) = self.paid.popitem()
        if ref in self.spent_from and amount > self._room(company):
            with pytest.raises(ValueError, match="less than the payment"):
                queries.reverse(company, ref)
            return
        assert queries.reverse(company, ref) == amount
        self.deposits[company] -= amount

    @rule(company=sampled_from([1, 2]), limit=integers(0, 1_500))
    def change_the_limit(self, company: int, limit: int) -> None:
        queries.set_limit(company, CREDIT, limit)
        self.limits[company] = limit

    @invariant()
    def book_and_wallets_agree(self) -> None:
        if hasattr(self, "limits"):
            assert queries.room_of([1, 2]) == {company: self._room(company) for company in (1, 2)}
            assert queries.prove() == []

    def teardown(self) -> None:
        if hasattr(self, "sid"):
            transaction.savepoint_rollback(self.sid)


def test_any_run_of_moves_agrees_with_a_model_of_them() -> None:
    run_state_machine_as_test(
        _Book, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )
