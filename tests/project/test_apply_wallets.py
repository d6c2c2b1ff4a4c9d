"""A file's wallets are opened with the market, in one transaction; an opening balance is booked once."""

import pytest

from leadhouse.billing.market import apply_market
from leadhouse.billing.queries import balances, prove
from leadhouse.parties import current
from tests.parties.markets import at, documents, small

pytestmark = pytest.mark.django_db


def rooms() -> dict[str, int]:
    names = {one.id: one.key for one in current.market().companies.values()}
    return {names[wallet.company_id]: wallet.room_minor for wallet in balances()}


def test_credit_is_a_limit_and_a_prepaid_balance_a_deposit() -> None:
    apply_market(documents(small()))
    assert rooms() == {"acme": 50_000, "zenith": 12_050}
    assert prove() == []


def test_an_opening_balance_is_booked_once_whatever_the_file_says_later() -> None:
    apply_market(documents(small()))
    tree = small()
    at(tree, "companies", 0)["wallet"] = {"mode": "credit", "limit": "80.00"}
    at(tree, "companies", 1)["wallet"] = {"mode": "prepaid", "balance": "999.00"}
    apply_market(documents(tree))
    apply_market(documents(tree))
    assert rooms() == {"acme": 8_000, "zenith": 12_050}
    assert prove() == []


def test_a_company_without_a_wallet_has_paid_nothing() -> None:
    tree = small()
    del at(tree, "companies", 0)["wallet"]
    apply_market(documents(tree))
    assert rooms() == {"acme": 0, "zenith": 12_050}
