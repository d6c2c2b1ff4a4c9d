"""Access keys: made, hashed for keeping, hinted at on screens."""

from base64 import b64encode
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes, token_urlsafe

from leadhouse.parties.types import KeyKind, KeyOwner, Role


def digest(key: str) -> bytes:
    """Return what is kept of a key: its SHA-256 (keys are long and random, so no slow hash is needed)."""
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


def new_key(kind: KeyKind) -> str:
    """Return a key nobody can guess: 192 bits behind a prefix that says whose it is."""
    return f"lh_{kind.value}_{token_urlsafe(24)}"


def new_signing_secret() -> str:
    """Return a secret for signing notices, in the form of Standard Webhooks."""
    return "whsec_" + b64encode(token_bytes(24)).decode()


def hint(key: str) -> str:
    """Return as much of a key as may be shown: its last four characters if that leaves twelve hidden."""
    return f"…{key[-4:]}" if len(key) >= 16 else "…"


def operator_of(key: str, operator_key: str | None) -> KeyOwner | None:
    """Return the operator of the environment if the key is LEADHOUSE_OPERATOR_KEY."""
    if operator_key is None or not compare_digest(digest(key), digest(operator_key)):
        return None
    return KeyOwner(KeyKind.OPERATOR, 0, "operator", Role.OPERATOR)
