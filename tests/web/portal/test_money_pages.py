"""A company's wallet, statement and invoice agree with the book, and are the owner's to see."""

import csv
import re
from html import unescape
from io import StringIO

import pytest

from leadhouse.billing.queries import deposit, reverse
from leadhouse.kit.ids import new_id
from leadhouse.parties.current import market
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, value
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import browser_of, operator, walk
from tests.web.portal.test_buyer_leads import file_of, page, sold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def test_the_statement_is_what_the_book_moved_and_no_more() -> None:
    first, second = sold(1), sold(2)
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    rejected = {"type": "rejection", "reason": "wrong_number"}
    assert owner.post(f"/buyer/leads/{first['acme']}/feedback", rejected).status_code == 302
    shown = page(owner, "/buyer/wallet")
    assert "$465.00" in shown
    assert "of a limit of $500.00" in shown
    lines = list(csv.DictReader(StringIO(file_of(owner, "/buyer/wallet.csv"))))
    told = sorted((one["what"], one["delivery"], one["amount"]) for one in lines)
    assert told == sorted(
        [
            ("lead", str(first["acme"]), "-35.00"),
            ("lead", str(second["acme"]), "-35.00"),
            ("credit", str(first["acme"]), "35.00"),
        ]
    )
    charged = "SELECT charged_minor - credited_minor FROM billing_wallet WHERE charged_minor = 7000"
    assert value(charged, {}, int) == 3500
    invoice = page(owner, "/buyer/invoice")
    for text in ("Invoice acme-20", "$70.00", "$35.00", "acme-west", "The month is not over"):
        assert text in invoice, text
    assert "best" not in (shown + invoice).lower().replace("are best", "")


def test_a_long_month_is_paged_and_its_sums_are_of_all_of_it() -> None:
    sold(1)
    company_id = next(one.id for one in market().companies.values() if one.key == "acme")
    for _ in range(55):
        deposit(company_id, 100, new_id())
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    first = page(owner, "/buyer/wallet")
    assert first.count("$1.00</td>") == 50
    older = re.search(r'rel="next" href="([^"]+after=[^"]+)"', first)
    assert older
    second = page(owner, "/buyer/wallet" + unescape(older[1]))
    assert second.count("$1.00</td>") == 5
    assert second.count("-$35.00</td>") == 1
    for shown in (first, second):
        assert "1 leads in the month" in shown
    assert len(list(csv.DictReader(StringIO(file_of(owner, "/buyer/wallet.csv"))))) == 56
    assert "$55.00" in page(owner, "/buyer/invoice")


def test_the_file_tells_each_lines_note_defused_and_its_ref() -> None:
    given = sold(1)
    company_id = next(one.id for one in market().companies.values() if one.key == "acme")
    ref = new_id()
    deposit(company_id, 100, ref, "=HYPERLINK(1)")
    reverse(company_id, ref, "Wrong, sorry")
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    text = file_of(owner, "/buyer/wallet.csv")
    assert text.splitlines()[0].endswith("at,what,delivery,campaign,amount,currency,note,ref")
    told = sorted((one["what"], one["note"], one["ref"]) for one in csv.DictReader(StringIO(text)))
    assert told == [
        ("lead", "", str(given["acme"])),
        ("payment", "'=HYPERLINK(1)", str(ref)),
        ("payment taken back", "Wrong, sorry", str(ref)),
    ]


def test_operator_and_owner_see_the_same_month_whatever_the_companys_zone() -> None:
    company_id = next(one.id for one in market().companies.values() if one.key == "acme")
    # In New York, the market's zone, it is the first of July; in Denver, the company's, still June.
    to_june = "extract(epoch FROM timestamptz '2026-07-01 04:30Z' - statement_timestamp())"
    execute(f"SELECT set_config('leadhouse.clock_offset_s', {to_june}::text, TRUE)", {})
    assert deposit(company_id, 12_300, new_id())
    execute("SELECT set_config('leadhouse.clock_offset_s', '0', TRUE)", {})
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    staff = operator()
    for month, is_there in (("2026-06", False), ("2026-07", True)):
        for client, address in ((owner, "/buyer/wallet"), (staff, "/companies/acme")):
            shown = page(client, f"{address}?month={month}").partition(
                "Statement of" if client is staff else "<main"
            )[2]
            assert (("123.00</td>" in shown), address) == (is_there, address)


def test_money_is_told_in_days_of_the_markets_zone_whatever_the_readers() -> None:
    # In New York, the market's zone, it is still the last of November; in Tokyo the first of December.
    late = "extract(epoch FROM timestamptz '2025-12-01 03:30Z' - statement_timestamp())"
    execute(f"SELECT set_config('leadhouse.clock_offset_s', {late}::text, TRUE)", {})
    sold(1)
    execute("SELECT set_config('leadhouse.clock_offset_s', '0', TRUE)", {})
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    earner = browser_of("source@calculator.example", Role.SOURCE_USER, source="calculator")
    for client, address in (
        (owner, "/buyer/wallet"),
        (operator(), "/companies/acme"),
        (earner, "/source/payouts"),
    ):
        client.cookies["leadhouse_zone"] = "Asia/Tokyo"
        shown = page(client, f"{address}?month=2025-11")
        assert "Days and months in America/New_York." in shown, address
        assert "Nov 30, 2025, 22:30</time>" in shown, address
        assert "Dec 1, 2025" not in shown, address


def test_no_page_leads_to_a_month_in_which_nothing_can_have_moved() -> None:
    sold(1)
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    earner = browser_of("source@calculator.example", Role.SOURCE_USER, source="calculator")
    for client, address in (
        (owner, "/buyer/wallet"),
        (operator(), "/companies/acme"),
        (earner, "/source/payouts"),
    ):
        shown, later = page(client, address), page(client, f"{address}?month=2190-01")
        for one in (shown, later):
            assert 'rel="prev"' not in one, address
            assert 'rel="next"' not in one, address
            assert one.count("disabled") >= 2, address
        long_ago = page(client, f"{address}?month=2020-01")
        assert 'rel="prev"' not in long_ago
        assert "?month=2020-02" in long_ago


def test_another_month_is_empty_and_an_agent_sees_no_money() -> None:
    sold(1)
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    assert "Nothing moved in January 2020" in page(owner, "/buyer/wallet?month=2020-01")
    agent = browser_of("tim@acme.example", Role.COMPANY_AGENT, company="acme")
    assert agent.get("/buyer/wallet").status_code == 403


def test_a_lead_on_its_way_is_neither_charged_nor_told() -> None:
    post("calculator", person(1, state="TX", postal_code="75001"))
    walk()
    owner = browser_of("boss@acme.example", Role.COMPANY_OWNER, company="acme")
    assert "Nothing moved" in page(owner, "/buyer/wallet")
