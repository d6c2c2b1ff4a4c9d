"""The market of capture's tests, with and without threads of their own."""

from collections.abc import Iterator

import pytest

from tests.capture.capture_market import apply_market
from tests.capture.door_process import running


@pytest.fixture
def market(db: None) -> None:
    """Apply the market; everything is rolled back after the test."""
    apply_market()


@pytest.fixture
def committed_market(transactional_db: None) -> None:
    """Apply the market so that other threads and processes see it."""
    apply_market()


@pytest.fixture(scope="module")
def port(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[int]:
    """The door, running."""
    with running() as number:
        yield number
