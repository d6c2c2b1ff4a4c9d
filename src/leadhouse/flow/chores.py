"""What is tidied up now and then, beside the road."""

from time import monotonic

from leadhouse.capture.queries import forget_receipts

SECONDS_BETWEEN = 60.0

_next_at = 0.0


def step(limit: int) -> int:
    """Forget up to `limit` receipts that count no more, once a minute; return how many, if more may be left.

    Several workers may do so at once: each takes receipts that no other has taken.
    """
    global _next_at
    if monotonic() < _next_at:
        return 0
    forgotten = forget_receipts(limit)
    if forgotten < limit:
        _next_at = monotonic() + SECONDS_BETWEEN
        return 0
    return forgotten
