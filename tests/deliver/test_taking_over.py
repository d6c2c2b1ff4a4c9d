"""A worker that dies between sending and knowing: the next one goes on under the same id."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from leadhouse.deliver.courier import Courier
from leadhouse.deliver.queries import parcels_of
from leadhouse.deliver.writing import prepare
from leadhouse.timeline.types import Stage, Status
from tests.delivery_world import Buyer, http, hurry, open_market, run, sell, work

pytestmark = pytest.mark.usefixtures("mail_folder")

WORKER = """
import django
django.setup()
from leadhouse.deliver.step import step
while True:
    step(10)
"""


def a_worker() -> subprocess.Popen[bytes]:
    """Start a delivering process on this test's database."""
    given = connection.settings_dict
    url = f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"
    environment = os.environ | {
        "LEADHOUSE_DATABASE_URL": url,
        "LEADHOUSE_DATA_DIR": str(settings.LEADHOUSE.data_dir),
        "LEADHOUSE_ALLOW_TARGETS": "127.0.0.0/8",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_parcel_is_sent_again_under_the_same_id_and_sold_once(buyer: Buyer) -> None:
    open_market([http(buyer.url("slow/killed"), timeout_ms=5_000)])
    sale = sell(0)
    worker = a_worker()
    try:
        until = time.monotonic() + 20
        while not buyer.seen("slow/killed"):
            assert time.monotonic() < until
            time.sleep(0.01)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert sale.statuses() == ["delivering"]
    run()
    assert len(buyer.seen("slow/killed")) == 1
    hurry()
    run()
    assert sale.statuses() == ["accepted"]
    assert sale.status is Status.DELIVERED
    first, second = buyer.seen("slow/killed")
    assert first["headers"]["x-leadhouse-delivery"] == second["headers"]["x-leadhouse-delivery"]
    assert first["body"] == second["body"]
    assert [(one.type, one.reason) for one in sale.events()] == [
        ("started", None),
        ("unknown", "worker_lost"),
        ("accepted", None),
    ]
    ((first_attempt, second_attempt),) = [one.attempts for one in parcels_of(sale.lead_id)]
    assert (first_attempt.verdict, first_attempt.reason) == ("unknown", "worker_lost")
    assert second_attempt.verdict == "accepted"
    assert work() == {"confirm": 1, "fold": 1}


@pytest.mark.django_db
def test_a_late_worker_changes_nothing(buyer: Buyer) -> None:
    open_market([http(buyer.url("slow/late"))])
    sale = sell(0)
    late, quick = Courier(Stage.DELIVER, prepare), Courier(Stage.DELIVER, prepare)
    late.round(10, 0.0)
    hurry()
    quick.round(10, 20.0)
    late.round(10, 20.0)
    assert sale.types() == ["started", "unknown", "accepted"]
    ((first, second),) = [one.attempts for one in parcels_of(sale.lead_id)]
    assert (first.reason, second.verdict) == ("worker_lost", "accepted")
    assert len(buyer.seen("slow/late")) == 2
    assert work() == {"confirm": 1, "fold": 1}


@pytest.mark.django_db
def test_a_parcel_that_lost_six_workers_is_given_up_and_never_sold_on(buyer: Buyer) -> None:
    open_market([http(buyer.url("hang/poison"), timeout_ms=60_000)])
    sale = sell(0)
    for _ in range(7):
        Courier(Stage.DELIVER, prepare).round(10, 0.0)
        hurry()
    assert (sale.events()[-1].type, sale.events()[-1].reason) == ("failed", "internal_error")
    assert sale.statuses() == ["failed"]
    assert sale.status is Status.UNSOLD
    assert work() == {"fold": 1}
