"""Sends the demo's leads one after the other, and follows them until nothing of them is under way."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from rich.console import Console
from rich.progress import Progress

from leadhouse.project.demo.cases import Asked
from leadhouse.project.demo.house import Answer, House
from leadhouse.project.demo.table import UNDER_WAY, Told

# A buyer that never answers is tried again for a day. The table does not wait for it, only as long as
# something moves or is due; on a machine that is too busy for that, not for ever.
_QUIET_SECONDS = 20
_LONGEST_SECONDS = 300
_ASK_EVERY_SECONDS = 0.1

Advance = Callable[[], object]


def send(house: House, wanted: Sequence[Asked], console: Console) -> list[Told]:
    """Post the leads, wait until they have come to rest, and return what became of them."""
    answers = []
    with _bar(console, "Sending leads", len(wanted)) as advance:
        for one in wanted:
            answers.append(house.post(one.seller.api_key, one.submission))
            advance()
    with _bar(console, "Following them", len(wanted)) as advance:
        leads = _follow(house, [_id_of(one) for one in answers], advance)
    return [Told(*one) for one in zip(wanted, answers, leads, strict=True)]


def _id_of(answer: Answer) -> str | None:
    return cast(dict[str, str], answer.get("lead", {})).get("id")


@contextmanager
def _bar(console: Console, doing: str, count: int) -> Iterator[Advance]:
    """Yield what moves a progress bar on; where there is no terminal to move it on, one line."""
    if not console.is_terminal:
        console.print(f"{doing}: {count}")
        yield lambda: None
        return
    with Progress(console=console) as progress:
        task = progress.add_task(f"{doing:15}", total=count)
        yield lambda: progress.advance(task)


def _follow(house: House, lead_ids: Sequence[str | None], advance: Advance) -> list[Answer | None]:
    """Return where each lead stands once none is under way, or nothing moves; None where none was made."""
    leads: list[Answer | None] = [None] * len(lead_ids)
    open_ids = {place: lead_id for place, lead_id in enumerate(lead_ids) if lead_id}
    moved = began = time.monotonic()
    while open_ids and time.monotonic() < min(moved + _QUIET_SECONDS, began + _LONGEST_SECONDS):
        for place, lead_id in tuple(open_ids.items()):
            lead = house.lead(lead_id)
            if lead != leads[place]:
                leads[place], moved = lead, time.monotonic()
            if lead["status"] not in UNDER_WAY:
                del open_ids[place]
                advance()
        if house.is_behind():
            moved = time.monotonic()
        time.sleep(_ASK_EVERY_SECONDS)
    return leads
