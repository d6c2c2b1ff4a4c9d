"""The statements of waiting leads, one typed function each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from leadhouse.store.run import execute, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


@dataclass(frozen=True, slots=True)
class NewWaiting:
    """A lead that waits: as in models.Waiting, from now on."""

    lead_id: UUID
    places: Sequence[str]
    campaigns: Sequence[int]
    until: datetime


class Concerned(NamedTuple):
    """A waiting lead whom news may concern."""

    lead_id: UUID
    until: datetime
    campaigns: list[int]


def note(waiting: Sequence[NewWaiting]) -> None:
    """Note which leads wait; one that did before waits so from now on."""
    if waiting:
        execute(SQL["note"], {"waiting": orjson.dumps(waiting).decode()})


def forget(lead_ids: Collection[UUID]) -> None:
    """Forget leads that wait no more."""
    if lead_ids:
        execute(SQL["forget"], {"lead_ids": list(lead_ids)})


def concerned(
    places: Collection[str],
    campaigns: Collection[int],
    *,
    after: UUID | None,
    since: datetime | None,
    limit: int,
) -> list[Concerned]:
    """Lock and return up to `limit` waiting leads in id order: of these places, or awaiting these campaigns.

    Those after a lead only, and decided since an instant only, where given.
    """
    params = {
        "places": list(places),
        "campaigns": list(campaigns),
        "after": after,
        "since": since,
        "limit": limit,
    }
    return rows(SQL["concerned"], params, Concerned)
