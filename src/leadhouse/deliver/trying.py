"""A delivery method tried with a made-up lead: written, sent and read as a real one, and nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic

from leadhouse.deliver.channels import email, http, portal
from leadhouse.deliver.channels.lead import flat_lead
from leadhouse.deliver.decide import receipt_of_trouble
from leadhouse.deliver.sent import sent
from leadhouse.deliver.types import Content, Receipt
from leadhouse.deliver.writing import sender_of
from leadhouse.kit.ids import new_id
from leadhouse.kit.money import to_text
from leadhouse.outbound.post_office import begin
from leadhouse.outbound.types import Mail, MailReceipt, Request, Response, Trouble
from leadhouse.outbound.wire.templates import TemplateError
from leadhouse.parties.types import Campaign, Market, Method, MethodKind
from leadhouse.store.run import database_now

TEST_HEADER = "X-Leadhouse-Test"
_SECRET_HEADERS = ("api", "auth", "cookie", "credential", "key", "pass", "secret", "signature", "token")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent and what came back, as people read it; `receipt` is what it would have meant."""

    sent: str
    answer: str
    receipt: Receipt | None
    trouble: str = ""
    ms: int = 0


def try_method(method: Method, campaign: Campaign, lead: Mapping[str, object], market: Market) -> Tried:
    """Send a made-up lead by a method, under the guard that real ones leave by; wait for the answer.

    Nothing is sold, charged or kept. A post carries `X-Leadhouse-Test: true`.
    """
    if method.kind is MethodKind.PORTAL:
        return Tried("Nothing is sent: the lead waits in the portal.", "", portal.receipt())
    content = _content(campaign, lead, market)
    try:
        if method.kind is MethodKind.EMAIL:
            return _mailed(email.build(content, method, sender_of(market)))
        return _posted(http.build(content, method, database_now()), method)
    except TemplateError as error:
        return Tried("", "", None, f"It cannot be written: {error}")


def _content(campaign: Campaign, lead: Mapping[str, object], market: Market) -> Content:
    price = to_text(max(campaign.bids.values(), default=0), market.currency)
    number = new_id()
    flat = flat_lead(lead, {}, lead_id=number, product=campaign.product, price=price)
    company = market.companies[campaign.company_id].name
    product = market.products[campaign.product].name
    return Content(number, flat, company=company, campaign=campaign.key, product=product, price=price)


def _posted(request: Request, method: Method) -> Tried:
    marked = Request(
        request.method,
        request.url,
        {**request.headers, TEST_HEADER: "true"},
        request.body,
        request.timeout_seconds,
    )
    begun = monotonic()
    reply = begin(marked).result()
    ms = round((monotonic() - begun) * 1_000)
    if isinstance(reply, Trouble):
        return Tried(_words(marked), "", receipt_of_trouble(reply), reply.detail, ms)
    if not isinstance(reply, Response):
        raise TypeError("a post is answered by a response")
    answer = f"HTTP {reply.status}\n{_headers(reply.headers)}\n\n{_text(reply.body)}"
    return Tried(_words(marked), answer, http.read(reply, method.accept, database_now()), "", ms)


def _mailed(mail: Mail) -> Tried:
    begun = monotonic()
    reply = begin(mail).result()
    ms = round((monotonic() - begun) * 1_000)
    if isinstance(reply, Trouble):
        return Tried(_words(mail), "", receipt_of_trouble(reply), reply.detail, ms)
    if not isinstance(reply, MailReceipt):
        raise TypeError("a mail is answered by a mail server")
    return Tried(_words(mail), reply.reference, email.read(reply), "", ms)


def _words(item: Request | Mail) -> str:
    told = sent(item)
    return f"{told.head}\n\n{told.body}"


def _headers(headers: Mapping[str, str]) -> str:
    """Write headers on lines, what could be a password hidden."""
    lines = []
    for name, value in headers.items():
        is_secret = any(word in name.lower() for word in _SECRET_HEADERS)
        lines.append(f"{name}: {'(hidden)' if is_secret else value}")
    return "\n".join(lines)


def _text(body: bytes) -> str:
    text = body[:_LONGEST].decode("utf-8", "replace")
    return text if len(body) <= _LONGEST else f"{text}\n… cut here"
