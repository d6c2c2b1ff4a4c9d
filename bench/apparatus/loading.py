"""Posts over many connections at once, each again as soon as it is answered; notes how long answers took."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

WARM_UP_SECONDS = 3.0


@dataclass(slots=True)
class Load:
    """The seconds that each answer after the warm-up took, in order of length; `posts` counts all."""

    seconds: float
    took: list[float] = field(default_factory=list)
    posts: int = 0

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def milliseconds(self, share: float) -> float:
        """Return within how many milliseconds this share of the posts was answered."""
        return self.took[int(len(self.took) * share)] * 1000


def load(port: int, connections: int, seconds: float, requests: Iterator[bytes]) -> Load:
    """Post for so many seconds after the warm-up; anything but a 201 is an error."""
    return asyncio.run(_load(port, connections, seconds, requests))


async def _load(port: int, connections: int, seconds: float, requests: Iterator[bytes]) -> Load:
    counted = Load(seconds)
    begin = time.perf_counter() + WARM_UP_SECONDS
    await asyncio.gather(*(_post(port, begin, requests, counted) for _ in range(connections)))
    counted.took.sort()
    return counted


async def _post(port: int, begin: float, requests: Iterator[bytes], counted: Load) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (started := time.perf_counter()) < begin + counted.seconds:
        writer.write(next(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 201"):
            raise RuntimeError(f"{head!r} {body!r}")
        counted.posts += 1
        if started >= begin:
            counted.took.append(time.perf_counter() - started)
    writer.close()
