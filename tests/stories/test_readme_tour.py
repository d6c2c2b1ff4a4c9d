"""The README's five minutes, typed as they stand there: each command works and prints what is shown."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from leadhouse.project.commands import COMMANDS
from leadhouse.project.environment import SETTINGS
from tests.project.demo_running import Demo
from tests.project.running import environment

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text("utf-8")
_BLOCK = re.compile(
    r"^<!-- tour(?P<differ>, figures differ)? -->\n```sh\n(?P<commands>.+?)^```\n"
    r"(?:```text\n(?P<said>.+?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d E[SD]T")
_TOOK = re.compile(r"\d+ ms")
_FIGURE = re.compile(r"\d[\d,.]*%?")


@dataclass
class Terminal:
    """A second terminal beside a running demo, standing in a folder that looks like the checkout."""

    folder: Path
    demo: Demo
    lead: str = ""
    delivery: str = ""

    def type(self, commands: str) -> str:
        """Run commands as the README has them; return what they print, ids remembered as a reader would."""
        done = subprocess.run(
            ["/bin/sh", "-ec", commands.replace("127.0.0.1:8000", f"127.0.0.1:{self.demo.port}")],
            cwd=self.folder,
            env=environment(self.demo.data_dir) | {"LEAD": self.lead, "DELIVERY": self.delivery},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        if found := re.search(rf'"outcome":"success","lead":{{"id":"({_ID.pattern})"', done.stdout):
            self.lead = found[1]
            self._wait_until_delivered()
        if found := re.search(rf'"delivery": "({_ID.pattern})"', done.stdout):
            self.delivery = found[1]
        # A machine that is busy with other tests may answer before the lead is qualified.
        said = done.stdout.replace(',"pending":true', "").replace(str(self.demo.data_dir), ".leadhouse")
        said = said.replace(f"127.0.0.1:{self.demo.port}", "127.0.0.1:8000")
        return said.replace(f"127.0.0.1:{self.demo.sandbox_port}", "127.0.0.1:9100")

    def _wait_until_delivered(self) -> None:
        key = (self.demo.data_dir / "demo-operator-key").read_text()
        deadline = time.monotonic() + 30
        while True:
            answer = httpx.get(
                f"http://127.0.0.1:{self.demo.port}/v1/leads/{self.lead}",
                headers={"Authorization": f"Bearer {key}"},
                trust_env=False,
            )
            if answer.json()["status"] == "delivered":
                return
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here, which the README's tour uses")
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CHECKOUT / "examples", folder / "examples")
    program = folder / ".venv" / "bin" / "leadhouse"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m leadhouse.project.cli "$@"\n')
    program.chmod(0o755)
    with Demo(folder / ".leadhouse", "--leads", "1") as demo:
        demo.said_until("Serving until you press Ctrl-C")
        yield Terminal(folder, demo)


def plain(text: str, *, figures: bool) -> set[str]:
    """Return a text's lines without what differs from run to run: ids, instants, and figures when asked."""
    text = _TOOK.sub("# ms", _INSTANT.sub("(at)", _ID.sub("(id)", text)))
    lines = {" ".join(line.split()) for line in text.splitlines()} - {"", "…"}
    return lines if figures else {_FIGURE.sub("#", line) for line in lines}


def test_the_tour_works_as_it_stands_in_the_readme(terminal: Terminal) -> None:
    blocks = list(_BLOCK.finditer(README))
    assert len(blocks) == README.count("<!-- tour") == 10
    for block in blocks:
        figures = block["differ"] is None
        said = terminal.type(block["commands"])
        missing = plain(block["said"] or "", figures=figures) - plain(said, figures=figures)
        assert missing == set(), f"{block['commands']}printed:\n{said}"


def test_the_pages_that_the_tour_shows_are_there(terminal: Terminal) -> None:
    here = f"http://127.0.0.1:{terminal.demo.port}"
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        assert "<h1" in client.get(f"{here}/").text
        assert client.get(f"{here}/v1/docs").status_code == 200
        assert client.get(f"{here}/v1/openapi.json").json()["paths"]


@pytest.mark.parametrize(
    ("name", "content_type", "key", "outcomes"),
    [
        ("roofing.json", "application/json", "demo-roofing-key", ["success"]),
        ("roofing.xml", "application/xml", "demo-roofing-key", ["success"]),
        ("no-email.json", "application/json", "demo-roofing-key", ["failure"]),
        ("windows.form", "application/x-www-form-urlencoded", "demo-fixr-key", ["success"]),
        ("several.ndjson", "application/x-ndjson", "demo-fixr-key", ["success", "failure"]),
    ],
)
def test_each_example_lead_is_answered_as_meant(
    terminal: Terminal, name: str, content_type: str, key: str, outcomes: list[str]
) -> None:
    assert {file.name for file in (CHECKOUT / "examples" / "leads").iterdir()} >= {name}
    path = "/v1/leads/batch" if name.endswith(".ndjson") else "/v1/leads"
    # Another run of these leads than the tour's: only who sends them differs.
    body = (CHECKOUT / "examples" / "leads" / name).read_bytes().replace(b"@example", b"@again.example")
    body = re.sub(rb"(263-2|522-3|223-6)(\d)", rb"\g<1>9", body)
    answer = httpx.post(
        f"http://127.0.0.1:{terminal.demo.port}{path}",
        content=body,
        headers={"Authorization": f"Bearer {key}", "Content-Type": content_type},
        trust_env=False,
        timeout=30,
    )
    assert re.findall(r'"outcome":"(\w+)"', answer.text) == outcomes, answer.text


def test_the_tables_list_every_command_and_setting_and_nothing_else() -> None:
    commands = re.findall(r"^\| `([a-z-]+)[^`]*` \| (.+?) \|$", README, re.MULTILINE)
    assert [name for name, _ in commands] == [command.name for command in COMMANDS]
    for (_, said), command in zip(commands, COMMANDS, strict=True):
        assert said.startswith(command.summary)
    named = re.findall(
        r"`(LEADHOUSE_[A-Z_]+)`", README.partition("## Settings")[2].partition("The demo sets")[0]
    )
    assert named == [setting.variable for setting in SETTINGS]


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (CHECKOUT / link).exists()] == []
