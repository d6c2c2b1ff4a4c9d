"""A lead repeats an accepted one of the same person inside the window, and nothing else is a duplicate."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from leadhouse.store.run import rows
from tests.qualify.qualify_market import Journey, post, post_all, qualify, walk

DAY = timedelta(days=1)


def statuses(*leads: Journey) -> list[str]:
    return [lead.passport.reason or lead.passport.status for lead in leads]


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
class TestRules:
    @pytest.mark.req("R000-37")
    def test_the_same_email_or_phone_is_the_same_person(self) -> None:
        first = qualify()
        by_email = qualify(email="JOE@ACME.example", phone_1="3073249999")
        by_phone = qualify(email="ann@acme.example", phone_1="+1 307.324.5560")
        assert statuses(first, by_email, by_phone) == ["qualified", "duplicate", "duplicate"]
        assert by_email.data("duplicates") == {
            "duplicate_of": str(first.lead_id),
            "matched": ["email"],
            "reason": "Same email as a lead accepted within 30 days",
        }
        assert by_phone.data("duplicates")["matched"] == ["phone"]
        assert by_email.passport.good_to_sell is False

    def test_blank_values_never_match(self) -> None:
        assert statuses(*(qualify("strict", email=None, phone_1=None) for _ in range(2))) == ["qualified"] * 2
        assert statuses(*(qualify("own", email=None, phone_1=None) for _ in range(2))) == ["qualified"] * 2

    def test_bad_values_never_match(self) -> None:
        leads = [qualify("own", email="no address", phone_1="12345") for _ in range(2)]
        assert statuses(*leads) == ["qualified", "qualified"]

    def test_only_accepted_leads_count(self) -> None:
        refused = qualify("filtered", postal_code="02108")
        after = qualify("filtered", postal_code="82301")
        assert statuses(refused, after) == ["filtered", "qualified"]
        repeated = [qualify(), qualify(), qualify()]
        assert [lead.data("duplicates").get("duplicate_of") for lead in repeated[1:]] == [
            str(repeated[0].lead_id)
        ] * 2

    def test_test_leads_never_count(self) -> None:
        assert statuses(qualify(source="trial"), qualify(source="trial"), qualify()) == ["qualified"] * 3
        assert statuses(qualify(source="trial")) == ["duplicate"]

    def test_another_product_is_another_wish(self) -> None:
        assert statuses(qualify(), qualify("windows")) == ["qualified", "qualified"]

    def test_all_asks_for_both_on_one_lead(self) -> None:
        qualify("both")
        half = qualify("both", email="ann@acme.example")
        blank = qualify("both", phone_1=None)
        whole = qualify("both")
        assert statuses(half, blank, whole) == ["qualified", "qualified", "duplicate"]

    def test_all_is_not_met_by_two_different_leads(self) -> None:
        qualify("both", email="ann@acme.example", phone_1="3073240001")
        qualify("both", email="eve@acme.example", phone_1="3073240002")
        assert statuses(qualify("both", email="ann@acme.example", phone_1="3073240002")) == ["qualified"]

    def test_the_window_is_half_open(self) -> None:
        post("both", age=10 * DAY)
        walk()
        assert statuses(qualify("both")) == ["qualified"]
        post("own", age=30 * DAY - timedelta(minutes=1))
        walk()
        assert statuses(qualify("own")) == ["duplicate"]

    def test_a_lead_held_up_behind_a_later_one_is_the_repetition(self) -> None:
        later = qualify()
        held_up = post(age=DAY)
        walk()
        assert statuses(later, held_up) == ["qualified", "duplicate"]

    def test_per_source_another_source_may_bring_the_same_person(self) -> None:
        leads = [qualify("own"), qualify("own", "other"), qualify("own"), qualify("own", "other")]
        assert statuses(*leads) == ["qualified", "qualified", "duplicate", "duplicate"]
        assert leads[3].data("duplicates")["duplicate_of"] == str(leads[1].lead_id)

    def test_market_wide_another_source_may_not(self) -> None:
        assert statuses(qualify(), qualify(source="other")) == ["qualified", "duplicate"]

    def test_grouped_repetitions_go_on_and_know_their_first(self) -> None:
        first, again, third = qualify("grouped"), qualify("grouped"), qualify("grouped")
        assert statuses(first, again, third) == ["qualified"] * 3
        assert again.data("duplicates") == {
            "duplicate_of": str(first.lead_id),
            "matched": ["email", "phone"],
            "grouped": True,
        }
        assert third.data("duplicates")["duplicate_of"] == str(first.lead_id)
        assert first.passport.unique_lead_id == third.passport.unique_lead_id

    def test_within_one_batch_the_earliest_is_the_first(self) -> None:
        late = post_all([{"email": "a@acme.example"}], age=timedelta(hours=1))
        early = post_all([{"email": "a@acme.example"}], age=timedelta(hours=2))
        walk()
        assert statuses(*early, *late) == ["qualified", "duplicate"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed_market")
def test_of_many_repetitions_decided_at_once_exactly_one_is_accepted() -> None:
    people = [
        {"email": f"p{person}@acme.example", "phone_1": f"30732400{(person + shift) % 25:02}"}
        for shift in range(2)
        for person in range(25)
        for _ in range(2)
    ]
    leads = post_all(people)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while walk(limit=7):
                pass
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {lead.passport.status for lead in leads} <= {"qualified", "disqualified"}
    held = rows("SELECT kind || value FROM qualify_contact", {}, str)
    assert len(held) == len(set(held))
    accepted = [lead for lead in leads if lead.passport.status == "qualified"]
    assert len(held) == 2 * len(accepted)
    assert {lead.passport.reason for lead in leads} == {None, "duplicate"}
