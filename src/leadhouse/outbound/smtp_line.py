"""One mail handed to the operator's mail server."""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import Literal
from urllib.parse import unquote, urlsplit

import aiosmtplib

from leadhouse.kit.text import clean
from leadhouse.outbound.message import envelope, needs_utf8
from leadhouse.outbound.types import Mail, MailReceipt, MailReply, Trouble, TroubleKind

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go."""

    host: str
    port: int
    encryption: Literal["none", "starttls", "tls"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def read_mail_server(url: str) -> MailServer:
    """Read smtp://, smtps:// or smtp+starttls://user:password@host:port; ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("must look like smtp://user:password@host:25 (or smtps://, smtp+starttls://)")
    encryption: Literal["none", "starttls", "tls"] = "none"
    if parts.scheme != "smtp":
        encryption = "tls" if parts.scheme == "smtps" else "starttls"
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        encryption=encryption,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


@cache
def own_name() -> str:
    """Return the name we greet with; asked once, as a machine without DNS may take seconds to tell."""
    return socket.getfqdn()


@dataclass(slots=True)
class _Progress:
    has_sent: bool = False


async def hand_over(server: MailServer, mail: Mail, message: bytes, context: ssl.SSLContext) -> MailReply:
    """Hand the mail over; each recipient is accepted or refused on its own."""
    progress = _Progress()
    try:
        await asyncio.to_thread(own_name)
        async with asyncio.timeout(mail.timeout_seconds):
            return await _converse(server, mail, message, context, progress)
    except Exception as error:
        # Whatever a mail server provokes is that mail's trouble, not ours.
        return _trouble(error, server, has_sent=progress.has_sent)


async def _converse(
    server: MailServer, mail: Mail, message: bytes, context: ssl.SSLContext, progress: _Progress
) -> MailReply:
    client = _client(server, mail, context)
    await client.connect()
    try:
        # A name outside ASCII is as certain to fail tomorrow, so the mail is given up at once.
        if needs_utf8(mail) and not client.supports_extension("smtputf8"):
            return Trouble(TroubleKind.UNSENDABLE, f"{server.host} takes no addresses outside ASCII")
        options = ["SMTPUTF8"] if needs_utf8(mail) else []
        await client.mail(envelope(mail.sender), options=options, encoding="utf-8")
        refused = await _offer(client, mail)
        accepted = tuple(to for to in mail.to if to not in refused)
        if not accepted:
            return _all_refused(refused)
        progress.has_sent = True
        answer = await client.data(message)
    finally:
        # No QUIT: with its 250 the mail is the server's (RFC 5321, 4.1.1.4); nothing may change that now.
        client.close()
    return MailReceipt(
        accepted, {to: _words(error) for to, error in refused.items()}, reference=clean(answer.message)[:200]
    )


def _client(server: MailServer, mail: Mail, context: ssl.SSLContext) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.encryption == "tls",
        start_tls=server.encryption == "starttls",
        local_hostname=own_name(),
        timeout=mail.timeout_seconds,
        tls_context=context,
    )


async def _offer(client: aiosmtplib.SMTP, mail: Mail) -> dict[str, aiosmtplib.SMTPResponseException]:
    refused = {}
    for to in mail.to:
        try:
            await client.rcpt(envelope(to), encoding="utf-8")
        except aiosmtplib.SMTPResponseException as error:
            refused[to] = error
    return refused


def _all_refused(refused: dict[str, aiosmtplib.SMTPResponseException]) -> Trouble:
    detail = "; ".join(dict.fromkeys(map(_words, refused.values())))
    is_passing = any(_is_passing(error) for error in refused.values())
    return Trouble(TroubleKind.TRY_LATER if is_passing else TroubleKind.REFUSED, detail)


def _trouble(error: Exception, server: MailServer, *, has_sent: bool) -> Trouble:
    where = f"{server.host}:{server.port}"
    if isinstance(error, aiosmtplib.SMTPResponseException) and not _is_lost(error):
        return Trouble(TroubleKind.TRY_LATER if _is_passing(error) else TroubleKind.REFUSED, _words(error))
    if not has_sent:
        return Trouble(
            TroubleKind.NOT_CONNECTED, f"no mail server at {where}: {error or type(error).__name__}"
        )
    if isinstance(error, TimeoutError):
        return Trouble(TroubleKind.TIME_OUT, f"{where} did not confirm the mail in time")
    return Trouble(TroubleKind.RESET, f"{where} broke off: {error or type(error).__name__}")


def _is_passing(error: aiosmtplib.SMTPResponseException) -> bool:
    """Return whether to try again: 4xx, and every fault of signing in, which is ours to mend."""
    return error.code < 500 or isinstance(error, aiosmtplib.SMTPAuthenticationError)


def _is_lost(error: aiosmtplib.SMTPResponseException) -> bool:
    return error.code < 200


def _words(error: aiosmtplib.SMTPResponseException) -> str:
    return clean(f"{error.code} {error.message}")[:300]
