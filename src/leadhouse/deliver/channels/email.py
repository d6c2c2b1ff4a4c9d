"""Parcels as mails to a buyer: the operator's own words, or every field under its category."""

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parseaddr
from html import escape
from uuid import UUID

from leadhouse.deliver.channels.http import DELIVERY_HEADER, facts_for_templates
from leadhouse.deliver.decide import receipt_of_trouble
from leadhouse.deliver.types import Content, Reason, Receipt, Verdict
from leadhouse.kit.text import clean
from leadhouse.outbound.types import Mail, MailReply, Trouble
from leadhouse.outbound.wire.templates import render
from leadhouse.outbound.wire.values import text_of
from leadhouse.parties.types import Method

CATEGORIES = {
    "Contact": ("first_name", "last_name", "email", "phone_1"),
    "Location": ("address_1", "city", "state", "postal_code", "country", "lat", "lon"),
    "User preference": ("max_contact_requests", "estimate_low", "estimate_high"),
    "Attribution": (
        "marketing_campaign",
        "source_url",
        "landing_url",
        "reference",
        *(f"sub_id_{number}" for number in range(1, 6)),
    ),
    "Verification": ("trustedform_cert_url", "leadid_token", "consent_text", "ip", "user_agent"),
}
_SPECIFIC = "Industry specific"
_SYSTEM = "System"
_SYSTEM_FIELDS = ("lead_id", "product", "price")
_LONGEST_SUBJECT = 200
_DEFAULT_SUBJECT = "New {{ product.name }} lead{% if lead.postal_code %} in {{ lead.postal_code }}{% endif %}"
_LINES = re.compile(r"\s+")

Section = tuple[str, list[tuple[str, str]]]


def build(content: Content, method: Method, sender: str) -> Mail:
    """Write the mail of a lead; TemplateError when the method's subject or body cannot be rendered."""
    facts = facts_for_templates(content)
    subject = _LINES.sub(" ", render(method.subject or _DEFAULT_SUBJECT, facts)).strip()[:_LONGEST_SUBJECT]
    text, html = _bodies(content, method, facts)
    delivery = str(content.delivery_id)
    return Mail(
        message_id=message_id(content.delivery_id, sender),
        sender=sender,
        to=method.to,
        subject=subject,
        text=f"{text}\n\nDelivery: {delivery}\n",
        html=f"{html}<p>Delivery: {delivery}</p>",
        headers={DELIVERY_HEADER: delivery},
        timeout_seconds=max(method.timeout.total_seconds(), 30.0),
    )


def message_id(of: UUID, sender: str) -> str:
    """Return the Message-ID of a parcel's mails, the same in every attempt, in the sender's own domain."""
    return f"{of}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}"


def read(reply: MailReply) -> Receipt:
    """Say what the mail server's answer means: one recipient that was taken is a delivery."""
    if isinstance(reply, Trouble):
        return receipt_of_trouble(reply)
    if not reply.accepted:
        return Receipt(Verdict.FAILED, Reason.MAIL_REFUSED, "; ".join(reply.refused.values())[:300])
    refused = ", ".join(f"{to}: {words}" for to, words in reply.refused.items())
    return Receipt(Verdict.ACCEPTED, None, refused[:300], reply.reference[:300])


def _bodies(content: Content, method: Method, facts: Mapping[str, object]) -> tuple[str, str]:
    if method.body:
        paragraphs = escape(render(method.body, facts)).split("\n")
        return render(method.body, facts).strip(), "<p>" + "<br>\n".join(paragraphs) + "</p>"
    sections = list(by_category(content.lead))
    return _as_text(sections), _as_html(sections)


def by_category(lead: Mapping[str, object]) -> Iterator[Section]:
    """Yield each category with its labelled values; empty ones are left out."""
    placed = {*_SYSTEM_FIELDS, "extra", *(name for names in CATEGORIES.values() for name in names)}
    own = [name for name in lead if name not in placed]
    extra = lead.get("extra")
    others = _labelled(extra, extra) if isinstance(extra, Mapping) else []
    sections = [
        *((category, _labelled(lead, names)) for category, names in CATEGORIES.items()),
        (_SPECIFIC, _labelled(lead, own) + others),
        (_SYSTEM, _labelled(lead, _SYSTEM_FIELDS)),
    ]
    yield from ((category, values) for category, values in sections if values)


def _labelled(values: Mapping[str, object], names: Iterable[str]) -> list[tuple[str, str]]:
    return [(_label(name), _line(values[name])) for name in names if values.get(name) not in (None, "")]


def _label(name: str) -> str:
    words = _LINES.sub(" ", clean(str(name)).replace("_", " ")).strip()
    return words[:1].upper() + words[1:80]


def _line(value: object) -> str:
    """Return a value on one line, so that no lead can write lines that look like ours."""
    return _LINES.sub(" ", clean(text_of(value))).strip()


def _as_text(sections: list[Section]) -> str:
    blocks = [
        "\n".join([category, *(f"  {label}: {value}" for label, value in values)])
        for category, values in sections
    ]
    return "\n\n".join(blocks)


def _as_html(sections: list[Section]) -> str:
    return "".join(
        f"<h3>{escape(category)}</h3><table>"
        + "".join(f"<tr><td>{escape(label)}</td><td>{escape(value)}</td></tr>" for label, value in values)
        + "</table>"
        for category, values in sections
    )
