"""Why leads came to nothing, and how many were left after each step of a period."""

from datetime import UTC, datetime

import pytest

from leadhouse.report.figure_types import RefusalFigures
from leadhouse.report.queries import refusals_by_reason
from leadhouse.timeline.types import Status
from tests.report.report_market import open_market, person, post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def refused(source: str, reason: str, field: str | None, leads: int) -> RefusalFigures:
    return RefusalFigures(source, Status.DISQUALIFIED, reason, field, leads)


@pytest.mark.req("R002-09")
def test_a_source_sees_its_refusal_reasons_together_the_most_frequent_first() -> None:
    post("calculator", person(1, email=""))
    post("calculator", person(2, email=""))
    post("calculator", person(3, last_name=""))
    post("calculator", person(4))
    post("mysolar", person(5, email=""))
    assert refusals_by_reason("calculator") == [
        refused("calculator", "missing_field", "email", 2),
        refused("calculator", "missing_field", "last_name", 1),
    ]


def test_all_sources_are_told_apart() -> None:
    post("calculator", person(1, email=""))
    post("mysolar", person(2, email=""))
    post("trial", person(3, email=""))
    assert refusals_by_reason() == [
        refused("calculator", "missing_field", "email", 1),
        refused("mysolar", "missing_field", "email", 1),
    ]


def test_only_the_period_asked_for_is_counted() -> None:
    noon = datetime(2025, 9, 1, 12, tzinfo=UTC)
    post("calculator", person(1, email=""), received_at=noon)
    assert refusals_by_reason("calculator", since=noon) == [
        refused("calculator", "missing_field", "email", 1)
    ]
    assert refusals_by_reason("calculator", until=noon) == []
