"""The market read from its tables: whole, or what was written since a revision that is known.

What is stored was checked before; should an entry be unreadable all the same, it alone is left out.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TypeVar

from pydantic import ValidationError

from leadhouse.parties import queries
from leadhouse.parties.compile import MarketBuilder
from leadhouse.parties.document import Document
from leadhouse.parties.documents import (
    CampaignDocument,
    CompanyDocument,
    MarketDocument,
    ProductDocument,
    SourceDocument,
)
from leadhouse.parties.entries import EntryKind, StoredEntry, with_secrets
from leadhouse.parties.fields import catalogue
from leadhouse.parties.leaves import Surroundings
from leadhouse.parties.market_file import Built, surroundings_of
from leadhouse.parties.types import Market

D = TypeVar("D", bound=Document)
K = TypeVar("K")
T = TypeVar("T")

log = logging.getLogger(__name__)


def load_market(known: Market | None = None) -> Market:
    """Return the whole market at one revision; what did not change since the known one is taken from there.

    What was not written is the same object as before, so that readers see at once what is other.
    """
    while True:
        before = queries.revision()
        market = _load(before, known)
        # Every change bumps the revision in its own transaction: the same number means nothing moved.
        if queries.revision() == before:
            return market


def _load(number: int, known: Market | None) -> Market:
    written = queries.market_config()
    surroundings = surroundings_of({"market": written}, Built())
    builder = MarketBuilder(number, MarketDocument.model_validate(written, context=surroundings))
    since = _take_over(builder, known) if known else None
    for one in queries.entries(EntryKind.PRODUCT, since):
        with _alone(one, builder.products, one.key):
            builder.add_product(
                one.id, _document(ProductDocument, one, surroundings), is_closed=one.is_closed
            )
    for one in queries.entries(EntryKind.SOURCE, since):
        with _alone(one, builder.sources, one.key):
            builder.add_source(one.id, _document(SourceDocument, one, surroundings), is_closed=one.is_closed)
    for one in queries.entries(EntryKind.COMPANY, since):
        with _alone(one, builder.companies, one.id):
            builder.add_company(
                one.id, _document(CompanyDocument, one, surroundings), is_closed=one.is_closed
            )
    owners = {one.key: one.id for one in builder.companies.values()}
    for one in queries.entries(EntryKind.CAMPAIGN, since):
        with _alone(one, builder.campaigns, one.id):
            owner = owners[one.owner or ""]
            document = _document(CampaignDocument, one, surroundings)
            builder.add_campaign(one.id, document, company_id=owner, is_closed=one.is_closed)
    return builder.build()


@contextmanager
def _alone(entry: StoredEntry, among: MutableMapping[K, T], number: K) -> Iterator[None]:
    """Leave an entry that cannot be read out of the market, and say so; all others stay in it."""
    try:
        yield
    except Exception as trouble:
        among.pop(number, None)
        told = "%s %s cannot be read and is left out of the market: %s; apply a market file that has it anew"
        log.error(told, entry.kind, entry.key, _faults(trouble))  # noqa: TRY400 - a trace would show values


def _faults(trouble: Exception) -> str:
    """Return what is wrong without values, among which may be secrets."""
    if isinstance(trouble, ValidationError):
        found = trouble.errors(include_url=False, include_input=False)
        return ", ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    return type(trouble).__name__


def _take_over(builder: MarketBuilder, known: Market) -> int | None:
    """Begin with what is known; return its revision, or None when everything has to be read anew.

    That is after a revision that was rolled back, and when the market's zone or currency is another: all
    entries are read with them.
    """
    market = builder.build()
    if (market.zone, market.currency) != (known.zone, known.currency):
        return None
    if not queries.was_committed(known.revision):
        return None
    builder.products |= known.products
    builder.sources |= known.sources
    builder.companies |= known.companies
    builder.campaigns |= known.campaigns
    builder.catalogues |= {key: catalogue(one, market.currency) for key, one in known.products.items()}
    return known.revision


def _document(kind: type[D], entry: StoredEntry, surroundings: Surroundings) -> D:
    return kind.model_validate(with_secrets(entry.config, entry.secrets), context=surroundings)
