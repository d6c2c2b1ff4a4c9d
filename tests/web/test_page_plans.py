"""No page's plan scans what grows with leads sequentially, and none asks more statements the more there is.

A plan does not tell how far an index is walked. What events change stands in none (ADR 23): leads of one
`?status=`, by `?sort=revenue`, of a rare `?reason=` or `?state=` are sought among all those of the dates
asked for, newest first; how long that takes is measured by `bench/pages.py`, not here.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from bench.apparatus import history
from leadhouse.kit.ids import new_id
from leadhouse.parties.types import Role
from leadhouse.store.run import value
from leadhouse.web.market.sample import forget_samples
from tests.report.report_market import open_market
from tests.web.console_desk import browser_of, sold_lead
from tests.web.plans import counted, watched

pytestmark = pytest.mark.django_db

OPERATORS = (
    "/leads",
    "/leads?q=esp",
    "/leads?q=louis+esp",
    "/leads?q=%28302%29+321-0001",
    "/leads?q=person1%40example.com",
    "/leads?q=person1",
    "/leads?q=321-0001",
    "/leads?q=espinoza%2C+louis&buyer=acme",
    "/leads?buyer=acme",
    "/leads?campaign=acme-west&sort=revenue",
    "/leads?state=WY&reason=criteria",
    "/leads/{lead}",
    "/companies",
    "/companies/acme",
    "/campaigns/acme-west",
    "/campaigns/acme-west/edit",
    "/sources",
    "/sources/calculator",
    "/products",
    "/products/roofing",
)
BUYERS = (
    "/buyer/leads",
    "/buyer/leads?q=esp",
    "/buyer/leads?q=louis+esp",
    "/buyer/leads?q=person1%40example.com",
    "/buyer/leads?q=%28302%29+321-0001",
    "/buyer/leads?q=321-0001",
    "/buyer/leads?q=person1",
    "/buyer/leads?standing=rejectable",
    "/buyer/leads/{delivery}",
    "/buyer/campaigns",
    "/buyer/wallet",
    "/buyer/invoice",
)
SOURCES = (
    "/source/posts",
    "/source/posts?q=esp",
    "/source/posts?q=person1%40example.com",
    "/source/posts?q=reference-1",
    "/source/posts/{lead}",
    "/source/payouts",
    "/source/keys",
)
READERS: tuple[tuple[Role, dict[str, str], str], ...] = (
    *((Role.OPERATOR, {}, address) for address in OPERATORS),
    *((Role.COMPANY_OWNER, {"company": "acme"}, address) for address in BUYERS),
    *((Role.SOURCE_USER, {"source": "calculator"}, address) for address in SOURCES),
)


@pytest.fixture
def places() -> dict[str, object]:
    """Five sold leads; what addresses name."""
    open_market()
    lead_id, *_ = [sold_lead(number) for number in range(1, 6)]
    delivery = value(
        "SELECT given.id FROM allocate_assignment AS given JOIN parties_company AS company "
        "ON company.id = company_id WHERE lead_id = %(lead)s AND company.key = 'acme'",
        {"lead": lead_id},
        UUID,
    )
    return {"lead": lead_id, "delivery": delivery}


def test_a_scan_is_noted() -> None:
    with watched() as scans:
        value("SELECT count(*) FROM capture_lead WHERE created_by = %(by)s", {"by": "csv"}, int)
        value("SELECT count(*) FROM capture_lead WHERE id = %(id)s", {"id": new_id()}, int)
    assert [table for table, _ in scans] == ["capture_lead"]


def test_no_page_is_planned_with_a_sequential_scan_of_what_grows_with_leads(
    places: dict[str, object],
) -> None:
    history.multiply(200)
    found: dict[str, list[tuple[str, str]]] = {}
    for client, address in _addresses(places):
        forget_samples()
        with watched() as scans:
            assert client.get(address).status_code == 200, address
        if scans:
            found[address] = scans
    assert found == {}


@pytest.mark.parametrize("query", ["?q=%28302%29+321-0001", "?q=nobody", "?buyer=acme", "?status=sold"])
def test_leads_are_found_by_a_plan_for_what_is_asked(places: dict[str, object], query: str) -> None:
    client = browser_of("reader@page.example", Role.OPERATOR)
    with counted() as asked:
        client.get(f"/leads{query}")
    finding = [
        place for place, one in enumerate(asked) if b"LIMIT %(limit)s" in one and b"AS passport" in one
    ]
    assert finding
    assert {asked[place - 1] for place in finding} == {b"SET plan_cache_mode = force_custom_plan"}


def test_no_page_asks_more_the_more_leads_there_are(places: dict[str, object]) -> None:
    before = {address: _questions(client, address) for client, address in _addresses(places)}
    history.multiply(60)
    assert value("SELECT count(*) FROM timeline_passport", {}, int) == 305
    assert {address: _questions(client, address) for client, address in _addresses(places)} == before


def _addresses(places: dict[str, object]) -> Iterator[tuple[Client, str]]:
    for role, party, address in READERS:
        yield browser_of(f"{role}@page.example", role, **party), address.format(**places)


def _questions(client: Client, address: str) -> int:
    """Return how many statements a page takes, everything that is kept being known."""
    client.get(address)
    with counted() as asked:
        assert client.get(address).status_code == 200, address
    return len(asked)
