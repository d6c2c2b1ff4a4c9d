"""A lead's flow: one event a step, then qualified or disqualified with a closed reason."""

from uuid import UUID

import pytest

from leadhouse.kit.ids import new_id
from leadhouse.qualify import queries
from leadhouse.qualify.queries import reprocess
from leadhouse.qualify.types import Contact, ContactKind
from leadhouse.store.run import execute, rows
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Change, Event, NewWork, Outcome, Stage, Status, Step
from tests.qualify.qualify_market import Journey, post, post_all, qualify, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


def work_of(lead_id: UUID) -> set[str]:
    return set(rows("SELECT stage FROM timeline_work WHERE lead_id = %(lead_id)s", {"lead_id": lead_id}, str))


def end(*journeys: Journey) -> None:
    """Bring leads to an end as the later stages would."""
    change = Change(status=Status.UNSOLD, reason="no_buyer")
    timeline.append(
        [Event(one.lead_id, Step.ALLOCATE, "unsold", Outcome.FAILURE, change=change) for one in journeys]
    )


@pytest.mark.req(
    "R000-23", "R000-29", "R000-37", "R000-38", "R000-40", "R000-41", "R002-11", "R002-23", "R002-24"
)
def test_a_good_lead_is_qualified_with_an_event_for_every_step() -> None:
    lead = post(postal_code="82301", ip="24.24.24.24")
    assert (lead.passport.status, lead.passport.good_to_sell, lead.passport.classification) == (
        "initial",
        False,
        None,
    )
    assert walk() == 1
    assert lead.story == [
        ("started", "success", None),
        ("required", "success", None),
        ("duplicates", "success", None),
        ("suppression", "success", None),
        ("phone", "success", None),
        ("email", "success", None),
        ("ip", "success", None),
        ("qualified", "success", None),
    ]
    assert lead.data("required") == {"city_fits_zip": True}
    assert lead.data("phone") == {
        "phone_valid": True,
        "phone_line_type": "fixed_line_or_mobile",
        "area_code_fits_state": True,
    }
    assert lead.data("email") == {"email_valid": True, "email_disposable": False, "email_free": False}
    passport = lead.passport
    assert (passport.status, passport.reason, passport.good_to_sell) == ("qualified", None, True)
    assert passport.classification == 2
    assert lead.data("qualified") == {
        "classification": 2,
        "class": "UNVERIFIED_PHONE",
        "unique_lead": passport.unique_lead_id,
    }
    assert work_of(lead.lead_id) == {"allocate", "payout"}
    assert queries.appended([lead.lead_id]) == {
        lead.lead_id: {
            "city_fits_zip": True,
            "phone_valid": True,
            "phone_line_type": "fixed_line_or_mobile",
            "area_code_fits_state": True,
            "email_valid": True,
            "email_disposable": False,
            "email_free": False,
            "classification": 2,
        }
    }
    assert queries.verifications_of(lead.lead_id) == []


def test_a_source_that_answers_earlier_is_not_paid_for_qualifying_and_a_test_source_never() -> None:
    early, trial = post(source="other"), post(source="trial", email="t@acme.example", phone_1=None)
    before = work_of(early.lead_id) - {"qualify"}
    walk()
    assert work_of(early.lead_id) == before | {"allocate"}
    assert (trial.passport.status, work_of(trial.lead_id)) == ("qualified", {"allocate"})


def test_without_a_posted_ip_there_is_no_ip_step() -> None:
    assert "ip" not in [type_ for type_, _, _ in qualify().story]


@pytest.mark.req("R000-27")
def test_a_lead_without_a_phone_is_of_the_basic_class() -> None:
    lead = qualify(phone_1=None)
    assert ("phone", "skip", None) in lead.story
    assert lead.passport.classification == 0


def test_a_bad_optional_phone_is_marked_and_the_lead_goes_on_by_its_email() -> None:
    lead = qualify(phone_1="12345")
    assert ("phone", "failure", "bad_phone") in lead.story
    assert lead.data("phone")["kept"] is True
    assert (lead.passport.status, lead.passport.classification) == ("qualified", 0)
    assert queries.appended([lead.lead_id])[lead.lead_id]["phone_valid"] is False


def test_an_area_code_or_city_elsewhere_is_marked_and_never_refused() -> None:
    lead = qualify(phone_1="(302) 321-5560", postal_code="82301", city="Boston")
    assert lead.data("phone")["area_code_fits_state"] is False
    assert lead.data("required") == {"city_fits_zip": False}
    assert lead.passport.status == "qualified"


def test_a_number_kept_for_fiction_is_told_and_kept() -> None:
    lead = qualify(phone_1="(307) 555-0123")
    assert lead.data("phone")["fictional"] is True
    assert lead.passport.status == "qualified"


@pytest.mark.parametrize(
    ("values", "step", "reason"),
    [
        ({"phone_1": "12345"}, "phone", "bad_phone"),
        ({"email": "no address"}, "email", "bad_email"),
        ({"email": "joe@mailinator.com"}, "email", "disposable_email"),
        ({"ip": "999.1.1.1"}, "ip", "bad_ip"),
        ({"ip": "192.168.0.1"}, "ip", "bad_ip"),
    ],
)
def test_a_step_told_to_refuse_ends_the_lead(values: dict[str, str], step: str, reason: str) -> None:
    lead = qualify("strict", **values)
    assert lead.story[-2:] == [(step, "failure", reason), ("disqualified", "failure", reason)]
    passport = lead.passport
    assert (passport.status, passport.reason, passport.good_to_sell) == ("disqualified", reason, False)
    assert lead.data("disqualified")["reason"] == lead.data(step)["reason"]
    assert work_of(lead.lead_id) == set()


@pytest.mark.parametrize("values", [{"phone_1": None}, {"email": None}, {}, {"ip": "24.24.24.24"}])
def test_a_step_told_to_refuse_keeps_what_is_good_or_absent(values: dict[str, str | None]) -> None:
    assert qualify("strict", **values).passport.status == "qualified"


@pytest.mark.req("R002-12", "R002-13", "R002-25")
def test_a_filter_decides_on_enhanced_facts_and_tells_why_whichever_way() -> None:
    good, no_phone, east = (
        qualify("filtered", postal_code="82301"),
        qualify("filtered", postal_code="82301", phone_1="12345"),
        qualify("filtered", postal_code="02108"),
    )
    assert good.story[-2:] == [("filter", "success", None), ("qualified", "success", None)]
    assert good.data("filter")["rule"]
    for lead in (no_phone, east):
        assert lead.story[-2:] == [("filter", "failure", "filtered"), ("disqualified", "failure", "filtered")]
        assert lead.data("disqualified")["reason"] == "Only reachable people out west"
    assert no_phone.data("filter")["decided_by"] != east.data("filter")["decided_by"]


def test_a_contact_on_the_suppression_list_is_not_sold_and_its_removal_frees_it() -> None:
    contacts = [Contact(ContactKind.EMAIL, "joe@acme.example"), Contact(ContactKind.PHONE, "+13073245560")]
    assert queries.suppress(contacts, "asked by phone") == 2
    assert queries.suppress(contacts) == 0
    lead = qualify(email="JOE@acme.example", phone_1=None)
    assert lead.story[-2:] == [
        ("suppression", "failure", "suppressed"),
        ("disqualified", "failure", "suppressed"),
    ]
    assert lead.data("suppression")["matched"] == ["email"]
    assert qualify(email="ann@acme.example").data("suppression")["matched"] == ["phone"]
    assert qualify(email="eve@acme.example", phone_1="3073245561").passport.status == "qualified"
    hints = rows("SELECT hint FROM qualify_suppression ORDER BY hint", {}, str)
    assert hints == ["***5560", "j***@acme.example"]
    assert queries.allow_again(contacts) == 2
    assert queries.allow_again(contacts) == 0
    assert qualify(email="joe@acme.example").passport.status == "qualified"


@pytest.mark.req("R002-14")
def test_a_lead_processed_again_gets_a_second_history_and_keeps_the_first() -> None:
    lead = qualify(phone_1=None)
    assert not reprocess(lead.lead_id)
    end(lead)
    first = timeline.events_of(lead.lead_id)
    assert reprocess(lead.lead_id)
    assert not reprocess(lead.lead_id)
    assert (lead.passport.status, lead.passport.good_to_sell, lead.passport.run) == ("initial", False, 2)
    walk()
    history = timeline.events_of(lead.lead_id)
    assert history[: len(first)] == first
    assert {event.run for event in history[len(first) :]} == {2}
    assert [event.type for event in history[len(first) :]][:2] == ["again", "started"]
    # It is no duplicate of itself.
    assert (lead.passport.status, lead.passport.good_to_sell) == ("qualified", True)


def test_a_lead_processed_again_and_refused_then_no_longer_counts_as_an_earlier_one() -> None:
    lead = qualify()
    end(lead)
    queries.suppress([Contact(ContactKind.EMAIL, "joe@acme.example")])
    reprocess(lead.lead_id)
    walk()
    assert lead.passport.status == "disqualified"
    assert qualify(email="ann@acme.example").passport.status == "qualified"


@pytest.mark.req("R001-05", "R001-10", "R001-11")
def test_leads_of_one_person_share_a_unique_lead_though_refused_as_repetitions() -> None:
    first, again, other = qualify(), qualify(), qualify("windows")
    assert again.passport.reason == "duplicate"
    assert first.passport.unique_lead_id == again.passport.unique_lead_id != other.passport.unique_lead_id
    assert qualify(source="trial").passport.unique_lead_id is None


def test_many_leads_are_decided_together_as_one_by_one() -> None:
    people = [{"email": f"p{number}@acme.example", "phone_1": None} for number in range(300)]
    leads = post_all(people + people[:20])
    assert walk() == 320
    assert [lead.passport.status for lead in leads[:300]] == ["qualified"] * 300
    assert [lead.passport.reason for lead in leads[300:]] == ["duplicate"] * 20


def test_a_lead_that_cannot_be_handled_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = post(email="bad@acme.example", phone_1=None), post(email="good@acme.example", phone_1=None)
    # What no code foresaw: a stored value of a kind that no reader ever writes.
    execute(
        "UPDATE capture_lead SET marks = '[]'::jsonb, fields = '[1]'::jsonb WHERE id = %(id)s",
        {"id": bad.lead_id},
    )
    for _ in range(4):
        walk()
        execute("UPDATE timeline_work SET due_at = leadhouse_now() WHERE stage = 'qualify'", {})
    assert good.passport.status == "qualified"
    assert (bad.passport.status, bad.passport.reason) == ("disqualified", "internal_error")
    assert work_of(bad.lead_id) == set()


def test_work_for_a_lead_that_does_not_exist_is_dropped() -> None:
    timeline.enqueue([NewWork(Stage.QUALIFY, new_id())])
    assert walk() == 1
    assert timeline.work_left() == {}


def test_the_names_of_steps_are_those_that_a_market_file_may_use() -> None:
    from leadhouse.parties.market_file import STEPS as WRITABLE
    from leadhouse.qualify.steps import STEPS

    assert {step.name for step in STEPS} == WRITABLE
