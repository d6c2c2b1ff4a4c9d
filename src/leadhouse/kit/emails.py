"""What can be known about an email address without asking anybody: form, matching key, kind of domain."""

import re
from functools import lru_cache
from unicodedata import normalize

from disposable_email_domains import blocklist
from email_validator import EmailNotValidError, validate_email
from msgspec import Struct

# RFC 3696 errata 1690 allows 254 octets; more cannot be valid and need not be looked at.
_LONGEST = 254

# Mailboxes anybody can open for nothing, and those an internet provider gives to its households.
_FREE_PROVIDERS = """
    gmail.com googlemail.com yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.ca yahoo.com.mx yahoo.fr
    yahoo.de yahoo.co.in hotmail.com hotmail.co.uk hotmail.fr outlook.com live.com msn.com passport.com
    icloud.com me.com mac.com aol.com aim.com protonmail.com proton.me pm.me gmx.com gmx.net gmx.de web.de
    mail.com email.com usa.com zoho.com zohomail.com yandex.com yandex.ru mail.ru tutanota.com tuta.com
    fastmail.com hushmail.com inbox.com lycos.com excite.com qq.com 163.com 126.com naver.com
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net cox.net
    charter.net earthlink.net optonline.net optimum.net juno.com netzero.net windstream.net frontier.com
    frontiernet.net centurylink.net centurytel.net embarqmail.com roadrunner.com twc.com suddenlink.net
    mindspring.com peoplepc.com q.com rogers.com shaw.ca sympatico.ca telus.net
"""
FREE_PROVIDERS = frozenset(_FREE_PROVIDERS.split())


class Email(Struct, frozen=True):
    """An address of valid form: as it is stored, the key it is matched by, its domain in ASCII."""

    address: str
    key: str
    domain: str
    is_disposable: bool
    is_free: bool


def parse_email(text: str) -> Email | None:
    """Read an email address, or None when it has not the form of one; never raises, asks no DNS.

    The names reserved for tests and examples (example.com, .example, .test) count as well formed.
    """
    trimmed = text.strip()
    return _parsed(trimmed) if len(trimmed) <= _LONGEST else None


# Addresses whose halves say nothing of each other, so that a domain need be judged only once: short ones of
# letters, digits and signs, but no names in capitals (INFO@…), for some of those are the same in any case.
_PLAIN_AT_MOST = 100
_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
_PLAIN = re.compile(rf"(?:[a-z]+|(?![A-Za-z]+@){_ATOM}(?:\.{_ATOM})*)@[A-Za-z0-9.-]+")


@lru_cache(maxsize=16_384)
def _parsed(text: str) -> Email | None:
    if len(text) > _PLAIN_AT_MOST or not _PLAIN.fullmatch(text):
        return _judged(text)
    local, _, domain = text.rpartition("@")
    known = _at_domain(domain)
    if known is None:
        return None
    address = f"{local}@{known.address.removeprefix(_ANYBODY)}"
    return Email(address, f"{local.lower()}@{known.domain}", known.domain, known.is_disposable, known.is_free)


_ANYBODY = "x@"


@lru_cache(maxsize=16_384)
def _at_domain(domain: str) -> Email | None:
    """Return somebody's address at this domain, None when there can be none."""
    return _judged(_ANYBODY + domain)


def _judged(text: str) -> Email | None:
    try:
        # `test_environment` is the library's name for letting .test through.
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    domain = found.ascii_domain.lower()
    return Email(
        address=found.normalized,
        key=f"{normalize('NFC', found.local_part.casefold())}@{domain}",
        domain=domain,
        is_disposable=_is_listed(domain),
        is_free=domain in FREE_PROVIDERS,
    )


def _is_listed(domain: str) -> bool:
    """Return whether the domain or one it belongs to is on the list of throw-away mail domains."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))
