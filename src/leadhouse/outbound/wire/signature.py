"""Standard Webhooks signatures (standardwebhooks.com, version 1.0.0)."""

import base64
import binascii
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

_PREFIX = "whsec_"


def signature_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that prove a body came from us; the id is the same in every attempt."""
    signature = Webhook(secret_bytes(secret)).sign(message_id, now.astimezone(UTC), body.decode())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def secret_bytes(secret: str) -> bytes:
    """Return a secret's bytes: base64, with or without whsec_, as the standard has it, or else the text."""
    encoded = secret.removeprefix(_PREFIX)
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True) or secret.encode()
    except (binascii.Error, ValueError):
        return secret.encode()
