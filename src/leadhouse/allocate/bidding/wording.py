"""How a campaign is asked for its bids, and what its answer means. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from leadhouse.allocate.types import Lead, Refusal
from leadhouse.kit.money import exponent
from leadhouse.kit.text import clean
from leadhouse.outbound.types import Reply, Request, Response, Trouble, TroubleKind
from leadhouse.outbound.wire.answers import Answer, find, parse
from leadhouse.outbound.wire.bodies import CONTENT_TYPES, encode
from leadhouse.outbound.wire.headers import added
from leadhouse.outbound.wire.signature import signature_headers
from leadhouse.outbound.wire.templates import render
from leadhouse.outbound.wire.values import plain
from leadhouse.parties.leaves import SIZE_NAMES
from leadhouse.parties.types import BidPing, Product
from leadhouse.rules.types import FieldType

PING_HEADER = "X-Leadhouse-Ping"
# So many questions to one host go out side by side; who waits longer than the deadline is late.
AT_ONCE = 64
MOST_ANSWER_BYTES = 65_536
_WORDS = 300
_NO_CONTENT = 204
_NAMES = {size: name for name, size in SIZE_NAMES.items()}
_ZIP = re.compile(r"[0-9]{5}")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?")
_LARGEST_DIGITS = 15
# What of a lead nobody could be known by: its place down to the ZIP, and choices among a few.
_TOLD = ("state", "county", "country", "classification")
_CLOSED = frozenset({FieldType.CHOICE, FieldType.MULTICHOICE, FieldType.BOOLEAN})

_TROUBLES = {
    TroubleKind.UNSENDABLE: Refusal.BID_UNSENDABLE,
    TroubleKind.TIME_OUT: Refusal.BID_LATE,
    TroubleKind.TOO_LARGE: Refusal.BID_MALFORMED,
    TroubleKind.UNREADABLE: Refusal.BID_MALFORMED,
}


@dataclass(frozen=True, slots=True)
class BidAnswer:
    """What was answered: bids in minor units by sale size, the sizes whose bid is not believed, and why.

    `refusal` says why there is no bid at all; `excerpt` is the start of an answer that gave none.
    """

    prices: Mapping[int, int] = field(default_factory=dict)
    refused: Mapping[int, Refusal] = field(default_factory=dict)
    refusal: Refusal | None = None
    reference: str = ""
    status: int | None = None
    excerpt: str = ""


def sizes_of(ping: BidPing, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return for which of these sale sizes the campaign is asked."""
    return tuple(size for size in sizes if size in ping.prices) if ping.prices else sizes


def build(
    ping: BidPing, lead: Lead, product: Product, *, asked_for: UUID, sizes: tuple[int, ...], currency: str,
    seconds: float, now: datetime,
) -> Request:  # fmt: skip
    """Write the question; TemplateError when the ping's map cannot be rendered."""
    number = str(asked_for)
    about = {"ping": number, "product": product.key, "sizes": list(sizes), "currency": currency}
    told = about | _told(lead, product) if ping.map is None else _mapped(ping.map, lead, product, about)
    body = encode(told, ping.format)
    headers = {"Accept": "application/json, application/xml;q=0.9", **added(ping.headers)}
    headers |= {"Content-Type": CONTENT_TYPES[ping.format], PING_HEADER: number}
    if ping.secret:
        headers |= signature_headers(ping.secret, number, now, body)
    patience = min(seconds, ping.timeout.total_seconds())
    return Request("POST", ping.url, headers, body, patience, MOST_ANSWER_BYTES, at_once=AT_ONCE)


def _told(lead: Lead, product: Product) -> dict[str, object]:
    """Return what a buyer is told without a map: nothing personal, and no text that somebody wrote."""
    own = [key for key, one in product.fields.items() if one.type in _CLOSED]
    told: dict[str, object] = {
        key: plain(value) for key in (*_TOLD, *own) if (value := lead.facts.get(key)) is not None
    }
    postal_code = str(lead.facts.get("postal_code") or "")
    return {"postal_code": postal_code, **told} if _ZIP.fullmatch(postal_code) else told


def _mapped(
    mapping: Mapping[str, str], lead: Lead, product: Product, about: Mapping[str, object]
) -> dict[str, object]:
    facts = {
        "lead": plain(lead.facts),
        "ping": {"id": about["ping"]},
        "product": {"key": product.key, "name": product.name},
        "sizes": about["sizes"],
        "currency": about["currency"],
    }
    return {name: render(template, facts) for name, template in mapping.items()}


def read(reply: Reply, ping: BidPing, sizes: tuple[int, ...], currency: str) -> BidAnswer:
    """Say what a buyer bids for these sale sizes."""
    if isinstance(reply, Trouble):
        refusal = _TROUBLES.get(reply.kind, Refusal.BID_UNREACHABLE)
        return BidAnswer(refusal=refusal, excerpt=reply.detail[:_WORDS])
    excerpt = clean(reply.body[: 4 * _WORDS].decode("utf-8", "replace"))[:_WORDS]
    if reply.status == _NO_CONTENT:
        return BidAnswer(refusal=Refusal.NO_BID, status=reply.status)
    if not 200 <= reply.status < 300:
        return BidAnswer(refusal=Refusal.BID_ERROR, status=reply.status, excerpt=excerpt)
    return _read(reply, parse(reply.body), ping, sizes, currency, excerpt)


def _read(
    reply: Response, answer: Answer, ping: BidPing, sizes: tuple[int, ...], currency: str, excerpt: str
) -> BidAnswer:
    if not answer.is_readable or (answer.xml is None and not isinstance(answer.json, Mapping)):
        return BidAnswer(refusal=Refusal.BID_MALFORMED, status=reply.status, excerpt=excerpt)
    named = _first(answer, ping.currency)
    if named and named.upper() != currency:
        return BidAnswer(refusal=Refusal.BID_CURRENCY, status=reply.status, excerpt=excerpt)
    said = {size: text for size in sizes if (text := _bid(answer, ping, size))}
    found = {size: price_of(text, currency, ping.most) for size, text in said.items()}
    prices = {size: price for size, price in found.items() if not isinstance(price, Refusal) and price}
    refused = {size: price for size, price in found.items() if isinstance(price, Refusal)}
    return BidAnswer(
        prices=prices,
        refused=refused,
        refusal=None if prices else next(iter(refused.values()), Refusal.NO_BID),
        reference=clean(_first(answer, ping.reference))[:_WORDS],
        status=reply.status,
        excerpt="" if prices else excerpt,
    )


def _first(answer: Answer, path: str) -> str:
    return next(iter(find(answer, path)), "").strip()


def _bid(answer: Answer, ping: BidPing, size: int) -> str:
    if ping.prices:
        return _first(answer, ping.prices[size]) if size in ping.prices else ""
    named = _first(answer, f"bids.{_NAMES[size]}") if size in _NAMES else ""
    return named or _first(answer, f"bids.{size}")


def price_of(text: str, currency: str, most: int) -> int | Refusal:
    """Read a bid as minor units, parts of one dropped: no buyer pays more than it bid."""
    if not _AMOUNT.fullmatch(text):
        return Refusal.BID_MALFORMED
    amount = Decimal(text)
    if amount < 0:
        return Refusal.BID_NEGATIVE
    if amount.adjusted() >= _LARGEST_DIGITS:
        return Refusal.BID_ABOVE_MAX
    minor = int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_FLOOR))
    return Refusal.BID_ABOVE_MAX if minor > most else minor
