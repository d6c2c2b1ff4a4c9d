"""The nouns of the export, before they become cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from leadhouse.timeline.types import Status


@dataclass(frozen=True, slots=True)
class ExportedLead:
    """A lead as the export tells it, before it becomes cells; amounts in minor units."""

    id: UUID
    consumer: int
    received_at: datetime
    source: str
    channel: str
    product: str | None
    status: Status
    good_to_sell: bool
    classification: int | None
    reason: str | None
    sale_size: int | None
    revenue_minor: int
    is_test: bool
    fields: Mapping[str, object]
    extra: Mapping[str, object]
    payout_minor: int
    companies: tuple[str, ...]
    rejections: int
    returns: int
    conversions: int
    conversion_value_minor: int
    credited_minor: int


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """One event as the export tells it."""

    lead_id: UUID
    consumer: int
    source: str
    seq: int
    run: int
    at: datetime
    step: str
    type: str
    outcome: str
    reason: str | None
    ms: int
    data: Mapping[str, object]
