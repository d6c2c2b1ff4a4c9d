"""`leadhouse deposit` books payments, each once when it has a reference."""

import pytest

from leadhouse.billing import queries
from leadhouse.project.commands import CommandError
from leadhouse.project.commands.deposit import pay_in
from tests.allocate.allocate_world import company, install

pytestmark = pytest.mark.django_db


def test_a_payment_is_booked_to_its_company_alone() -> None:
    install(company("acme", wallet={"mode": "prepaid"}), company("other"))
    is_new, wallet = pay_in("acme", "250.00", None)
    assert (is_new, wallet.deposits_minor, wallet.room_minor) == (True, 25_000, 25_000)
    assert [one.deposits_minor for one in queries.balances()] == [25_000, 0]
    assert queries.prove() == []


def test_a_payment_with_a_reference_is_booked_once_per_company() -> None:
    install(company("acme"), company("other"))
    booked = [pay_in(key, "10.00", "cheque 7")[0] for key in ("acme", "acme", "other")]
    assert booked == [True, False, True]
    assert [one.deposits_minor for one in queries.balances()] == [1_000, 1_000]


def test_a_reference_that_was_booked_with_another_amount_is_an_error_that_says_so() -> None:
    install(company("acme"))
    pay_in("acme", "10.00", "cheque 7")
    with pytest.raises(CommandError, match=r"'cheque 7' was booked before with 10\.00 USD, not 40\.00"):
        pay_in("acme", "40.00", "cheque 7")
    assert [one.deposits_minor for one in queries.balances()] == [1_000]
    assert pay_in("acme", "40.00", "cheque 8")[1].deposits_minor == 5_000


def test_a_reference_too_long_for_a_statement_is_refused() -> None:
    install(company("acme"))
    assert pay_in("acme", "10.00", "7" * 200)[0]
    with pytest.raises(CommandError, match="has 201 characters, 200 at most"):
        pay_in("acme", "10.00", "7" * 201)
    assert [one.deposits_minor for one in queries.balances()] == [1_000]


@pytest.mark.parametrize(
    ("key", "amount", "fault"),
    [
        ("nobody", "10.00", "no company of this market"),
        ("acme", "ten", "not an amount of money"),
        ("acme", "0.00", "more than nothing"),
        ("acme", "-5.00", "more than nothing"),
    ],
)
def test_what_cannot_be_booked_is_told_and_changes_nothing(key: str, amount: str, fault: str) -> None:
    install(company("acme"))
    with pytest.raises(CommandError, match=fault):
        pay_in(key, amount, None)
    assert [one.deposits_minor for one in queries.balances()] == [0]
