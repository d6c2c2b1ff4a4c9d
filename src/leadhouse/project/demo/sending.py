"""Sends the demo's leads one after the other, and follows each until nothing of it is under way."""

import time
from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from rich.console import Console
from rich.progress import track

from leadhouse.project.demo.cases import Asked
from leadhouse.project.demo.house import Answer, House
from leadhouse.project.demo.table import Told

T = TypeVar("T")

# A buyer that never answers is tried again for a day; the table does not wait for it.
_SETTLED_WITHIN_SECONDS = 20
_ASK_EVERY_SECONDS = 0.05
_UNDER_WAY = {"initial", "qualifying", "qualified", "allocating", "sold", "delivering"}


def send(house: House, wanted: Sequence[Asked], console: Console) -> list[Told]:
    """Post the leads, wait until each has come to rest, and return what became of them."""
    posted = [
        (one, house.post(one.seller.api_key, one.submission))
        for one in _told(console, wanted, "Sending leads")
    ]
    deadline = time.monotonic() + _SETTLED_WITHIN_SECONDS
    return [
        Told(one, answer, _at_rest(house, answer, deadline))
        for one, answer in _told(console, posted, "Following them")
    ]


def _told(console: Console, things: Sequence[T], doing: str) -> Iterable[T]:
    """Go through things under a progress bar; where there is no terminal to move it on, in one line."""
    if console.is_terminal:
        return track(things, f"{doing:15}", console=console)
    console.print(f"{doing}: {len(things)}")
    return things


def _at_rest(house: House, answer: Answer, deadline: float) -> Answer | None:
    """Return the lead once nothing of it is under way, or at the deadline; None when none was made."""
    lead_id = cast(dict[str, str], answer.get("lead", {})).get("id")
    if lead_id is None:
        return None
    while True:
        lead = house.lead(lead_id)
        if lead["status"] not in _UNDER_WAY or time.monotonic() > deadline:
            return lead
        time.sleep(_ASK_EVERY_SECONDS)
