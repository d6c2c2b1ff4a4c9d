"""Connections kept for the next request: of a short question to a service, connecting is most of the cost."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from leadhouse.outbound.http_line import Connection

# Shorter than what servers commonly wait for a next request: we hang up, not they.
IDLE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class KeptConnections:
    """Idle connections by whom they lead to; each is closed when nobody has taken it for a while."""

    _idle: defaultdict[Hashable, dict[Connection, asyncio.TimerHandle]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    async def take(self, place: Hashable) -> Connection | None:
        """Return the connection that was kept last, None when there is none that can be trusted.

        What is said while nobody asks (a late 408, an answer twice) would be taken for the next answer.
        """
        idle = self._idle.get(place, {})
        while idle:
            connection, closing = idle.popitem()
            closing.cancel()
            if await connection.is_quiet():
                return connection
            connection.writer.close()
        return None

    def keep(self, place: Hashable, connection: Connection) -> None:
        """Keep a connection that has served for the next request."""
        closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._hang_up, place, connection)
        self._idle[place][connection] = closing

    def close(self) -> None:
        """Close every idle connection."""
        for place, idle in self._idle.items():
            for connection in list(idle):
                self._hang_up(place, connection)

    def _hang_up(self, place: Hashable, connection: Connection) -> None:
        self._idle[place].pop(connection).cancel()
        connection.writer.close()
