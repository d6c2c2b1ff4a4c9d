"""What tests of delivery need around them: a pretend buyer, and a post office that may reach it."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from pytest_django import Settings

from leadhouse.outbound import post_office
from tests.delivery_world import Buyer, pretend_buyer


@pytest.fixture(scope="session")
def buyer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buyer]:
    """A pretend buyer; each test uses paths of its own."""
    with pretend_buyer(tmp_path_factory.mktemp("buyer")) as running:
        yield running


@pytest.fixture
def mail_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Loopback may be reached; mails are written into `mail` of the folder returned."""
    settings.LEADHOUSE = replace(
        settings.LEADHOUSE, allow_targets=(ip_network("127.0.0.0/8"),), data_dir=tmp_path, smtp_url=None
    )
    post_office.close()
    yield tmp_path / "mail"
    post_office.close()
