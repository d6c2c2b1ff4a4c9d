"""The post office: every request and mail that leaves the house leaves it here."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter
from typing import NamedTuple, TypeVar

import dns.asyncresolver
from django.conf import settings

from leadhouse.kit.clock import now
from leadhouse.outbound import http_line, mail_folder, smtp_line
from leadhouse.outbound.addresses import Address, Network, is_allowed, read_address
from leadhouse.outbound.keeping import KeptConnections
from leadhouse.outbound.mail_hosts import takes_mail
from leadhouse.outbound.message import message_bytes
from leadhouse.outbound.targets import Target, read_target
from leadhouse.outbound.types import Mail, MailReply, Reply, Request, Trouble, TroubleKind

T = TypeVar("T")
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

MAILS_AT_ONCE = 8
# Addresses tried when the first ones of a name are dead, as with IPv6 where none is routed.
_MOST_ADDRESSES = 3
_LOOKUP_THREADS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="lookup")


async def look_up(host: str, port: int) -> list[str]:
    """Return every address of a name as numbers, the system's order kept; OSError when there is none."""
    found = await asyncio.get_running_loop().run_in_executor(
        _LOOKUP_THREADS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Counter:
    """Places for requests to one host, kept only while somebody has or wants one."""

    places: asyncio.Semaphore
    users: int = 0


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Sends HTTP requests under guard and mails by the operator's server; belongs to one event loop.

    `mail_server` None: mails are written to `mail_folder`. The guard is not for mail: the operator
    names that server.
    """

    allowed_networks: Sequence[Network] = ()
    mail_server: smtp_line.MailServer | None = None
    mail_folder: Path = Path("mail")
    resolve: Resolve = look_up
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    kept: KeptConnections = field(default_factory=KeptConnections)
    _counters: dict[str, _Counter] = field(default_factory=dict)

    async def send(self, request: Request) -> Reply:
        """Send one request; return the answer or the trouble, never raise for what others do.

        It may take twice `timeout_seconds`: once to get a place beside others to that host, once to be sent.
        """
        target = read_target(request.url)
        if isinstance(target, Trouble):
            return target
        try:
            place = f"{target.place} {request.at_once}"
            async with self._place(place, request.at_once, request.timeout_seconds):
                return await self._send(request, target)
        except _BusyError:
            return Trouble(TroubleKind.NOT_CONNECTED, f"{target.place} is busy with our earlier requests")

    async def _send(self, request: Request, target: Target) -> Reply:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.timeout_seconds
        place = (target.url.scheme, target.place, request.is_guarded)
        keep = partial(self.kept.keep, place) if request.is_kept else None
        if keep and (connection := await self.kept.take(place)):
            reply = await http_line.exchange_again(connection, request, target, request.timeout_seconds, keep)
            if not (isinstance(reply, Trouble) and reply.kind is TroubleKind.RESET):
                return reply
        addresses = await self._addresses(target, request)
        if isinstance(addresses, Trouble):
            return addresses
        reply = Trouble(TroubleKind.NOT_CONNECTED, f"no time left to connect to {target.place}")
        for address in addresses[:_MOST_ADDRESSES]:
            left = deadline - loop.time()
            if left <= 0:
                return reply
            reply = await http_line.exchange(self.tls, request, target, address, left, keep)
            if not (isinstance(reply, Trouble) and reply.kind is TroubleKind.NOT_CONNECTED):
                return reply
        return reply

    async def _addresses(self, target: Target, request: Request) -> list[Address] | Trouble:
        """Look the name up, once; one address that is not allowed among its addresses closes them all."""
        try:
            async with asyncio.timeout(request.timeout_seconds):
                texts = await self.resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            return Trouble(TroubleKind.NOT_CONNECTED, f"{target.host} has no address: {error}")
        addresses = []
        for text in texts:
            address = read_address(text)
            if address is None or (request.is_guarded and not is_allowed(address, self.allowed_networks)):
                return Trouble(
                    TroubleKind.BLOCKED, f"{target.host} leads to {text}, which is not a public address"
                )
            addresses.append(address)
        return addresses or Trouble(TroubleKind.NOT_CONNECTED, f"{target.host} has no address")

    async def mail(self, mail: Mail) -> MailReply:
        """Send one mail, or write it to the mail folder; return the receipt or the trouble."""
        message = message_bytes(mail, now())
        if isinstance(message, Trouble):
            return message
        if self.mail_server is None:
            return await asyncio.to_thread(
                mail_folder.put, self.mail_folder, mail.message_id, mail.to, message
            )
        try:
            async with self._place("mail", MAILS_AT_ONCE, mail.timeout_seconds):
                return await smtp_line.hand_over(self.mail_server, mail, message, self.tls)
        except _BusyError:
            return Trouble(TroubleKind.NOT_CONNECTED, "the mail server is busy with our earlier mails")

    @asynccontextmanager
    async def _place(self, name: str, limit: int, seconds: float) -> AsyncIterator[None]:
        counter = self._counters.setdefault(name, _Counter(asyncio.Semaphore(limit)))
        counter.users += 1
        try:
            try:
                async with asyncio.timeout(seconds):
                    await counter.places.acquire()
            except TimeoutError:
                raise _BusyError from None
            try:
                yield
            finally:
                counter.places.release()
        finally:
            counter.users -= 1
            if not counter.users:
                self._counters.pop(name, None)


class Asked(NamedTuple):
    """What came of a request, and in how many milliseconds."""

    reply: Reply
    ms: int


class _BusyError(Exception):
    """No place to a host became free in time."""


def open_office() -> PostOffice:
    """Return a post office set up as the environment says."""
    environment = settings.LEADHOUSE
    server = smtp_line.read_mail_server(environment.smtp_url) if environment.smtp_url else None
    return PostOffice(environment.allow_targets, server, environment.data_dir / "mail")


def remove_mails(references: Sequence[str]) -> None:
    """Remove mails that were only written to the folder, by the references of their receipts."""
    mail_folder.remove(settings.LEADHOUSE.data_dir / "mail", references)


_counter_lock = Lock()
_loop: asyncio.AbstractEventLoop | None = None
_office: PostOffice | None = None


def begin(item: Request | Mail) -> Future[Reply | MailReply]:
    """Start sending one item from a plain thread; its reply comes when it comes, however slow others are."""
    return asyncio.run_coroutine_threadsafe(_hand_over(_the_office(), item), _running_loop())


async def _hand_over(office: PostOffice, item: Request | Mail) -> Reply | MailReply:
    return await office.mail(item) if isinstance(item, Mail) else await office.send(item)


def ask(requests: Sequence[Request]) -> list[Asked]:
    """Send requests side by side and wait for all their replies, in order."""
    return _wait_for(_ask(_the_office(), requests))


async def _ask(office: PostOffice, requests: Sequence[Request]) -> list[Asked]:
    async def timed(request: Request) -> Asked:
        started = perf_counter()
        return Asked(await office.send(request), round((perf_counter() - started) * 1000))

    return await asyncio.gather(*map(timed, requests))


def domains_taking_mail(
    domains: Sequence[str], resolver: dns.asyncresolver.Resolver | None = None
) -> list[bool | None]:
    """Return for each domain whether it takes mail, None when DNS did not tell; by the system's resolver."""
    return _wait_for(takes_mail(domains, resolver or dns.asyncresolver.Resolver())) if domains else []


def _wait_for(work: Coroutine[object, object, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, _running_loop()).result()


def _the_office() -> PostOffice:
    global _office
    with _counter_lock:
        if _office is None:
            _office = open_office()
        return _office


def _running_loop() -> asyncio.AbstractEventLoop:
    """Return the process's own loop for sending, in a thread beside whatever else runs here."""
    global _loop
    with _counter_lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            Thread(target=_loop.run_forever, name="post-office", daemon=True).start()
        return _loop


def close() -> None:
    """Forget the process's post office, so that the next use reads the settings again."""
    global _office, _loop
    with _counter_lock:
        if _loop is not None:
            if _office is not None:
                _loop.call_soon_threadsafe(_office.kept.close)
            _loop.call_soon_threadsafe(_loop.stop)
        _office = _loop = None


def _forget_after_fork() -> None:
    global _office, _loop
    _office = _loop = None


os.register_at_fork(after_in_child=_forget_after_fork)
