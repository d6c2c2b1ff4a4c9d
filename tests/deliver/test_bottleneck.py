"""Where leads are held up: a slow step stands out among all that were taken."""

import pytest

from leadhouse.report.queries import step_times
from leadhouse.report.steps_table import steps_table
from tests.delivery_world import Buyer, http, open_market, run, sell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]


@pytest.mark.req("A002-8", "R002-30")
def test_a_deliberately_slow_step_is_the_bottleneck(buyer: Buyer) -> None:
    open_market([http(buyer.url("slow/step"), timeout_ms=20_000)])
    for _ in range(3):
        sell(0)
    run(60.0)
    times = step_times()
    slowest = times[0]
    assert (slowest.step, slowest.type, slowest.taken, slowest.failed) == ("deliver", "accepted", 3, 0)
    assert 400 <= slowest.median_ms <= slowest.most_ms
    assert slowest.total_ms >= 1_200
    assert list(steps_table([slowest], "Steps").columns[5].cells) == ["100.0%"]


def test_what_was_done_in_vain_is_counted(buyer: Buyer) -> None:
    open_market([http(buyer.url("refuse/step"))])
    sell(0)
    run()
    refused = next(one for one in step_times() if one.type == "refused")
    assert (refused.step, refused.taken, refused.failed) == ("deliver", 1, 1)
