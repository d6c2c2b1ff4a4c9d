"""What operators do to one lead: correct it, have it done again, credit it, erase its person; and what if."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadhouse.amend.correcting import (
    OF_THE_LEAD,
    OVERTAKEN,
    PERSON_ERASED,
    correct,
    correctable,
    is_erased,
    mark_of,
    text_of,
)
from leadhouse.amend.crediting import give_back
from leadhouse.amend.erasing import erase
from leadhouse.amend.step import act
from leadhouse.amend.types import Action
from leadhouse.capture.queries import facts_of
from leadhouse.capture.types import LeadFacts
from leadhouse.feedback.types import Reason
from leadhouse.kit.money import to_minor, to_text
from leadhouse.parties.fields import Category, category_of
from leadhouse.report.story_types import AssignmentTold, LeadStory
from leadhouse.report.what_if import what_if
from leadhouse.rules.types import Field, FieldType
from leadhouse.store.run import transaction
from leadhouse.timeline import queries as timeline
from leadhouse.web import queries
from leadhouse.web.console import words
from leadhouse.web.console.access import Desk, operators_only, staff_only
from leadhouse.web.console.lead import story_for

_LONGEST_AMOUNT, _LONGEST_LINE = 20, 200


@require_safe
@staff_only
def what_would_be(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Tell what a decision would have come to with another bid; nothing is written."""
    if not timeline.passports([lead_id]):
        raise Http404
    asked = request.GET
    shown: dict[str, object] = {"desk": desk, "fault": "", "found": None}
    try:
        price = to_minor(asked.get("price", "")[:_LONGEST_AMOUNT].strip(), desk.currency)
        number, size = int(asked.get("decision", "1")[:6]), int(asked.get("size", "1")[:2])
    except ValueError:
        shown["fault"] = "Give a price as an amount, like 42.50."
        return render(request, "web/parts/what_if.html", shown)
    found = what_if(lead_id, number - 1, asked.get("campaign", "").strip(), {size: price}, desk.market)
    if found is None:
        shown["fault"] = "There is no such campaign, or it was not bids that decided."
    return render(request, "web/parts/what_if.html", shown | {"found": found})


@require_POST
@operators_only
def act_on(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Do to one lead what can be done to many."""
    wish = request.POST.get("action", "")
    if not timeline.passports([lead_id]):
        raise Http404
    if wish not in list(Action):
        raise BadRequest("nothing of that kind can be done to a lead")
    with transaction():
        done = act(Action(wish), [lead_id], desk.email)
    return _to_lead(lead_id, wish if done else "nothing")


@dataclass(frozen=True, slots=True)
class Correcting:
    """One field of the form: what the lead says, what is typed, what is wrong with that."""

    name: str
    field: Field
    known: str
    typed: str
    fault: str

    @property
    def seen(self) -> str:
        return mark_of(self.known)

    @property
    def is_long(self) -> bool:
        """Return whether a line would not hold it: one drops where lines end."""
        return "\n" in self.typed or len(self.typed) > _LONGEST_LINE

    @property
    def is_chosen(self) -> bool:
        """Return whether one of some choices is picked; what was posted may be none of them."""
        return self.field.type is FieldType.CHOICE and self.typed in ("", *self.field.choices)


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def correct_lead(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Correct what a lead says; a fault stands beside its field, whoever was overtaken is told so."""
    facts = facts_of([lead_id]).get(lead_id)
    if facts is None:
        raise Http404
    given, faults = _given(request, facts, desk), dict[str, str]()
    if request.method == "POST":
        seen = {name: request.POST.get(f"seen.{name}", mark_of(text_of(facts, name))) for name in given}
        given = {name: value for name, value in given.items() if mark_of(value) != seen[name]}
        faults = dict(correct(lead_id, given, desk.email, desk.market, seen))
        if not faults:
            return _to_lead(lead_id, "corrected" if given else "nothing")
        facts = facts_of([lead_id])[lead_id]
    elif is_erased(lead_id):
        faults = {OF_THE_LEAD: PERSON_ERASED}
    is_overtaken = any(why.startswith(OVERTAKEN) for why in faults.values())
    shown = {
        "desk": desk,
        "lead_id": lead_id,
        "groups": () if OF_THE_LEAD in faults else _groups(facts, desk, given, faults),
        "fault": faults.get(OF_THE_LEAD, ""),
        "is_overtaken": is_overtaken,
    }
    status = 409 if is_overtaken or OF_THE_LEAD in faults else 422 if faults else 200
    return render(request, "web/correct.html", shown, status=status)


def _given(request: HttpRequest, facts: LeadFacts, desk: Desk) -> dict[str, str]:
    return {name: request.POST[name] for name in correctable(facts, desk.market) if name in request.POST}


def _groups(
    facts: LeadFacts, desk: Desk, given: Mapping[str, str], faults: Mapping[str, str]
) -> list[tuple[str, list[Correcting]]]:
    """Return the form by groups: what the lead says now, but where somebody typed something else."""
    groups: dict[str, list[Correcting]] = {one.value: [] for one in Category}
    for name, field in correctable(facts, desk.market).items():
        known = text_of(facts, name)
        one = Correcting(name, field, known, given.get(name, known), faults.get(name, ""))
        groups[category_of(name).value].append(one)
    return [one for one in groups.items() if one[1]]


class GiveBackForm(forms.Form):
    amount = forms.CharField(max_length=_LONGEST_AMOUNT)
    reason = forms.ChoiceField(choices=[(one.value, words.plain(one)) for one in Reason])


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def give_lead_back(request: HttpRequest, desk: Desk, lead_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Take a lead back from a buyer: its price or a part of it is credited."""
    story = story_for(desk, lead_id)
    assignment = _assignment(story, assignment_id)
    price = to_text(assignment.price_minor, desk.currency)
    form = GiveBackForm(request.POST if request.method == "POST" else None, initial={"amount": price})
    if form.is_bound and form.is_valid():
        fault = _given_back(form, assignment_id, desk)
        if not fault:
            return _to_lead(lead_id, "credited")
        form.add_error("amount", fault)
    shown = {"desk": desk, "story": story, "passport": story.passport, "assignment": assignment, "form": form}
    return render(request, "web/give_back.html", shown, status=422 if form.errors else 200)


def _given_back(form: GiveBackForm, assignment_id: UUID, desk: Desk) -> str | None:
    try:
        amount = to_minor(form.cleaned_data["amount"].strip(), desk.currency)
    except ValueError:
        return "Give an amount, like 42.50."
    reason = Reason(form.cleaned_data["reason"])
    return give_back(assignment_id, amount, reason, by=desk.email, market=desk.market)


def _assignment(story: LeadStory, assignment_id: UUID) -> AssignmentTold:
    for one in story.assignments:
        if one.id == assignment_id:
            return one
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@operators_only
def erase_person(request: HttpRequest, desk: Desk, lead_id: UUID) -> HttpResponse:
    """Erase a lead's person from all their leads, once the person's number was typed."""
    story = story_for(desk, lead_id)
    consumer, fault = story.passport.consumer_id, ""
    if request.method == "POST":
        if request.POST.get("consumer", "").strip() != str(consumer):
            fault = f"Type the number {consumer} to say that it is meant."
        else:
            erased = erase(consumer, desk.email)
            if erased.leads:
                queries.forget_notes(timeline.leads_of(consumer))
                return _to_lead(lead_id, "erased")
            fault = (
                f"{erased.under_way} of the leads are being sold or delivered: wait until they are through."
            )
    leads = len(timeline.leads_of(consumer))
    shown = {"desk": desk, "story": story, "passport": story.passport, "leads": leads, "fault": fault}
    return render(request, "web/erase.html", shown, status=422 if fault else 200)


def _to_lead(lead_id: UUID, did: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('lead', args=[lead_id])}?did={did}")
