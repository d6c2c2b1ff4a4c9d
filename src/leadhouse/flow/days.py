"""Keeps what whole days came to, in the market's own zone."""

from leadhouse.allocate.days.queries import DAYS as DECISIONS
from leadhouse.parties.current import market
from leadhouse.store.run import database_now
from leadhouse.timeline.days.queries import DAYS as LEADS


def keep_days(limit: int) -> int:
    """Keep up to `limit` days of leads, and of decisions, that are over or have changed; return how many."""
    zone, now = market().zone, database_now()
    return max(LEADS.keep(zone, now, limit), DECISIONS.keep(zone, now, limit))
