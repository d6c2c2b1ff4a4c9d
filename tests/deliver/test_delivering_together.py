"""Several workers at once: each parcel is sent once, and each lead ends once."""

import threading

import pytest
from django.db import connection

from leadhouse.deliver.courier import Courier
from leadhouse.deliver.writing import prepare
from leadhouse.store.run import execute
from leadhouse.timeline.types import Stage, Status, Step
from tests.delivery_world import Buyer, http, open_market, sell, wallet, work

pytestmark = pytest.mark.usefixtures("mail_folder")


def work_off(workers: int) -> None:
    """Deliver in several threads until nothing is due or under way."""

    def one() -> None:
        courier = Courier(Stage.DELIVER, prepare)
        idle = 0
        while idle < 3:
            idle = 0 if courier.round(5) else idle + 1
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_leads_with_several_buyers_end_once_each_however_many_workers_there_are(buyer: Buyer) -> None:
    open_market(
        [http(buyer.url("accept/crowd0"), timeout_ms=20_000)],
        [http(buyer.url("accept/crowd1"), timeout_ms=20_000)],
        [{"method": "portal"}],
    )
    sales = [sell(0, 1, 2) for _ in range(10)]
    work_off(3)
    assert {one.status for one in sales} == {Status.DELIVERED}
    assert [one.types(Step.SETTLE) for one in sales] == [["delivered"]] * 10
    assert [sorted(one.types()) for one in sales] == [["accepted", "accepted", "accepted", "started"]] * 10
    assert work() == {"confirm": 10, "fold": 30}
    assert [wallet(place) for place in range(3)] == [(0, 25_000, 0)] * 3
    ids = [one["headers"]["x-leadhouse-delivery"] for one in buyer.seen("accept/crowd")]
    assert sorted(ids) == sorted(str(one) for sale in sales for one in sale.assignments[:2])


@pytest.mark.django_db
def test_parcels_that_wait_their_turn_are_queued_once_although_a_deadlock_had_all_prepared_again(
    buyer: Buyer,
) -> None:
    open_market([http(buyer.url("accept/once"), timeout_ms=20_000)])
    sales = [sell(0) for _ in range(15)]
    execute("CREATE SEQUENCE tripped", {})
    execute(
        """CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF nextval('tripped') = 1 THEN RAISE EXCEPTION 'tripped' USING ERRCODE = '40P01'; END IF;
           RETURN NEW; END $$""",
        {},
    )
    execute("CREATE TRIGGER trip BEFORE INSERT ON deliver_attempt FOR EACH ROW EXECUTE FUNCTION trip()", {})
    Courier(Stage.DELIVER, prepare).round(15, 10.0)
    assert {one.status for one in sales} == {Status.DELIVERED}
    ids = [one["headers"]["x-leadhouse-delivery"] for one in buyer.seen("accept/once")]
    assert sorted(ids) == sorted(str(sale.assignments[0]) for sale in sales)
