"""What is done now and then, beside the road."""

import logging
from collections.abc import Callable
from time import monotonic

from django.db import InterfaceError, OperationalError

from leadhouse.allocate.queries import forget_cohorts, forget_holdings, forget_windows
from leadhouse.allocate.steering.queries import forget_shadow_days
from leadhouse.amend.queries import forget_proposals
from leadhouse.capture.queries import forget_receipts, forget_refused
from leadhouse.capture.queries import forget_windows as forget_source_windows
from leadhouse.deliver.syncing import catch_up
from leadhouse.feedback.bulk.queries import forget_files
from leadhouse.flow.days import keep_days

SECONDS_BETWEEN = 60.0

Chore = Callable[[int], int]
# Each takes up to so many rows (that count no more, or of which the operator's own system is to be told) and
# returns how many; several workers may do so at once.
CHORES: tuple[Chore, ...] = (
    forget_receipts,
    forget_refused,
    forget_cohorts,
    forget_holdings,
    forget_windows,
    forget_source_windows,
    forget_shadow_days,
    forget_proposals,
    forget_files,
    catch_up,
    keep_days,
)

_next_at: dict[Chore, float] = {}

log = logging.getLogger(__name__)


def step(limit: int) -> int:
    """Do each chore for up to `limit` rows, once a minute; return how many went, if more may be left."""
    return sum(_do(chore, limit) for chore in CHORES)


def _do(chore: Chore, limit: int) -> int:
    if monotonic() < _next_at.get(chore, 0.0):
        return 0
    gone = _tried(chore, limit)
    if gone < limit:
        _next_at[chore] = monotonic() + SECONDS_BETWEEN
        return 0
    return gone


def _tried(chore: Chore, limit: int) -> int:
    """Do a chore; one that fails is told of, and keeps no other from being done."""
    try:
        return chore(limit)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s failed and is tried again in %g s; others go on", chore.__name__, SECONDS_BETWEEN)
        return 0
