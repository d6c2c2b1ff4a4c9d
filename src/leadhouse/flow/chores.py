"""What is tidied up now and then, beside the road."""

from collections.abc import Callable
from time import monotonic

from leadhouse.allocate.queries import forget_cohorts, forget_holdings
from leadhouse.capture.queries import forget_receipts

SECONDS_BETWEEN = 60.0

Chore = Callable[[int], int]
# Each removes up to so many rows that count no more and returns how many; several workers may do so at once.
CHORES: tuple[Chore, ...] = (forget_receipts, forget_cohorts, forget_holdings)

_next_at: dict[Chore, float] = {}


def step(limit: int) -> int:
    """Do each chore for up to `limit` rows, once a minute; return how many went, if more may be left."""
    return sum(_do(chore, limit) for chore in CHORES)


def _do(chore: Chore, limit: int) -> int:
    if monotonic() < _next_at.get(chore, 0.0):
        return 0
    gone = chore(limit)
    if gone < limit:
        _next_at[chore] = monotonic() + SECONDS_BETWEEN
        return 0
    return gone
