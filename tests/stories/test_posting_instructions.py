"""What an operator sets up works at once: a source posts by its instructions, a buyer's test arrives."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape

import httpx
import pytest

from tests.running_house import House
from tests.stories.story_market import SOURCE_KEY, company, http, market

EMAIL = "olga@house.example"


@pytest.fixture(scope="module")
def desk(home: House) -> httpx.Client:
    """The browser of an operator who has signed in."""
    home.apply(market(company("acme", {"exclusive": "25.00"}, http(home.buyer("accept")))))
    added = home.run("user", "add", EMAIL, "--role", "operator")
    (password,) = re.findall(r"shown this once: (\S+)", added.stdout)
    client = httpx.Client(base_url=home.url, follow_redirects=True, timeout=30, trust_env=False)
    assert press(client, "/sign-in", "/sign-in", email=EMAIL, password=password).status_code == 200
    return client


def press(client: httpx.Client, page: str, address: str, **said: str) -> httpx.Response:
    """Post to an address with the token of a page."""
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).text)) or {""}
    return client.post(
        address, data={"csrfmiddlewaretoken": token, **said}, headers={"Referer": str(client.base_url)}
    )


def sample(home: House, desk: httpx.Client, language: str) -> str:
    """Return a program of the source's public instructions, as somebody copies it who has the link only."""
    (link,) = re.findall(r'id="instructions-link" href="([^"]+)"', desk.get("/sources/calculator").text)
    page = httpx.get(f"{home.url}{link}", trust_env=False).text
    (code,) = re.findall(rf'id="sample-{language}"[^>]*>(.*?)</pre>', page, re.S)
    return unescape(code)


# Of each language what runs a program's text, and what has it where it is missing.
PROGRAMS = {
    "curl": (["bash", "-c"], "curl", "apt install curl"),
    "python": ([sys.executable, "-c"], sys.executable, ""),
    "php": (["php", "-r"], "php", "apt install php-cli php-curl"),
    "javascript": (["node", "-e"], "node", "apt install nodejs"),
}


@pytest.mark.req("R000-44")
@pytest.mark.parametrize(("number", "language"), [*enumerate(PROGRAMS)])
def test_code_that_is_copied_from_the_instructions_runs(
    home: House, desk: httpx.Client, number: int, language: str
) -> None:
    program, needed, advice = PROGRAMS[language]
    if shutil.which(needed) is None:
        pytest.skip(f"there is no {needed} here ({advice})")
    code = sample(home, desk, language).replace("louise.example@", f"{language}@")
    code = code.replace("321-5560", f"321-556{number + 1}").removeprefix("<?php\n")
    done = subprocess.run(
        [*program, code],
        env={"PATH": os.environ["PATH"], "LEADHOUSE_KEY": SOURCE_KEY},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # Each language writes the answer its own way.
    assert "success" in done.stdout, done.stdout + done.stderr
    (lead_id,) = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", done.stdout)
    assert home.settled(lead_id)["status"] == "delivered"


def test_a_test_is_sent_by_a_campaigns_method_and_nothing_is_sold(home: House, desk: httpx.Client) -> None:
    before = home.wallet("acme")
    page = "/campaigns/acme-roofs"
    told = unescape(press(desk, page, f"{page}/send-a-test", method="0").text)
    assert f"POST {home.buyer('accept')}" in told
    assert "X-Leadhouse-Test: true" in told
    assert "Accepted" in told
    assert "HTTP 200" in told
    assert home.wallet("acme") == before
