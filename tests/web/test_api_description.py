"""The API's description, kept as a file so that promises change only on purpose; a page to try it.

After a change that is meant: `WRITE_OPENAPI=1 python -m pytest tests/web/test_api_description.py`.
"""

import json
import os
import re
from pathlib import Path

import pytest
from django.test import Client

SNAPSHOT = Path(__file__).with_name("openapi.json")


def description() -> dict[str, dict[str, object]]:
    found = Client().get("/v1/openapi.json").json()
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module", autouse=True)
def _refreshed() -> None:
    # pytest takes LEADHOUSE_ settings away from tests, so this one is read by its own name.
    if os.environ.get("WRITE_OPENAPI"):
        SNAPSHOT.write_text(json.dumps(description(), indent=2, ensure_ascii=False) + "\n", "utf-8")


def test_the_description_is_the_one_that_was_promised() -> None:
    assert description() == json.loads(SNAPSHOT.read_text("utf-8")), (
        "run with WRITE_OPENAPI=1 if this is meant"
    )


def test_every_door_is_described() -> None:
    assert sorted(description()["paths"]) == [
        "/v1/feedback",
        "/v1/leads",
        "/v1/leads/batch",
        "/v1/leads/{lead_id}",
        "/v1/leads/{lead_id}/events",
        "/v1/ping",
        "/v1/refusals",
        "/v1/wallets",
    ]


def test_every_shape_that_is_referred_to_is_there() -> None:
    written = json.dumps(description())
    named = set(re.findall(r'"#/components/schemas/(\w+)"', written))
    schemas = description()["components"]["schemas"]
    assert isinstance(schemas, dict)
    assert named - set(schemas) == set()


def test_the_page_to_try_it_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/v1/docs").content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded), loaded
    for address in loaded:
        assert Client().get(address).status_code == 200, address
