"""A buyer's file of feedback on pages: what each row will do, its progress, its end; nobody else's."""

import csv
from io import StringIO
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from leadhouse.feedback.bulk.step import step
from leadhouse.parties.types import Role
from leadhouse.store.run import execute, rows
from leadhouse.web.portal.fence import fenced_rows, of_company
from tests.report.report_market import open_market, person, post
from tests.web.console_desk import employ, walk, words
from tests.web.looking import PHONE, shoot
from tests.web.portal.test_buyer_leads import buyer, sold
from tests.web.portal.test_journeys import sign_in


@pytest.fixture
def _market() -> None:
    open_market()


def upload(client: Client, text: str, name: str = "said.csv") -> tuple[int, str]:
    answer = client.post("/buyer/feedback", {"file": SimpleUploadedFile(name, text.encode())})
    return answer.status_code, answer.headers.get("Location", answer.content.decode())


@pytest.mark.django_db
@pytest.mark.usefixtures("_market")
@pytest.mark.req("R004-35")
def test_the_export_with_two_columns_added_is_looked_over_sent_and_reported() -> None:
    sold(1)
    sold(2)
    client = buyer("acme")
    exported = client.get("/buyer/leads.csv")
    assert isinstance(exported, StreamingHttpResponse)
    lines = list(csv.reader(StringIO(exported.getvalue().decode())))
    said = [["type", "reason"], ["rejection", "wrong_number"], ["return", "nonsense"]]
    written = StringIO()
    csv.writer(written).writerows([[*line, *more] for line, more in zip(lines, said, strict=True)])
    status, address = upload(client, written.getvalue(), "<b>leads</b>.csv")
    assert status == 302
    text = words(client, address)
    assert "Send 1 of 2 rows?" in text
    assert "Nothing is done yet. It will credit $35.00. 1 row is left out: each says why." in text
    assert "Rejection: wrong number" in text
    assert "reason: must be one of disconnected, wrong_number" in text
    assert b"<b>leads" not in client.get(address).content
    assert rows("SELECT id FROM feedback_response", {}, UUID) == []
    assert client.post(f"{address}/move", {"wish": "start"})["Location"] == address
    assert "Still to come 1" in words(client, address)
    assert step(100) == 1
    text = words(client, address)
    assert "Finished Taken 1 Refused 0 Left out 1 Still to come 0 Credited $35.00" in text
    assert "Rejection: wrong number" not in words(client, f"{address}?state=left_out")
    report = client.get(f"{address}.csv")
    assert isinstance(report, StreamingHttpResponse)
    told = list(csv.reader(StringIO(report.getvalue().decode())))
    assert [(row[0], row[2], row[5], row[6], row[8]) for row in told[1:]] == [
        ("2", "rejection", "taken", "", "35.00"),
        ("3", "return", "left_out", "invalid_field", "0.00"),
    ]
    assert client.post(f"{address}/move", {"wish": "burn"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.usefixtures("_market")
def test_a_file_that_says_nothing_is_told_so_beside_its_field() -> None:
    client = buyer("acme")
    for text, why in (
        ("delivery,type\nx,\n", "No row of the file says anything"),
        ("a,b\n", "no column “type”"),
    ):
        status, page = upload(client, text)
        assert (status, why in page, 'id="file-fault"' in page) == (422, True, True)
    assert client.post("/buyer/feedback").status_code == 422
    assert rows("SELECT id FROM feedback_file", {}, UUID) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_market")
def test_the_database_shows_a_company_its_own_files_only() -> None:
    deliveries = sold(1)
    _, address = upload(buyer("acme"), f"delivery,type\n{deliveries['acme']},conversion\n")
    upload(
        buyer("best"), f"delivery,type\n{deliveries['best']},conversion\n{deliveries['acme']},conversion\n"
    )
    ids = dict(rows("SELECT company_id, id FROM feedback_file", {}, lambda *one: one))
    assert len(ids) == 2
    for company, file_id in ids.items():
        fence = of_company(company)
        assert fenced_rows(fence, "SELECT id FROM feedback_file", {}, UUID) == [file_id]
        assert set(fenced_rows(fence, "SELECT file_id FROM feedback_row", {}, UUID)) == {file_id}
    # To its own company a foreign delivery is an unknown one.
    assert "unknown_delivery" in rows("SELECT code FROM feedback_row WHERE number = 3", {}, str)
    assert buyer("best", Role.COMPANY_OWNER).get(address).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_is_followed_in_a_browser(context: BrowserContext, complaints: list[str], scheme: str) -> None:
    open_market()
    for number in range(3):
        post("calculator", person(number))
    walk()
    employ("agent@acme.example", Role.COMPANY_AGENT, company="acme")
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    if scheme == "dark":
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sign_in(page, "agent@acme.example")
    page.get_by_role("link", name="Feedback by file").click()
    expect(page.get_by_text("None yet. Export your leads")).to_be_visible()
    shoot(page, f"portal-feedback-{scheme}")
    mine = rows(
        "SELECT a.id FROM allocate_assignment AS a JOIN parties_company AS c ON c.id = company_id "
        "WHERE c.key = 'acme' ORDER BY a.id",
        {},
        UUID,
    )
    text = "delivery,type,reason\n" + "".join(f"{one},rejection,bogus\n" for one in mine) + "x,return,other\n"
    page.get_by_label("CSV file").set_input_files(
        files=[{"name": "october.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", name="Send 3 of 4 rows?")).to_be_visible()
    shoot(page, f"portal-feedback-proposed-{scheme}")
    page.get_by_role("button", name="Yes, send 3 rows").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert step(2) == 2
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "67")
    shoot(page, f"portal-feedback-running-{scheme}")
    assert step(2) == 1
    expect(page.locator(".batch-counts")).to_contain_text("Finished")
    expect(page.locator(".batch-counts")).to_contain_text("$105.00")
    shoot(page, f"portal-feedback-finished-{scheme}")
    assert complaints == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_market")
def test_the_list_tells_the_time_left_in_the_window() -> None:
    deliveries = sold(1)
    client = buyer("acme")
    assert "h 59 min left to reject, until" in words(client, "/buyer/leads")
    execute(
        "UPDATE allocate_assignment SET rejection_until = leadhouse_now() WHERE id = %(id)s",
        {"id": deliveries["acme"]},
    )
    assert "left to reject" not in words(client, "/buyer/leads")
