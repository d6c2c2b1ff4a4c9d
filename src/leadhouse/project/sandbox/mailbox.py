"""The pretend mail server: keeps every mail as a file, and refuses those to magic recipients.

By the start of the local part: refuse 550, later 451 (both at RCPT), spam 554 and full 452 (both after the
mail's text), mute keeps the mail and never confirms it.
"""

import asyncio
import secrets
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from leadhouse.project.sandbox.log import Log, Received

FOLDER = "mail"
_FOREVER = 3_600
_AT_RCPT = {"refuse": "550 5.1.1 No such mailbox", "later": "451 4.2.1 Mailbox busy, try again later"}
_AT_DATA = {"spam": "554 5.7.1 Message refused", "full": "452 4.2.2 Mailbox full"}


class Mailbox:
    """aiosmtpd's handler: its method names are that library's."""

    def __init__(self, folder: Path, log: Log) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = log

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        if refusal := _said(_AT_RCPT, address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the mail, then confirm it; or refuse it."""
        refusal = next((said for to in envelope.rcpt_tos if (said := _said(_AT_DATA, to))), None)
        if refusal:
            return refusal
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        await self._keep(content, envelope.rcpt_tos)
        if any(to.startswith("mute") for to in envelope.rcpt_tos):
            await asyncio.sleep(_FOREVER)
        return "250 OK kept"

    async def _keep(self, content: bytes, recipients: list[str]) -> None:
        name = f"{secrets.token_hex(8)}.eml"
        await asyncio.to_thread((self._folder / name).write_bytes, content)
        message = message_from_bytes(content, policy=default)
        headers = {key.lower(): str(text) for key, text in message.items()} | {"file": name}
        delivery = headers.get("x-leadhouse-delivery", "")
        await self._log.append(
            Received("mail", ",".join(recipients), "accepted", delivery, _text(content), headers)
        )


def _text(content: bytes) -> str:
    part = message_from_bytes(content, policy=default).get_body(("plain",))
    return str(part.get_content()) if part else ""


def _said(answers: dict[str, str], address: str) -> str | None:
    return next((said for start, said in answers.items() if address.startswith(start)), None)
