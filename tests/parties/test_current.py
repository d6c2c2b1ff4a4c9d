"""A process reads the market once per revision, and never takes an old one for a new one."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection

from leadhouse.parties import current, queries
from leadhouse.parties.apply import apply
from leadhouse.parties.loading import load_market
from leadhouse.store.run import execute, transaction
from tests.parties.markets import Tree, at, documents, small


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


SPOIL = {
    "campaign": "UPDATE parties_campaign SET config = %(config)s, revision = %(now)s WHERE key = %(key)s",
    "company": "UPDATE parties_company SET config = %(config)s, revision = %(now)s WHERE key = %(key)s",
    "source": "UPDATE parties_source SET config = %(config)s, revision = %(now)s WHERE key = %(key)s",
    "product": "UPDATE parties_product SET config = %(config)s, revision = %(now)s WHERE key = %(key)s",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "key", "left"),
    [
        ("campaign", "acme-west", {"acme", "zenith", "zenith-all", "roofing", "site"}),
        ("company", "acme", {"zenith", "zenith-all", "roofing", "site"}),
        ("source", "site", {"acme", "acme-west", "zenith", "zenith-all", "roofing"}),
        ("product", "roofing", {"acme", "acme-west", "zenith", "zenith-all", "site"}),
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_what_cannot_be_read_is_left_out_and_told_of_and_all_else_stands(
    table: str, key: str, left: set[str], is_known: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """As a hand or an older release may have left it in the database; who knew it before knows it no more."""
    apply(documents(small()))
    before = load_market() if is_known else None
    following = queries.bump_revision()
    execute(SPOIL[table], {"config": {"key": key, "timezone": 7}, "now": following, "key": key})
    read = load_market(before)
    named = (*read.products.values(), *read.sources.values(), *read.companies.values())
    assert {one.key for one in (*named, *read.campaigns.values())} == left
    assert f"{table} {key} cannot be read and is left out of the market: " in caplog.text
    assert "Traceback" not in caplog.text
    apply(documents(small()))
    assert len(load_market(read).campaigns) == 2


def _renamed(tree: Tree) -> None:
    at(tree, "companies", 1)["name"] = "Zenith Roofs"


def _paused(tree: Tree) -> None:
    at(tree, "companies", 0, "campaigns", 0)["status"] = "paused"


def _moved(tree: Tree) -> None:
    at(tree, "companies", 0)["locations"] = [{"name": "Rawlins", "postal_code": "80202"}]


def _with_another_choice(tree: Tree) -> None:
    at(tree, "products", 0, "fields", 0)["choices"] = ["shingle", "metal", "tile"]


def _with_another_campaign(tree: Tree) -> None:
    campaigns = at(tree, "companies", 1)["campaigns"]
    assert isinstance(campaigns, list)
    campaigns.append({"key": "zenith-more", "product": "roofing", "bids": {"trio": "9.00"}})


def _without_the_first_company(tree: Tree) -> None:
    companies = tree["companies"]
    assert isinstance(companies, list)
    del companies[0]


def _in_another_zone(tree: Tree) -> None:
    at(tree, "market")["timezone"] = "America/New_York"


def _with_thresholds(tree: Tree) -> None:
    at(tree, "market")["thresholds"] = {"max_rejection_rate": 0.4}


_EDITS = {
    _renamed: {"zenith-all"},
    _paused: {"acme-west"},
    _moved: {"acme-west"},
    _with_another_choice: {"acme-west", "zenith-all"},
    _with_another_campaign: {"zenith-more"},
    _without_the_first_company: {"acme-west"},
    _in_another_zone: {"acme-west", "zenith-all"},
    _with_thresholds: set(),
}


def _wide() -> Tree:
    """The small market with a radius around a location and rules about a field of the product."""
    tree = small()
    where = {"radius": {"location": "Rawlins", "miles": 50}}
    rule = {"field": "roof_type", "operator": "=", "value": "metal"}
    at(tree, "companies", 0, "campaigns", 0).update(where=where)
    at(tree, "companies", 1, "campaigns", 0)["criteria"] = {"combinator": "and", "rules": [rule]}
    at(tree, "sources", 0)["criteria"] = {"combinator": "and", "rules": [rule]}
    return tree


@pytest.mark.django_db
@pytest.mark.parametrize("edit", _EDITS)
def test_only_what_an_edit_touches_is_read_and_the_market_is_the_one_read_anew(
    edit: Callable[[Tree], None],
) -> None:
    apply(documents(_wide()))
    before = current.market()
    tree = _wide()
    edit(tree)
    apply(documents(tree))
    after = current.market()
    assert after == load_market()
    read = {one.key for number, one in after.campaigns.items() if one is not before.campaigns.get(number)}
    assert read == _EDITS[edit]


@pytest.mark.django_db
def test_edits_one_after_another_end_in_the_market_read_anew() -> None:
    tree = _wide()
    apply(documents(tree))
    for edit in _EDITS:
        current.market()
        edit(tree)
        apply(documents(tree))
    assert current.market() == load_market()


@pytest.mark.django_db
def test_after_a_revision_that_was_undone_everything_is_read_anew() -> None:
    apply(documents(_wide()))
    current.market()
    with suppress(_Undo), transaction():
        tree = _wide()
        _paused(tree)
        apply(documents(tree))
        assert not any(one.is_active for one in current.market().campaigns.values() if one.key == "acme-west")
        raise _Undo
    tree = _wide()
    _renamed(tree)
    apply(documents(tree))
    assert current.market() == load_market()
    assert all(one.is_active for one in current.market().campaigns.values())
