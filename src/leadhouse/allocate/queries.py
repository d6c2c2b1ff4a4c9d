"""Allocation's statements, one typed function each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError
from msgspec import structs

from leadhouse.allocate.prices.experience import EPOCH, HALF_LIFE, Changes
from leadhouse.allocate.records import NewDecision, StoredDecision
from leadhouse.allocate.selling.room import NO_LIMIT, Window, WindowKey
from leadhouse.allocate.selling.sales import Use
from leadhouse.allocate.types import (
    Assignment,
    AssignmentStatus,
    Feedback,
    Funnel,
    NewAssignment,
    Reason,
    Taken,
)
from leadhouse.billing import queries as billing
from leadhouse.store.run import RacedError, copy, execute, row, rows, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.types import Passport

SQL = Statements(__file__)
_MARKS = {
    Feedback.REJECTED: "mark_rejected",
    Feedback.RETURNED: "mark_returned",
    Feedback.CONVERTED: "mark_converted",
}

# The columns' types as the statements name them: those of the record first, then what all have alike.
_ASSIGNMENT_TYPES = (
    *("uuid", "uuid", "int2", "int4", "int4", "int8", "int4", "int8", "int2", "int8", "int8"),
    *("interval", "int8[]", "text"),
    *("timestamptz", "text", "bool", "bool", "bool"),
)
_NEW = (AssignmentStatus.HELD, False, False, False)
_DECISION_TYPES = (
    *("uuid", "uuid", "int2", "text", "text", "timestamptz", "int2", "int8", "jsonb", "jsonb", "bytea"),
    *("jsonb", "text", "jsonb", "int2[]", "int2", "bool", "int8", "int8", "text", "jsonb", "jsonb", "int8"),
    *("int2", "timestamptz", "int8"),
)


class StoredWindow(NamedTuple):
    """A window as it stands in its table."""

    id: int
    key: WindowKey
    ends_at: datetime
    used: int

    def uncapped(self) -> Window:
        """Return the window as one that counts what is sold and limits nothing."""
        return Window(self.key, self.ends_at, NO_LIMIT)


class _Row(NamedTuple):
    id: int
    campaign_id: int
    period: str
    unit: str
    starts_at: datetime
    ends_at: datetime
    used: int

    def window(self) -> StoredWindow:
        key = WindowKey(self.campaign_id, self.period, self.unit, self.starts_at)
        return StoredWindow(self.id, key, self.ends_at, self.used)


class _Holder(NamedTuple):
    lead_id: UUID
    company_id: int
    campaign_id: int
    sale_size: int


class _Holding(NamedTuple):
    consumer_id: int
    product_id: int
    company_id: int


class _Ended(NamedTuple):
    id: UUID
    consumer_id: int
    product_id: int
    company_id: int


def assignments_of(lead_ids: Iterable[UUID]) -> dict[UUID, list[Assignment]]:
    """Return each lead's assignments of all runs, in the order of their decisions."""
    wanted = list(lead_ids)
    found: dict[UUID, list[Assignment]] = {lead_id: [] for lead_id in wanted}
    for one in rows(SQL["assignments_of"], {"lead_ids": wanted}, Assignment):
        found[one.lead_id].append(one)
    return found


def assignment(assignment_id: UUID) -> Assignment | None:
    """Return an assignment, or None for no assignment of ours."""
    return row(SQL["assignment"], {"id": assignment_id}, Assignment)


def decisions_of(lead_id: UUID) -> list[StoredDecision]:
    """Return everything that was decided about a lead, oldest first."""
    return rows(SQL["decisions_of"], {"lead_id": lead_id}, StoredDecision)


def deliver(assignment_ids: Iterable[UUID]) -> None:
    """Say that these assignments are on their way; those that are further stay as they are."""
    execute(SQL["deliver"], {"ids": list(assignment_ids)})


def accept(assignment_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Charge the buyers who took their leads at this instant; return those that were open until now."""
    accepted = rows(SQL["accept"], {"ids": list(assignment_ids), "at": at}, UUID)
    billing.capture(accepted)
    return set(accepted)


def refuse(assignment_ids: Iterable[UUID]) -> set[UUID]:
    """Give caps, money and consumers back for leads refused at the door; return those open until now."""
    return _end_unaccepted(AssignmentStatus.REFUSED, assignment_ids)


def fail(assignment_ids: Iterable[UUID], uncertain: Iterable[UUID] = ()) -> set[UUID]:
    """Give caps and money back for leads that did not arrive; return those open until now.

    `uncertain` ones may have arrived: their companies count as having the consumer.
    """
    return _end_unaccepted(AssignmentStatus.FAILED, assignment_ids, uncertain)


def _end_unaccepted(
    status: AssignmentStatus, assignment_ids: Iterable[UUID], uncertain: Iterable[UUID] = ()
) -> set[UUID]:
    unsure = set(uncertain)
    ended = rows(
        SQL["end_unaccepted"],
        {"ids": sorted(assignment_ids), "status": status.value, "uncertain": list(unsure)},
        _Ended,
    )
    ids = {one.id for one in ended}
    if ids:
        execute(SQL["give_room_back"], {"ids": list(ids)})
        billing.release(ids)
        let_consumers_go([one for one in ended if one.id not in unsure])
    return ids


def mark_feedback(assignment_id: UUID, feedback: Feedback) -> None:
    """Note a fact about an accepted assignment, once."""
    execute(SQL[_MARKS[feedback]], {"id": assignment_id})


def holdings(consumer_ids: Iterable[int], now: datetime) -> dict[tuple[int, int], set[int]]:
    """Return which companies have these consumers, by consumer and product."""
    found: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    params = {"consumer_ids": sorted(set(consumer_ids)), "now": now}
    for one in rows(SQL["holdings"], params, _Holding):
        found[one.consumer_id, one.product_id].add(one.company_id)
    return found


def holders(
    passports: Sequence[Passport], offered: Collection[UUID], refilling: Iterable[int]
) -> dict[UUID, list[Taken]]:
    """Return who has these leads' opportunities by other leads; `offered` are those given to somebody before.

    To those only leads that were sold count, not what followed them. `refilling` are the products of which
    a buyer gives back what it rejects.
    """
    if not passports:
        return {}
    found: defaultdict[UUID, list[Taken]] = defaultdict(list)
    params = {
        "lead_ids": [one.lead_id for one in passports],
        "consumer_ids": [one.consumer_id for one in passports],
        "product_ids": [one.product_id for one in passports],
        "unique_lead_ids": [one.unique_lead_id for one in passports],
        "were_offered": [one.lead_id in offered for one in passports],
        "refilling": list(refilling),
        "following": Reason.DUPLICATE.value,
    }
    for one in rows(SQL["holders"], params, _Holder):
        found[one.lead_id].append(Taken(one.campaign_id, one.company_id, one.sale_size, 0))
    return found


def followers(lead_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these leads that went, for nothing, to those who had their opportunity already."""
    if not lead_ids:
        return set()
    params = {"lead_ids": lead_ids, "reason": Reason.DUPLICATE.value}
    return set(rows(SQL["followers"], params, UUID))


def windows(campaign_ids: Iterable[int], now: datetime) -> list[StoredWindow]:
    """Return these campaigns' windows that hold this instant, those that were ever used."""
    found = rows(SQL["windows"], {"campaign_ids": list(campaign_ids), "now": now}, _Row)
    return [one.window() for one in found]


def open_windows(fresh: Sequence[tuple[Window, int]]) -> None:
    """Make windows (with their companies' ids) that are not there yet, what was sold in them counted."""
    if fresh:
        execute(
            SQL["open_windows"],
            {
                "campaign_ids": [one.key.campaign_id for one, _ in fresh],
                "company_ids": [company_id for _, company_id in fresh],
                "periods": [one.key.period for one, _ in fresh],
                "units": [one.key.unit for one, _ in fresh],
                "starts": [one.key.starts_at for one, _ in fresh],
                "ends": [one.ends_at for one, _ in fresh],
                "limits": [one.limit for one, _ in fresh],
                "following": Reason.DUPLICATE.value,
            },
        )


def lock_windows(ids: Iterable[int]) -> dict[int, int]:
    """Return what is used of these windows, locked in id order until the commit."""
    return {one.id: one.used for one in rows(SQL["lock_windows"], {"ids": list(ids)}, _Row)}


def use_windows(uses: Sequence[Use]) -> None:
    """Use up locked windows; raises RuntimeError, so that nothing is sold, should one not bear it."""
    if not uses:
        return
    params = {
        "ids": [one.window_id for one in uses],
        "amounts": [one.amount for one in uses],
        "limits": [one.limit for one in uses],
    }
    if execute(SQL["use_windows"], params) != len(uses):
        raise RuntimeError("a locked cap window lost its room; nothing was sold")


def forget_windows(limit: int) -> int:
    """Remove up to `limit` cap windows that are long over; return how many.

    Sales keep their ids: what such a sale gives back is no room for anybody. Should one be needed again all
    the same, it is made anew of the sales in it.
    """
    return execute(SQL["forget_windows"], {"limit": limit})


def hold_consumers(given: Sequence[tuple[NewAssignment, datetime]], now: datetime) -> set[UUID]:
    """Note which companies get which consumers, and until when; return the assignments that may go on."""
    if not given:
        return set()
    params = {
        "consumer_ids": [one.consumer_id for one, _ in given],
        "product_ids": [one.product_id for one, _ in given],
        "company_ids": [one.company_id for one, _ in given],
        "assignment_ids": [one.id for one, _ in given],
        "untils": [until for _, until in given],
        "now": now,
    }
    return set(rows(SQL["hold_consumers"], params, UUID))


def forget_holdings(limit: int) -> int:
    """Remove up to `limit` notes of who has which consumer that count no more; return how many."""
    return execute(SQL["forget_holdings"], {"limit": limit})


def let_consumers_go(ended: Sequence[NewAssignment | _Ended]) -> None:
    """Forget that these assignments' companies have their consumers."""
    params = {
        "consumer_ids": [one.consumer_id for one in ended],
        "product_ids": [one.product_id for one in ended],
        "company_ids": [one.company_id for one in ended],
        "assignment_ids": [one.id for one in ended],
    }
    if ended:
        execute(SQL["let_consumers_go"], params)


def write_assignments(given: Sequence[NewAssignment], decided_at: datetime) -> None:
    """Give leads to companies."""
    if given:
        written = [(*structs.astuple(one), decided_at, *_NEW) for one in given]
        copy(SQL["write_assignments"], _ASSIGNMENT_TYPES, written)


def rounds_of(lead_ids: Iterable[UUID]) -> dict[tuple[UUID, int], int]:
    """Return how many decisions each run of these leads has had, by lead and run, if any."""
    found = rows(SQL["rounds"], {"lead_ids": list(lead_ids)}, _Rounds)
    return {(lead_id, run): rounds for lead_id, run, rounds in found}


def write_decisions(
    fresh: Sequence[NewDecision],
    at: datetime,
    market_revision: int,
    had: Mapping[tuple[UUID, int], int],
) -> None:
    """Keep decisions with their inputs, each as the next round after those that its lead's run `had`.

    Raises RacedError when somebody else has decided one of the leads since that was read.
    """
    if not fresh:
        return
    written = [
        (*structs.astuple(one), 1 + had.get((one.lead_id, one.run), 0), at, market_revision) for one in fresh
    ]
    try:
        copy(SQL["write_decisions"], _DECISION_TYPES, written)
    except IntegrityError as clash:
        raise RacedError from clash


class _Rounds(NamedTuple):
    lead_id: UUID
    run: int
    rounds: int


def count_funnels(counted: Sequence[tuple[int, Funnel]], at: datetime) -> None:
    """Add decisions' funnels, each with its product's id, to what periods are summed up from."""
    if not counted:
        return
    execute(
        SQL["count_funnels"],
        {
            "at": at,
            "product_ids": [product_id for product_id, _ in counted],
            "nets": [funnel.net for _, funnel in counted],
            "priceds": [funnel.priced for _, funnel in counted],
            "budgets": [funnel.budget for _, funnel in counted],
            "winnerses": [funnel.winners for _, funnel in counted],
        },
        prepare=True,
    )


def fold(assignment_ids: Iterable[UUID]) -> int:
    """Add outcomes that became known to their campaigns' records, each once; return how many changed."""
    params = {
        "ids": sorted(set(assignment_ids)),
        "epoch": EPOCH,
        "half_life_seconds": HALF_LIFE.total_seconds(),
        "following": Reason.DUPLICATE.value,
    }
    return execute(SQL["fold"], params)


def changes(since: int) -> Changes:
    """Return what folds have changed since a mark of earlier changes, 0 for everything.

    What is told twice is told alike.
    """
    return value(SQL["changes"], {"since": since}, Changes)


def forget_cohorts(limit: int) -> int:
    """Forget so many cohorts that count in full by now; return how many."""
    return execute(SQL["forget_cohorts"], {"limit": limit})


def prove() -> list[str]:
    """Return every cap window that does not equal what its assignments used up."""
    return rows(SQL["prove"], {}, str)
