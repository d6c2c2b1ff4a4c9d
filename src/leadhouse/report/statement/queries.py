"""The statement's query, typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from leadhouse.store.run import rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


class Line(NamedTuple):
    """One move of money: `kind` is deposit, capture (a lead was charged) or credit (money back for one)."""

    at: datetime
    kind: str
    amount_minor: int
    lead_id: UUID | None
    campaign: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A span's lines, the newest first, and the sums of all that there were; amounts in minor units."""

    lines: Sequence[Line] = ()
    count: int = 0
    paid_minor: int = 0
    charged_minor: int = 0
    credited_minor: int = 0


class _Row(NamedTuple):
    at: datetime
    kind: str
    amount_minor: int
    lead_id: UUID | None
    campaign: str | None
    in_all: int
    paid_minor: int
    charged_minor: int
    credited_minor: int


def statement(company_id: int, since: datetime, until: datetime, limit: int = 200) -> Statement:
    """Return what moved for a company in a span, `since` included and `until` not; up to `limit` lines."""
    params = {"company_id": company_id, "since": since, "until": until, "limit": limit}
    found = rows(SQL["statement"], params, _Row)
    if not found:
        return Statement()
    return Statement([Line(*one[:5]) for one in found], *found[0][5:])
