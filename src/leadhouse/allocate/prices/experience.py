"""What outcomes have taught so far: faded sums that only grow, read again where they have changed.

Sums fade with a half-life of 30 days. They are kept as they will have faded by a fixed epoch: an event at t
weighs 2^((t − EPOCH) / half-life), so that a sum only ever grows by additions and nothing has to be aged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Row = Sequence[float]
Key = tuple[float, ...]
Figures = NDArray[np.float64]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HALF_LIFE = timedelta(days=30)
_HOUR = timedelta(hours=1)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """Whatever has changed since a mark, in whole rows, and the mark to ask from next time.

    `records`: campaign, company, sold, failed, rejected, trials, accepted, refused, decisions. Money (minor
    units) of what was accepted or failed, of what failed, of what came back later; numbers of trials (what
    was accepted or failed), of acceptances, of refusals at the door; all faded but `decisions`, the answers.
    `cohorts`: campaign, hour, window, sold, trials: what was accepted in one clock hour (from 1970, UTC) for
    one rejection window in hours. `delays`: window, hours, accepted, rejected: how many came back when so
    many hours had begun since, and, told at 0, how many there are. `pacing` is another number whenever a
    shadow price is another.
    """

    mark: int
    records: Sequence[Row]
    cohorts: Sequence[Row]
    delays: Sequence[Row]
    pacing: int = 0


class Table:
    """Rows of figures by the key they begin with; never changed."""

    def __init__(self, key_length: int, width: int) -> None:
        self._key_length = key_length
        self._places: Mapping[Key, int] = {}
        self.rows: Figures = np.empty((0, width))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> Figures:
        """Return the figures column by column."""
        return self.rows.T

    def after(self, told: Sequence[Row]) -> "Table":
        """Return the rows as they are after these, this very table when they tell nothing new."""
        known, rows = self._places, {tuple(row[: self._key_length]): row for row in told}
        fresh = {
            key: row for key, row in rows.items() if key not in known or (self.rows[known[key]] != row).any()
        }
        if not fresh:
            return self
        added = [key for key in fresh if key not in known]
        found = Table(self._key_length, self.rows.shape[1])
        found._places = {**known, **{key: len(known) + number for number, key in enumerate(added)}}
        found.rows = np.vstack([self.rows, np.empty((len(added), self.rows.shape[1]))])
        found.rows[[found._places[key] for key in fresh]] = list(fresh.values())
        return found

    def where(self, kept: NDArray[np.bool_]) -> "Table":
        """Return the rows that are kept."""
        return (
            self
            if kept.all()
            else Table(self._key_length, self.rows.shape[1]).after(self.rows[kept].tolist())
        )


@dataclass(frozen=True, slots=True)
class Experience:
    """All that is known (see Changes): never changed, so that the same object says the same."""

    records: Table = field(default_factory=lambda: Table(1, 9))
    cohorts: Table = field(default_factory=lambda: Table(3, 5))
    delays: Table = field(default_factory=lambda: Table(2, 4))

    def after(self, changes: Changes, now: datetime) -> "Experience":
        """Return what is known after these changes, this very object when they tell nothing new.

        A cohort in the last hour of its windows counts in full, as if it were not there: it is left out.
        """
        hour = hour_of(now)
        records, delays = self.records.after(changes.records), self.delays.after(changes.delays)
        cohorts = self.cohorts.after([row for row in changes.cohorts if row[1] + row[2] > hour])
        if records is self.records and cohorts is self.cohorts and delays is self.delays:
            return self
        _, since, window, _, _ = cohorts.columns
        return Experience(records, cohorts.where(since + window > hour), delays)


NOTHING_KNOWN = Experience()


def weight(at: datetime) -> float:
    """Return how much an event at this instant weighs."""
    return float(2.0 ** ((at - EPOCH) / HALF_LIFE))


def hour_of(at: datetime) -> int:
    """Return which clock hour since 1970 (UTC) an instant lies in."""
    return (at - _1970) // _HOUR
