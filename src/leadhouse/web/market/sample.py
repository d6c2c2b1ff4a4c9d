"""Last month's leads as rules and areas are tried on: all, or as many of the newest as are quick to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from leadhouse.allocate.matching.geography import Spot, spot_of
from leadhouse.capture.queries import facts_of
from leadhouse.qualify.queries import appended
from leadhouse.store.run import database_now
from leadhouse.web import queries

LAST_MONTH = timedelta(days=30)
MOST_LEADS = 1_000
# What was read is good for so long: counts while somebody types must come at once.
_GOOD_FOR_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sample:
    """Leads of the last 30 days, test leads left out: how many there were, and the facts of the newest."""

    leads: int
    facts: Sequence[Mapping[str, object]]
    spots: Sequence[Spot]

    @property
    def is_whole(self) -> bool:
        return self.leads == len(self.facts)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a sample's leads fit; of all last month's leads when `is_whole`, else of the newest."""

    fitting: int
    of: int
    is_whole: bool

    @property
    def percent(self) -> float:
        return 100 * self.fitting / self.of if self.of else 0.0


def sample_of(product_ids: Sequence[int]) -> Sample:
    """Return last month's leads of these products, as they were within the last minutes."""
    now = database_now()
    return _read(tuple(sorted(product_ids)), int(now.timestamp()) // _GOOD_FOR_SECONDS)


@lru_cache(maxsize=16)
def _read(product_ids: tuple[int, ...], moment: int) -> Sample:
    since = datetime.fromtimestamp(moment * _GOOD_FOR_SECONDS, tz=database_now().tzinfo) - LAST_MONTH
    leads, newest = (
        queries.count_leads_of(product_ids, since),
        queries.newest_leads_of(product_ids, since, MOST_LEADS),
    )
    posted, found_out, known = facts_of(newest), appended(newest), queries.said_of(newest)
    facts = []
    for lead_id in newest:
        one = known.get(lead_id)
        said = {"classification": one.classification, "channel": one.channel} if one else {}
        facts.append(posted[lead_id].facts() | found_out.get(lead_id, {}) | said)
    return Sample(leads, facts, [spot_of(one) for one in facts])


def forget_samples() -> None:
    """Have leads read again at the next look."""
    _read.cache_clear()
