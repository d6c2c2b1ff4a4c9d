"""Mails to people: an invitation or a new password, with the link; sent by the house's own mail road."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings

from leadhouse.deliver.writing import sender_of
from leadhouse.kit.ids import new_id
from leadhouse.outbound.post_office import begin
from leadhouse.outbound.types import Mail, Trouble
from leadhouse.parties.people.passwords import Link
from leadhouse.parties.people.types import Somebody
from leadhouse.parties.types import Market

_WAIT_SECONDS = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a mail with a link: sent, kept as a file where there is no mail server, or in trouble.

    `address` is the link; whoever made it may hand it on when the mail does not.
    """

    address: str
    until: datetime
    is_kept_as_file: bool
    trouble: str = ""


def address_of_link(link: Link) -> str:
    """Return the whole address of a link, under LEADHOUSE_PUBLIC_URL."""
    return f"{settings.LEADHOUSE.public_url}/password/{quote(link.token, safe=':')}"


def begin_link(person: Somebody, link: Link, market: Market) -> None:
    """Begin to mail somebody their link, not waiting: the time it takes would tell that they exist."""
    begin(_mail(person, link, market, ""))


def send_link(person: Somebody, link: Link, market: Market, by: str = "") -> Sent:
    """Mail somebody their link; it waits for the mail server: call it outside any transaction."""
    address = address_of_link(link)
    is_file = settings.LEADHOUSE.smtp_url is None
    try:
        reply = begin(_mail(person, link, market, by)).result(_WAIT_SECONDS)
    except TimeoutError:
        return Sent(address, link.until, is_file, "the mail server took too long")
    trouble = reply.detail if isinstance(reply, Trouble) else ""
    return Sent(address, link.until, is_file, trouble)


def _mail(person: Somebody, link: Link, market: Market, by: str) -> Mail:
    until = _instant(link.until, market.zone)
    subject, text = _words(person, address_of_link(link), until, market.name, by)
    return Mail(f"{new_id()}@localhost", sender_of(market), (person.email,), subject, text)


def _words(person: Somebody, address: str, until: str, market: str, by: str) -> tuple[str, str]:
    if person.has_password:
        return f"Your new password for {market}", (
            f"Somebody, most likely you, asked for a new password for {person.email} at {market}.\n\n"
            f"Choose it here, once, until {until}:\n{address}\n\n"
            "If it was not you, leave this mail alone: nothing changes.\n"
        )
    inviting = f"{by} invites you" if by else "You are invited"
    return f"Your invitation to {market}", (
        f"{inviting} to {market} as {person.role.value.replace('_', ' ')}.\n\n"
        f"Choose a password and come in, once, until {until}:\n{address}\n\n"
        f"You sign in with {person.email}.\n"
    )


def _instant(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%A, %B %-d, %Y, %H:%M %Z}"
