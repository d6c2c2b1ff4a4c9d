"""A whole house as its users meet it: `leadhouse up` and the sandbox as processes, over real HTTP."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.project.running import LEADHOUSE, Copy, environment, free_port, leadhouse

OPERATOR_KEY = "operator-key-of-the-stories"
_FINAL = {"disqualified", "unsold", "delivered"}
Json = dict[str, Any]


@dataclass
class House:
    """A running house with its pretend world; `lead` and `events` see everything, as an operator does."""

    data_dir: Path
    sandbox_port: int
    settings: dict[str, str]
    copies: ExitStack
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    @property
    def port(self) -> int:
        return int(self.settings["LEADHOUSE_PORT"])

    def start(self, **settings: str) -> None:
        """Start `leadhouse up`, with further settings if any."""
        self.up = self.copies.enter_context(Copy(self.data_dir, **self.settings, **settings))

    def stop(self) -> None:
        """End `leadhouse up` as Ctrl-C does, and wait until it has ended."""
        self.up.process.send_signal(signal.SIGINT)
        code, log = self.up.wait_for_end()
        assert code == 0, log
        self.client.close()
        self.client = httpx.Client(timeout=30, trust_env=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def buyer(self, behaviour: str) -> str:
        """Return the address of a pretend buyer that behaves so."""
        return f"http://127.0.0.1:{self.sandbox_port}/buyers/{behaviour}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `leadhouse` command beside the house."""
        return leadhouse(self.data_dir, *arguments, **self.settings)

    def apply(self, market: Mapping[str, Any]) -> None:
        """Make the market equal to this one."""
        file = self.data_dir.parent / f"{self.data_dir.name}-market.yaml"
        file.write_text(yaml.safe_dump(dict(market)))
        done = self.run("apply", str(file))
        assert done.returncode == 0, done.stderr

    def post(self, key: str, lead: Mapping[str, Any], **headers: str) -> httpx.Response:
        """Post a lead as JSON with a source's key."""
        return self.client.post(
            f"{self.url}/v1/leads", json=dict(lead), headers={"Authorization": f"Bearer {key}", **headers}
        )

    def post_batch(self, key: str, leads: Iterable[Mapping[str, Any]]) -> list[str]:
        """Post leads in one go, as lines of JSON; return their ids in order."""
        answer = self.client.post(
            f"{self.url}/v1/leads/batch",
            content="\n".join(json.dumps(lead) for lead in leads),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"},
        )
        assert answer.status_code == 200, answer.text
        return [json.loads(line)["lead"]["id"] for line in answer.text.splitlines()]

    def feedback(self, key: str, **body: str) -> httpx.Response:
        """Post feedback with a company's key."""
        return self.client.post(
            f"{self.url}/v1/feedback", json=body, headers={"Authorization": f"Bearer {key}"}
        )

    def get(self, path: str, key: str = OPERATOR_KEY) -> httpx.Response:
        return self.client.get(f"{self.url}{path}", headers={"Authorization": f"Bearer {key}"})

    def lead(self, lead_id: str) -> Json:
        answer = self.get(f"/v1/leads/{lead_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def events(self, lead_id: str) -> list[Json]:
        return list(self.get(f"/v1/leads/{lead_id}/events").json()["events"])

    def wallet(self, company: str) -> Json:
        return next(dict(one) for one in self.get("/v1/wallets").json() if one["company"] == company)

    def received(self, delivery: str) -> list[Json]:
        """Return what the pretend buyers got under this delivery id, in order."""
        return self._log(delivery=delivery, kind="parcel")

    def notices(self, lead_id: str, count: int, seconds: float = 60) -> list[Json]:
        """Wait for so many notices about a lead at the sandbox, and return what they say, in order."""
        deadline = time.monotonic() + seconds
        while True:
            found = [json.loads(one["body"]) for one in self._log(kind="notice") if lead_id in one["body"]]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, found
            time.sleep(0.05)

    def _log(self, **wanted: str) -> list[Json]:
        answer = self.client.get(f"http://127.0.0.1:{self.sandbox_port}/received", params=wanted)
        return list(answer.json())

    def mails_to(self, address: str, count: int = 1, seconds: float = 60) -> list[str]:
        """Wait for so many mails to an address, and return them as they were written, in order."""
        deadline = time.monotonic() + seconds
        while True:
            files = sorted((self.data_dir / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
            found = [mail for mail in (file.read_text() for file in files) if address in mail]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"{len(found)} mail(s) to {address}"
            time.sleep(0.05)

    def settled(self, lead_id: str, seconds: float = 60) -> Json:
        """Wait until the lead has come to its end, and return it."""
        return self.until(lead_id, lambda lead: lead["status"] in _FINAL, seconds)

    def until(self, lead_id: str, holds: Callable[[Json], bool], seconds: float = 60) -> Json:
        """Wait until something holds of the lead, and return it."""
        deadline = time.monotonic() + seconds
        while not holds(lead := self.lead(lead_id)):
            assert time.monotonic() < deadline, (lead, self.events(lead_id))
            time.sleep(0.02)
        return lead


@contextmanager
def house(folder: Path, **settings: str) -> Iterator[House]:
    """Run a house with one worker and a sandbox until the block ends."""
    sandbox_port = free_port()
    with _sandbox(folder, sandbox_port):
        told = {
            "LEADHOUSE_WORKERS": "1",
            "LEADHOUSE_SANDBOX": "1",
            "LEADHOUSE_SANDBOX_PORT": str(sandbox_port),
            "LEADHOUSE_ALLOW_TARGETS": "127.0.0.0/8",
            "LEADHOUSE_OPERATOR_KEY": OPERATOR_KEY,
            "LEADHOUSE_PORT": str(free_port()),
            **settings,
        }
        with ExitStack() as copies:
            running = House(folder / "data", sandbox_port, told, copies)
            running.start()
            yield running


@contextmanager
def _sandbox(folder: Path, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [*LEADHOUSE, "sandbox", "--port", str(port), "--smtp-port", "0", "--folder", str(folder / "sandbox")],
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("sandbox ready"), "the sandbox did not start"
        yield
    finally:
        process.terminate()
        process.wait(10)


def person(number: int = 0, **given: Any) -> Json:
    """Return a proper lead of somebody in Rawlins, Wyoming; another number is another person."""
    return {
        "first_name": "Louis",
        "last_name": f"Espinoza {'abcdefghij'[number % 10] * (number // 10 + 1)}",
        "email": f"louis{number}.{os.getpid()}@example.com",
        "phone_1": f"307324{2000 + number:04d}",
        "address_1": "2156 Mountain View Rd",
        "city": "Rawlins",
        "state": "WY",
        "postal_code": "82301",
        "max_contact_requests": 4,
        **given,
    }
