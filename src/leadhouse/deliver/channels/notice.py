"""Notices to a source: what became of its lead, signed as Standard Webhooks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson

from leadhouse.kit.clock import iso
from leadhouse.outbound.types import Request
from leadhouse.outbound.wire.signature import signature_headers
from leadhouse.parties.types import Notify

TIMEOUT_SECONDS = 15.0


def build(
    notify: Notify, *, parcel_id: UUID, topic: str, at: datetime, data: Mapping[str, object], now: datetime
) -> Request:
    """Write the notice `lead.<topic>`; its body is the same in every attempt, its signature is fresh.

    `at` is when the outcome happened. Sources see neither companies nor sale prices.
    """
    body = orjson.dumps({"type": f"lead.{topic}", "timestamp": iso(at), "data": dict(data)})
    headers = {"Content-Type": "application/json"}
    if notify.secret:
        headers |= signature_headers(notify.secret, str(parcel_id), now, body)
    else:
        headers["webhook-id"] = str(parcel_id)
    return Request("POST", notify.url, headers, body, TIMEOUT_SECONDS)
