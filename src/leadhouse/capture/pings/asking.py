"""Pings: what a source tells of a lead that it has not posted yet, read and judged as the lead would be."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from leadhouse.capture.caps import full_cap
from leadhouse.capture.decide import accept_ping, over_cap
from leadhouse.capture.door.http import Head
from leadhouse.capture.intake import source_of
from leadhouse.capture.judging import made_out
from leadhouse.capture.keys import UNKNOWN_KEY, source_holding
from leadhouse.capture.limits import Buckets
from leadhouse.capture.pings.promises import MOST_FIELDS
from leadhouse.capture.reading.normalise import spelt
from leadhouse.capture.reading.parsing import parse
from leadhouse.capture.types import Acceptance, AnswerFormat, Cleaned, Code, Refusal
from leadhouse.kit.ids import new_id
from leadhouse.parties.types import Market, Product, Source

# What belongs to a post alone, and says nothing of the lead.
_NOT_PINGED = frozenset({"ping_id", "redir_url"})

_buckets = Buckets()


@dataclass(frozen=True, slots=True)
class PingRequest:
    """A ping that could be read, and in which form its answer is wanted."""

    key_digest: bytes
    values: Mapping[str, object]
    format: AnswerFormat


@dataclass(frozen=True, slots=True)
class Pinged:
    """A ping with what is made of it; `posted` names what its source told, the rest is our own knowledge."""

    id: UUID
    source: Source
    product: Product | None
    cleaned: Cleaned
    acceptance: Acceptance
    posted: frozenset[str]
    at: datetime


def read_ping(head: Head, body: bytes, form: AnswerFormat, key_digest: bytes) -> PingRequest:
    """Return what a request asks about; Refusal says what is wrong with it."""
    values = parse(body, head.header("content-type"))
    told = {name: value for name, value in values.items() if name not in _NOT_PINGED}
    if len(told) > MOST_FIELDS:
        reason = f"A ping has at most {MOST_FIELDS} fields: ping what buyers choose by, and post the rest"
        raise Refusal(400, Code.TOO_MANY_FIELDS, reason)
    return PingRequest(key_digest, told, form)


def judge_ping(request: PingRequest, market: Market, now: datetime) -> Pinged:
    """Say whether the source may bring such a lead; Refusal 401 or 429 when it may not even ask now."""
    source = _admitted(request, market)
    product, acceptance, cleaned = made_out(request.values, source, market)
    if acceptance.is_accepted and product is not None:
        acceptance = accept_ping(source, product, cleaned)
    if acceptance.is_accepted and (cap := full_cap(source, now, market.zone)):
        acceptance = over_cap(cap)
    return Pinged(
        id=new_id(),
        source=source,
        product=product,
        cleaned=cleaned,
        acceptance=acceptance,
        posted=frozenset(map(spelt, request.values)),
        at=now,
    )


def _admitted(request: PingRequest, market: Market) -> Source:
    """Return who pings: a key may have been taken back since the door looked."""
    source_id = source_holding(request.key_digest, market.revision)
    if source_id is None:
        raise Refusal(401, Code.UNKNOWN_KEY, UNKNOWN_KEY)
    source = source_of(market, source_id)
    wait = _buckets.take(source.id, source.rate_per_minute, time.monotonic())
    if wait:
        reason = f"More than {source.rate_per_minute} pings a minute: wait and ping again"
        raise Refusal(429, Code.RATE_LIMITED, reason, retry_after=ceil(wait))
    return source
