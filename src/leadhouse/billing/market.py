"""The market changed together with the wallets that it speaks of, in one transaction."""

from collections.abc import Sequence

from leadhouse.billing.queries import open_balance, set_terms
from leadhouse.billing.types import Terms
from leadhouse.parties import editing
from leadhouse.parties.apply import Applied, Opening, apply
from leadhouse.parties.audit.types import COMMAND_LINE
from leadhouse.parties.documents import MarketFileDocument
from leadhouse.parties.edits import Edit
from leadhouse.store.run import transaction


def apply_market(file: MarketFileDocument, *, by: str = COMMAND_LINE) -> Applied:
    """Make the market and the wallets equal to the file; raise MarketFaults."""
    with transaction():
        applied = apply(file, by=by)
        _open_wallets(applied.openings)
    return applied


def apply_edit(edit: Edit, *, by: str) -> Applied:
    """Change one entry, a company's wallet with it; raise EditFaults or EditedMeanwhile."""
    with transaction():
        applied = editing.apply_edit(edit, by=by)
        _open_wallets(applied.openings)
    return applied


def _open_wallets(openings: Sequence[Opening]) -> None:
    if openings:
        set_terms([Terms(one.company_id, one.mode, one.limit_minor) for one in openings])
    for one in openings:
        open_balance(one.company_id, one.deposit_minor)
