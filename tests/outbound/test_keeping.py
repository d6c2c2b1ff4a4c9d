"""What may be asked twice shares connections; a dead one costs a repetition, never an answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from leadhouse.outbound import keeping
from leadhouse.outbound.post_office import PostOffice
from leadhouse.outbound.types import Reply, Request, Response, Trouble, TroubleKind
from tests.outbound.outbound_servers import Answer, Listener, listening, ok

STRAY = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n%s\r\nok"


def answering(times: int, head: bytes = b"", then_waits: bool = False) -> Answer:
    """Answer so many requests of one connection, then close it, or hold it and say nothing more."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(times):
            if number:
                await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER % head)
            await writer.drain()
        if then_waits:
            await asyncio.sleep(30)

    return answer


async def saying_too_much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer two requests, each with its number, and say something nobody asked for after the first."""
    writer.write(ANSWER % b"" + STRAY)
    await writer.drain()
    await reader.readuntil(b"\r\n\r\n")
    writer.write(ANSWER % b"")


def saying_too_late(said: asyncio.Event) -> Answer:
    """Answer, and when the answer was read say what servers say that are tired of waiting."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(ANSWER % b"")
        await asyncio.sleep(0.1)
        writer.write(STRAY)
        await writer.drain()
        said.set()
        await asyncio.sleep(30)

    return answer


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for seconds closes nothing."""
    monkeypatch.setattr(keeping, "IDLE_SECONDS", 60.0)


@asynccontextmanager
async def office() -> AsyncIterator[PostOffice]:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    one = PostOffice(resolve=resolve)
    try:
        yield one
    finally:
        one.kept.close()


async def ask(office: PostOffice, service: Listener, *, is_kept: bool = True, seconds: float = 30.0) -> Reply:
    url = f"http://service.example:{service.port}/question"
    return await office.send(Request("GET", url, timeout_seconds=seconds, is_guarded=False, is_kept=is_kept))


def test_questions_one_after_the_other_go_over_one_connection() -> None:
    async def story() -> None:
        async with listening(answering(3)) as service, office() as ours:
            replies = [await ask(ours, service) for _ in range(3)]
            assert [isinstance(one, Response) and one.body for one in replies] == [b"ok"] * 3
            assert service.connections == 1

    asyncio.run(story())


def test_what_may_not_be_asked_twice_has_its_own_connection_and_says_so() -> None:
    async def story() -> None:
        async with listening(ok()) as service, office() as ours:
            await ask(ours, service)
            for _ in range(2):
                assert isinstance(await ask(ours, service, is_kept=False), Response)
                assert service.head["connection"] == "close"
            assert service.connections == 3

    asyncio.run(story())


def test_a_connection_that_died_meanwhile_costs_a_repetition_and_no_answer() -> None:
    async def story() -> None:
        async with listening(answering(1)) as service, office() as ours:
            for _ in range(4):
                assert isinstance(await ask(ours, service), Response)
            assert service.connections == 4

    asyncio.run(story())


def test_a_service_that_wants_to_close_is_let_go() -> None:
    async def story() -> None:
        async with listening(answering(9, b"Connection: close\r\n")) as service, office() as ours:
            assert isinstance(await ask(ours, service), Response)
            assert isinstance(await ask(ours, service), Response)
            assert service.connections == 2

    asyncio.run(story())


def test_a_connection_that_nobody_needs_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "IDLE_SECONDS", 0.05)

    async def story() -> None:
        async with listening(answering(9)) as service, office() as ours:
            assert isinstance(await ask(ours, service), Response)
            await asyncio.sleep(0.5)
            assert isinstance(await ask(ours, service), Response)
            assert service.connections == 2

    asyncio.run(story())


def test_a_question_that_is_not_answered_in_time_is_not_asked_again() -> None:
    async def story() -> None:
        async with listening(answering(1, then_waits=True)) as service, office() as ours:
            assert isinstance(await ask(ours, service), Response)
            late = await ask(ours, service, seconds=0.3)
            assert isinstance(late, Trouble)
            assert late.kind is TroubleKind.TIME_OUT
            assert service.connections == 1

    asyncio.run(story())


def test_what_is_said_beyond_an_answer_is_never_taken_for_the_next_one() -> None:
    async def story() -> None:
        async with listening(saying_too_much) as service, office() as ours:
            assert isinstance(await ask(ours, service), Response)
            await is_answered_elsewhere(ours, service)

    asyncio.run(story())


def test_what_is_said_while_nobody_asks_is_never_taken_for_the_next_answer() -> None:
    async def story() -> None:
        said = asyncio.Event()
        async with listening(saying_too_late(said)) as service, office() as ours:
            assert isinstance(await ask(ours, service), Response)
            await said.wait()
            # A turn of the loop reads what has come.
            await asyncio.sleep(0.1)
            await is_answered_elsewhere(ours, service)

    asyncio.run(story())


async def is_answered_elsewhere(ours: PostOffice, service: Listener) -> None:
    answer = await ask(ours, service)
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (200, b"ok")
    assert service.connections == 2
