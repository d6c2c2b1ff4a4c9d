"""How a source posts: instructions at a public link that follow the configuration, and a form to try it."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from leadhouse.capture.answers import refused
from leadhouse.capture.door.http import Head
from leadhouse.capture.door.submissions import read_post
from leadhouse.capture.intake import take
from leadhouse.capture.types import Answer, AnswerFormat, Refusal
from leadhouse.parties import current
from leadhouse.parties.audit.queries import note_changes
from leadhouse.parties.differences import HIDDEN, Difference, DifferenceKind, entry_path
from leadhouse.parties.entries import EntryKind
from leadhouse.parties.fields import CANONICAL
from leadhouse.parties.types import Market, Product, Source
from leadhouse.rules import Field
from leadhouse.store.run import transaction
from leadhouse.web import queries
from leadhouse.web.console.access import Desk, operators_only
from leadhouse.web.market.editing import page_of
from leadhouse.web.market.example import example_lead
from leadhouse.web.market.samples import Sample, samples

_SALT = "leadhouse.posting-instructions"
_DIGITS = 32
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a post can carry; `must` is whether a lead without it is refused."""

    field: Field
    must: bool


def address_of(source: Source) -> str:
    """Return the public address of a source's instructions: nobody can guess it who was not given it."""
    return reverse("posting-instructions", args=[f"{source.key}~{_proof(source)}"])


def _proof(source: Source) -> str:
    number = queries.link_number(source.id)
    said = f"{source.key}~{number}" if number else source.key
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()[:_DIGITS]


def _source_of(token: str, market: Market) -> Source:
    key, _, proof = token.rpartition("~")
    found = market.sources.get(key)
    if found is None or found.is_closed or not constant_time_compare(proof, _proof(found)):
        raise Http404
    return found


@require_POST
@operators_only
def new_link(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Take the link to a source's instructions back: another one leads there from now on."""
    source = desk.market.sources.get(key)
    if source is None or source.is_closed:
        raise Http404
    path = f"{entry_path((EntryKind.SOURCE, key), None)}.instructions_link"
    with transaction():
        queries.take_link_back(source.id)
        note_changes([Difference(DifferenceKind.CHANGE, "source", path, HIDDEN, HIDDEN)], desk.email)
    messages.success(request, "The former link is over. Give the new one to whoever posts.")
    return HttpResponseRedirect(page_of(EntryKind.SOURCE, key))


@require_safe
def instructions(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever has the link how to post for a source, as it is configured now."""
    market = current.market()
    source = _source_of(token, market)
    answer = render(request, "web/market/instructions.html", told(market, source))
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def told(market: Market, source: Source) -> dict[str, object]:
    """Return what instructions say: where to post, which fields, what is answered, and code that runs."""
    products = [market.products[key] for key in source.products if key in market.products]
    url = f"{settings.LEADHOUSE.public_url}/v1/leads"
    return {
        "market": market,
        "source": source,
        "url": url,
        "products": [(one, _asked(one)) for one in products],
        "common": _common(products),
        "samples": _samples(url, source, products),
        "criteria": source.criteria.sentence() if source.criteria else "",
    }


def _asked(product: Product) -> list[Asked]:
    return [Asked(field, key in product.required) for key, field in product.fields.items()]


def _common(products: Sequence[Product]) -> list[Asked]:
    """Return the fields of every lead, those first that one of the products requires."""
    required = {key for one in products for key in one.required}
    asked = [Asked(known.field, key in required) for key, known in CANONICAL.items()]
    return sorted(asked, key=lambda one: not one.must)


def _samples(url: str, source: Source, products: Sequence[Product]) -> list[Sample]:
    return samples(url, example_lead(source, products))


@require_POST
@operators_only
def try_posting(request: HttpRequest, desk: Desk, key: str) -> HttpResponse:
    """Post for a test source by hand, by the same road as everybody, and show the answer."""
    source = desk.market.sources.get(key)
    if source is None or source.is_closed:
        raise Http404
    if not source.is_test:
        return render(request, "web/market/tried.html", {"desk": desk, "is_live": True}, status=409)
    body = request.POST.get("body", "").encode()[: _MOST_BYTES + 1]
    answer = _answer(source, body, request.META.get("REMOTE_ADDR", ""))
    said = _pretty(answer.body)
    shown = {"desk": desk, "status": answer.status, "said": said, "lead_id": answer.lead_id}
    return render(request, "web/market/tried.html", shown)


def _answer(source: Source, body: bytes, address: str) -> Answer:
    head = Head("POST", "/v1/leads", {"content-type": "application/json"}, address)
    try:
        submission = read_post(head, source.id, body, AnswerFormat.JSON, b"")
    except Refusal as refusal:
        return refused(refusal)
    (answer,) = take([replace(submission, key_digest=None)])
    return answer


def _pretty(body: bytes) -> str:
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return body.decode("utf-8", "replace")


def example_text(source: Source, market: Market) -> str:
    """Return the example lead as JSON to be tried."""
    products = [market.products[key] for key in source.products if key in market.products]
    return orjson.dumps(example_lead(source, products), option=orjson.OPT_INDENT_2).decode()
