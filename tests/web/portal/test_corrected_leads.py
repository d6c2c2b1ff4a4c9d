"""What an operator corrected, a buyer of the lead sees corrected, and nobody else."""

import csv
from io import StringIO
from uuid import UUID

import pytest
from django.http import StreamingHttpResponse

from leadhouse.amend.correcting import correct
from leadhouse.parties.current import market
from leadhouse.store.run import execute, rows
from leadhouse.web.portal.fence import fenced_rows, of_company, of_source
from tests.report.report_market import open_market
from tests.web.portal.test_buyer_leads import buyer, page, sold

pytestmark = pytest.mark.django_db


def test_a_buyer_sees_corrected_values_on_every_page_and_in_its_file() -> None:
    open_market()
    deliveries = sold(1)
    (lead_id,) = rows("SELECT id FROM capture_lead", {}, UUID)
    fresh = {"phone_1": "(302) 321-9999", "roof_type": "metal", "extra.favourite_colour": "blue"}
    assert correct(lead_id, fresh, "op@demo.example", market()) == {}
    client = buyer("acme")
    shown = page(client, f"/buyer/leads/{deliveries['acme']}")
    for text in ("(302) 321-9999", ">metal<", ">blue<"):
        assert text in shown
    for text in ("321-0001", ">shingle<", ">green<"):
        assert text not in shown
    assert "(302) 321-9999" in page(client, "/buyer/leads")
    answer = client.get("/buyer/leads.csv")
    assert isinstance(answer, StreamingHttpResponse)
    header, line = csv.reader(StringIO(answer.getvalue().decode()))
    assert line[header.index("phone_1")] == "'+13023219999"
    assert "blue" in line[header.index("details")]


def test_the_database_shows_corrections_to_who_bought_the_lead_only() -> None:
    open_market()
    sold(1)
    (lead_id,) = rows("SELECT id FROM capture_lead", {}, UUID)
    correct(lead_id, {"last_name": "Garcia"}, "op@demo.example", market())
    companies = {one.key: one.id for one in market().companies.values()}
    every = "SELECT lead_id FROM capture_correction"
    assert fenced_rows(of_company(companies["acme"]), every, {}, UUID) == [lead_id]
    execute(
        "UPDATE allocate_assignment SET status = 'refused' WHERE company_id = %(id)s",
        {"id": companies["acme"]},
    )
    assert fenced_rows(of_company(companies["acme"]), every, {}, UUID) == []
    with pytest.raises(Exception, match="permission denied"):
        fenced_rows(of_source(market().sources["calculator"].id), every, {}, UUID)


def test_a_buyer_finds_by_corrected_values_what_it_bought_and_nothing_else() -> None:
    open_market()
    delivery = str(sold(1)["acme"])
    (lead_id,) = rows("SELECT id FROM capture_lead", {}, UUID)
    fresh = {"phone_1": "(302) 321-9999", "email": "right@example.org", "last_name": "Garcia"}
    assert correct(lead_id, fresh, "op@demo.example", market()) == {}
    client = buyer("acme")
    searches = ("3023219999", "right@example.org", "garc", "louis garcia")
    assert [delivery in page(client, f"/buyer/leads?q={one}") for one in searches] == [True] * 4
    execute("UPDATE allocate_assignment SET status = 'refused'", {})
    shown = [page(client, f"/buyer/leads?standing=refused&q={one}") for one in searches]
    assert [delivery in one for one in shown] == [False] * 4
    assert delivery in page(client, "/buyer/leads?standing=refused")
