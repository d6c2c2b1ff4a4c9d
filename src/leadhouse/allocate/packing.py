"""All the offers of a decision as one packed value, made from columns: they are read to explain it."""

from collections.abc import Iterator

import numpy as np
from msgspec import msgpack

from leadhouse.allocate.prices.price_list import NO_BID
from leadhouse.allocate.types import OfferSet

_IDS, _PRICES = "<i4", "<i8"
_Columns = tuple[bytes, bytes, dict[int, bytes]]
_decoder = msgpack.Decoder(_Columns)


def packed(offers: OfferSet | None) -> bytes:
    """Return who offers, with what keep and what price by sale size; the same bytes for the same offers."""
    if offers is None:
        return b""
    found = offers.columns()
    prices = sorted((size, column) for size, column in found.prices.items() if (column != NO_BID).any())
    return msgpack.encode(
        (
            found.campaigns.astype(_IDS).tobytes(),
            found.keep.astype(_IDS).tobytes(),
            {size: column.astype(_PRICES).tobytes() for size, column in prices},
        )
    )


def unpacked(kept: bytes) -> Iterator[tuple[int, int, dict[int, int]]]:
    """Yield each campaign with its keep and its prices by sale size, in the order of their ids."""
    if not kept:
        return
    campaigns, keep, prices = _decoder.decode(kept)
    columns = {size: _numbers(column, _PRICES) for size, column in prices.items()}
    keeps = zip(_numbers(campaigns, _IDS), _numbers(keep, _IDS), strict=True)
    for place, (campaign_id, share) in enumerate(keeps):
        bids = {size: column[place] for size, column in columns.items() if column[place] != NO_BID}
        yield campaign_id, share, bids


def _numbers(column: bytes, kind: str) -> list[int]:
    found: list[int] = np.frombuffer(column, kind).tolist()
    return found
