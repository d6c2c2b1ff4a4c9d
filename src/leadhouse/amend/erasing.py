"""Erases a person: everything that says who it was goes, what was earned and owed stays."""

from dataclasses import dataclass
from uuid import UUID

from leadhouse.allocate.bidding import queries as bidding
from leadhouse.allocate.waiting import queries as waiting
from leadhouse.capture import queries as capture
from leadhouse.deliver import queries as deliver
from leadhouse.identity import queries as identity
from leadhouse.outbound.post_office import remove_mails
from leadhouse.qualify import queries as qualify
from leadhouse.store.run import patiently, transaction
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import FINAL, Change, Event, Outcome, Status, Step

ERASED = "erased"
# Nobody has been promised these yet, so that they can end here.
_CAN_END = frozenset({Status.INITIAL, Status.QUALIFYING, Status.QUALIFIED, Status.WAITING})


@dataclass(frozen=True, slots=True)
class Erased:
    """How many leads were erased, or how many must come to their end first (then nothing was erased)."""

    leads: int
    under_way: int = 0


def erase(consumer_id: int, by: str) -> Erased:
    """Erase a consumer's person from all their leads; leads that buyers are being sent must end first.

    Mails that were only written to a folder are removed after the commit; those sent are gone.
    """
    erased, references = patiently(lambda: _erased(consumer_id, by))
    remove_mails(references)
    return erased


def _erased(consumer_id: int, by: str) -> tuple[Erased, list[str]]:
    with transaction():
        lead_ids = timeline.leads_of(consumer_id)
        timeline.lock(lead_ids)
        found = timeline.passports(lead_ids)
        under_way = [one for one in found.values() if one.status not in FINAL | _CAN_END]
        busy = max(len(under_way), timeline.in_hand(lead_ids), deliver.leads_being_sent(lead_ids))
        if busy:
            return Erased(0, busy), []
        references = _forget(consumer_id, lead_ids)
        ended = {one.lead_id for one in found.values() if one.status in _CAN_END}
        timeline.append([_event(lead_id, by, is_end=lead_id in ended) for lead_id in lead_ids])
    return Erased(len(lead_ids)), references


def _forget(consumer_id: int, lead_ids: list[UUID]) -> list[str]:
    waiting.forget(lead_ids)
    timeline.drop_work(lead_ids)
    capture.forget_person(lead_ids)
    qualify.forget_person(lead_ids)
    bidding.forget_person(lead_ids)
    identity.forget(consumer_id)
    timeline.forget_data(lead_ids)
    return deliver.forget_person(lead_ids)


def _event(lead_id: UUID, by: str, *, is_end: bool) -> Event:
    change = Change(status=Status.DISQUALIFIED, reason=ERASED, good_to_sell=False) if is_end else None
    return Event(lead_id, Step.AMEND, ERASED, Outcome.SUCCESS, data={"by": by}, change=change)
