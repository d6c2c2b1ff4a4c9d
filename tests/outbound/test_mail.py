"""Mails as bytes, as files, and as the operator's server is named."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhouse.outbound.message import message_bytes
from leadhouse.outbound.post_office import PostOffice
from leadhouse.outbound.smtp_line import MailServer, read_mail_server
from leadhouse.outbound.types import Mail, MailReceipt, Trouble, TroubleKind

AT = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)


def a_mail(**given: object) -> Mail:
    return Mail(
        **{  # type: ignore[arg-type]
            "message_id": "0198@leadhouse.example",
            "sender": "Leads <leads@leadhouse.example>",
            "to": ("desk@acme.example",),
            "subject": "A lead",
            "text": "Zoë, Wyoming\n",
        }
        | given
    )


def test_a_mail_is_written_with_its_own_id_and_date_in_seven_bits() -> None:
    raw = message_bytes(a_mail(html="<p>Zoë</p>", headers={"X-Leadhouse-Delivery": "0198"}), AT)
    assert isinstance(raw, bytes)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = message_from_bytes(raw, policy=default)
    assert message["Message-ID"] == "<0198@leadhouse.example>"
    assert message["Date"] == "Sun, 22 Nov 2026 01:02:03 +0000"
    assert message["X-Leadhouse-Delivery"] == "0198"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Zoë, Wyoming"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_leads_text_adds_a_header(subject: str, extra: str) -> None:
    raw = message_bytes(
        a_mail(subject=f"{subject}\r\nBcc: victim@example.com", headers={"X-Name": extra}), AT
    )
    assert isinstance(raw, bytes)
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert not any(line.startswith(b"bcc:") for line in head.split(b"\r\n"))
    assert message_from_bytes(raw, policy=default)["To"] == "desk@acme.example"


@pytest.mark.parametrize(
    "given_", [{"to": ()}, {"to": ("",)}, {"sender": ""}, {"headers": {"Bad Name\n": "x"}}]
)
def test_a_mail_that_cannot_be_written_is_unsendable(given_: dict[str, object]) -> None:
    trouble = message_bytes(a_mail(**given_), AT)
    assert isinstance(trouble, Trouble)
    assert trouble.kind is TroubleKind.UNSENDABLE


def test_without_a_server_each_mail_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    office = PostOffice(mail_folder=tmp_path / "mail")
    receipts = [asyncio.run(office.mail(a_mail(text=text))) for text in ("first", "second")]
    assert receipts == [MailReceipt(("desk@acme.example",), reference="0198@leadhouse.example.eml")] * 2
    (file,) = (tmp_path / "mail").iterdir()
    assert b"first" in file.read_bytes()
    asyncio.run(office.mail(a_mail(message_id="../../etc/passwd")))
    assert sorted(path.name for path in (tmp_path / "mail").iterdir()) == [
        "0198@leadhouse.example.eml",
        "_./../etc/passwd.eml".replace("/", "_"),
    ]


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    reply = asyncio.run(PostOffice(mail_folder=tmp_path / "mail").mail(a_mail()))
    assert isinstance(reply, Trouble)
    assert (reply.kind, reply.may_have_arrived) == (TroubleKind.TRY_LATER, False)


def test_no_server_listening_means_that_nothing_arrived() -> None:
    office = PostOffice(mail_server=MailServer("127.0.0.1", 9, "none"))
    reply = asyncio.run(office.mail(a_mail()))
    assert isinstance(reply, Trouble)
    assert (reply.kind, reply.may_have_arrived) == (TroubleKind.NOT_CONNECTED, False)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 25, "none")),
        ("smtps://mail.example", MailServer("mail.example", 465, "tls")),
        (
            "smtp+starttls://a%40b:p%2Fw@mail.example:2525",
            MailServer("mail.example", 2525, "starttls", "a@b", "p/w"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(url: str, server: MailServer) -> None:
    assert read_mail_server(url) == server
    assert "p/w" not in repr(server)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:x"])
def test_what_is_no_mail_server_is_told(url: str) -> None:
    with pytest.raises(ValueError):
        read_mail_server(url)


async def _grumbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Greet like a mail server, then refuse every recipient in words that no database stores."""
    writer.write(b"220 here\r\n")
    while line := await reader.readline():
        writer.write(b"550 no\0body\a\r\n" if line.startswith(b"RCPT") else b"250 ok\r\n")


def test_a_mail_servers_words_lose_what_cannot_be_stored() -> None:
    async def refused() -> object:
        server = await asyncio.start_server(_grumbling, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await PostOffice(mail_server=MailServer("127.0.0.1", port, "none")).mail(a_mail())

    assert asyncio.run(refused()) == Trouble(TroubleKind.REFUSED, "550 nobody")
