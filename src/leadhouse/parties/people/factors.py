"""The second factor: one-time codes of an app (TOTP, RFC 6238), and codes for when the app is lost."""

from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes

import pyotp
import segno

from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import Difference, DifferenceKind
from leadhouse.parties.people import queries
from leadhouse.parties.people.sealing import SealedOtherwiseError, seal, unseal
from leadhouse.store.run import database_now, transaction

RECOVERY_CODES = 10
STEP_SECONDS = 30
# A clock may be off by one step, either way.
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    """Return a secret to be shared with an app: 160 bits, in base 32."""
    return pyotp.random_base32()


def address_for_app(secret: str, email: str, market: str) -> str:
    """Return the `otpauth:` address that apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=market)


def qr_code(address: str) -> str:
    """Draw an address as an SVG without styles or scripts, black on white in every look."""
    drawn: str = segno.make(address, error="m").svg_inline(scale=5, border=3, light="#fff", omitsize=True)
    return drawn


def turn_on(person_id: int, email: str, secret: str, code: str) -> list[str] | None:
    """Have a person's second factor from now on, if the code shows that the app has the secret.

    Return the recovery codes, which are told once and kept nowhere; None when the code is not the app's.
    """
    step = matching_step(secret, code, database_now(), after=-1)
    if step is None:
        return None
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    with transaction():
        queries.set_factor(person_id, seal(secret, person_id), step)
        queries.set_codes(person_id, [_digest(one) for one in codes])
        note_changes([_difference(DifferenceKind.ADD, email)], email)
    return codes


def turn_off(person_id: int, email: str) -> None:
    """Let a person in by the password alone from now on."""
    with transaction():
        queries.remove_factor(person_id)
        note_changes([_difference(DifferenceKind.CLOSE, email)], email)


def new_codes(person_id: int) -> Sequence[str]:
    """Return new recovery codes, told once; the former ones end."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    with transaction():
        queries.set_codes(person_id, [_digest(one) for one in codes])
    return codes


def is_right(person_id: int, code: str) -> bool:
    """Return whether a code lets the person in: the app's, each time step once, or a recovery code, once.

    A recovery code is good whatever the secret was sealed with; else raise SealedOtherwiseError.
    """
    factor = queries.factor(person_id)
    if factor is None:
        return False
    if queries.use_code(person_id, _digest(code)):
        return True
    secret = unseal(factor.sealed, person_id)
    step = matching_step(secret, code, database_now(), after=factor.last_step)
    return step is not None and queries.use_step(person_id, step)


def sealed_otherwise() -> list[str]:
    """Return the emails of those whose second factor cannot be read with the present key."""
    return [one.email for one in queries.all_factors() if not _is_readable(one)]


def _is_readable(factor: queries.Sealed) -> bool:
    try:
        return bool(unseal(factor.sealed, factor.person_id))
    except SealedOtherwiseError:
        return False


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """Return the time step whose code this is, of those around now and later than `after`."""
    written = "".join(code.split())
    if len(written) != 6 or not (written.isascii() and written.isdecimal()):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = (present + drift for drift in _DRIFT if totp.at((present + drift) * STEP_SECONDS) == written)
    return next((step for step in found if step > after), None)


def _new_code() -> str:
    """Return a recovery code: 80 bits in four groups, long enough that no slow hash is needed."""
    text = b32encode(token_bytes(10)).decode().lower()
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def _digest(code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return sha256(plain.encode("utf-8", "surrogatepass")).digest()


def _difference(kind: DifferenceKind, email: str) -> Difference:
    return Difference(kind, "person", f"people[{email}].second_factor")
