"""Puts a lead's events in order for people: runs, what happened, how long since the step before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise

from leadhouse.timeline.types import StoredEvent
from leadhouse.web.console import words

_ICONS = {
    "capture": "inbox",
    "accept": "login-2",
    "qualify": "check",
    "prevalidate": "search",
    "allocate": "filter",
    "assign": "building",
    "deliver": "send",
    "feedback": "user",
    "settle": "coin",
    "notice": "send",
    "confirm": "mail",
}
_MOST_GIST, _MOST_VALUES = 140, 3


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as shown; `since` is seconds since the event before, None for the first."""

    event: StoredEvent
    icon: str
    title: str
    gist: str
    since: float | None


@dataclass(frozen=True, slots=True)
class Run:
    number: int
    moments: tuple[Moment, ...]


def runs(events: Sequence[StoredEvent]) -> list[Run]:
    """Return the events of each walk through the flow, oldest first."""
    sinces = [None, *((later.at - earlier.at).total_seconds() for earlier, later in pairwise(events))]
    moments = [_moment(event, since) for event, since in zip(events, sinces, strict=False)]
    grouped = groupby(moments, key=lambda one: one.event.run)
    return [Run(number, tuple(members)) for number, members in grouped]


def _moment(event: StoredEvent, since: float | None) -> Moment:
    title = f"{words.plain(event.step)}: {event.type.replace('_', ' ')}"
    return Moment(event, _ICONS.get(event.step, "clock"), title, _gist(event), since)


def _gist(event: StoredEvent) -> str:
    """Return what is worth reading of an event before it is opened."""
    said = [words.plain(event.reason)] if event.reason else []
    said += [f"{name.replace('_', ' ')} {value}" for name, value in _plain_values(event.data).items()]
    text = " · ".join(said)
    return text if len(text) <= _MOST_GIST else text[: _MOST_GIST - 1].rstrip() + "…"


def _plain_values(data: Mapping[str, object]) -> dict[str, object]:
    """Return the first few values that are words or numbers; the rest is behind the event."""
    plain = {name: value for name, value in data.items() if _is_readable(name, value)}
    return dict(islice(plain.items(), _MOST_VALUES))


def _is_readable(name: str, value: object) -> bool:
    # Minor units mean nothing to a reader without their currency.
    return type(value) in (str, int, float) and value != "" and not name.endswith("_minor")
