"""Whose turn it is: what is kept of each line, and what a sale changes in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from leadhouse.allocate.types import LineKey, Turn

# What a campaign is owed is counted in parts of one lead.
WHOLE_LEAD = 1 << 40
# Conflicts and caps can keep a campaign from its share for ever; what it is owed meanwhile is no hoard.
MOST_OWED = 16 * WHOLE_LEAD


@dataclass(slots=True)
class LineState:
    """A line as it stands after `turns` turns.

    `last` is the number of each campaign's last turn (absent: never), `owed` what is owed to each.
    """

    turns: int = 0
    last: dict[int, int] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)

    def take(self, turn: Turn) -> None:
        """Count a sale's turns."""
        for campaign_id in turn.takers:
            self.turns += 1
            self.last[campaign_id] = self.turns
        for campaign_id, parts in turn.owed.items():
            owed = self.owed.get(campaign_id, 0) + parts
            self.owed[campaign_id] = max(-MOST_OWED, min(MOST_OWED, owed))

    def unlike(self, other: "LineState") -> list["Standing"]:
        """Return how the campaigns stand that do not stand so in the other."""
        return [
            Standing(one, self.last.get(one, 0), self.owed.get(one, 0))
            for one in self.last.keys() | self.owed.keys()
            if (self.last.get(one), self.owed.get(one)) != (other.last.get(one), other.owed.get(one))
        ]

    def copy(self) -> "LineState":
        return LineState(self.turns, dict(self.last), dict(self.owed))


class Standing(NamedTuple):
    """What is kept of a campaign in a line."""

    campaign_id: int
    last_turn: int
    owed: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A line's row, how many turns it has had by now, and the campaigns that stand otherwise."""

    id: int
    turns: int
    standings: list[Standing]


class Turns:
    """The lines of a batch, by key: as they were read, and as its sales have moved them since.

    `ids` are the lines' rows.
    """

    def __init__(self, read: Mapping[LineKey, LineState], ids: Mapping[LineKey, int]) -> None:
        self._read, self.ids = read, ids
        self._lines = {key: line.copy() for key, line in read.items()}

    def line(self, key: LineKey) -> LineState:
        """Return a line as it stands now; one that nobody may take a turn in has had none."""
        return self._lines.get(key) or LineState()

    def take(self, turns: Iterable[Turn]) -> None:
        """Count a sale's turns."""
        for turn in turns:
            self._lines[turn.line].take(turn)

    def as_read(self) -> "Turns":
        """Return the lines as they were read."""
        return Turns(self._read, self.ids)

    def counts(self) -> dict[LineKey, int]:
        """Return how many turns each line had had when it was read: whoever sells in it adds to that."""
        return {key: line.turns for key, line in self._read.items()}

    def moved(self) -> list[Moved]:
        """Return the lines that have moved since they were read, and how."""
        return [
            Moved(self.ids[key], line.turns, line.unlike(self._read[key]))
            for key, line in self._lines.items()
            if line.turns != self._read[key].turns
        ]
