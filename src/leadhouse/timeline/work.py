"""Walks claimed work through a stage so that one bad item stops nothing but itself."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from msgspec.structs import replace

from leadhouse.store.run import patiently, transaction
from leadhouse.timeline import queries
from leadhouse.timeline.types import Claim, Claimed, Stage

MOST_ATTEMPTS = 3
# An attempt that nobody saw fail may be the database's end, or that of a worker which others brought down.
MOST_UNFINISHED = 6
PARKED = timedelta(hours=1)

log = logging.getLogger(__name__)

Handle = Callable[[Claimed], int]
GiveUp = Callable[[Claim], None] | None


def walk(stage: Stage, limit: int, handle: Handle, give_up: GiveUp = None) -> int:
    """Claim up to `limit` items of a stage and handle them; return how many were taken.

    `handle` decides and applies (`finish` first); it may raise, and is called again after a deadlock. Items
    of a batch that raised, or whose earlier worker never finished, are handled alone; one that failed alone
    in its third attempt or a later one, or was never finished in six, goes to `give_up` (in a transaction,
    to end the lead with a reason), or is parked for an hour.
    A database that is away is nobody's fault: it is raised to the worker.
    """
    claimed = queries.claim(stage, limit)
    fresh = [claim for claim in claimed.claims if claim.attempts == 1]
    suspects = [claim for claim in claimed.claims if claim.attempts > 1]
    if fresh and not _handled(replace(claimed, claims=fresh), handle):
        suspects = fresh + suspects
    for claim in queries.extend(suspects) if suspects else []:
        _handle_alone(claim, claimed, handle, give_up)
    return len(claimed.claims)


def _handled(claimed: Claimed, handle: Handle) -> bool:
    try:
        patiently(lambda: handle(claimed))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s failed for %d item(s)", claimed.claims[0].stage, len(claimed.claims))
        return False
    return True


def _handle_alone(claim: Claim, claimed: Claimed, handle: Handle, give_up: GiveUp) -> None:
    """Handle one suspect; a crash of the whole process leaves its attempt counted."""
    if claim.attempts <= MOST_UNFINISHED and _handled(replace(claimed, claims=[claim]), handle):
        return
    if claim.attempts < MOST_ATTEMPTS:
        return
    with transaction():
        if give_up:
            for held in queries.finish([claim]):
                give_up(held)
        else:
            queries.postpone([claim], [claimed.now + PARKED])
