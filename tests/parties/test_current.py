"""A process reads the market once per revision, and never takes an old one for a new one."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from leadhouse.parties import current
from leadhouse.parties.apply import apply
from leadhouse.store.run import transaction
from tests.parties.markets import at, documents, small


@pytest.mark.django_db
def test_the_market_is_read_again_only_when_it_changed() -> None:
    assert current.market().products == {}
    apply(documents(small()))
    first = current.market()
    assert current.market() is first
    tree = small()
    at(tree, "market")["name"] = "Renamed"
    apply(documents(tree))
    assert current.market() is not first
    assert (first.name, current.market().name) == ("Small", "Renamed")


class _Undo(Exception):  # noqa: N818 - it undoes, it tells of no error
    pass


@pytest.mark.django_db
def test_a_revision_that_was_undone_never_comes_again() -> None:
    with suppress(_Undo), transaction():
        apply(documents(small()))
        undone = current.market()
        raise _Undo
    tree = small()
    at(tree, "market")["name"] = "Other"
    apply(documents(tree))
    assert current.market().revision > undone.revision
    assert current.market().name == "Other"


@pytest.mark.django_db(transaction=True)
def test_files_applied_at_the_same_time_come_one_after_another() -> None:
    names = [f"Market {number}" for number in range(6)]
    seen: list[object] = []

    def take(name: str) -> None:
        tree = small()
        at(tree, "market")["name"] = name
        try:
            apply(documents(tree))
            seen.append(current.market().revision)
        except Exception as error:
            seen.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [one for one in seen if not isinstance(one, int)] == []
    market = current.market()
    assert market.name in names
    assert (len(market.companies), len(market.campaigns), len(market.sources)) == (2, 2, 1)
