"""One lead by hand: corrected with the old value kept, credited once, its person erased from everywhere."""

from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from leadhouse.allocate.waiting.step import step as hear_news
from leadhouse.amend.correcting import OF_THE_LEAD, OVERTAKEN, PERSON_ERASED, correct, mark_of
from leadhouse.amend.crediting import CREDITED_BEFORE, NOT_CHARGED, give_back
from leadhouse.amend.erasing import erase
from leadhouse.billing.queries import prove
from leadhouse.capture.queries import facts_of
from leadhouse.deliver.step import step_confirmations, step_notices
from leadhouse.feedback.types import Reason
from leadhouse.parties.current import market
from leadhouse.report import queries as report
from leadhouse.report.export import lead_rows
from leadhouse.report.story import lead_story
from leadhouse.report.types import LeadFilters
from leadhouse.store.run import execute, rows
from leadhouse.timeline.queries import events_of, passports
from leadhouse.timeline.types import Status
from tests.allocate.allocate_world import WEDNESDAY, WEEKDAYS, be_at, campaign, company, install, sell
from tests.report.report_market import open_market, person, post, walk

pytestmark = pytest.mark.django_db
BY = "someone@desk.example"


@pytest.fixture
def lead_id() -> UUID:
    open_market()
    found = post("calculator", person(1))
    walk()
    return found


def found_by(search: str) -> list[UUID]:
    return [one.id for one in report.find_leads(LeadFilters(search=search)).rows]


def test_a_corrected_value_counts_everywhere_and_the_old_one_stays_told(lead_id: UUID) -> None:
    assert (
        correct(lead_id, {"email": "New.Address@example.org", "phone_1": "302 321 7777"}, BY, market()) == {}
    )
    fields = facts_of([lead_id])[lead_id].fields
    assert (fields["email"], fields["phone_1"]) == ("New.Address@example.org", "+13023217777")
    (row,) = report.find_leads(LeadFilters()).rows
    assert (row.email, row.phone) == ("New.Address@example.org", "+13023217777")
    assert "New.Address@example.org" in lead_rows([lead_id], "USD")[0]
    last = events_of(lead_id)[-1]
    assert (last.step, last.type) == ("amend", "corrected")
    assert last.data["from"] == {"email": "person1@example.com", "phone_1": "+13023210001"}
    assert last.data["by"] == BY
    assert found_by("new.address@example.org") == found_by("(302) 321-7777") == [lead_id]
    assert found_by("person1@example.com") == [lead_id]
    story = lead_story(lead_id)
    assert story is not None
    assert b"person1@example.com" in story.submission.raw


def test_a_bad_value_is_told_beside_its_field_and_nothing_is_kept(lead_id: UUID) -> None:
    faults = correct(lead_id, {"email": "no address", "first_name": " ", "last_name": "Good"}, BY, market())
    assert set(faults) == {"email", "first_name"}
    assert facts_of([lead_id])[lead_id].fields["last_name"] == "Espinoza"
    assert events_of(lead_id)[-1].step != "amend"


def test_correcting_a_marked_value_takes_its_mark_away() -> None:
    open_market()
    lead_id = post("calculator", person(1, phone_1="12"))
    assert "phone_1" in facts_of([lead_id])[lead_id].marks
    assert correct(lead_id, {"phone_1": "302 321 5560"}, BY, market()) == {}
    assert facts_of([lead_id])[lead_id].marks == {}


def test_the_same_value_again_changes_nothing(lead_id: UUID) -> None:
    before = len(events_of(lead_id))
    assert correct(lead_id, {"last_name": "Espinoza"}, BY, market()) == {}
    assert len(events_of(lead_id)) == before


def test_any_field_is_corrected_the_products_and_what_else_was_posted_too(lead_id: UUID) -> None:
    values = {
        "roof_type": "METAL",
        "max_contact_requests": "1",
        "estimate_low": "1,000",
        "extra.favourite_colour": "blue",
        "sub_id_1": "x-1",
    }
    assert correct(lead_id, values, BY, market()) == {}
    facts = facts_of([lead_id])[lead_id]
    assert [facts.fields[name] for name in ("roof_type", "max_contact_requests", "sub_id_1")] == [
        "metal",
        1,
        "x-1",
    ]
    assert facts.extra["favourite_colour"] == "blue"
    last = events_of(lead_id)[-1]
    old, new = last.data["from"], last.data["to"]
    assert isinstance(old, dict)
    assert isinstance(new, dict)
    assert (old["roof_type"], new["roof_type"]) == ("shingle", "metal")
    assert (old["extra.favourite_colour"], new["extra.favourite_colour"]) == ("green", "blue")
    assert (old["sub_id_1"], new["sub_id_1"]) == (None, "x-1")
    assert "blue" in repr(lead_rows([lead_id], "USD")[0])
    again = correct(lead_id, {"extra.favourite_colour": "red"}, BY, market())
    assert again == {}
    kept = facts_of([lead_id])[lead_id]
    assert (kept.extra["favourite_colour"], kept.fields["roof_type"]) == ("red", "metal")


def test_what_a_zip_tells_follows_it_unless_it_is_corrected_too(lead_id: UUID) -> None:
    assert correct(lead_id, {"postal_code": "80202"}, BY, market()) == {}
    fields = facts_of([lead_id])[lead_id].fields
    assert [fields[name] for name in ("city", "state", "county", "time_zone")] == [
        "Denver",
        "CO",
        "Denver County",
        "America/Denver",
    ]
    assert isinstance(fields["lat"], float)
    assert round(fields["lat"]) == 40
    assert correct(lead_id, {"postal_code": "82301", "city": "Bairoil", "lat": "42.2"}, BY, market()) == {}
    fields = facts_of([lead_id])[lead_id].fields
    assert [fields[name] for name in ("city", "state", "lat")] == ["Bairoil", "WY", 42.2]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"postal_code": "09012"}, {"city": "Apo", "state": "AE", "country": "US"}),
        ({"postal_code": "00001"}, {"country": "US"}),
        ({"postal_code": "10115", "country": "DE"}, {"country": "DE"}),
        ({"postal_code": "10115", "country": "DE", "city": "Berlin"}, {"country": "DE", "city": "Berlin"}),
        ({"country": "DE"}, {"country": "DE"}),
    ],
)
def test_what_another_zip_does_not_tell_is_no_longer_told(
    lead_id: UUID, asked: dict[str, str], left: dict[str, str]
) -> None:
    assert correct(lead_id, asked, BY, market()) == {}
    fields = facts_of([lead_id])[lead_id].fields
    places = ("city", "state", "county", "time_zone", "lat", "lon", "country")
    assert {name: fields[name] for name in places if name in fields} == left
    (row,) = lead_rows([lead_id], "USD")
    assert "None" not in repr(row)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("roof_type", "straw", "Not one of shingle, metal"),
        ("state", "Narnia", "Not a US state"),
        ("extra.favourite_colour", " ", "Give a value"),
        ("extra.favourite_colour", "x" * 4_001, "At most 4,000 characters."),
        ("consent_text", "x" * 10_001, "At most 10,000 characters."),
    ],
)
def test_any_bad_value_is_told_and_none_is_kept(lead_id: UUID, name: str, value: str, why: str) -> None:
    faults = correct(lead_id, {name: value, "last_name": "Good"}, BY, market())
    assert faults[name].startswith(why)
    assert facts_of([lead_id])[lead_id].fields["last_name"] == "Espinoza"


def test_neither_the_product_nor_what_we_found_out_is_corrected(lead_id: UUID) -> None:
    before = len(events_of(lead_id))
    values = {"product": "solar", "source": "x", "county": "x", "extra.unheard": "x", "email_valid": "true"}
    assert correct(lead_id, values, BY, market()) == {}
    assert len(events_of(lead_id)) == before


def test_an_erased_person_is_not_brought_back(lead_id: UUID) -> None:
    erase(passports([lead_id])[lead_id].consumer_id, BY)
    before = events_of(lead_id)
    assert correct(lead_id, {"last_name": "Espinoza"}, BY, market()) == {OF_THE_LEAD: PERSON_ERASED}
    assert facts_of([lead_id])[lead_id].fields == {}
    assert (events_of(lead_id), found_by("espinoza")) == (before, [])


def test_a_value_that_somebody_else_corrected_meanwhile_is_not_overwritten(lead_id: UUID) -> None:
    seen = {"email": mark_of("person1@example.com"), "last_name": mark_of("Espinoza")}
    assert correct(lead_id, {"email": "first@example.org"}, BY, market(), seen) == {}
    both = {"email": "second@example.org", "last_name": "Garcia"}
    assert correct(lead_id, both, BY, market(), seen) == {"email": f"{OVERTAKEN}first@example.org"}
    fields = facts_of([lead_id])[lead_id].fields
    assert (fields["email"], fields["last_name"]) == ("first@example.org", "Espinoza")
    assert correct(lead_id, {"email": "first@example.org", "last_name": "Garcia"}, BY, market(), seen) == {}


def test_a_corrected_name_is_found_beside_a_posted_one_too(lead_id: UUID) -> None:
    other = post("calculator", person(2, first_name="Ann", last_name="Espinoza"))
    assert correct(lead_id, {"last_name": "Garcia"}, BY, market()) == {}
    assert found_by("garc") == found_by("louis garcia") == [lead_id]
    assert found_by("ann garcia") == []
    assert correct(lead_id, {"first_name": "Luis"}, BY, market()) == {}
    assert found_by("luis garcia") == found_by("lui") == [lead_id]
    assert found_by("ann esp") == [other]


def test_an_email_that_is_another_persons_finds_the_corrected_lead_too(lead_id: UUID) -> None:
    other = post("calculator", person(2))
    walk()
    assert correct(lead_id, {"email": "person2@example.com"}, BY, market()) == {}
    assert set(found_by("person2@example.com")) == {lead_id, other}


def assignment_id(lead_id: UUID, company: str = "acme") -> UUID:
    story = lead_story(lead_id)
    assert story is not None
    return next(one.id for one in story.assignments if one.company == company)


def test_money_is_given_back_once_and_the_books_add_up(lead_id: UUID) -> None:
    sold = assignment_id(lead_id)
    assert give_back(sold, 3_501, Reason.BOGUS, by=BY, market=market()) is not None
    assert give_back(sold, 1_000, Reason.BOGUS, by=BY, market=market()) is None
    assert give_back(sold, 1_000, Reason.BOGUS, by=BY, market=market()) == CREDITED_BEFORE
    story = lead_story(lead_id)
    assert story is not None
    assert story.money.credited_minor == 1_000
    assert [(one.type, one.credit_minor) for one in story.feedback] == [("return", 1_000)]
    assert prove() == []


def test_nothing_is_given_back_for_what_was_never_accepted(lead_id: UUID) -> None:
    sold = assignment_id(lead_id)
    execute("UPDATE allocate_assignment SET status = 'failed' WHERE id = %(id)s", {"id": sold})
    assert give_back(sold, 100, Reason.BOGUS, by=BY, market=market()) == NOT_CHARGED


def everything_kept() -> str:
    """Return all rows of all tables but the market's as one text."""
    tables = rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
        {},
        str,
    )
    texts = [
        one
        for table in tables
        if not table.startswith(("parties_", "django_"))
        for one in rows(f"SELECT row_to_json(t)::text FROM {table} AS t", {}, str)
    ]
    return "\n".join(texts)


SECRETS = ("espinoza", "person1@", "3213210001", "3023210001", "2156 mountain", "louis", "rawlins")


def test_an_erased_person_is_nowhere_and_the_money_stays(lead_id: UUID) -> None:
    give_back(assignment_id(lead_id), 500, Reason.BOGUS, by=BY, market=market())
    correct(lead_id, {"first_name": "Luis"}, BY, market())
    while step_confirmations(64) + step_notices(64):
        pass
    mails = Path(settings.LEADHOUSE.data_dir) / "mail"
    before = everything_kept().lower()
    assert all(secret in before for secret in ("espinoza", "person1@", "3023210001", "2156 mountain"))
    passport = passports([lead_id])[lead_id]
    erased = erase(passport.consumer_id, BY)
    assert (erased.leads, erased.under_way) == (1, 0)
    after = everything_kept().lower()
    assert [secret for secret in (*SECRETS, "luis") if secret in after] == []
    assert not [one for one in mails.glob("*.eml") if b"person1@" in one.read_bytes()]
    kept = passports([lead_id])[lead_id]
    assert (kept.status, kept.revenue_minor) == (passport.status, passport.revenue_minor)
    story = lead_story(lead_id)
    assert story is not None
    assert (story.name, story.submission.raw) == ("", b"")
    assert [(one.company, one.price_minor) for one in story.assignments] == [("acme", 3_500), ("best", 3_400)]
    assert story.money.credited_minor == 500
    assert story.events[-1].type == "erased"
    assert found_by("person1@example.com") == found_by("espinoza") == []
    assert prove() == []


def test_all_leads_of_the_person_go_together(lead_id: UUID) -> None:
    other = post("mysolar", person(1, product="solar"))
    walk()
    assert erase(passports([lead_id])[lead_id].consumer_id, BY).leads == 2
    assert facts_of([other])[other].fields == {}


def test_a_lead_that_was_not_sold_yet_ends_and_one_being_delivered_must_come_to_its_end(
    lead_id: UUID,
) -> None:
    fresh = post("calculator", person(2))
    consumer = passports([fresh])[fresh].consumer_id
    assert erase(consumer, BY).leads == 1
    assert passports([fresh])[fresh].status is Status.DISQUALIFIED
    stages = rows("SELECT stage FROM timeline_work WHERE lead_id = %(id)s", {"id": fresh}, str)
    assert set(stages) <= {"payout", "fold", "sync"}
    execute("UPDATE timeline_passport SET status = 'delivering' WHERE lead_id = %(id)s", {"id": lead_id})
    erased = erase(passports([lead_id])[lead_id].consumer_id, BY)
    assert (erased.leads, erased.under_way) == (0, 1)
    assert facts_of([lead_id])[lead_id].fields["last_name"] == "Espinoza"


def test_a_lead_that_waits_ends_too_and_no_news_is_heard_for_it() -> None:
    be_at(WEDNESDAY.replace(hour=3))
    install(company("day", hours=WEEKDAYS), company("night", campaign("night", status="paused")))
    waits = sell()
    assert passports([waits])[waits].status is Status.WAITING
    assert erase(passports([waits])[waits].consumer_id, BY).leads == 1
    assert rows("SELECT lead_id FROM allocate_waiting", {}, UUID) == []
    install(company("day", hours=WEEKDAYS), company("night"))
    while hear_news(100):
        pass
    assert passports([waits])[waits].status is Status.DISQUALIFIED
    assert rows("SELECT stage FROM timeline_work WHERE lead_id = %(id)s", {"id": waits}, str) == []
