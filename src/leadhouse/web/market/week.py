"""A week's hours as typed."""

from dataclasses import dataclass

from leadhouse.kit.hours import WEEKDAYS
from leadhouse.web.console.words import DAYS
from leadhouse.web.market.raw import Raw, text


@dataclass(slots=True)
class Day:
    """One day with its ranges as typed."""

    name: str
    label: str
    typed: str
    fault: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")


def week(raw: Raw, name: str) -> list[Day]:
    """Return the seven days."""
    return [Day(f"{name}.{day}", label, text(raw, day)) for day, label in zip(WEEKDAYS, DAYS, strict=True)]
