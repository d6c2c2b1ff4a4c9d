"""How many durable answers a second the door gives: POST /v1/leads at 32 connections, 201 only after commit.

Server, PostgreSQL (default durability) and this load generator share the machine; one server process.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CONNECTIONS = 32
SECONDS = 10.0
WARM_UP_SECONDS = 3.0
KEY = "bench-key"
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


@contextmanager
def door(folder: Path, module: Path) -> Iterator[int]:
    """Run a database with a small market and the door before it; yield the door's port."""
    os.environ["LEADHOUSE_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "leadhouse.project.settings"
    from leadhouse.store.postgres import Server

    with Server(folder), socket.socket() as free:
        _prepare()
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
        free.close()
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--no-ws"]
        with subprocess.Popen(
            [*command, "--log-level", "error", f"{module.stem}:app"], cwd=module.parent
        ) as process:
            try:
                _await(port)
                yield port
            finally:
                process.terminate()


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from leadhouse.parties.apply import apply
    from leadhouse.parties.market_file import read_market_text

    call_command("migrate", verbosity=0)
    apply(read_market_text(MARKET))


def _await(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


APP = """
import django
django.setup()
from leadhouse.capture.door import Door
door = None
async def app(scope, receive, send):
    global door
    if scope["type"] == "http":
        door = door or Door()
        await door(scope, receive, send)
"""


def request(number: int) -> bytes:
    """Return one post of a person nobody has seen yet."""
    phone = f"(302) 32{random.randint(0, 9)}-{random.randint(0, 9999):04}"
    lead = {
        "first_name": "joe",
        "last_name": f"miller{number}",
        "email": f"p{number}@example.com",
        "phone_1": phone,
        "address_1": "1 Main St",
        "postal_code": random.choice(["82301", "80202", "75201", "10001"]),
        "roof_type": "Metal",
        "max_contact_requests": 3,
        "estimate_low": "9220",
        "estimate_high": "25355",
        "source_url": "https://calculator.example/roof",
        "ip": "8.8.8.8",
        "user_agent": "Mozilla/5.0",
    }
    body = json.dumps(lead).encode()
    head = (
        f"POST /v1/leads HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def client(port: int, until: float, times: list[tuple[float, float]], numbers: Iterator[int]) -> None:
    """Post on one connection until the time is up, noting when each answer came and how long it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < until:
        writer.write(request(next(numbers)))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 201") or b'"success"' not in body:
            raise RuntimeError(f"{head!r} {body!r}")
        times.append((started, time.perf_counter() - started))
    writer.close()


async def load(port: int, seconds: float, connections: int) -> tuple[float, Sequence[float]]:
    """Return answers a second and the sorted times of those after the warm-up, in seconds."""
    start = time.perf_counter()
    times: list[tuple[float, float]] = []
    numbers = iter(range(10**9))
    until = start + WARM_UP_SECONDS + seconds
    await asyncio.gather(*(client(port, until, times, numbers) for _ in range(connections)))
    counted = sorted(took for begun, took in times if begun >= start + WARM_UP_SECONDS)
    return len(counted) / seconds, counted


def main() -> None:
    """Run the load and print answers a second with the median and the slowest hundredth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadhouse-bench-") as name:
        module = Path(name) / "bench_door.py"
        module.write_text(APP)
        with door(Path(name) / "data", module) as port:
            rate, times = asyncio.run(load(port, options.seconds, options.connections))
    p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
    told = f"{rate:,.0f} durable answers/s at {options.connections} connections"
    print(f"{told}, p50 {p50:.1f} ms, p99 {p99:.1f} ms")


if __name__ == "__main__":
    main()
