"""`leadhouse deposit`: books what a company paid in."""

import argparse
import os
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.billing.types import Wallet

# Makes one payment of a company one entry, however often the command is repeated with its reference.
_PAYMENTS = UUID("0f1d2c4e-7a6b-4c3d-9e8f-2b1a0c9d8e7f")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command takes."""
    parser.add_argument("company", help="the company's key")
    parser.add_argument("amount", help="what it paid, like 250.00")
    parser.add_argument("--reference", help="the payment's own number: the same one is booked only once")


def run(options: argparse.Namespace) -> int:
    """Book the payment and print the wallet."""
    from leadhouse.kit.money import display
    from leadhouse.parties.current import market

    with open_database(read_environment(os.environ)):
        is_new, wallet = pay_in(options.company, options.amount, options.reference)
        room = display(wallet.room_minor, market().currency)
    booked = "booked" if is_new else "was booked before"
    print(f"{options.amount} {booked}; {options.company} may spend {room}")
    return 0


def pay_in(company_key: str, amount: str, reference: str | None) -> "tuple[bool, Wallet]":
    """Book a payment; return whether it is new, and the wallet as it is now."""
    from leadhouse.billing.queries import deposit, wallets
    from leadhouse.kit.ids import new_id
    from leadhouse.kit.money import to_minor
    from leadhouse.parties.current import market
    from leadhouse.store.run import transaction

    known = market()
    company = next((one for one in known.companies.values() if one.key == company_key), None)
    if company is None:
        raise CommandError(f"{company_key!r} is no company of this market: see `leadhouse export`")
    ref = uuid5(_PAYMENTS, f"{company.id} {reference}") if reference else new_id()
    try:
        with transaction():
            is_new = deposit(company.id, to_minor(amount, known.currency), ref)
    except (ValueError, LookupError) as fault:
        raise CommandError(str(fault)) from None
    return is_new, wallets([company.id])[0]
