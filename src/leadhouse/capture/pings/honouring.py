"""Promised prices used up: each by one lead, that of whoever posts it first."""

from collections.abc import Sequence
from datetime import datetime

from leadhouse.capture import queries
from leadhouse.capture.judging import Judged
from leadhouse.capture.pings import promises
from leadhouse.capture.types import Code


def used_once(leads: Sequence[Judged], now: datetime) -> list[Judged]:
    """Use up the promises of the wanted leads; return all, refused whose promise was used before."""
    claiming = [one for one in leads if one.ping and one.acceptance.is_accepted]
    if not claiming:
        return list(leads)
    honoured = queries.use_pings(claiming, now)
    refused = {one.lead_id for one in claiming} - honoured
    return [one.refused(promises.used()) if one.lead_id in refused else one for one in leads]


def give_back(leads: Sequence[Judged]) -> None:
    """Let the promises of leads that found no room in their source's caps be used again."""
    capped = [one.lead_id for one in leads if one.ping and one.acceptance.code is Code.CAP_REACHED]
    if capped:
        queries.give_pings_back(capped)
