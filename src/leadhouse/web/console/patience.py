"""Slows down whoever guesses passwords or mails invitations: past a few, each doubles the wait."""

from dataclasses import dataclass
from hashlib import sha256

from leadhouse.web import queries


@dataclass(frozen=True, slots=True)
class _Limit:
    free: int
    longest_seconds: int


# One person at one address errs now and then. Many addresses guessing at one person, or one address guessing
# at many people, are attacks: they get more tries for nothing, because nobody should lock others out.
_PERSON_AT_ADDRESS = _Limit(free=5, longest_seconds=900)
_PERSON = _Limit(free=20, longest_seconds=300)
_ADDRESS = _Limit(free=50, longest_seconds=60)
# Somebody may set a whole company up at a sitting; nobody needs many invitations.
_MAILS_BY = _Limit(free=40, longest_seconds=900)
_MAILS_TO = _Limit(free=5, longest_seconds=3_600)


def seconds_to_wait(email: str, address: str) -> int:
    """Count a try before the password is looked at; return 0 when it may go on, else the seconds to wait.

    Unknown emails wait exactly as known ones do.
    """
    for subject, limit in _subjects(email, address).items():
        wait = queries.take_try(subject, free=limit.free, longest_seconds=limit.longest_seconds)
        if wait:
            return wait
    return 0


def seconds_before_asking(by: str) -> int:
    """Count an invitation or link that somebody asks for; return 0 when they may, else the seconds to wait.

    Those that are refused count, too: nobody tries at their leisure who works here. A quiet day forgives all.
    """
    return _counted(_digest("mails by", by), _MAILS_BY)


def seconds_before_mail(to: str) -> int:
    """Count a mail to the address that somebody is stored by; return 0, or the seconds to wait."""
    return _counted(_digest("mails to", to), _MAILS_TO)


def _counted(subject: bytes, limit: _Limit) -> int:
    return queries.take_try(subject, free=limit.free, longest_seconds=limit.longest_seconds)


def forgive(email: str, address: str) -> None:
    """Forget the failures of a person who has signed in, and let the others at the address go on."""
    shared = _digest("address", address)
    queries.forget_tries([subject for subject in _subjects(email, address) if subject != shared])
    queries.give_back_tries(shared)


def _subjects(email: str, address: str) -> dict[bytes, _Limit]:
    return {
        _digest("both", email, address): _PERSON_AT_ADDRESS,
        _digest("email", email): _PERSON,
        _digest("address", address): _ADDRESS,
    }


def _digest(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
