"""What is tidied up now and then, beside the road."""

from time import monotonic

from leadhouse.allocate.queries import forget_cohorts
from leadhouse.capture.queries import forget_receipts

SECONDS_BETWEEN = 60.0

_next_at = 0.0


def step(limit: int) -> int:
    """Forget up to `limit` of each kind of row that counts no more, once a minute.

    Return how many, if more may be left. Several workers may do so at once: each takes rows of its own.
    """
    global _next_at
    if monotonic() < _next_at:
        return 0
    forgotten = forget_receipts(limit), forget_cohorts(limit)
    if max(forgotten) < limit:
        _next_at = monotonic() + SECONDS_BETWEEN
        return 0
    return sum(forgotten)
