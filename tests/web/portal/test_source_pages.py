"""Sources see what they posted, what they were answered and what they earned; never buyers or sale prices."""

import csv
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from leadhouse.capture.answers import refused
from leadhouse.capture.queries import NewRefused, forget_receipts, note_refused
from leadhouse.capture.types import Code, Refusal
from leadhouse.parties import current
from leadhouse.parties.types import Role
from leadhouse.store.run import execute
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import browser_of, operator, walk
from tests.web.portal.test_buyer_leads import file_of, page, sold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _market() -> None:
    open_market()


def source_user(source: str = "calculator") -> Client:
    return browser_of(f"user@{source}.example", Role.SOURCE_USER, source=source)


def test_a_source_sees_its_leads_with_outcome_payout_and_what_buyers_said() -> None:
    deliveries = sold(1, first_name="Louis", last_name="Espinoza", reference="R-77")
    buyer = browser_of("agent@acme.example", Role.COMPANY_AGENT, company="acme")
    buyer.post(f"/buyer/leads/{deliveries['acme']}/feedback", {"type": "rejection", "reason": "bogus"})
    refused = post("calculator", person(2, state="TX", postal_code="75001"))
    client = source_user()
    listed = page(client, "/source/posts")
    for text in ("Louis Espinoza", "R-77", "$10.00", "Rejection", "Disqualified"):
        assert text in listed, text
    shown = page(client, f"/source/posts/{refused}")
    assert "Disqualified" in shown
    assert "person2@example.com" in shown
    everything = listed + shown + page(client, "/source/posts?q=R-77")
    for hidden in ("acme", "Acme", "Best Roofs", "35.00", "34.00"):
        assert hidden not in everything, hidden
    assert "person1@example.com" not in page(client, "/source/posts?status=disqualified")
    assert page(source_user("mysolar"), "/source/posts").count("lead-link") == 0


def test_what_was_answered_is_shown_as_it_was_sent() -> None:
    lead_id = post("calculator", person(1))
    shown = page(source_user(), f"/source/posts/{lead_id}")
    assert "&quot;outcome&quot;:&quot;success&quot;" in shown.replace(" ", "")
    assert "&quot;roof_type&quot;: &quot;shingle&quot;" in shown


def test_an_answer_is_kept_for_days_after_its_bytes_have_become_a_new_lead() -> None:
    lead_id = post("calculator", person(1))
    execute("UPDATE capture_receipt SET expires_at = expires_at - interval '6 d'", {})
    forget_receipts()
    address = f"/source/posts/{lead_id}"
    assert "&quot;outcome&quot;:&quot;success&quot;" in page(source_user(), address).replace(" ", "")
    execute("UPDATE capture_receipt SET expires_at = expires_at - interval '2 d'", {})
    forget_receipts()
    assert "Answers are kept for 7 days. This one is older" in page(source_user(), address)


def test_payouts_are_those_of_the_book() -> None:
    sold(1)
    sold(2)
    post("calculator", person(3, state="TX", postal_code="75001"))
    walk()
    client = source_user()
    assert "$20.00" in page(client, "/source/payouts")
    lines = list(csv.DictReader(StringIO(file_of(client, "/source/payouts?format=csv"))))
    assert [one["payout"] for one in lines] == ["10.00", "10.00"]
    assert "Nothing was earned in January 2020" in page(client, "/source/payouts?month=2020-01")
    assert "Nothing was earned" in page(source_user("mysolar"), "/source/payouts")


def test_a_new_key_is_shown_once_and_ends_the_former_one() -> None:
    client = source_user()
    assert current.holder_of("calculator-key") is not None
    made = client.post("/source/keys", {"do": "rotate"}).content.decode()
    key = made.split('aria-label="Your new key"')[0].rsplit('value="', 1)[1].split('"')[0]
    holder = current.holder_of(key)
    assert holder is not None
    assert holder.key == "calculator"
    assert current.holder_of("calculator-key") is None
    assert key not in page(client, "/source/keys")
    assert current.holder_of("mysolar-key") is not None
    client.post("/source/keys", {"do": "revoke"})
    assert current.holder_of(key) is None


def test_the_file_of_posts_holds_what_the_filters_ask_for() -> None:
    sold(1)
    post("calculator", person(2, state="TX", postal_code="75001", reference="=1+1"))
    answer = source_user().get("/source/posts.csv?status=disqualified")
    assert isinstance(answer, StreamingHttpResponse)
    (line,) = csv.DictReader(StringIO(b"".join(answer).decode()))  # type: ignore[arg-type]
    assert (line["email"], line["status"], line["reference"]) == (
        "person2@example.com",
        "disqualified",
        "'=1+1",
    )


def refuse(source: str, reason: str, count: int = 1) -> None:
    number = current.market().sources[source].id if source else 0
    refusal = Refusal(400, Code.MALFORMED_JSON, reason)
    one = NewRefused(number, refusal, "application/json", 12, refused(refusal).body)
    note_refused([one] * count)


def test_a_source_sees_its_refused_posts_with_code_reason_and_answer_and_nobody_elses() -> None:
    client = source_user()
    assert "None in the last 7 days" in page(client, "/source/posts/refused")
    refuse("calculator", "The body is cut off", 51)
    refuse("mysolar", "Another's body")
    refuse("", "Nobody's body")
    shown = page(client, "/source/posts/refused")
    for text in (
        "400",
        "malformed_json",
        "The body is cut off",
        "&quot;outcome&quot;:&quot;error&quot;",
        "12 bytes",
    ):
        assert text in shown, text
    assert "Kept for 7 days" in shown
    assert "s body" not in shown
    older = shown.split("?before=")[1].split('"')[0]
    last = page(client, f"/source/posts/refused?before={older}")
    assert last.count("<details>") == 1
    assert 'href="/source/posts/refused"' in page(client, "/source/posts")
    assert page(source_user("mysolar"), "/source/posts/refused").count("<details>") == 1


def test_an_operator_sees_refused_posts_by_source_and_those_under_nobodys_key() -> None:
    refuse("calculator", "The body is cut off")
    refuse("", "This key is not known here")
    desk = operator()
    assert "The body is cut off" in page(desk, "/sources/calculator")
    assert "The body is cut off" not in page(desk, "/sources/mysolar") + page(desk, "/sources")
    assert "This key is not known here" in page(desk, "/sources")
