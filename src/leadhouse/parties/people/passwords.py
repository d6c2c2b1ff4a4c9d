"""What passwords must be, and links by which people set theirs: signed, ending, good for once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core import signing
from django.core.exceptions import ValidationError

from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import HIDDEN, Difference, DifferenceKind
from leadhouse.parties.people import queries
from leadhouse.parties.people.types import LEAST_PASSWORD, PersonFault, Somebody
from leadhouse.store.run import database_now, transaction

INVITATION_LASTS, RESET_LASTS = timedelta(days=7), timedelta(hours=2)
_LONGEST_PASSWORD = 1_000
_SALT = "leadhouse.password-link"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made: its token, and until when it is good."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Claim:
    person_id: int
    number: int
    until: datetime


def check_password(password: str, email: str) -> None:
    """Raise PersonFault for a password that is too short, too long, or one that everybody guesses."""
    if len(password) < LEAST_PASSWORD:
        raise PersonFault(f"a password needs at least {LEAST_PASSWORD} characters", "password")
    if len(password) > _LONGEST_PASSWORD or "\0" in password:
        raise PersonFault(f"a password may have {_LONGEST_PASSWORD:,} characters at most", "password")
    if password.lower() in {email, email.partition("@")[0]}:
        raise PersonFault("a password must not be the email address", "password")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise PersonFault("this password is among those everybody guesses first", "password") from None


def make_link(person: Somebody) -> Link:
    """Return a link for setting one's password (the first one: an invitation); earlier links end."""
    number = queries.new_link(person.id)
    if number is None:
        raise PersonFault(f"{person.email} is deactivated")
    until = database_now() + (RESET_LASTS if person.has_password else INVITATION_LASTS)
    token = signing.dumps([person.id, number, until.timestamp()], salt=_SALT)
    return Link(token, until)


def person_of(token: str) -> Somebody | None:
    """Return whose password a link sets; None when it is not ours, over, used or replaced."""
    claim = _read(token)
    person = queries.somebody(claim.person_id) if claim else None
    if claim is None or person is None or not person.is_active:
        return None
    is_good = person.link_number == claim.number and database_now() < claim.until
    return person if is_good else None


def use_link(token: str, password: str) -> Somebody | None:
    """Set the password that a link is for, once; None when the link is no longer good, PersonFault else."""
    person, claim = person_of(token), _read(token)
    if person is None or claim is None:
        return None
    check_password(password, person.email)
    with transaction():
        if not queries.use_link(person.id, claim.number, make_password(password)):
            return None
        note_password(person.email, by=person.email)
    return person


def note_password(email: str, *, by: str) -> None:
    """Write down that somebody's password was set."""
    path = f"people[{email}].password"
    note_changes([Difference(DifferenceKind.CHANGE, "person", path, HIDDEN, HIDDEN)], by)


def _read(token: str) -> _Claim | None:
    try:
        person_id, number, until = signing.loads(token, salt=_SALT)
        return _Claim(int(person_id), int(number), datetime.fromtimestamp(until, database_now().tzinfo))
    except (signing.BadSignature, ValueError, TypeError):
        return None
