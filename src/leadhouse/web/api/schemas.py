"""What the API answers, as the description of it says."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue

_ID = "0198f3c2-6c1e-7d3a-9b0e-2f5d8c1a4e77"
Instant = Annotated[
    str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-22T09:30:00.125Z"])
]
Amount = Annotated[str, Field(description="Decimal text in the market's currency.", examples=["35.00"])]


class Strict(Schema):
    """An answer that says exactly what is described."""

    model_config = ConfigDict(extra="forbid")


class ErrorAnswer(Strict):
    """Why a request was not answered; the reason says what to do."""

    outcome: Literal["error"]
    code: str = Field(examples=["not_found"])
    reason: str = Field(examples=["There is no such lead"])


class AssignmentAnswer(Strict):
    """One company's share in a lead. A source's key sees the status alone."""

    company: str = Field(default="", description="Key of the company.")
    campaign: str = Field(default="", description="Key of the company's campaign.")
    price: Amount = ""
    status: str = Field(
        description="held, delivering, accepted, refused or failed; later what the buyer reported last: "
        "rejected, returned or converted.",
        examples=["accepted"],
    )


class LeadAnswer(Strict):
    """Where a lead is now."""

    id: str = Field(examples=[_ID])
    consumer: int = Field(description="The person's permanent number.", examples=[5_000_001])
    status: str = Field(
        description="initial, qualifying, qualified, disqualified, waiting, allocating, sold, unsold, "
        "delivering or delivered.",
        examples=["delivered"],
    )
    classification: int | None = Field(
        description="0 to 7: what is proved about the ways to reach the person."
    )
    good_to_sell: bool
    received_at: Instant
    outcome: Literal["success", "failure"] | None = Field(
        description="How it ended: success when delivered, failure when disqualified or unsold, else null."
    )
    reason: str | None = Field(description="Why it was disqualified or unsold, or what it waits for.")
    sale_size: int | None = Field(description="To how many companies it is sold.")
    assignments: list[AssignmentAnswer]


class EventAnswer(Strict):
    """One step's record."""

    seq: int
    at: Instant
    step: str = Field(examples=["capture"])
    type: str = Field(examples=["received"])
    outcome: Literal["success", "failure", "error", "skip"]
    reason: str | None
    data: dict[str, JsonValue] = Field(
        description="What the step appended. A source's key sees nothing that tells companies or prices."
    )
    ms: int = Field(description="How long the step took, in milliseconds.")


class EventsAnswer(Strict):
    """A lead's whole history, oldest first."""

    events: list[EventAnswer]


class RefusalAnswer(Strict):
    """Leads of one source that came to nothing for one reason."""

    source: str = Field(description="Key of the source.", examples=["roofing-calculator"])
    status: Literal["disqualified", "unsold"]
    reason: str = Field(examples=["missing_field"])
    field: str | None = Field(description="The first field that was named at the door.", examples=["email"])
    leads: int


class WalletAnswer(Strict):
    """A company's money."""

    company: str = Field(description="Key of the company.", examples=["acme"])
    mode: Literal["credit", "prepaid"]
    limit: Amount = Field(description="What may be spent on credit; 0.00 for prepaid wallets.")
    balance: Amount = Field(
        description="What was paid in. limit + balance - held - charged + credited may still be spent."
    )
    held: Amount
    charged: Amount
    credited: Amount
