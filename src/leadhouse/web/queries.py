"""The web's statements, one typed function each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from leadhouse.store.run import execute, rows, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.types import Status

SQL = Statements(__file__)


def take_try(subject: bytes, *, free: int, longest_seconds: int) -> int:
    """Count a try to sign in; return 0, or the seconds to wait when it was not let through.

    After `free` tries each must wait twice as long as the one before, at most `longest_seconds`.
    """
    params = {"subject": subject, "free": free, "longest": longest_seconds}
    return value(SQL["take_try"], params, int)


def forget_tries(subjects: Sequence[bytes]) -> None:
    """Forget the failures of these subjects: somebody has signed in."""
    execute(SQL["forget_tries"], {"subjects": list(subjects)})


def give_back_tries(subject: bytes) -> None:
    """Let whoever shares this subject go on: one of them has signed in."""
    execute(SQL["give_back_tries"], {"subject": subject})


class Standing(NamedTuple):
    """How many leads stand at a status, and how many of them were good to sell."""

    status: Status
    leads: int
    good: int


def standings_of_period(since: datetime, until: datetime) -> list[Standing]:
    """Return where the leads received in a period stand, in one walk over them."""
    return rows(SQL["standings_of_period"], {"since": since, "until": until}, Standing)


def count_leads_of(product_ids: Sequence[int], since: datetime) -> int:
    """Return how many leads of some products came in since an instant, test leads left out."""
    return value(SQL["count_leads_of"], {"product_ids": list(product_ids), "since": since}, int)


def newest_leads_of(product_ids: Sequence[int], since: datetime, limit: int) -> list[UUID]:
    """Return up to `limit` of the newest leads of some products since an instant, test leads left out."""
    params = {"product_ids": list(product_ids), "since": since, "limit": limit}
    return rows(SQL["newest_leads_of"], params, UUID)
