"""The market of qualify's tests, and the pretend verification service."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import LazySettings

from leadhouse.outbound import post_office
from leadhouse.project.sandbox.running import Sandbox, running
from leadhouse.qualify import services
from tests.qualify.qualify_market import apply_market


@pytest.fixture
def market(db: None) -> None:
    """Apply the market; everything is rolled back after the test."""
    apply_market()


@pytest.fixture
def committed_market(transactional_db: None) -> None:
    """Apply the market so that other threads see it."""
    apply_market()


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as one:
        yield one


@pytest.fixture
def sandbox(
    sandbox_process: Sandbox, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sandbox]:
    """Have the pretend verification service answer, a fresh circuit before it."""
    settings.LEADHOUSE = replace(settings.LEADHOUSE, sandbox=True, sandbox_port=sandbox_process.port)
    monkeypatch.setattr(services, "_circuit", services.Circuit())
    yield sandbox_process
    post_office.close()
