"""What was sent and answered, on pages: whole to operators, veiled to analysts, its own to the buyer."""

import pytest

from leadhouse.parties.current import market
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, rows
from leadhouse.web.portal.fence import fenced_rows, of_company
from tests.report.report_market import MARKET, open_market, person, post
from tests.web.console_desk import browser_of, operator, walk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_folder")]
EVERYTHING = "SELECT body FROM deliver_sent ORDER BY attempt_id"
MAIL = '{method: email, to: ["desk@acme.example"]}'
POST = '{method: http, url: "https://best.invalid/in?key=s3cret", headers: {X-Partner: s3cret}}'


@pytest.fixture
def lead() -> tuple[str, dict[str, str]]:
    """A lead that went to acme by mail and to best by a post that reaches nobody; deliveries by company."""
    market_text = MARKET.replace("{method: portal}", MAIL, 1).replace("{method: portal}", POST, 1)
    open_market(market_text)
    lead_id = post("calculator", person(1))
    walk()
    found = rows("SELECT company_id, id FROM allocate_assignment", {}, lambda company, one: (company, one))
    return str(lead_id), {market().companies[company].key: str(one) for company, one in found}


@pytest.mark.req("R004-35")
def test_an_operator_reads_what_was_sent_and_an_analyst_reads_of_whom_nothing(
    lead: tuple[str, dict[str, str]],
) -> None:
    shown = words(operator(), f"/leads/{lead[0]}")
    assert "To: desk@acme.example Subject: New Roofing lead in 82301" in shown
    assert "Email: person1@example.com" in shown
    assert "POST https://best.invalid/in " in shown
    assert "X-Partner: (hidden)" in shown
    assert '"email":"person1@example.com"' in shown
    assert "s3cret" not in shown
    veiled = words(browser_of("analyst@demo.example", Role.ANALYST), f"/leads/{lead[0]}")
    assert "Email: •••" in veiled
    assert '"email": "•••"' in veiled
    assert '"roof_type": "shingle"' in veiled
    assert [one for one in ("person1", "Espinoza", "3210001") if one in veiled] == []


def test_a_buyer_reads_what_it_was_sent_and_only_once_it_bought_the_lead(
    lead: tuple[str, dict[str, str]],
) -> None:
    acme = browser_of("agent@acme.example", Role.COMPANY_AGENT, company="acme")
    shown = words(acme, f"/buyer/leads/{lead[1]['acme']}")
    assert "Email: person1@example.com" in shown
    assert "best.invalid" not in shown
    best = browser_of("agent@best.example", Role.COMPANY_AGENT, company="best")
    refused = words(best, f"/buyer/leads/{lead[1]['best']}")
    assert "POST https://best.invalid/in" in refused
    assert "person1" not in refused
    execute("UPDATE allocate_assignment SET status = 'accepted'", {})
    assert "person1@example.com" in words(best, f"/buyer/leads/{lead[1]['best']}")


def test_the_database_shows_a_company_only_what_it_was_sent_itself(lead: tuple[str, dict[str, str]]) -> None:
    acme, best = (
        of_company(next(one.id for one in market().companies.values() if one.key == key))
        for key in ("acme", "best")
    )
    by_mail, _ = rows(EVERYTHING, {}, str)
    assert fenced_rows(acme, EVERYTHING, {}, str) == [by_mail]
    assert fenced_rows(best, EVERYTHING, {}, str) == []
