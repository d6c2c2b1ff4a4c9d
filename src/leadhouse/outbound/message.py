"""Writes a mail as the bytes that go over the wire or into a file."""

import re
from datetime import datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from leadhouse.kit.text import clean
from leadhouse.outbound.types import Mail, Trouble, TroubleKind

_HEADER_NAME = re.compile(r"[!-9;-~]+")


def envelope(text: str) -> str:
    """Return the bare address of "Name <address>"; empty when there is none."""
    return parseaddr(text)[1]


def needs_utf8(mail: Mail) -> bool:
    """Return whether an address of the mail can only be carried by SMTPUTF8 (RFC 6531)."""
    return not all(envelope(text).isascii() for text in (mail.sender, *mail.to))


def message_bytes(mail: Mail, sent_at: datetime) -> bytes | Trouble:
    """Write the mail, CRLF line ends, text first; a fault in an address or header is a Trouble.

    Line breaks in headers become spaces, so that no lead's text can add a header of its own.
    """
    try:
        return _message(mail, sent_at).as_bytes()
    except (MessageError, ValueError, LookupError, IndexError) as error:
        return Trouble(TroubleKind.UNSENDABLE, f"the mail cannot be written: {error}")


def _message(mail: Mail, sent_at: datetime) -> EmailMessage:
    if not envelope(mail.sender) or not mail.to or not all(envelope(text) for text in mail.to):
        raise ValueError("a sender and at least one recipient are needed")
    # 7bit content passes every server; only addresses may need more.
    message = EmailMessage((SMTPUTF8 if needs_utf8(mail) else SMTP).clone(cte_type="7bit"))
    headers = {
        "From": mail.sender,
        "To": ", ".join(mail.to),
        "Subject": mail.subject,
        "Date": format_datetime(sent_at),
        "Message-ID": f"<{mail.message_id}>",
        "Auto-Submitted": "auto-generated",
    }
    for name, text in (headers | dict(mail.headers)).items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no header's name")
        message[name] = " ".join(clean(text).split())
    message.set_content(clean(mail.text))
    if mail.html is not None:
        message.add_alternative(clean(mail.html), subtype="html")
    return message
