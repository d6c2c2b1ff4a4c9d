"""Phones, emails and addresses are verified by a service over real HTTP, and its failure loses no lead."""

import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from django.conf import LazySettings

from leadhouse.outbound import post_office
from leadhouse.project.sandbox.running import Sandbox
from leadhouse.qualify import asking, queries, services
from leadhouse.qualify.queries import KeptVerification
from leadhouse.qualify.step import step
from leadhouse.qualify.types import Check, Need, Verdict, Verification
from leadhouse.store.run import execute, rows
from leadhouse.timeline import queries as timeline
from leadhouse.timeline.types import Claim, Stage
from tests.qualify.qualify_market import Journey, post, post_all, qualify, walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
LIVE, INVALID, DEAD, VOIP, RISKY = ("307324" + end for end in ("5560", "0001", "0002", "0003", "0004"))
QUOTA, SLOW, BROKEN, UNKNOWN = ("307324" + end for end in ("0006", "0007", "0008", "0009"))


def of(lead: Journey, check: str) -> list[KeptVerification]:
    return [one for one in queries.verifications_of(lead.lead_id) if one.check == check]


@pytest.mark.usefixtures("sandbox")
class TestAnswers:
    @pytest.mark.req("R000-16", "R000-32", "R000-36", "R000-39", "R002-11")
    def test_a_live_line_is_verified_by_lead_processing(self) -> None:
        lead = qualify("verified", phone_1=LIVE, ip="24.24.24.24")
        assert lead.story == [
            ("started", "success", None),
            ("duplicates", "success", None),
            ("phone", "success", None),
            ("verify_phone", "success", None),
            ("verify_email", "success", None),
            ("verify_ip", "success", None),
            ("qualified", "success", None),
        ]
        assert (lead.passport.classification, lead.passport.status) == (5, "qualified")
        assert (
            lead.data("verify_phone").items()
            >= {
                "service": "ipqualityscore",
                "verdict": "verified",
                "phone_active": True,
                "phone_line_type": "mobile",
                "phone_fraud_score": 0,
                "phone_risky": False,
                "phone_carrier": "Sandbox Wireless",
            }.items()
        )
        assert lead.data("verify_phone")["request"]
        facts = queries.appended([lead.lead_id])[lead.lead_id]
        assert (
            facts.items()
            >= {
                "email_deliverable": True,
                "ip_country": "US",
                "ip_region": "Wyoming",
                "ip_proxy": False,
                "fraud_score": 0,
                "classification": 5,
            }.items()
        )
        event = next(event for event in lead.events if event.type == "verify_phone")
        assert event.ms > 0

    @pytest.mark.req("R000-35")
    def test_a_verification_is_kept_with_its_expiry(self) -> None:
        (kept,) = of(qualify("verified", phone_1=LIVE), "phone")
        assert (kept.service, kept.verdict) == ("ipqualityscore", Verdict.VERIFIED)
        assert (kept.expires_at - kept.at).days == 90
        assert kept.data["phone_active"] is True

    @pytest.mark.req("R000-28")
    def test_a_deliverable_email_without_a_phone_is_of_class_one(self) -> None:
        lead = qualify("verified", phone_1=None)
        assert ("verify_phone", "skip", None) in lead.story
        assert lead.passport.classification == 1

    @pytest.mark.parametrize(
        ("phone", "outcome", "classification"),
        [
            (DEAD, "failure", 1),
            (INVALID, "failure", 1),
            (RISKY, "failure", 2),
            (UNKNOWN, "success", 2),
            (VOIP, "success", 5),
        ],
    )
    def test_what_the_service_finds_is_kept_and_classified(
        self, phone: str, outcome: str, classification: int
    ) -> None:
        lead = qualify("verified", phone_1=phone)
        assert ("verify_phone", outcome, "unverified_phone" if outcome == "failure" else None) in lead.story
        assert (lead.passport.status, lead.passport.classification) == ("qualified", classification)
        assert queries.appended([lead.lead_id])[lead.lead_id].get("phone_line_type") == (
            "voip" if phone == VOIP else "mobile" if phone != INVALID else "fixed_line_or_mobile"
        )

    @pytest.mark.parametrize("phone", [DEAD, INVALID, RISKY])
    def test_told_to_refuse_it_refuses_what_failed_and_asks_nothing_more(self, phone: str) -> None:
        lead = qualify("picky", phone_1=phone)
        assert lead.story[-2:] == [
            ("verify_phone", "failure", "unverified_phone"),
            ("disqualified", "failure", "unverified_phone"),
        ]
        assert of(lead, "email") == []
        assert of(lead, "phone")[0].verdict is Verdict.FAILED

    def test_a_filter_between_two_checks_sees_the_first_and_spares_the_second(self) -> None:
        lead = qualify("picky", phone_1=VOIP)
        assert lead.passport.reason == "filtered"
        assert of(lead, "email") == []

    @pytest.mark.parametrize(
        ("email", "reason"),
        [("invalid@a.example", "unverified_email"), ("spamtrap@a.example", "unverified_email")],
    )
    def test_an_email_that_fails_is_refused_where_the_flow_says_so(self, email: str, reason: str) -> None:
        assert qualify("picky", email=email).passport.reason == reason

    @pytest.mark.parametrize("email", ["catchall@a.example", "timeout@a.example"])
    def test_an_email_that_cannot_be_told_is_kept(self, email: str) -> None:
        lead = qualify("picky", email=email)
        assert ("verify_email", "success", None) in lead.story
        assert lead.data("verify_email")["verdict"] == "unknown"
        assert (lead.passport.status, lead.passport.classification) == ("qualified", 5)

    def test_an_address_that_hides_another_is_marked(self) -> None:
        lead = qualify("verified", ip="203.0.113.2")
        assert ("verify_ip", "skip", None) in lead.story

    def test_a_duplicate_costs_no_question(self) -> None:
        qualify("picky")
        again = qualify("picky")
        assert again.passport.reason == "duplicate"
        assert queries.verifications_of(again.lead_id) == []
        assert [type_ for type_, _, _ in again.story] == ["started", "duplicates", "disqualified"]

    def test_two_of_one_person_at_once_are_still_one(self) -> None:
        first, second = post("picky"), post("picky")
        walk()
        assert (first.passport.status, second.passport.reason) == ("qualified", "duplicate")


@pytest.mark.usefixtures("sandbox")
class TestTrouble:
    @pytest.mark.parametrize("phone", [QUOTA, BROKEN, SLOW])
    def test_a_service_that_does_not_answer_leaves_the_lead_unverified_with_an_error(
        self, phone: str
    ) -> None:
        lead = qualify("picky", phone_1=phone)
        assert ("verify_phone", "error", "service_unavailable") in lead.story
        assert lead.data("verify_phone")["reason"]
        # The next filter asks for a score that nobody told.
        assert lead.passport.reason == "filtered"
        assert of(lead, "phone") == []

    def test_it_is_asked_twice_before_that(self) -> None:
        started = time.monotonic()
        qualify("picky", phone_1=SLOW)
        assert 1.0 <= time.monotonic() - started < 4.0

    def test_leads_that_need_nobody_do_not_wait_for_those_that_do(self) -> None:
        slow, quick = post("picky", phone_1=SLOW), post(email="eve@acme.example", phone_1=None)
        walk()
        quick_at = timeline.events_of(quick.lead_id)[-1].at
        slow_at = timeline.events_of(slow.lead_id)[-1].at
        assert quick_at < slow_at

    def test_a_crowd_is_asked_in_turns_and_all_get_their_verdict(self) -> None:
        leads = post_all(
            [{"email": f"p{n}@a.example", "phone_1": f"307324{n + 2000}"} for n in range(100)], "picky"
        )
        assert walk() >= 100
        assert {lead.passport.status for lead in leads} == {"qualified"}
        assert len(rows("SELECT id FROM qualify_verification", {}, int)) == 200

    def test_a_worker_that_lost_its_lease_while_asking_changes_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lead = post("picky")
        ask = asking._asked

        def meanwhile(needs: Sequence[Need], claims: Sequence[Claim]) -> list[Verification]:
            execute(
                "UPDATE timeline_work SET token = gen_random_uuid() WHERE stage = %(stage)s",
                {"stage": Stage.VERIFY.value},
            )
            return ask(needs, claims)

        monkeypatch.setattr(asking, "_asked", meanwhile)
        walk()
        assert lead.passport.status == "qualifying"
        assert [type_ for type_, _, _ in lead.story] == ["started"]

    def test_a_slow_service_holds_up_nobody_but_those_that_wait_for_it(self) -> None:
        waiting, other = post("picky", phone_1=SLOW), post("roofing")
        assert step(500) == 2
        assert (waiting.passport.status, other.passport.status) == ("qualifying", "qualified")
        assert timeline.work_left() == {"allocate": 1, "payout": 1, "verify": 1}
        walk()
        assert waiting.passport.status == "disqualified"

    def test_while_a_service_thinks_the_lease_is_kept_and_kept_short(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leases: list[float] = []
        extend = timeline.extend

        def noted(claims: Sequence[Claim], lease_seconds: int = timeline.LEASE_SECONDS) -> list[Claim]:
            leases.append(lease_seconds)
            return extend(claims, lease_seconds)

        monkeypatch.setattr(timeline, "extend", noted)
        monkeypatch.setattr(asking, "KEEP_EVERY_SECONDS", 0.1)
        qualify("picky", phone_1=SLOW)
        assert len(leases) > 5
        assert max(leases) < 30


@pytest.fixture
def dead_service(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[services.Circuit]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.LEADHOUSE = replace(settings.LEADHOUSE, sandbox=True, sandbox_port=port)
    circuit = services.Circuit()
    monkeypatch.setattr(services, "_circuit", circuit)
    yield circuit
    post_office.close()


def test_a_dead_service_is_left_alone_for_a_while(dead_service: services.Circuit) -> None:
    needs = [Need(Check.PHONE, LIVE, "ipqualityscore") for _ in range(services.WAVE + 1)]
    assert {one.verdict for one in services.ask(needs[:1])} == {Verdict.UNAVAILABLE}
    assert not dead_service.is_open()
    details = [one.detail for one in services.ask(needs)]
    assert details == ["no answer (not_connected)"] * services.WAVE + ["did not answer a moment ago"]
    assert dead_service.is_open()


def test_a_circuit_closes_again() -> None:
    at = [100.0]
    circuit = services.Circuit(now=lambda: at[0])
    circuit.note([Verdict.UNAVAILABLE, Verdict.VERIFIED])
    assert not circuit.is_open()
    circuit.note([Verdict.UNAVAILABLE] * 2)
    assert circuit.is_open()
    at[0] += services.REST_SECONDS
    assert not circuit.is_open()


def test_without_a_key_nobody_is_asked() -> None:
    lead = qualify("verified")
    assert lead.data("verify_phone")["reason"] == "no key is set: LEADHOUSE_IPQUALITYSCORE_KEY"
    assert (lead.passport.status, lead.passport.classification) == ("qualified", 2)


def test_the_key_is_never_told(settings: LazySettings, sandbox: Sandbox) -> None:
    settings.LEADHOUSE = replace(settings.LEADHOUSE, sandbox=False, ipqualityscore_key="hidden-key")
    place = services.service()
    assert place is not None
    assert "hidden-key" not in repr(place)
    assert place.url == "https://www.ipqualityscore.com"
