"""`leadhouse deposit`: books what a company paid in."""

import argparse
import os
from typing import TYPE_CHECKING

from leadhouse.project.commands import CommandError
from leadhouse.project.database import open_database
from leadhouse.project.environment import read_environment

if TYPE_CHECKING:
    from leadhouse.billing.types import Wallet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which arguments the command takes."""
    parser.add_argument("company", help="the company's key")
    parser.add_argument("amount", help="what it paid, like 250.00")
    parser.add_argument(
        "--reference",
        help="the payment's own number: the same one is booked only once; the company reads it in its "
        "statement, operators in the audit log; up to 200 characters",
    )


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
    from leadhouse.billing import payments
    from leadhouse.billing.queries import wallets
    from leadhouse.kit.ids import new_id
    from leadhouse.kit.money import to_minor, to_text
    from leadhouse.parties.audit.types import COMMAND_LINE
    from leadhouse.parties.current import market

    known = market()
    company = next((one for one in known.companies.values() if one.key == company_key), None)
    if company is None:
        raise CommandError(f"{company_key!r} is no company of this market: see `leadhouse export`")
    if reference and len(reference) > payments.LONGEST_NOTE:
        raise CommandError(
            f"--reference has {len(reference)} characters, {payments.LONGEST_NOTE} at most: "
            "nothing was booked; give the payment's number alone"
        )
    ref = payments.ref_of(company.id, reference) if reference else new_id()
    try:
        minor, note = to_minor(amount, known.currency), reference or ""
        is_new = payments.pay_in(company, minor, ref, currency=known.currency, by=COMMAND_LINE, note=note)
    except payments.OtherPaymentError as fault:
        booked = f"{to_text(fault.booked.amount_minor, known.currency)} {known.currency}"
        raise CommandError(
            f"--reference {reference!r} was booked before with {booked}, not {amount}: nothing was booked; "
            "give each payment a reference of its own"
        ) from None
    except (ValueError, LookupError) as fault:
        raise CommandError(str(fault)) from None
    return is_new, wallets([company.id])[0]
