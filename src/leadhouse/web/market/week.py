"""A week's hours as typed, drawn as one bar a day."""

import re
from dataclasses import dataclass

from leadhouse.kit.hours import WEEKDAYS
from leadhouse.web.market.raw import Raw, text

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RANGE = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*")
_DAY = 1_440


@dataclass(slots=True)
class Day:
    """One day: its ranges as typed, and as start and length in minutes of the day."""

    name: str
    label: str
    typed: str
    bars: list[tuple[int, int]]
    fault: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


def week(raw: Raw, name: str) -> list[Day]:
    """Return the seven days; what runs past midnight is drawn on the next day, too."""
    days = [
        Day(f"{name}.{day}", label, text(raw, day), []) for day, label in zip(WEEKDAYS, _NAMES, strict=True)
    ]
    for place, day in enumerate(days):
        for typed in day.typed.split(","):
            found = _RANGE.fullmatch(typed)
            if found:
                _draw(days, place, *(int(one) for one in found.groups()))
    return days


def _draw(
    days: list[Day], place: int, from_hour: int, from_minute: int, to_hour: int, to_minute: int
) -> None:
    start, end = min(from_hour * 60 + from_minute, _DAY), min(to_hour * 60 + to_minute, _DAY)
    if start < end:
        days[place].bars.append((start, end - start))
    else:
        days[place].bars.append((start, _DAY - start))
        days[(place + 1) % 7].bars.append((0, end))
