"""The nouns of allocation: the lead as buyers see it, refusals, offers, scenarios, decisions, assignments."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray
from pyroaring import BitMap

from leadhouse.allocate.matching.geography import Spot
from leadhouse.parties.types import Distribution

# Shares are counted in parts of 2^20, so that values of scenarios are whole numbers and ties are ties.
WHOLE = 1 << 20
# What a shadow price leaves of a price at least, 2 %: whoever may have a lead is never held back altogether.
LEAST_PACE = -(-WHOLE // 50)
# No toll is higher: at this size products with WHOLE still fit into 64 bits.
MOST_TOLL = 1 << 42

Rank = tuple[int, int, str]
# A product's id and the key of one of its groups; the product's own line has none ("").
LineKey = tuple[int, str]


def rounded(parts: int) -> int:
    """Return an amount in WHOLE parts of a minor unit in minor units."""
    return (parts + WHOLE // 2) // WHOLE


class Refusal(StrEnum):
    """Why a campaign may not have a lead: the first gate it fails, in the order in which they are asked."""

    INACTIVE = "inactive"
    OTHER_PRODUCT = "other_product"
    OUT_OF_AREA = "out_of_area"
    SOURCE = "source"
    PROPERTIES = "properties"
    CLASSIFICATION = "classification"
    OTHER_TERRITORY = "other_territory"
    THRESHOLD = "threshold"
    CLOSED_NOW = "closed_now"
    ALREADY_GIVEN = "already_given"
    NO_BID = "no_bid"
    BELOW_FLOOR = "below_floor"
    BID_NOT_ASKED = "bid_not_asked"
    BID_RESTING = "bid_resting"
    BID_UNSENDABLE = "bid_unsendable"
    BID_UNREACHABLE = "bid_unreachable"
    BID_LATE = "bid_late"
    BID_ERROR = "bid_error"
    BID_MALFORMED = "bid_malformed"
    BID_CURRENCY = "bid_currency"
    BID_NEGATIVE = "bid_negative"
    BID_ABOVE_MAX = "bid_above_max"
    CAP = "cap"
    BUDGET = "budget"
    WALLET = "wallet"
    CONFLICT = "conflict"


class Outcome(StrEnum):
    SOLD = "sold"
    WAITING = "waiting"
    UNSOLD = "unsold"


class Reason(StrEnum):
    """Why a lead is not sold now."""

    NO_CAMPAIGN = "no_campaign"
    NO_BID = "no_bid"
    NO_ROOM = "no_room"
    NO_SCENARIO = "no_scenario"
    NO_OPENING = "no_opening"
    OUT_OF_HOURS = "out_of_hours"
    TEST = "test"
    DUPLICATE = "duplicate"
    NOBODY_ACCEPTED = "nobody_accepted"
    PRICE_GONE = "price_gone"
    INTERNAL_ERROR = "internal_error"


class LiveBid(Struct, frozen=True):
    """What a campaign answered when it was asked for its bids: minor units by sale size, or why it has none.

    `reference` is the buyer's own name of the bid, which it is sent with the lead.
    """

    prices: Mapping[int, int] = field(default_factory=dict)
    refusal: Refusal | None = None
    reference: str = ""


class Lead(Struct, frozen=True):
    """A lead as the market sees it; `held_by` are the companies that may not have this consumer again.

    `sale_size` stands once a buyer has accepted. `is_promised`: its source was promised a price, so that it
    is sold now or not at all; `least_minor` is what a sale has to bring for it.
    """

    id: UUID
    product: str
    source: str
    classification: int | None
    contact_requests: int | None
    received_at: datetime
    spot: Spot
    facts: Mapping[str, object]
    held_by: frozenset[int] = frozenset()
    sale_size: int | None = None
    is_promised: bool = False
    least_minor: int = 0
    bids: Mapping[int, LiveBid] = field(default_factory=dict)


class Held(NamedTuple):
    """What a campaign's shadow price takes off the ranks of its offers; prices stay what they are.

    `pace` is what it leaves of a price, in parts of WHOLE. Where the budget counts leads, each costs the same
    room whatever it brings: `toll` is what that is worth in minor units. LEAST_PACE of a price stays.
    """

    pace: int = WHOLE
    toll: int = 0

    def at(self, price: int) -> int:
        """Return what is left of a price (minor units), in parts of WHOLE."""
        return max(LEAST_PACE, self.pace - self.toll * WHOLE // max(1, price)) if self.toll else self.pace


FREE = Held()


@dataclass(frozen=True, slots=True)
class Offer:
    """What a campaign that may have the lead offers for it.

    `prices` are minor units by sale size; `keep` of WHOLE is the share expected not to be rejected, `held`
    what its shadow price takes off its ranks; `group` and `conflicts` (a bitmap) say with whom it conflicts,
    see matching/sellers.py. `ranks` says where the offer stands among those for a size, the best first; these
    are worked out once, since most offers serve many leads.
    """

    campaign_id: int
    company_id: int
    key: str
    group: str
    keep: int
    prices: Mapping[int, int]
    conflicts: int = 0
    held: Held = FREE
    ranks: Mapping[int, Rank] = dataclass_field(init=False, compare=False, repr=False)
    dearest: int = dataclass_field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.held is FREE:
            keep, key = self.keep, self.key
            ranks = {size: (-price * keep, -price, key) for size, price in self.prices.items()}
        else:
            ranks = {
                size: (-price * self.weight(price), -price, self.key) for size, price in self.prices.items()
            }
        object.__setattr__(self, "ranks", ranks)
        object.__setattr__(self, "dearest", max(self.prices.values(), default=0))

    def weight(self, price: int) -> int:
        """Return keep and what the shadow price leaves of a price (minor units) together, parts of WHOLE."""
        pace = self.held.at(price)
        return self.keep if pace == WHOLE else (self.keep * pace + WHOLE // 2) // WHOLE

    @property
    def shadow_price(self) -> float:
        """The share (0..1) by which its dearest price is held back."""
        return 1 - self.held.at(self.dearest) / WHOLE


class Columns(NamedTuple):
    """Offers as columns: `campaigns` in order, `keep` as in Offer, a column of `prices` a size.

    A price of -1 is no offer for the size.
    """

    campaigns: NDArray[np.int64]
    keep: NDArray[np.int64]
    prices: Mapping[int, NDArray[np.int64]]


class OfferSet(Collection[Offer], Protocol):
    """Many offers, each made when it is looked at."""

    def get(self, campaign_id: int) -> Offer | None:
        """Return a campaign's offer, None when it makes none."""

    def columns(self) -> Columns:
        """Return all offers as columns."""


class Scenario(Struct, frozen=True):
    """One way of selling the lead: its winners in key order with their prices.

    `value` is the expected revenue in WHOLE parts of a minor unit, `price_minor` what is charged in all.
    `kept_back` is the part of the value that its winners' budgets are worth keeping for other leads.
    """

    size: int
    value: int
    price_minor: int
    winners: tuple[int, ...]
    prices: tuple[int, ...]
    kept_back: int = 0

    @property
    def adjusted(self) -> int:
        """Return what scenarios are compared by: the value less what pacing keeps back."""
        return self.value - self.kept_back


class Taken(Struct, frozen=True):
    """A place of the sale that is filled already."""

    campaign_id: int
    company_id: int
    size: int
    price_minor: int


class Line(Struct, frozen=True):
    """The campaigns in line for a lead, the first in front.

    `standings` are campaign ids, each followed by what its place rests on (see methods/orders.py); `turns`
    is how many turns the line had had. `group` is blank for a whole product's line.
    """

    group: str
    method: Distribution
    turns: int
    standings: tuple[tuple[int, ...], ...]


class Turn(Struct, frozen=True):
    """What a sale changes in a line: who had a turn, in their order, and what each is owed more or less.

    `owed` is counted in parts of a lead (methods/turns.py), and is empty where shares do not count.
    """

    line: LineKey
    takers: tuple[int, ...]
    owed: Mapping[int, int] = field(default_factory=dict)


class Funnel(Struct, frozen=True):
    """How many campaigns were left after each step."""

    net: int = 0
    priced: int = 0
    budget: int = 0
    winners: int = 0


class Decision(Struct, frozen=True):
    """What was decided about a lead and everything it rests on.

    `sizes` are the sale sizes that were open, `chosen` is the best sale to one of them that brings
    `least_minor`; `fixed` are buyers that had accepted before, `is_begun` says that somebody had, even if
    nobody has kept the lead. `offers` took part in the search: None when there was none. `awaited` are some
    of those for whose opening the lead waits. `lines` are those that were asked whose turn it is, `turns`
    what the sale changes in them. `paces` say what holds the offers back, those of campaigns held back only;
    `otherwise` is what the other way of pacing would have sold: greedy beside a paced decision, where that
    differs, and paced beside every one in the shadow.
    """

    outcome: Outcome
    funnel: Funnel
    refused: Mapping[Refusal, BitMap]
    reason: Reason | None = None
    waiting_until: datetime | None = None
    awaited: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    offers: OfferSet | None = None
    chosen: Scenario | None = None
    fixed: tuple[Taken, ...] = ()
    is_begun: bool = False
    method: Distribution = Distribution.BEST_REVENUE
    lines: tuple[Line, ...] = ()
    turns: tuple[Turn, ...] = ()
    paces: Mapping[int, Held] = field(default_factory=dict)
    otherwise: Scenario | None = None
    least_minor: int = 0

    @property
    def potential_minor(self) -> int:
        """Return the chosen scenario's expected revenue, in minor units, rounded."""
        return rounded(self.chosen.value) if self.chosen else 0

    @property
    def adjusted_minor(self) -> int:
        """Return what of it the chosen scenario was compared by, in minor units, rounded."""
        return rounded(self.chosen.adjusted) if self.chosen else 0


class AssignmentStatus(StrEnum):
    HELD = "held"
    DELIVERING = "delivering"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"


class Feedback(StrEnum):
    """Facts that come after acceptance; none rewrites the assignment's status."""

    REJECTED = "rejected"
    RETURNED = "returned"
    CONVERTED = "converted"


class Assignment(Struct, frozen=True):
    """A lead given to a company: one per company and lead, ever."""

    id: UUID
    lead_id: UUID
    run: int
    company_id: int
    campaign_id: int
    consumer_id: int
    product_id: int
    sale_size: int
    price_minor: int
    status: AssignmentStatus
    is_uncertain: bool
    decided_at: datetime
    delivered_at: datetime | None
    rejection_until: datetime | None
    rejected_at: datetime | None
    returned_at: datetime | None
    converted_at: datetime | None
    bid_reference: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether the buyer's answer is still to come."""
        return self.status in (AssignmentStatus.HELD, AssignmentStatus.DELIVERING)

    def fills(self, *, refills: bool) -> bool:
        """Return whether the company has the lead, or may have it.

        Where a product refills, one that has rejected it gave its place back.
        """
        if self.status is AssignmentStatus.ACCEPTED:
            return not (refills and self.rejected_at)
        return self.is_uncertain

    def taken(self) -> Taken:
        return Taken(self.campaign_id, self.company_id, self.sale_size, self.price_minor)


class NewAssignment(Struct, frozen=True):
    """An assignment to be written; `windows` are the ids of the cap windows it uses up."""

    id: UUID
    lead_id: UUID
    run: int
    company_id: int
    campaign_id: int
    consumer_id: int
    product_id: int
    unique_lead_id: int | None
    sale_size: int
    price_minor: int
    expected_minor: int
    rejection_window: timedelta
    windows: list[int] = field(default_factory=list)
    bid_reference: str = ""
