"""Campaigns that cannot be made ready to be asked are left out, so that they stop nobody else's sales."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.prices.offers import OfferBook
from leadhouse.allocate.prices.rates import NO_REJECTIONS
from leadhouse.parties.types import Market

log = logging.getLogger(__name__)


def without_unsound(market: Market) -> Market:
    """Return the market without the campaigns with which no index or book can be made; each is told of.

    Halves are tried until the guilty ones are found: each takes about as long as two whole indexes.
    """
    unsound = set(_unsound(market, list(market.campaigns)))
    return _only(market, [one for one in market.campaigns if one not in unsound])


def _unsound(market: Market, campaign_ids: Sequence[int]) -> list[int]:
    try:
        OfferBook(Index(_only(market, campaign_ids)), NO_REJECTIONS, {})
    except Exception:
        if not campaign_ids:
            raise
        if len(campaign_ids) > 1:
            half = len(campaign_ids) // 2
            return _unsound(market, campaign_ids[:half]) + _unsound(market, campaign_ids[half:])
        told = "campaign %s cannot be asked and buys nothing: mend it in the market file and apply that"
        log.exception(told, market.campaigns[campaign_ids[0]].key)
        return list(campaign_ids)
    return []


def _only(market: Market, campaign_ids: Sequence[int]) -> Market:
    return replace(market, campaigns={one: market.campaigns[one] for one in campaign_ids})
