"""The days that a room keeps: the statements of its own `queries.sql`, by these names."""

from datetime import datetime
from zoneinfo import ZoneInfo

from leadhouse.store.run import execute, row, rows, transaction, value
from leadhouse.store.statements import Statements
from leadhouse.timeline.days.decide import Kept, due, settled_days

_MOST_DAYS = 31


class Days:
    """The days of one room; `turn` is its advisory lock: one at a time keeps days."""

    def __init__(self, statements: Statements, turn: int) -> None:
        self._sql, self._turn = statements, turn

    def keep(self, zone: ZoneInfo, now: datetime, limit: int) -> int:
        """Keep up to `limit` days (31 at most) that are over or have changed; return how many."""
        with transaction():
            if not value(self._sql["take_turn"], {"turn": self._turn}, bool):
                return 0
            oldest = row(self._sql["oldest"], {}, datetime)
            kept = rows(self._sql["kept_days"], {}, Kept)
            days = settled_days(zone, oldest, now) if oldest else []
            found = due(days, kept, min(limit, _MOST_DAYS))
            if found.forget:
                execute(self._sql["forget_days"], {"starts": list(found.forget)})
            if found.keep:
                spans = {
                    "starts": [one.start for one in found.keep],
                    "ends": [one.end for one in found.keep],
                }
                # In this order: what changes after the marks were read is marked again, and counted or not.
                execute(self._sql["hear"], spans)
                execute(self._sql["keep_sums"], spans)
                execute(self._sql["keep_days"], spans)
            return len(found.keep)


DAYS = Days(Statements(__file__), turn=7_310_001)
