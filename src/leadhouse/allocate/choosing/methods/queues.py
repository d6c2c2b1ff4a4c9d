"""A line of campaigns as it stands for one lead, and the turn that a sale takes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from leadhouse.allocate.choosing.methods.orders import Stood
from leadhouse.allocate.choosing.methods.shares import changes
from leadhouse.allocate.types import Line, LineKey, Offer, Scenario, Turn
from leadhouse.parties.types import Campaign, Distribution


@dataclass(frozen=True, slots=True)
class Queue:
    """The offers for a lead in their line, which has had so many turns."""

    key: LineKey
    method: Distribution
    turns: int
    stood: list[Stood]

    @property
    def offers(self) -> list[Offer]:
        return [offer for offer, _ in self.stood]

    def told(self) -> Line:
        """Return the line to be kept with the decision."""
        standings = tuple([(offer.campaign_id, *rests_on) for offer, rests_on in self.stood])
        return Line(self.key[1], self.method, self.turns, standings)

    def turn(self, sale: Scenario | None, campaigns: Mapping[int, Campaign]) -> list[Turn]:
        """Return the turn that a sale takes of the line, none if nobody of it gets the lead.

        By weight, the lead is shared out among those who bid for its size.
        """
        if sale is None:
            return []
        takers = tuple(one.campaign_id for one in self.offers if one.campaign_id in sale.winners)
        if not takers or self.method is not Distribution.WEIGHTED:
            return [Turn(self.key, takers)] if takers else []
        bidding = [one.campaign_id for one in self.offers if sale.size in one.prices]
        weights = {one: campaigns[one].weight for one in bidding}
        return [Turn(self.key, takers, changes(weights, takers))]
