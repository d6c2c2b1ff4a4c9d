"""Parcels as HTTP posts: how they are written, and what their answers mean."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from leadhouse.deliver.channels.answers import read as read_body
from leadhouse.deliver.decide import judge_status, read_retry_after
from leadhouse.deliver.types import Content, Reason, Receipt, Verdict
from leadhouse.kit.text import clean
from leadhouse.outbound.types import Request, Response
from leadhouse.outbound.wire.bodies import CONTENT_TYPES, encode
from leadhouse.outbound.wire.headers import added
from leadhouse.outbound.wire.signature import signature_headers
from leadhouse.outbound.wire.templates import render
from leadhouse.parties.types import AcceptRule, Method

DELIVERY_HEADER = "X-Leadhouse-Delivery"
BID_HEADER = "X-Leadhouse-Bid"
_ACCEPT = "application/json, application/xml;q=0.9, */*;q=0.5"
_EXCERPT_LENGTH = 500


def build(content: Content, method: Method, now: datetime) -> Request:
    """Write the post of a lead; TemplateError when the method's map cannot be rendered."""
    body = encode(_mapped(content, method.map), method.format)
    delivery = str(content.delivery_id)
    headers = {"Accept": _ACCEPT, **added(method.headers)}
    headers |= {"Content-Type": CONTENT_TYPES[method.format], DELIVERY_HEADER: delivery}
    if content.bid:
        headers[BID_HEADER] = _in_header(content.bid)
    if method.secret:
        headers |= signature_headers(method.secret, delivery, now, body)
    return Request("POST", method.url, headers, body, method.timeout.total_seconds())


def _in_header(text: str) -> str:
    """Return a buyer's own words as a header can carry them."""
    return quote(text, safe="!#$%&'()*+,-./:;<=>?@[]^_`{|}~ ").strip()


def _mapped(content: Content, mapping: Mapping[str, str] | None) -> Mapping[str, object]:
    if mapping is None:
        return content.lead
    facts = facts_for_templates(content)
    return {name: render(template, facts) for name, template in mapping.items()}


def facts_for_templates(content: Content) -> dict[str, object]:
    """Return the names that an operator's templates may use."""
    return {
        "lead": content.lead,
        "delivery": {"id": str(content.delivery_id)},
        "company": {"name": content.company},
        "campaign": {"key": content.campaign},
        "product": {"name": content.product},
        "price": content.price,
        "bid": {"id": content.bid},
    }


def read(response: Response, rule: AcceptRule | None, now: datetime) -> Receipt:
    """Say what an answer means by its status and, for a 2xx, by the accept rule."""
    excerpt = _excerpt(response.body)
    judged = judge_status(response.status)
    if judged is not None:
        verdict, reason = judged
        wish = read_retry_after(response.headers.get("retry-after", ""), now)
        words = read_body(response.body, rule).reason or f"HTTP {response.status}"
        return Receipt(verdict, reason, words, "", response.status, excerpt, wish)
    reading = read_body(response.body, rule)
    if reading.is_accepted is None:
        return Receipt(Verdict.UNKNOWN, Reason.UNREADABLE, "", "", response.status, excerpt)
    if reading.is_accepted:
        return Receipt(Verdict.ACCEPTED, None, "", reading.reference, response.status, excerpt)
    return Receipt(
        Verdict.REFUSED, Reason.NOT_ACCEPTED, reading.reason, reading.reference, response.status, excerpt
    )


def _excerpt(body: bytes) -> str:
    return clean(body[: 4 * _EXCERPT_LENGTH].decode("utf-8", "replace"))[:_EXCERPT_LENGTH]
