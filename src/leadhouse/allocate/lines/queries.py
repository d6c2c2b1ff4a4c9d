"""The statements of lines, one typed function each."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from leadhouse.allocate.choosing.methods.turns import LineState, Moved, Turns
from leadhouse.allocate.types import LineKey
from leadhouse.store.run import execute, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


class _Line(NamedTuple):
    id: int
    product_id: int
    group_key: str
    turns: int

    @property
    def key(self) -> LineKey:
        return self.product_id, self.group_key


class _Turn(NamedTuple):
    line_id: int
    campaign_id: int
    last_turn: int
    owed: int


def read(keys: Collection[LineKey]) -> Turns:
    """Return these lines as they stand; those that are not there yet are made."""
    if not keys:
        return Turns({}, {})
    params = {"product_ids": [key[0] for key in keys], "group_keys": [key[1] for key in keys]}
    found = rows(SQL["lines"], params, _Line)
    if len(found) < len(keys):
        execute(SQL["open_lines"], params)
        found = rows(SQL["lines"], params, _Line)
    states = {one.id: LineState(one.turns) for one in found}
    for turn in rows(SQL["turns"], {"ids": list(states)}, _Turn):
        states[turn.line_id].last[turn.campaign_id] = turn.last_turn
        states[turn.line_id].owed[turn.campaign_id] = turn.owed
    return Turns({one.key: states[one.id] for one in found}, {one.key: one.id for one in found})


def lock(ids: Iterable[int]) -> dict[LineKey, int]:
    """Return how many turns these lines have had, locked in id order until the commit."""
    return {one.key: one.turns for one in rows(SQL["lock_lines"], {"ids": list(ids)}, _Line)}


def write(moved: Sequence[Moved]) -> None:
    """Write down how far sales have moved locked lines."""
    if not moved:
        return
    execute(SQL["move_lines"], {"ids": [one.id for one in moved], "turns": [one.turns for one in moved]})
    stood = [(line.id, one) for line in moved for one in line.standings]
    execute(
        SQL["write_turns"],
        {
            "line_ids": [line_id for line_id, _ in stood],
            "campaign_ids": [one.campaign_id for _, one in stood],
            "last_turns": [one.last_turn for _, one in stood],
            "owed": [one.owed for _, one in stood],
        },
    )
