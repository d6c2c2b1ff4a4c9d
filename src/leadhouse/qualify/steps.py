"""The steps that a flow can be made of: each looks at the lead and says what it found.

A step returns its result, a question that must be answered first, or None when it does not concern the lead
and leaves no event. What a bad value does: required, duplicates, suppression and filter refuse; the checks of
phone, email and IP keep the lead and mark it, unless their `on_failure` says refuse; so do the verifying
steps, and a service that cannot be reached never loses a lead.
"""

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import NamedTuple

from leadhouse.kit.places import area_code_states, city_fits_zip, state_code
from leadhouse.outbound.addresses import is_public
from leadhouse.parties.types import FlowStep, OnDuplicate
from leadhouse.qualify.classification import classify
from leadhouse.qualify.duplicates import contacts_of
from leadhouse.qualify.types import (
    NOTHING,
    Check,
    Need,
    Refusal,
    StepResult,
    Subject,
    Verdict,
    Verification,
)
from leadhouse.timeline.types import Outcome

Say = StepResult | Need | None
Act = Callable[[Subject, FlowStep], Say]


class Step(NamedTuple):
    """A step by the name that flows give it."""

    name: str
    act: Act


def required(subject: Subject, step: FlowStep) -> Say:
    """Refuse a lead without its product's required fields; note whether city and ZIP fit."""
    lead = subject.lead
    for name in subject.product.required:
        if lead.fields.get(name) is None:
            return _refused(Refusal.MISSING_FIELD, f"Missing required {name}", {"field": name})
        if name in lead.marks:
            return _refused(Refusal.INVALID_FIELD, f"Invalid {name}: {lead.marks[name]}", {"field": name})
    fits = city_fits_zip(lead.good("city"), lead.good("postal_code")) if lead.good("city") else None
    return StepResult(appended={} if fits is None else {"city_fits_zip": fits})


def duplicates(subject: Subject, step: FlowStep) -> Say:
    """Refuse a lead that repeats an accepted one, or note which one it belongs to."""
    if not contacts_of(subject):
        return _skipped("no email and no phone to compare")
    found = subject.duplicate
    if found is None:
        return StepResult()
    data = {"duplicate_of": str(found.lead_id), "matched": [kind.value for kind in found.matched]}
    if subject.product.duplicates.on_duplicate is OnDuplicate.GROUP:
        return StepResult(data=data | {"grouped": True})
    words = " and ".join(found.matched)
    days = subject.product.duplicates.window.days
    return _refused(Refusal.DUPLICATE, f"Same {words} as a lead accepted within {days} days", data)


def suppression(subject: Subject, step: FlowStep) -> Say:
    """Refuse a lead whose email or phone must not be sold."""
    if not subject.suppressed:
        return StepResult()
    kinds = sorted(subject.suppressed)
    return _refused(Refusal.SUPPRESSED, f"The {' and '.join(kinds)} must not be sold", {"matched": kinds})


def phone(subject: Subject, step: FlowStep) -> Say:
    """Note what the number plan says of the phone, and whether its area code lies in the state."""
    if subject.lead.fields.get("phone_1") is None:
        return _skipped("no phone given")
    found = subject.phone
    if found is None:
        why = subject.lead.marks.get("phone_1", "not a phone number")
        return _bad(Refusal.BAD_PHONE, f"Invalid phone: {why}", step, {"phone_valid": False})
    appended: dict[str, object] = {"phone_valid": True, "phone_line_type": found.line_type.value}
    states = area_code_states(found.area_code) if found.area_code else frozenset()
    state = state_code(subject.lead.good("state"))
    if states and state:
        appended["area_code_fits_state"] = state in states
    return StepResult(appended=appended, data={"fictional": True} if found.is_fictional else {})


def email(subject: Subject, step: FlowStep) -> Say:
    """Note what the email tells by itself; with `mx` also whether its domain takes mail."""
    if subject.lead.fields.get("email") is None:
        return _skipped("no email given")
    found = subject.email
    if found is None:
        why = subject.lead.marks.get("email", "not an email address")
        return _bad(Refusal.BAD_EMAIL, f"Invalid email: {why}", step, {"email_valid": False})
    appended: dict[str, object] = {
        "email_valid": True,
        "email_disposable": found.is_disposable,
        "email_free": found.is_free,
    }
    if found.is_disposable and step.options.get("refuse_disposable"):
        return _refused(Refusal.DISPOSABLE_EMAIL, "A throw-away mailbox", {}, appended)
    if not step.options.get("mx"):
        return StepResult(appended=appended)
    answer = subject.answers.get(Check.MAIL_HOSTS)
    if answer is None:
        return Need(Check.MAIL_HOSTS, found.domain)
    return _mail_hosts(answer, step, appended)


def _mail_hosts(answer: Verification, step: FlowStep, appended: dict[str, object]) -> StepResult:
    appended |= answer.facts
    if answer.verdict is Verdict.UNAVAILABLE:
        return StepResult(
            Outcome.ERROR, "dns_unavailable", appended=appended, data={"reason": answer.detail}, ms=answer.ms
        )
    if answer.verdict is Verdict.FAILED:
        return _bad(Refusal.BAD_EMAIL, answer.detail, step, appended, ms=answer.ms)
    return StepResult(appended=appended, ms=answer.ms)


def ip(subject: Subject, step: FlowStep) -> Say:
    """Note whether the posted IP address can be a visitor's; without one the step leaves no event."""
    posted = subject.lead.fields.get("ip")
    if posted is None:
        return None
    if "ip" in subject.lead.marks:
        return _bad(Refusal.BAD_IP, f"Invalid ip: {subject.lead.marks['ip']}", step, {})
    if not is_public(ip_address(str(posted))):
        return _bad(Refusal.BAD_IP, "Not an address of the public internet", step, {})
    return StepResult()


def verify_phone(subject: Subject, step: FlowStep) -> Say:
    """Have a service ping the line."""
    if subject.phone is None:
        return _skipped("no valid phone given")
    return _verified(subject, step, Check.PHONE, subject.phone.e164, Refusal.UNVERIFIED_PHONE)


def verify_email(subject: Subject, step: FlowStep) -> Say:
    """Have a service ask the mailbox's server."""
    if subject.email is None:
        return _skipped("no valid email given")
    return _verified(subject, step, Check.EMAIL, subject.email.address, Refusal.UNVERIFIED_EMAIL)


def verify_ip(subject: Subject, step: FlowStep) -> Say:
    """Have a service tell what is known of the address."""
    posted = subject.lead.good("ip")
    if not posted:
        return None
    if not is_public(ip_address(posted)):
        return _skipped("not an address of the public internet")
    return _verified(subject, step, Check.IP, posted, Refusal.RISKY_IP)


def filter_(subject: Subject, step: FlowStep) -> Say:
    """Refuse what the step's rule does not match; the event tells why, whichever way it decides."""
    if step.rule is None:
        return StepResult()
    facts = facts_of(subject)
    explained = step.rule.explain(facts)
    data: dict[str, object] = {
        "rule": step.rule.sentence(),
        "decided_by": [part.sentence for part in explained.deciding()],
    }
    if step.rule.matches(facts):
        return StepResult(data=data)
    return _refused(Refusal.FILTERED, str(step.options.get("reason") or "Filtered"), data)


STEPS = (
    Step("required", required),
    Step("duplicates", duplicates),
    Step("suppression", suppression),
    Step("phone", phone),
    Step("email", email),
    Step("ip", ip),
    Step("verify_phone", verify_phone),
    Step("verify_email", verify_email),
    Step("verify_ip", verify_ip),
    Step("filter", filter_),
)
ACTS: Mapping[str, Act] = {step.name: step.act for step in STEPS}


def facts_of(subject: Subject) -> dict[str, object]:
    """Return everything a rule may ask at this point of the flow."""
    return {
        **subject.lead.facts(),
        "channel": subject.channel,
        **subject.appended,
        "classification": int(classify(subject.appended, has_phone=subject.phone is not None)),
    }


def _verified(subject: Subject, step: FlowStep, check: Check, value: str, refusal: Refusal) -> Say:
    service = str(step.options.get("service") or "ipqualityscore")
    answer = subject.answers.get(check)
    if answer is None:
        return Need(
            check,
            value,
            service,
            timeout_seconds=_whole(step, "timeout_ms", 5_000) / 1000,
            expires_days=_whole(step, "expires_days", 90),
            user_agent=subject.lead.good("user_agent") if check is Check.IP else "",
        )
    data = {"service": service, "verdict": answer.verdict.value, "request": answer.reference}
    if answer.verdict is Verdict.UNAVAILABLE:
        told = data | {"reason": answer.detail}
        return StepResult(Outcome.ERROR, "service_unavailable", data=told, ms=answer.ms)
    if answer.verdict is Verdict.FAILED:
        return _bad(refusal, answer.detail, step, answer.facts, data, answer.ms)
    if answer.detail:
        data["reason"] = answer.detail
    return StepResult(appended=answer.facts, data=data, ms=answer.ms)


def _whole(step: FlowStep, option: str, default: int) -> int:
    given = step.options.get(option)
    return given if isinstance(given, int) else default


def _bad(
    refusal: Refusal,
    text: str,
    step: FlowStep,
    appended: Mapping[str, object],
    data: Mapping[str, object] = NOTHING,
    ms: int = 0,
) -> StepResult:
    """Refuse, or keep the lead with the failure in its history, as the step says."""
    stops = step.options.get("on_failure") == "refuse"
    told = {**data, "reason": text} | ({} if stops else {"kept": True})
    return StepResult(Outcome.FAILURE, refusal, stops=stops, appended=appended, data=told, ms=ms)


def _refused(
    refusal: Refusal,
    text: str,
    data: Mapping[str, object],
    appended: Mapping[str, object] = NOTHING,
) -> StepResult:
    told = {**data, "reason": text}
    return StepResult(Outcome.FAILURE, refusal, stops=True, appended=appended, data=told)


def _skipped(why: str) -> StepResult:
    return StepResult(Outcome.SKIP, data={"reason": why})
