"""Hides who a lead is from those who may see how business goes, but not with whom.

What the person said of themselves is masked wherever it stands: in fields, in lists, in files, in what
checks, buyers and services wrote about it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from leadhouse.deliver.types import ParcelHistory
from leadhouse.kit.text import masked_email, masked_phone
from leadhouse.parties.fields import EXTRA
from leadhouse.report.export import LEAD_HEADER
from leadhouse.report.search import Search, understand
from leadhouse.report.story_types import FieldGroup, LeadStory, ShownField
from leadhouse.report.types import LeadRow
from leadhouse.report.veiled_bodies import HIDDEN, Harmless, harmless_among, veiled_body, veiled_head
from leadhouse.timeline.types import StoredEvent

# What names, reaches or places a person exactly; whatever came besides the known fields counts too.
_PERSONAL = frozenset(
    {"first_name", "last_name", "email", "phone_1", "address_1", "lat", "lon", "ip", "user_agent", "extra"}
    | {"trustedform_cert_url", "leadid_token", "source_url", "landing_url", "reference"}
)
_FEWEST = 3
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")
_DIGITS = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\d.])")


def veiled_row(lead: LeadRow) -> LeadRow:
    """Return a lead of a list with its person masked."""
    return replace(
        lead,
        first_name=_initial(lead.first_name),
        last_name=_initial(lead.last_name),
        email=masked_email(lead.email) if lead.email else "",
        phone=masked_phone(lead.phone) if lead.phone else "",
    )


def may_search(text: str) -> bool:
    """Return whether a search asks for leads by more than what is hidden; nobody is found by that.

    A whole phone asks for somebody, even where an id could begin like it.
    """
    sought = understand(text)
    asks_for_somebody = sought.email is not None or len(sought.phones) == 1
    return not asks_for_somebody and (understand(text, by_person=False) != Search() or sought == Search())


def veiled_export(row: Sequence[str]) -> Sequence[str]:
    """Return a row under LEAD_HEADER with its person masked."""
    return [
        HIDDEN if text and name in _PERSONAL else text for name, text in zip(LEAD_HEADER, row, strict=True)
    ]


def veiled_story(story: LeadStory) -> LeadStory:
    """Return a story with its person masked.

    The posted bytes and headers are left out: whatever they say, they say it of the person.
    """
    veil = Veil([*_secrets(story.groups), *_corrected(story.events)])
    is_harmless = harmless_among(_harmless(story))
    return replace(
        story,
        name=" ".join(_initial(word) for word in story.name.split()),
        groups=tuple(_group(one, veil) for one in story.groups),
        submission=replace(story.submission, raw=b"", headers={}),
        events=tuple(_event(one, veil) for one in story.events),
        parcels=tuple(_parcel(one, veil, is_harmless) for one in story.parcels),
    )


class Veil:
    """Masks a person's own words in any text, JSON included, however they are written."""

    def __init__(self, secrets: Iterable[str]) -> None:
        found = sorted({one for one in secrets if len(one) >= _FEWEST}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, found)), re.IGNORECASE) if found else None

    def text(self, text: str) -> str:
        """Return the text with everything personal masked."""
        shown = self._secrets.sub(HIDDEN, text) if self._secrets else text
        return _DIGITS.sub(HIDDEN, _EMAIL.sub(HIDDEN, shown))

    def value(self, value: object) -> object:
        """Return a JSON value with everything personal masked."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                name: HIDDEN if _is_personal(str(name)) else self.value(one) for name, one in value.items()
            }
        return [self.value(one) for one in value] if isinstance(value, list | tuple) else value


def _secrets(groups: Iterable[FieldGroup]) -> list[str]:
    return [one.value for group in groups for one in group.fields if _is_personal(one.key)]


def _corrected(events: Iterable[StoredEvent]) -> list[str]:
    """Return what was said of the person before it was corrected: what was sent until then still says it."""
    former = [event.data.get("from") for event in events if event.type == "corrected"]
    return [
        str(value)
        for one in former
        if isinstance(one, Mapping)
        for name, value in one.items()
        if _is_personal(str(name)) and value
    ]


def _harmless(story: LeadStory) -> frozenset[str]:
    """Return the values that name nobody: of fields that are not personal, and the ids of what was sent."""
    shown = [one for group in story.groups for one in group.fields]
    personal = {one.value for one in shown if _is_personal(one.key)}
    ids = {str(story.passport.lead_id), *(str(one.id) for one in story.assignments)}
    return frozenset(({one.value for one in shown} | ids) - personal)


def _is_personal(key: str) -> bool:
    return key in _PERSONAL or key.startswith(EXTRA)


def _group(group: FieldGroup, veil: Veil) -> FieldGroup:
    return replace(group, fields=tuple(_field(one, veil) for one in group.fields))


def _field(shown: ShownField, veil: Veil) -> ShownField:
    value = HIDDEN if _is_personal(shown.key) else shown.value
    return replace(shown, value=value, mark=shown.mark and veil.text(shown.mark))


def _event(event: StoredEvent, veil: Veil) -> StoredEvent:
    # Ids and figures stay as they are: deliveries are told apart by them.
    kept = {name: value for name, value in event.data.items() if name in ("delivery", "consumer")}
    data = {name: HIDDEN if name in _PERSONAL else veil.value(value) for name, value in event.data.items()}
    return structs.replace(event, data=data | kept)


def _parcel(told: ParcelHistory, veil: Veil, is_harmless: Harmless) -> ParcelHistory:
    attempts = tuple(
        replace(
            one,
            request=veil.text(one.request),
            detail=veil.text(one.detail),
            reference=veil.text(one.reference),
            excerpt=veil.text(one.excerpt),
            head=_head(one.head, veil),
            body=veiled_body(one.head, one.body, is_harmless),
        )
        for one in told.attempts
    )
    return replace(told, attempts=attempts)


def _head(head: str, veil: Veil) -> str:
    """Return a head's lines; of the headers only those of mails can name somebody."""
    lines = veiled_head(head).split("\n")
    return "\n".join(veil.text(line) if line.startswith("To: ") else line for line in lines)


def _initial(name: str) -> str:
    return f"{name[:1]}." if name else ""
