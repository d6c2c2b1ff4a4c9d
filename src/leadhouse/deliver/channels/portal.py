"""Parcels into the company's own pages here: nothing is sent, so they are accepted as they are stored."""

from leadhouse.deliver.types import Receipt, Verdict


def receipt() -> Receipt:
    """Return what putting a lead into the portal always comes to."""
    return Receipt(Verdict.ACCEPTED)
