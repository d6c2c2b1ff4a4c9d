"""The statements about a company's money, inside its fence."""

from leadhouse.billing.types import Wallet
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows

SQL = Statements(__file__)


def wallet(fence: Fence) -> Wallet | None:
    """Return the company's wallet."""
    found = fenced_rows(fence, SQL["wallet"], {}, Wallet)
    return found[0] if found else None
