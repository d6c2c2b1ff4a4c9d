"""Runs the sandbox: as a process of its own, or beside a test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP

from leadhouse.project.sandbox.bidders import ask_bidder
from leadhouse.project.sandbox.buyers import visit_buyer
from leadhouse.project.sandbox.log import Log, Received
from leadhouse.project.sandbox.mailbox import Mailbox
from leadhouse.project.sandbox.server import Call, answer, serve
from leadhouse.project.sandbox.verification import verify

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Where a running sandbox listens."""

    port: int
    smtp_port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{HOST}:{self.smtp_port}"


async def _handle(log: Log, call: Call, writer: asyncio.StreamWriter) -> bool:
    match call.method, call.path:
        case "POST", ("buyers", *_):
            await visit_buyer(call, writer, log)
        case "POST", ("bids", *_):
            await ask_bidder(call, writer, log)
        case "POST", ("notices",):
            await _notice(call, writer, log)
        case "GET", ("received",):
            found = log.find(call.query.get("delivery"), call.query.get("kind"))
            answer(writer, 200, [asdict(one) for one in found])
        case (("GET" | "POST"), ("api", "json", *_)):
            return await verify(call, writer)
        case "GET", ("healthz",):
            answer(writer, 200, {"status": "ok"})
        case _:
            answer(writer, 404, {"error": "Not here"})
    return False


async def _notice(call: Call, writer: asyncio.StreamWriter, log: Log) -> None:
    body = call.body.decode("utf-8", "replace")
    await log.append(Received("notice", "notices", "accepted", call.delivery, body, call.headers))
    answer(writer, 200, {"status": "ok"})


@asynccontextmanager
async def sandbox(folder: Path, port: int = 0, smtp_port: int = 0) -> AsyncIterator[Sandbox]:
    """Listen until the block ends; port 0 takes a free one."""
    log = Log(folder)
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(folder, log)
    web = await asyncio.start_server(partial(serve, partial(_handle, log)), HOST, port)
    try:
        # Plain aiosmtpd answers an EHLO with its own name; asking DNS for it could take seconds.
        mail = await loop.create_server(
            lambda: SMTP(mailbox, enable_SMTPUTF8=True, hostname="sandbox.example", loop=loop),
            HOST,
            smtp_port,
        )
        try:
            yield Sandbox(web.sockets[0].getsockname()[1], mail.sockets[0].getsockname()[1])
        finally:
            mail.close()
    finally:
        web.close()
        log.close()


@contextmanager
def running(folder: Path) -> Iterator[Sandbox]:
    """Run a sandbox in a thread on free ports until the block ends."""
    loop = asyncio.new_event_loop()
    started: list[Sandbox] = []
    ready, done = threading.Event(), asyncio.Event()

    async def live() -> None:
        async with sandbox(folder) as one:
            started.append(one)
            ready.set()
            await done.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), name="sandbox", daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
