"""The sandbox's strangers behave as their names say, and keep what they received before they answer."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from leadhouse.outbound.post_office import PostOffice
from leadhouse.outbound.smtp_line import read_mail_server
from leadhouse.outbound.types import (
    Mail,
    MailReceipt,
    MailReply,
    Reply,
    Request,
    Response,
    Trouble,
    TroubleKind,
)
from leadhouse.project.sandbox.buyers import meanings
from leadhouse.project.sandbox.running import Sandbox, running

COMMAND = [str(Path(sys.executable).with_name("leadhouse")), "sandbox"]
LOCAL = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as one:
        yield one


def post(sandbox: Sandbox, path: str, delivery: str = "", body: bytes = b"{}", seconds: float = 20) -> Reply:
    headers = {"X-Leadhouse-Delivery": delivery}
    request = Request("POST", sandbox.url + path, headers, body, timeout_seconds=seconds)
    return asyncio.run(PostOffice(LOCAL).send(request))


def get(sandbox: Sandbox, path: str) -> object:
    reply = asyncio.run(PostOffice(LOCAL).send(Request("GET", sandbox.url + path)))
    assert isinstance(reply, Response)
    return json.loads(reply.body)


def kept(sandbox: Sandbox, delivery: str) -> list[tuple[str, str, str]]:
    found = get(sandbox, f"/received?delivery={delivery}")
    assert isinstance(found, list)
    return [(one["kind"], one["behaviour"], one["outcome"]) for one in found]


@pytest.mark.parametrize(
    ("behaviour", "status", "start"),
    [
        ("accept", 200, b'{"status": "ok", "id": "B-'),
        ("accept-xml", 200, b"<result><status>ok</status><id>B-"),
        ("refuse", 200, b'{"status": "rejected", "message"'),
        ("refuse-xml", 200, b"<result><status>rejected</status>"),
        ("refuse-4xx", 422, b'{"status": "rejected"'),
        ("slow?seconds=0.2", 200, b'{"status": "ok"'),
        ("error", 500, b'{"error"'),
        ("busy", 429, b'{"error"'),
        ("unreadable", 200, b'{"status": "ok", "id": '),
        ("redirect", 302, b""),
    ],
)
def test_a_buyer_answers_as_it_is_named(sandbox: Sandbox, behaviour: str, status: int, start: bytes) -> None:
    reply = post(sandbox, f"/buyers/{behaviour}", f"answers-{behaviour.partition('?')[0]}")
    assert isinstance(reply, Response)
    assert reply.status == status
    assert reply.body.startswith(start)
    assert len(kept(sandbox, f"answers-{behaviour.partition('?')[0]}")) == 1


@pytest.mark.parametrize(
    ("behaviour", "kind", "count"),
    [
        ("hang", TroubleKind.TIME_OUT, 1),
        ("reset", TroubleKind.RESET, 0),
        ("record-then-reset", TroubleKind.RESET, 1),
        ("garbage", TroubleKind.UNREADABLE, 1),
        ("huge", TroubleKind.TOO_LARGE, 1),
    ],
)
def test_a_buyer_fails_as_it_is_named(
    sandbox: Sandbox, behaviour: str, kind: TroubleKind, count: int
) -> None:
    reply = post(sandbox, f"/buyers/{behaviour}", f"fails-{behaviour}", seconds=0.5)
    assert isinstance(reply, Trouble)
    assert (reply.kind, reply.may_have_arrived) == (kind, True)
    assert kept(sandbox, f"fails-{behaviour}") == [("parcel", behaviour, "none")] * count


def test_a_flaky_buyer_accepts_the_third_attempt_of_each_delivery(sandbox: Sandbox) -> None:
    def statuses(delivery: str) -> list[int]:
        replies = [post(sandbox, "/buyers/flaky", delivery) for _ in range(3)]
        return [reply.status for reply in replies if isinstance(reply, Response)]

    assert statuses("flaky-1") == [500, 500, 200]
    assert statuses("flaky-2") == [500, 500, 200]
    assert [outcome for _, _, outcome in kept(sandbox, "flaky-1")] == ["failed", "failed", "accepted"]


def test_one_delivery_has_one_reference_however_often_it_comes(sandbox: Sandbox) -> None:
    bodies = [post(sandbox, "/buyers/accept", delivery) for delivery in ("same", "same", "other")]
    ids = [json.loads(one.body)["id"] for one in bodies if isinstance(one, Response)]
    assert ids[0] == ids[1] != ids[2]


def test_a_moody_buyer_keeps_to_its_word(sandbox: Sandbox) -> None:
    replies = [post(sandbox, "/buyers/moody", f"moody-{number}") for number in (*range(40), *range(40))]
    said = [json.loads(one.body)["status"] for one in replies if isinstance(one, Response)]
    assert said[:40] == said[40:]
    assert set(said) == {"ok", "rejected"}


def test_an_unknown_buyer_names_the_known_ones(sandbox: Sandbox) -> None:
    reply = post(sandbox, "/buyers/nobody", "unknown")
    assert isinstance(reply, Response)
    assert (reply.status, json.loads(reply.body)["buyers"]) == (404, meanings())
    assert kept(sandbox, "unknown") == []


def test_notices_are_kept_with_their_signature(sandbox: Sandbox) -> None:
    request = Request(
        "POST", sandbox.url + "/notices", {"Webhook-Id": "n-1", "Webhook-Signature": "v1,x"}, b"{}"
    )
    reply = asyncio.run(PostOffice(LOCAL).send(request))
    assert isinstance(reply, Response)
    found = get(sandbox, "/received?kind=notice&delivery=n-1")
    assert isinstance(found, list)
    assert [one["headers"]["webhook-signature"] for one in found] == ["v1,x"]


@pytest.mark.parametrize(
    "raw", [b"\r\n\r\n", b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
)
def test_nonsense_does_not_hurt_it(sandbox: Sandbox, raw: bytes) -> None:
    async def story() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", sandbox.port)
        writer.write(raw)
        await writer.drain()
        writer.close()

    asyncio.run(story())
    assert get(sandbox, "/healthz") == {"status": "ok"}


def test_what_was_received_outlives_the_process_and_a_line_cut_off(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        post(first, "/buyers/flaky", "kept")
        post(first, "/buyers/flaky", "kept")
    with (tmp_path / "received.jsonl").open("ab") as file:
        file.write(b'{"kind": "parcel", "beh')
    with running(tmp_path) as second:
        reply = post(second, "/buyers/flaky", "kept")
        assert isinstance(reply, Response)
        assert reply.status == 200
        assert len(kept(second, "kept")) == 3
    assert len((tmp_path / "received.jsonl").read_bytes().splitlines()) == 3


def send(sandbox: Sandbox, *to: str, **more: object) -> MailReply:
    office = PostOffice(mail_server=read_mail_server(sandbox.smtp_url))
    mail = Mail("0198@leadhouse.example", "Leads <leads@leadhouse.example>", to, "A lead", "Text", **more)  # type: ignore[arg-type]
    return asyncio.run(office.mail(mail))


@pytest.mark.req("R000-60")
def test_a_mail_arrives_whole(sandbox: Sandbox) -> None:
    headers = {"X-Leadhouse-Delivery": "mail-1"}
    reply = send(sandbox, "Desk <desk@acme.example>", html="<p>Text</p>", headers=headers)
    assert isinstance(reply, MailReceipt)
    assert (reply.accepted, reply.refused) == (("Desk <desk@acme.example>",), {})
    found = get(sandbox, "/received?kind=mail&delivery=mail-1")
    assert isinstance(found, list)
    (mail,) = found
    assert mail["behaviour"] == "desk@acme.example"
    assert mail["body"].strip() == "Text"
    assert mail["headers"]["message-id"] == "<0198@leadhouse.example>"


def test_each_recipient_is_taken_or_refused_on_its_own(sandbox: Sandbox) -> None:
    reply = send(sandbox, "desk@acme.example", "refuse@acme.example", "later@acme.example")
    assert isinstance(reply, MailReceipt)
    assert reply.accepted == ("desk@acme.example",)
    assert reply.refused == {
        "refuse@acme.example": "550 5.1.1 No such mailbox",
        "later@acme.example": "451 4.2.1 Mailbox busy, try again later",
    }


@pytest.mark.parametrize(
    ("to", "kind"),
    [
        (["refuse@acme.example"], TroubleKind.REFUSED),
        (["later@acme.example"], TroubleKind.TRY_LATER),
        (["refuse@acme.example", "later@acme.example"], TroubleKind.TRY_LATER),
        (["spam@acme.example"], TroubleKind.REFUSED),
        (["full@acme.example"], TroubleKind.TRY_LATER),
    ],
)
def test_a_mail_that_was_not_taken_says_whether_to_try_again(
    sandbox: Sandbox, to: list[str], kind: TroubleKind
) -> None:
    reply = send(sandbox, *to)
    assert isinstance(reply, Trouble)
    assert (reply.kind, reply.may_have_arrived) == (kind, False)


def test_a_mail_that_is_never_confirmed_may_have_arrived(sandbox: Sandbox) -> None:
    reply = send(sandbox, "mute@acme.example", timeout_seconds=0.5, headers={"X-Leadhouse-Delivery": "mute"})
    assert isinstance(reply, Trouble)
    assert (reply.kind, reply.may_have_arrived) == (TroubleKind.TIME_OUT, True)
    assert len(kept(sandbox, "mute")) == 1


def test_the_command_is_a_process_of_its_own_that_ends_when_told(tmp_path: Path) -> None:
    arguments = ["--port", "0", "--smtp-port", "0", "--folder", str(tmp_path)]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = r"sandbox ready: http://127\.0\.0\.1:(\d+) \(mail: 127\.0\.0\.1:(\d+)\)"
        found = re.match(ready, process.stdout.readline())
        assert found
        one = Sandbox(int(found[1]), int(found[2]))
        post(one, "/buyers/accept", "in-a-process")
        hanging = threading.Thread(target=post, args=(one, "/buyers/hang", "hanging"))
        hanging.start()
        assert kept(one, "in-a-process") == [("parcel", "accept", "accepted")]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        hanging.join()


def test_a_port_in_use_is_told_with_what_to_do(sandbox: Sandbox, tmp_path: Path) -> None:
    arguments = ["--port", str(sandbox.port), "--folder", str(tmp_path)]
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode == 1
    assert "choose other ports: --port, --smtp-port" in ended.stderr
    assert ended.stderr.count("\n") == 1
