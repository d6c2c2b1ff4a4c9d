"""Durable answers a second: POST /v1/leads over 32 connections to one web process, 201 only after commit.

Ours normalises every field, recognises the person, keeps lead, receipt, passport, two events and the work
that follows. The peer only inserts one row. Server, PostgreSQL (every commit flushed) and the posting client
share the machine; ours and the peer take turns.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from random import Random

from bench.apparatus import house as houses
from bench.apparatus import machine, peers, services
from bench.apparatus.house import House
from bench.apparatus.loading import WARM_UP_SECONDS, Load, load
from bench.apparatus.result import Figure, Peer, Result
from leadhouse.project.processes import web

CONNECTIONS = 32
SECONDS, QUICK_SECONDS = 10.0, 0.5
ROUNDS = 5
TARGET = 800
SEED = 7
KEY = "bench-source"
MARKET = f"""
market: {{name: Bench, timezone: America/New_York, currency: USD}}
products:
  - key: roofing
    required: [email, first_name, last_name]
    fields: [{{key: roof_type, type: choice, choices: [shingle, metal, tile]}}]
sources:
  - key: bench
    product: roofing
    api_key: {KEY}
    criteria: {{combinator: and, rules: [{{field: state, operator: in, value: [WY, CO, TX, NY]}}]}}
    payout: {{kind: fixed, amount: "10.00"}}
    answer: received
companies: []
"""
PEER = "FastAPI, one insert a request"


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of ours: the load, and what the web process and PostgreSQL used for it."""

    load: Load
    web_seconds: float
    database_seconds: float


def run(*, is_quick: bool) -> Result:
    """Post to ours and to the peer in turn."""
    seconds, rounds = (QUICK_SECONDS, 1) if is_quick else (SECONDS, ROUNDS)
    requests = _requests()
    with houses.house() as house, ExitStack() as servers:
        houses.install(MARKET)
        port = services.free_port()
        process = servers.enter_context(services.server(web("127.0.0.1", port).command, port))
        peer = None if is_quick else _peer(house, servers)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(_measured(house, process.pid, port, seconds, requests))
            if peer:
                theirs.append(load(peer, CONNECTIONS, seconds, requests))
    notes = {"connections": f"{CONNECTIONS}, {seconds:g} s a round after {WARM_UP_SECONDS:g} s of warm-up"}
    if not theirs and not is_quick:
        notes["peer"] = "could not be installed here"
    return Result(tuple(_figures(ours, theirs)), notes)


def _measured(house: House, pid: int, port: int, seconds: float, requests: Iterator[bytes]) -> Measured:
    family = machine.family(pid)
    web_before, database_before = machine.cpu_seconds(family), house.database_seconds()
    found = load(port, CONNECTIONS, seconds, requests)
    return Measured(
        found, machine.cpu_seconds(family) - web_before, house.database_seconds() - database_before
    )


def _peer(house: House, servers: ExitStack) -> int | None:
    """Start the peer on a database of its own in the same PostgreSQL; return its port."""
    python = peers.python_with("fastapi", "fastapi", "uvicorn", "asyncpg")
    if python is None:
        return None
    port = services.free_port()
    command = [str(python), "-m", "uvicorn", "fastapi_leads:app", "--app-dir", str(peers.FOLDER)]
    command += ["--port", str(port), "--log-level", "warning"]
    servers.enter_context(services.server(command, port, **house.fresh_database("peer")))
    return port


def _figures(ours: Sequence[Measured], theirs: Sequence[Load]) -> Iterator[Figure]:
    def beside(figure: Callable[[Load], float]) -> Peer | None:
        return Peer(PEER, tuple(map(figure, theirs))) if theirs else None

    def figure(name: str, unit: str, of: Callable[[Load], float], *, target: int | None = None) -> Figure:
        rounds = tuple(of(one.load) for one in ours)
        return Figure(name, unit, rounds, target, is_cost=unit == "ms", peer=beside(of))

    yield figure("durable answers", "posts/s", lambda one: one.rate, target=TARGET)
    yield figure("  answered within, half of them", "ms", lambda one: one.milliseconds(0.5))
    yield figure("  answered within, 99 of 100", "ms", lambda one: one.milliseconds(0.99))
    web_ms = tuple(one.web_seconds / one.load.posts * 1000 for one in ours)
    yield Figure("  processor time of the web process", "ms/post", web_ms, is_cost=True)
    database_ms = tuple(one.database_seconds / one.load.posts * 1000 for one in ours)
    yield Figure("  processor time of PostgreSQL", "ms/post", database_ms, is_cost=True)


def _requests() -> Iterator[bytes]:
    """Yield posts of people whom nobody has seen yet."""
    chance = Random(SEED)
    for number in count():
        body = json.dumps(_lead(number, chance)).encode()
        head = (
            f"POST /v1/leads HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


def _lead(number: int, chance: Random) -> dict[str, object]:
    return {
        "first_name": "joe",
        "last_name": f"miller{number}",
        "email": f"p{number}@example.com",
        "phone_1": f"(302) 32{chance.randint(0, 9)}-{chance.randint(0, 9999):04}",
        "address_1": "1 Main St",
        "postal_code": chance.choice(["82301", "80202", "75201", "10001"]),
        "roof_type": "Metal",
        "max_contact_requests": 3,
        "estimate_low": "9220",
        "estimate_high": "25355",
        "source_url": "https://calculator.example/roof",
        "ip": "8.8.8.8",
        "user_agent": "Mozilla/5.0",
    }
