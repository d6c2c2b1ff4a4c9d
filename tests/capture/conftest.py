"""The market of capture's tests, with and without threads of their own."""

import pytest

from tests.capture.capture_market import apply_market


@pytest.fixture
def market(db: None) -> None:
    """Apply the market; everything is rolled back after the test."""
    apply_market()


@pytest.fixture
def committed_market(transactional_db: None) -> None:
    """Apply the market so that other threads and processes see it."""
    apply_market()
