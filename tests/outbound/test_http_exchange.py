"""Requests go to the address that was checked and nowhere else; each ending has its own name."""

import asyncio
import gzip
import ssl
import time
from collections.abc import Coroutine, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhouse.outbound.post_office import PostOffice, Resolve
from leadhouse.outbound.types import Reply, Request, Response, Trouble, TroubleKind
from tests.outbound.outbound_servers import CERTIFICATES, Listener, listening, ok, reset, says, silence

T = TypeVar("T")
LOCAL = (ip_network("127.0.0.0/8"),)


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


def leads_to(*addresses: str) -> Resolve:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


async def send_to(listener: Listener, path: str = "/leads", seconds: float = 5, **request: object) -> Reply:
    office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"))
    sent = Request("POST", f"http://buyer.example:{listener.port}{path}", timeout_seconds=seconds, **request)  # type: ignore[arg-type]
    return await office.send(sent)


def trouble_of(reply: Reply) -> TroubleKind:
    assert isinstance(reply, Trouble), reply
    return reply.kind


@pytest.mark.req("R000-61")
def test_a_request_arrives_as_written_under_its_own_host_name() -> None:
    async def story() -> None:
        async with listening(ok(b'{"status":"ok"}', b"Set-Cookie: a=b\r\nX-Id: 7\r\n")) as buyer:
            headers = {"Content-Type": "application/json", "X-Leadhouse-Delivery": "0198", "X-Name": "Zoë"}
            reply = await send_to(buyer, "/leads?a=%20b", headers=headers, body=b'{"email":"a@b.example"}')
            assert isinstance(reply, Response)
            assert (reply.status, reply.body, reply.headers["x-id"]) == (200, b'{"status":"ok"}', "7")
            assert buyer.heard[0].startswith(b"POST /leads?a=%20b HTTP/1.1\r\n")
            assert buyer.heard[0].endswith(b'\r\n\r\n{"email":"a@b.example"}')
            assert buyer.head["host"] == f"buyer.example:{buyer.port}"
            assert buyer.head["x-leadhouse-delivery"] == "0198"
            assert buyer.head["accept-encoding"] == "identity"
            await send_to(buyer)
            assert "cookie" not in buyer.head
            assert buyer.connections == 2

    run(story())


def test_tls_is_checked_against_the_name_although_the_address_is_pinned() -> None:
    trusted = ssl.create_default_context(cafile=str(CERTIFICATES / "authority.pem"))

    async def story() -> None:
        async with listening(ok(), tls=True) as buyer:
            office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"), tls=trusted)
            reply = await office.send(Request("GET", f"https://buyer.example:{buyer.port}/"))
            assert isinstance(reply, Response)
            assert buyer.head["host"] == f"buyer.example:{buyer.port}"
            other = await office.send(Request("GET", f"https://other.example:{buyer.port}/"))
            assert trouble_of(other) is TroubleKind.NOT_CONNECTED
            stranger = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"))
            unknown = await stranger.send(Request("GET", f"https://buyer.example:{buyer.port}/"))
            assert trouble_of(unknown) is TroubleKind.NOT_CONNECTED
            assert len(buyer.heard) == 1

    run(story())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    async def story() -> None:
        async with listening(ok()) as canary:
            there = f"http://127.0.0.1:{canary.port}/"
            head = f"HTTP/1.1 {status} Moved\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n"
            async with listening(says(head.encode())) as buyer:
                reply = await send_to(buyer)
                assert isinstance(reply, Response)
                assert reply.status == status
            assert canary.connections == 0

    run(story())


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with listening(ok()) as proxy, listening(ok(b"direct")) as buyer:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            reply = await send_to(buyer)
            assert isinstance(reply, Response)
            assert reply.body == b"direct"
            assert proxy.connections == 0

    run(story())


def test_every_ending_has_its_own_name_and_says_whether_it_may_have_arrived() -> None:
    partial = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    endings = [
        (silence, TroubleKind.TIME_OUT),
        (reset, TroubleKind.RESET),
        (says(b""), TroubleKind.RESET),
        (says(partial), TroubleKind.RESET),
        (says(b"\x00\x01garbage\r\n\r\n"), TroubleKind.UNREADABLE),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n"), TroubleKind.UNREADABLE),
        (ok(b"x" * 300_000), TroubleKind.TOO_LARGE),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n"), TroubleKind.UNREADABLE),
    ]

    async def ending(answer: object) -> Reply:
        async with listening(answer) as buyer:  # type: ignore[arg-type]
            return await send_to(buyer, seconds=0.5)

    async def story() -> None:
        for answer, kind in endings:
            reply = await ending(answer)
            assert trouble_of(reply) is kind
            assert isinstance(reply, Trouble)
            assert reply.may_have_arrived

    run(story())


def test_nobody_listening_means_that_nothing_arrived() -> None:
    async def story() -> None:
        async with listening(ok()) as buyer:
            port = buyer.port
        office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"))
        reply = await office.send(Request("POST", f"http://buyer.example:{port}/"))
        assert trouble_of(reply) is TroubleKind.NOT_CONNECTED
        assert isinstance(reply, Trouble)
        assert not reply.may_have_arrived

    run(story())


def test_a_name_without_address_is_not_connected_and_a_slow_look_up_ends_in_time() -> None:
    async def nobody(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    async def slow(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return ["127.0.0.1"]

    async def story() -> None:
        for resolve in (nobody, slow, leads_to()):
            office = PostOffice(LOCAL, resolve=resolve)
            reply = await office.send(Request("POST", "http://buyer.example/", timeout_seconds=0.2))
            assert trouble_of(reply) is TroubleKind.NOT_CONNECTED

    run(story())


def test_a_dead_first_address_gives_way_to_the_next() -> None:
    async def story() -> None:
        async with listening(ok(b"second"), host="127.0.0.2") as buyer:
            office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1", "127.0.0.2"))
            reply = await office.send(Request("POST", f"http://buyer.example:{buyer.port}/"))
            assert isinstance(reply, Response)
            assert reply.body == b"second"

    run(story())


def test_a_drip_of_bytes_does_not_outlive_the_whole_time() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.1)

    async def story() -> None:
        async with listening(drip) as buyer:
            started = time.monotonic()
            reply = await send_to(buyer, seconds=0.5)
            assert trouble_of(reply) is TroubleKind.TIME_OUT
            assert time.monotonic() - started < 2

    run(story())


def test_packed_answers_are_unpacked_no_further_than_the_limit() -> None:
    async def story() -> None:
        async with listening(ok(gzip.compress(b"packed"), b"Content-Encoding: gzip\r\n")) as buyer:
            reply = await send_to(buyer)
            assert isinstance(reply, Response)
            assert reply.body == b"packed"
        async with listening(ok(gzip.compress(b"\0" * 50_000_000), b"Content-Encoding: gzip\r\n")) as bomb:
            assert trouble_of(await send_to(bomb)) is TroubleKind.TOO_LARGE

    run(story())


@pytest.mark.parametrize("headers", [{"X-Bad": "a\r\nInjected: b"}, {"Bad\nName": "a"}, {"": "a"}])
def test_a_header_that_would_break_the_request_is_unsendable(headers: dict[str, str]) -> None:
    async def story() -> None:
        async with listening(ok()) as buyer:
            assert trouble_of(await send_to(buyer, headers=headers)) is TroubleKind.UNSENDABLE
            assert buyer.heard == []

    run(story())


def test_one_hosts_slowness_leaves_the_others_their_places() -> None:
    async def story() -> None:
        async with listening(silence) as slow, listening(ok()) as quick:
            office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"))

            def to(port: int) -> Coroutine[object, object, Reply]:
                url = f"http://buyer.example:{port}/"
                return office.send(Request("POST", url, timeout_seconds=0.4, at_once=2))

            hanging = [asyncio.create_task(to(slow.port)) for _ in range(6)]
            await asyncio.sleep(0.1)
            assert slow.connections == 2
            assert isinstance(await to(quick.port), Response)
            kinds = {trouble_of(reply) for reply in await asyncio.gather(*hanging)}
            assert kinds <= {TroubleKind.TIME_OUT, TroubleKind.NOT_CONNECTED}
            assert slow.connections <= 4

    run(story())


ADDRESSES = Path(__file__).with_name("addresses")
SPELLINGS = (ADDRESSES / "spellings.txt").read_text("utf-8").split()


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_closed_address_reaches_the_canary(host: str) -> None:
    async def story() -> None:
        async with listening(ok()) as canary:
            office = PostOffice()
            for url in (
                f"http://{host}:{canary.port}/",
                f"http://buyer.example@{host}:{canary.port}/",
                f"http://{host}:{canary.port}\\@buyer.example/",
            ):
                reply = await office.send(Request("POST", url, timeout_seconds=2))
                assert isinstance(reply, Trouble)
                assert not reply.may_have_arrived
            assert canary.connections == 0

    run(story())


def test_one_closed_address_among_a_names_addresses_closes_the_name() -> None:
    async def story() -> None:
        async with listening(ok()) as canary:
            for found in (
                ["127.0.0.1"],
                ["1.1.1.1", "127.0.0.1"],
                ["::ffff:127.0.0.1"],
                ["fe80::1%lo"],
                ["nonsense"],
            ):
                office = PostOffice(resolve=leads_to(*found))
                reply = await office.send(Request("POST", f"http://buyer.example:{canary.port}/"))
                assert trouble_of(reply) is TroubleKind.BLOCKED
            assert canary.connections == 0

    run(story())


def test_only_a_service_of_the_environment_goes_unguarded() -> None:
    async def story() -> None:
        async with listening(ok()) as service:
            url = f"http://127.0.0.1:{service.port}/"
            assert isinstance(await PostOffice().send(Request("GET", url, is_guarded=False)), Response)
            assert trouble_of(await PostOffice().send(Request("GET", url))) is TroubleKind.BLOCKED
            assert service.connections == 1

    run(story())


def test_a_name_that_changes_its_mind_is_asked_only_once() -> None:
    asked: list[str] = []

    async def flipping(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        # Public at the check, the canary ever after: a second look-up would lead there.
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    async def story() -> None:
        async with listening(ok()) as canary:
            office = PostOffice((ip_network("127.0.0.2/32"),), resolve=flipping)
            reply = await office.send(
                Request("POST", f"http://buyer.example:{canary.port}/", timeout_seconds=2)
            )
            assert trouble_of(reply) is TroubleKind.NOT_CONNECTED
            assert (asked, canary.connections) == (["buyer.example"], 0)
            second = await office.send(
                Request("POST", f"http://buyer.example:{canary.port}/", timeout_seconds=2)
            )
            assert trouble_of(second) is TroubleKind.BLOCKED
            assert canary.connections == 0

    run(story())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30), st.binary(max_size=200))
def test_no_answer_whatever_raises(host: str, raw: bytes) -> None:
    async def story() -> None:
        async with listening(says(raw)) as buyer:
            assert isinstance(await send_to(buyer, seconds=1), Response | Trouble)
        office = PostOffice(resolve=leads_to("127.0.0.1"))
        assert isinstance(await office.send(Request("POST", f"http://{host}/", timeout_seconds=1)), Trouble)

    run(story())


def test_who_answers_before_all_is_written_is_heard() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmuch")
        await reader.read()
        writer.close()

    async def story() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://buyer.example:{server.sockets[0].getsockname()[1]}/"
        office = PostOffice(LOCAL, resolve=leads_to("127.0.0.1"))
        reply = await office.send(Request("POST", url, body=b"x" * 200_000))
        assert isinstance(reply, Response)
        assert (reply.status, reply.body) == (413, b"much")
        server.close()

    run(story())


def test_several_headers_of_one_name_are_one_and_interim_answers_are_none() -> None:
    answer = b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + (
        b"HTTP/1.1 200 OK\r\nVary: a\r\nvary: b\r\nContent-Length: 0\r\n\r\n"
    )

    async def story() -> None:
        async with listening(says(answer)) as buyer:
            reply = await send_to(buyer)
            assert isinstance(reply, Response)
            assert (reply.status, dict(reply.headers)) == (200, {"vary": "a, b", "content-length": "0"})

    run(story())
