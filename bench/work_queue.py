"""Jobs a second leased, handled and finished, beside PgQueuer, procrastinate, and the bare lease and delete.

One worker process each, on the same PostgreSQL (every commit flushed), the queue filled before the clock
starts; the handler only notes the job's number. Ours is the timeline's queue as every stage walks it: a lease
with a fence, attempts counted, a batch that fails handled again one by one. The floor leases batches and
deletes them, handles nothing and remembers nothing. Apart from the clock some handlers fail once, and one of
our workers is killed with a batch in its hands; the run fails when a job is lost or handled twice.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from statistics import median

from bench.apparatus import house as houses
from bench.apparatus import peers
from bench.apparatus.house import CHECKOUT, House
from bench.apparatus.result import Figure, Peer, Result

ROUNDS = 5
# A job that fails alone comes again when its lease is over: a quick look has one that fails in its batch.
FAILING, QUICK_FAILING = 5, 1
# A lease as short as it can be in a quick look; else the one that every worker takes.
QUICK_LEASE_SECONDS = 1
PGQUEUER, PROCRASTINATE, FLOOR = "PgQueuer", "procrastinate", "bare lease and delete"
LEAST_RATIOS = {PGQUEUER: 1.0, PROCRASTINATE: 20.0}
OURS = [sys.executable, "-m", "bench.apparatus.queue_worker", "ours"]
BARE = [sys.executable, "-m", "bench.apparatus.queue_worker", "floor"]


@dataclass(frozen=True, slots=True)
class Load:
    """So many jobs, taken `batch` at a time (of procrastinate so many at once); some fail the first time."""

    jobs: int
    batch: int
    failing: tuple[int, ...] = ()
    lease_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """Jobs a second by the clock, and the processor time of worker and database in ms a job."""

    rate: float
    cost_ms: float


@dataclass(frozen=True, slots=True)
class Contender:
    """A queue to be measured: how its worker is started, and what it is given to do."""

    name: str
    command: Sequence[str]
    load: Load
    has_own_database: bool = True


def run(*, is_quick: bool) -> Result:
    """Let all of them work in turn; then see that nothing gets lost."""
    with houses.house() as house:
        houses.install("market: {name: Bench, timezone: America/New_York, currency: USD}")
        contenders = list(_contenders(is_quick=is_quick))
        found: dict[str, list[Worked]] = {one.name: [] for one in contenders}
        for number in range(1 if is_quick else ROUNDS):
            for one in contenders:
                found[one.name].append(_worked(house, one, f"{number}", one.load))
        failing = QUICK_FAILING if is_quick else FAILING
        for one in contenders[:1] if is_quick else contenders:
            _worked(house, one, "failing", _failing(one.load, failing))
        lost = _taken_over(house, contenders[0], QUICK_LEASE_SECONDS if is_quick else None)
    notes = {
        "nothing lost": f"every handler's failure retried ({failing} each); {lost} jobs of a killed worker "
        "taken over; none handled twice",
        "jobs a round": ", ".join(f"{one.name} {one.load.jobs:,} by {one.load.batch}" for one in contenders),
    }
    return Result(tuple(_figures(found)), notes)


def _contenders(*, is_quick: bool) -> Iterator[Contender]:
    jobs, few = (400, 100) if is_quick else (20_000, 2_000)
    yield Contender("ours", OURS, Load(jobs, 500), has_own_database=False)
    yield Contender(FLOOR, BARE, Load(jobs, 500))
    python = None if is_quick else peers.python_with("queues", "pgqueuer", "asyncpg", "procrastinate")
    if python:
        for name, script, load in (
            (PGQUEUER, "pgqueuer_jobs.py", Load(jobs, 100)),
            (PROCRASTINATE, "procrastinate_jobs.py", Load(few, 20)),
        ):
            yield Contender(name, [str(python), str(peers.FOLDER / script)], load)


def _failing(load: Load, failing: int) -> Load:
    """Return a smaller load of which so many jobs fail the first time."""
    jobs = min(load.jobs, 1_000)
    return Load(jobs, load.batch, failing=tuple(range(0, jobs, jobs // failing))[:failing])


def _worked(house: House, contender: Contender, about: str, load: Load) -> Worked:
    """Have a worker fill its queue and work it off; RuntimeError when not every job was handled once."""
    variables: Mapping[str, str] = {}
    if contender.has_own_database:
        variables = house.fresh_database(
            f"queue_{''.join(filter(str.isalpha, contender.name))}_{about}".lower()
        )
    with _worker(contender.command, load, variables) as worker:
        database = house.database_seconds()
        _tell(worker, "go")
        told = json.loads(_heard(worker))
        database = house.database_seconds() - database
    check(contender.name, load.jobs, told["handled"])
    cost = told["processor_seconds"] + database
    return Worked(load.jobs / told["seconds"], cost / load.jobs * 1000)


def check(name: str, jobs: int, handled: Sequence[int]) -> None:
    """Raise RuntimeError unless the jobs numbered 0 to `jobs` - 1 were handled, each once."""
    if sorted(handled) != list(range(jobs)):
        lost, twice = set(range(jobs)) - set(handled), len(handled) - len(set(handled))
        raise RuntimeError(f"{name}: of {jobs} jobs {len(lost)} were lost, {twice} handled once more")


def _taken_over(house: House, ours: Contender, lease_seconds: int | None) -> int:
    """Kill a worker that holds a batch, have another do all; return how many jobs the dead one held."""
    load = Load(min(ours.load.jobs, 2_000), min(ours.load.batch, 100), lease_seconds=lease_seconds)
    with _worker([*OURS, "--take-only"], load, {}) as doomed:
        _tell(doomed, "go")
        held = int(_heard(doomed))
        doomed.kill()
    with _worker([*OURS, "--filled"], load, {}) as heir:
        _tell(heir, "go")
        check("after a worker was killed", load.jobs, json.loads(_heard(heir))["handled"])
    return held


@contextmanager
def _worker(
    command: Sequence[str], load: Load, variables: Mapping[str, str]
) -> Iterator["subprocess.Popen[str]"]:
    """Start a worker; the block begins when its queue is filled."""
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _tell(process, json.dumps(asdict(load)))
            if _heard(process) != "filled":
                raise RuntimeError(f"{command} did not fill its queue")
            yield process
        finally:
            process.kill()


def _tell(worker: "subprocess.Popen[str]", line: str) -> None:
    assert worker.stdin
    worker.stdin.write(f"{line}\n")
    worker.stdin.flush()


def _heard(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("a worker ended before its time: what it said stands above")
    return line.strip()


def _figures(found: Mapping[str, Sequence[Worked]]) -> Iterator[Figure]:
    rates = {name: tuple(one.rate for one in several) for name, several in found.items()}
    costs = {name: tuple(one.cost_ms for one in several) for name, several in found.items()}
    for name in found:
        if name == "ours":
            continue
        least = LEAST_RATIOS.get(name)
        target = least and least * median(rates[name])
        yield Figure(
            "leased, handled, finished", "jobs/s", rates["ours"], target, peer=Peer(name, rates[name])
        )
        yield Figure(
            "  processor time, database included",
            "ms/job",
            costs["ours"],
            is_cost=True,
            peer=Peer(name, costs[name]),
        )
