"""The statements about a company's money, inside its fence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadhouse.billing.types import Wallet
from leadhouse.kit.periods import Period
from leadhouse.store.statements import Statements
from leadhouse.web.portal.fence import Fence, fenced_rows

SQL = Statements(__file__)


@dataclass(frozen=True, slots=True)
class Moved:
    """One charge, credit or deposit, in minor units; `delivery` is the assignment it is about."""

    at: datetime
    kind: str
    delivery: UUID | None
    campaign_id: int | None
    amount_minor: int

    @property
    def signed_minor(self) -> int:
        """Return by how much it changed what the company may spend."""
        return -self.amount_minor if self.kind == "capture" else self.amount_minor


def wallet(fence: Fence) -> Wallet | None:
    """Return the company's wallet."""
    found = fenced_rows(fence, SQL["wallet"], {}, Wallet)
    return found[0] if found else None


def statement(fence: Fence, period: Period) -> list[Moved]:
    """Return what moved the company's money in a period, newest first."""
    return fenced_rows(fence, SQL["statement"], {"since": period.start, "until": period.end}, Moved)
