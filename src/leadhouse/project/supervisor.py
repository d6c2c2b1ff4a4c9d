"""Keeps child processes running until told to stop, then ends them all in time."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from leadhouse.project.lifeline import die_with
from leadhouse.project.processes import Child

# What a child gets after SIGTERM before it is killed; with the database's own share all ends within 20 s.
GRACE_SECONDS = 8.0
# Never longer: what a dead worker had in hand is taken over within 30 s, by itself when it is the only one.
_FIRST_DELAY_SECONDS, _LONGEST_DELAY_SECONDS = 0.25, 3.0
# A child that ran this long died of something new: start again with the first delay.
_HEALTHY_SECONDS = 60.0

log = logging.getLogger("leadhouse.up")


class Supervisor:
    """Runs children side by side; restarts one that ends, the more slowly the oftener it does."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to end everything."""
        self._stopping.set()

    async def run(self, *others: Callable[[], Awaitable[None]]) -> None:
        """Keep the children running until `stop`; what `others` do goes on as long."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        beside = [asyncio.ensure_future(other()) for other in others]
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keep(child))
            await self._stopping.wait()
            for task in beside:
                task.cancel()

    async def _keep(self, child: Child) -> None:
        delay = _FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            begun = asyncio.get_running_loop().time()
            code = await self._run_once(child)
            if self._stopping.is_set():
                return
            if asyncio.get_running_loop().time() - begun > _HEALTHY_SECONDS:
                delay = _FIRST_DELAY_SECONDS
            log.warning("%s ended with %s, starts again in %.2f s", child.name, _told(code), delay)
            await self._sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY_SECONDS)

    async def _run_once(self, child: Child) -> int:
        process = await asyncio.create_subprocess_exec(
            *child.command, stdin=asyncio.subprocess.DEVNULL, preexec_fn=partial(die_with, os.getpid())
        )
        ended = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            await _end(process, ended)
        return await ended

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


async def _end(process: asyncio.subprocess.Process, ended: "asyncio.Future[int]") -> None:
    process.terminate()
    try:
        await asyncio.wait_for(asyncio.shield(ended), GRACE_SECONDS)
    except TimeoutError:
        process.kill()


def _told(code: int) -> str:
    """Say how a process ended."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
