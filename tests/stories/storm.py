"""A storm over a running house: sources that insist on an answer, and kills at random while they post."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from leadhouse.store.postgres import Server
from leadhouse.store.postmaster import is_alive, processes_in
from leadhouse.timeline.queries import LEASE_SECONDS
from tests.project.running import children_of
from tests.running_house import House

PATIENCE_SECONDS = 90
# What a source meets while something is being brought up again; all of it means "post again".
RETRYABLE = frozenset({409, 429, 500, 502, 503, 504})


def _side_by_side(threads: int, act: Callable[[int], None]) -> None:
    running = [threading.Thread(target=act, args=(number,)) for number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()


@dataclass
class Post:
    """One lead with its key; `answers` are what the source read, in order, as (status, body)."""

    key: str
    source_key: str
    body: bytes
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def answer(self) -> dict[str, Any]:
        return dict(json.loads(self.answers[0][1]))

    @property
    def lead_id(self) -> str:
        return str(self.answer["lead"]["id"])


class Sources:
    """Threads that post at a steady pace; each post is repeated under its key until it is answered."""

    def __init__(self, house: House, make: Callable[[int, random.Random], Post], *, seed: int) -> None:
        self._house = house
        self._make = make
        self._seed = seed
        self.posts: list[Post] = []
        self.met: Counter[str] = Counter()
        self._turn = threading.Lock()

    @contextmanager
    def posting(self, threads: int, per_second: float) -> Iterator[None]:
        """Post until the block ends, then see everything through."""
        done = threading.Event()
        posting = threading.Thread(
            target=_side_by_side, args=(threads, lambda me: self._run(me, threads / per_second, done))
        )
        posting.start()
        try:
            yield
        finally:
            done.set()
            posting.join()

    def say(self, posts: Sequence[Post]) -> None:
        """Post these, one after the other."""
        with httpx.Client(timeout=20, trust_env=False) as client:
            for post in posts:
                self.posts.append(post)
                self._insist(client, post, random.Random(0))

    @property
    def answered(self) -> int:
        """How many posts have an answer by now."""
        return sum(bool(post.answers) for post in self.posts)

    def repeat(self, threads: int = 4) -> None:
        """Post each once more, and add the answers."""

        def run(me: int) -> None:
            with httpx.Client(timeout=30, trust_env=False) as client:
                for post in self.posts[me::threads]:
                    self._insist(client, post, random.Random(me))

        _side_by_side(threads, run)

    def _run(self, me: int, every: float, done: threading.Event) -> None:
        chance = random.Random(f"{self._seed}-{me}")
        due = time.monotonic() + every * chance.random()
        with httpx.Client(timeout=20, trust_env=False) as client:
            while not done.wait(max(0.0, due - time.monotonic())):
                due = max(due, time.monotonic() - every) + every
                with self._turn:
                    post = self._make(len(self.posts), chance)
                    self.posts.append(post)
                self._insist(client, post, chance)
                if post.answers and chance.random() < 0.1:
                    self._insist(client, post, chance)

    def _insist(self, client: httpx.Client, post: Post, chance: random.Random) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_SECONDS:
            met = self._ask(client, post)
            if met is None:
                post.seconds = max(post.seconds, time.monotonic() - begun)
                return
            with self._turn:
                self.met[met] += 1
            time.sleep(0.1 + chance.random() * 0.3)

    def _ask(self, client: httpx.Client, post: Post) -> str | None:
        """Post once; return what stood in the way of an answer, None when it was answered."""
        headers = {
            "Authorization": f"Bearer {post.source_key}",
            "Idempotency-Key": post.key,
            "Content-Type": "application/json",
        }
        try:
            answer = client.post(f"{self._house.url}/v1/leads", content=post.body, headers=headers)
        except httpx.TransportError as error:
            return type(error).__name__
        if answer.status_code in RETRYABLE:
            return str(answer.status_code)
        post.answers.append((answer.status_code, answer.content))
        return None


class Nemesis:
    """Kills what belongs to a house: its web, its workers, its PostgreSQL; never the one who brings it up."""

    def __init__(self, house: House, *, seed: int) -> None:
        self._house = house
        self._server = Server(house.data_dir)
        self._chance = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self._paused: set[int] = set()

    def rage(self, every: float, until: Callable[[], bool]) -> None:
        """Kill something about every so many seconds, mostly of a house that has got up again meanwhile."""
        self._pause()
        while not until():
            time.sleep(every * (0.5 + self._chance.random()))
            if self._chance.random() < 0.75:
                self._house.up.wait_until_ready()
            self._strike(self._chance.choice(("web", "worker", "worker", "pause", "postmaster", "backend")))
        for pid in tuple(self._paused):
            self._wake(pid)

    def kill_workers(self) -> list[int]:
        """Kill all workers at once and return their ids when they are gone."""
        pids = self._targets("worker")
        self._kill(pids)
        self.kills["worker"] += len(pids)
        return pids

    def _strike(self, kind: str) -> None:
        targets = self._targets(kind)
        if kind == "pause":
            self._pause()
        elif targets:
            self._kill([self._chance.choice(targets)])
            self.kills[kind] += 1

    def _pause(self) -> None:
        """Have a worker stand still for longer than its leases last: late, it must change nothing."""
        workers = self._targets("worker")
        if workers and not self._paused:
            pid = self._chance.choice(workers)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
            self._paused.add(pid)
            self.kills["pause"] += 1
            alarm = threading.Timer(LEASE_SECONDS + 2, self._wake, [pid])
            alarm.daemon = True
            alarm.start()

    def _wake(self, pid: int) -> None:
        self._paused.discard(pid)
        if pid in self._targets("worker"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def _targets(self, kind: str) -> list[int]:
        if kind in {"postmaster", "backend"}:
            postmaster = self._server.pid
            every = processes_in(self._house.data_dir / "postgres")
            return [pid for pid in every if (pid == postmaster) == (kind == "postmaster")]
        named = [pid for pid in children_of(self._house.up.process.pid) if kind in _role(pid)]
        return named if kind == "worker" else [pid for one in named for pid in (one, *children_of(one))]

    def _kill(self, pids: Sequence[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.01)


def _role(pid: int) -> str:
    """Say what a child of `leadhouse up` is: web, worker, or neither."""
    try:
        arguments = Path("/proc", str(pid), "cmdline").read_text("utf-8", "replace").split("\0")
    except OSError:
        return ""
    return "web" if "granian" in arguments else "worker" if "worker" in arguments else ""


@dataclass
class Complaint:
    """A rejection by a buyer, with what it was told, each time it said so."""

    delivery: str
    company: str
    answers: list[tuple[int, bytes]] = field(default_factory=list)


class Complaints:
    """Buyers that reject some of what they took, and insist on being heard."""

    def __init__(self, house: House, *, seed: int) -> None:
        self._house = house
        self._chance = random.Random(f"{seed}-complaints")
        self._seen: set[str] = set()
        self.made: list[Complaint] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Complain every second or so until the block ends."""
        done = threading.Event()
        thread = threading.Thread(target=self._run, args=(done,))
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def repeat(self) -> None:
        """Say everything once more."""
        for one in self.made:
            self._insist(one)

    def faults(self, entries: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Tell which complaints were not credited once, or answered differently."""
        credited = Counter(str(row["ref"]) for row in entries if row["kind"] == "credit")
        for one in self.made:
            if len(set(one.answers)) != 1 or one.answers[0][0] != 201:
                yield f"the complaint about {one.delivery} was answered {one.answers}"
            elif json.loads(one.answers[0][1])["outcome"] != "success":
                yield f"the complaint about {one.delivery} was not heard: {one.answers[0]}"
        if credited != Counter(one.delivery for one in self.made):
            yield f"credits {credited} for complaints about {[one.delivery for one in self.made]}"

    def _run(self, done: threading.Event) -> None:
        while not done.wait(1.5):
            address = f"http://127.0.0.1:{self._house.sandbox_port}/received"
            found = httpx.get(address, params={"kind": "parcel"}, timeout=30, trust_env=False).json()
            fresh = [
                one for one in found if one["outcome"] == "accepted" and one["delivery"] not in self._seen
            ]
            self._seen.update(one["delivery"] for one in fresh)
            for one in fresh:
                if self._chance.random() < 0.06:
                    company = json.loads(one["body"])["campaign"].removesuffix("-roofs")
                    self.made.append(Complaint(one["delivery"], company))
                    self._insist(self.made[-1])

    def _insist(self, one: Complaint) -> None:
        body = {"delivery": one.delivery, "type": "rejection", "reason": "wrong_number"}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                answer = httpx.post(
                    f"{self._house.url}/v1/feedback",
                    json=body,
                    headers={"Authorization": f"Bearer {one.company}-key"},
                    timeout=20,
                    trust_env=False,
                )
                if answer.status_code not in RETRYABLE:
                    one.answers.append((answer.status_code, answer.content))
                    return
            time.sleep(0.2)
