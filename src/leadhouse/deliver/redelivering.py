"""Sends parcels to buyers who have accepted them once more: the same parcel under the same id."""

from collections.abc import Sequence
from uuid import UUID

from leadhouse.deliver import queries
from leadhouse.timeline.queries import append, enqueue
from leadhouse.timeline.types import Event, NewWork, Outcome, Stage, Step


def redeliver(lead_ids: Sequence[UUID], by: str) -> list[UUID]:
    """Have what accepted buyers of these leads were sent go out again; return the leads with such parcels.

    What comes of it changes neither the sale nor the money: the buyer has it already.
    """
    again = queries.open_again(lead_ids)
    enqueue([NewWork(Stage.DELIVER, one.lead_id, one.id) for one in again])
    leads = sorted({one.lead_id for one in again})
    append([Event(one, Step.AMEND, "redelivered", Outcome.SUCCESS, data={"by": by}) for one in leads])
    return leads
