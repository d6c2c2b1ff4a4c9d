"""Seals what must be read again, and by this house only: secrets of second factors.

AES-256-GCM under a key drawn from LEADHOUSE_SECRET_KEY (HKDF-SHA256, RFC 5869); whose secret it is belongs to
what is authenticated, so that one person's cannot be put in another's place.
"""

from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"leadhouse second factor 1"
_NONCE_BYTES = 12


class SealedOtherwiseError(Exception):
    """Something was sealed under another LEADHOUSE_SECRET_KEY than the present one, or is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "it was sealed with another LEADHOUSE_SECRET_KEY: set the former key again, or remove the second "
            "factor (leadhouse user remove-second-factor EMAIL) and have it turned on anew"
        )


def seal(secret: str, person_id: int) -> bytes:
    """Return a person's secret, sealed: a nonce of 96 random bits, then the ciphertext with its tag."""
    nonce = token_bytes(_NONCE_BYTES)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, secret.encode(), _whose(person_id))


def unseal(sealed: bytes, person_id: int) -> str:
    """Return a person's secret; raise SealedOtherwiseError."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        opened: bytes = _cipher(settings.SECRET_KEY).decrypt(nonce, rest, _whose(person_id))
        return opened.decode()
    except (InvalidTag, ValueError):
        raise SealedOtherwiseError from None


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode()))


def _whose(person_id: int) -> bytes:
    return b"person %d" % person_id
