"""Promised prices: the signed id that a ping is answered with, and whether a post may have its price.

A promise is kept by whoever it was made to: the id carries the price, until when it holds, and digests of
the pinged values, so that nothing is stored before it is used.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from leadhouse.capture.decide import ACCEPTED
from leadhouse.capture.types import Acceptance, Cleaned, Code, FieldError

LIFETIME = timedelta(seconds=120)
# Each adds its name and twelve signs to the id, which the source has to carry.
MOST_FIELDS = 100
_SALT = "leadhouse.ping"
_DIGEST_BYTES = 9
_PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Ping:
    """A price promised for one lead of a source: `digests` of what was pinged, by field."""

    id: UUID
    source_id: int
    product: str
    price_minor: int
    expires_at: datetime
    digests: Mapping[str, str]


def promise(
    ping_id: UUID,
    values: Mapping[str, object],
    *,
    source_id: int,
    product: str,
    price_minor: int,
    now: datetime,
    key: str,
) -> Ping:
    """Return the promise of a price for a lead with these values."""
    digests = {name: _digest(ping_id, name, value, key) for name, value in values.items()}
    # The id carries whole milliseconds.
    expires_at = (now + LIFETIME).replace(microsecond=(now.microsecond // 1_000) * 1_000)
    return Ping(ping_id, source_id, product, price_minor, expires_at, digests)


def signed(ping: Ping, key: str) -> str:
    """Write a promise as the `ping_id` that its source gets."""
    expires = round(ping.expires_at.timestamp() * 1_000)
    told = [ping.id.hex, ping.source_id, ping.product, ping.price_minor, expires, dict(ping.digests)]
    return _signer(key).sign_object(told, compress=True)


def read(text: str, key: str) -> Ping | None:
    """Read a `ping_id`; None for one that was not written here, whole, with this key."""
    if not text.isascii():
        return None
    try:
        told = _signer(key).unsign_object(text)
    except BadSignature:
        return None
    number, source_id, product, price_minor, expires, digests = told
    expires_at = datetime.fromtimestamp(expires / 1_000, UTC)
    return Ping(UUID(number), source_id, product, price_minor, expires_at, digests)


def _signer(key: str) -> Signer:
    return Signer(key=key, sep=".", salt=_SALT)


def _digest(ping_id: UUID, name: str, value: object, key: str) -> str:
    told = orjson.dumps([ping_id.hex, name, value], option=orjson.OPT_SORT_KEYS)
    found = salted_hmac(_SALT, told, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(found[:_DIGEST_BYTES]).decode()


def pinged_values(cleaned: Cleaned, posted: Set[str]) -> dict[str, object]:
    """Return what was pinged, normalised: what our own knowledge filled in is left out, and the product."""
    fields = {name: value for name, value in cleaned.fields.items() if name in posted and name != _PRODUCT}
    return {**cleaned.extra, **fields}


def claim(
    ping: Ping | None, source_id: int, product: str, cleaned: Cleaned, *, now: datetime, key: str
) -> Acceptance:
    """Say whether a post may have the promised price; whether another had it before is not asked here."""
    if ping is None or ping.source_id != source_id:
        return Acceptance(Code.PING_INVALID, "ping_id is not one that this source was answered with")
    if now >= ping.expires_at:
        seconds = round(LIFETIME.total_seconds())
        return Acceptance(
            Code.PING_EXPIRED, f"A promised price holds for {seconds} seconds: ping again, then post"
        )
    values = {**cleaned.extra, **cleaned.fields}
    different = [
        name
        for name, digest in ping.digests.items()
        if name not in values or _digest(ping.id, name, values[name], key) != digest
    ]
    if ping.product != product:
        different.insert(0, _PRODUCT)
    return _mismatch(different) if different else ACCEPTED


def _mismatch(different: list[str]) -> Acceptance:
    errors = tuple(
        FieldError(name, "mismatch", f"{name} is not what it was in the ping") for name in different
    )
    reason = f"The lead is not the one that was pinged: {', '.join(different)} differ from the ping"
    return Acceptance(Code.PING_MISMATCH, reason[:500], errors)


def used() -> Acceptance:
    """Return the refusal of a second lead for one promise."""
    return Acceptance(
        Code.PING_USED, "The promised price was given to an earlier post: ping again for another lead"
    )
