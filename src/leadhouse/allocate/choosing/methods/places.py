"""Where campaigns stood in line for a lead, in words: why this one had its turn, and why another had not."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from leadhouse.allocate.choosing.contest import in_conflict
from leadhouse.allocate.choosing.methods.turns import WHOLE_LEAD
from leadhouse.allocate.matching.geography import Level
from leadhouse.allocate.types import Line, Offer
from leadhouse.kit.money import display
from leadhouse.parties.types import Distribution

# A campaign's offer by its id, None when it made none.
Find = Callable[[int], Offer | None]
_CLAIMS = {
    Level.ZIP: "its ZIP",
    Level.PREFIX: "a ZIP prefix",
    Level.RADIUS: "a circle",
    Level.COUNTY: "its county",
    Level.STATE: "its state",
    Level.COUNTRY: "its country",
    Level.ANYWHERE: "an area without bounds",
}


class PassedOver(StrEnum):
    """Why somebody further back got the lead."""

    OTHER_SIZE = "no bid for that sale size"
    CONFLICT = "conflicts with a company that got it"
    NO_PARTNERS = "not enough others could stand beside it"


@dataclass(frozen=True, slots=True)
class Place:
    """A campaign's place in line, 1 in front, and what it rested on (see orders.py)."""

    line: Line
    number: int
    rests_on: tuple[int, ...]
    passed_over: PassedOver | None = None

    def told(self, currency: str) -> str:
        """Return the place in words."""
        of_group = f" of {self.line.group}" if self.line.group else ""
        told = f"place {self.number} of {len(self.line.standings)} in line{of_group}"
        why = f"{told}: {reason(self.line, self.rests_on, currency)}"
        return f"{why}; passed over: {self.passed_over}" if self.passed_over else why


def places(lines: Iterable[Line], offers: Find, won: Mapping[int, int], size: int | None) -> dict[int, Place]:
    """Return everybody's place in line; `won` are those who got the lead, as a sale of this size."""
    return {place[0]: place[1] for line in lines for place in _places(line, offers, won, size)}


def _places(
    line: Line, offers: Find, won: Mapping[int, int], size: int | None
) -> Iterator[tuple[int, Place]]:
    ids = [one[0] for one in line.standings]
    last = max((place for place, one in enumerate(ids) if one in won), default=-1)
    winners = [one for number in won if (one := offers(number))]
    for place, (campaign_id, *rests_on) in enumerate(line.standings):
        passed = None
        if place < last and campaign_id not in won:
            passed = _passed_over(offers(campaign_id), winners, size)
        yield campaign_id, Place(line, place + 1, tuple(rests_on), passed)


def _passed_over(offer: Offer | None, winners: Iterable[Offer], size: int | None) -> PassedOver:
    if offer is None or size not in offer.prices:
        return PassedOver.OTHER_SIZE
    is_in_conflict = any(in_conflict(offer, one) for one in winners)
    return PassedOver.CONFLICT if is_in_conflict else PassedOver.NO_PARTNERS


def reason(line: Line, rests_on: tuple[int, ...], currency: str) -> str:
    """Return in words what a place in a line rested on."""
    first = rests_on[0]
    if line.method is Distribution.WEIGHTED:
        return f"{'is owed' if first >= 0 else 'owes'} {abs(first) / WHOLE_LEAD:.2f} of a lead"
    if line.method is Distribution.PRIORITY:
        return f"priority {first}, {_last_turn(line, rests_on[1])}"
    if line.method is Distribution.TERRITORY:
        return f"the place is its by {_CLAIMS[Level(first)]}, {_last_turn(line, rests_on[1])}"
    if line.method is Distribution.SEND_TO_ALL:
        return f"expected to bring {display(first, currency)}"
    if line.method is Distribution.DISTRIBUTION_CENTRE:
        plan = "premium" if first else "basic"
        return f"{plan} plan, expected to bring {display(rests_on[1], currency)}"
    return _last_turn(line, first)


def _last_turn(line: Line, number: int) -> str:
    if not number:
        return "has had no turn yet"
    ago = line.turns - number + 1
    return "had the last turn" if ago == 1 else f"had its last turn {ago} turns ago"
