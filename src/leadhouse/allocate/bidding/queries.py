"""The statements of bidding, one typed function each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from leadhouse.allocate.bidding.asking import NewBid
from leadhouse.allocate.types import LiveBid, Refusal
from leadhouse.store.run import execute, rows
from leadhouse.store.statements import Statements

SQL = Statements(__file__)


def write_bids(asked_for: UUID, bids: Sequence[NewBid]) -> None:
    """Keep what campaigns answered about a lead or a ping."""
    if bids:
        written = [_row(asked_for, one) for one in bids]
        text = orjson.dumps(written, option=orjson.OPT_NON_STR_KEYS).decode()
        execute(SQL["write_bids"], {"bids": text})


def _row(asked_for: UUID, bid: NewBid) -> dict[str, object]:
    answer = bid.answer
    return {
        "asked_for": asked_for,
        "campaign_id": bid.campaign_id,
        "ms": bid.ms,
        "sizes": bid.sizes,
        "request": bid.request,
        "status": answer.status,
        "prices": answer.prices,
        "refused": answer.refused,
        "refusal": answer.refusal,
        "reference": answer.reference,
        "excerpt": answer.excerpt,
    }


class KeptBid(NamedTuple):
    """A campaign's last answer about a lead or a ping."""

    asked_for: UUID
    campaign_id: int
    asked_at: datetime
    prices: Mapping[str, int]
    refusal: str | None
    reference: str

    def live(self) -> LiveBid:
        prices = {int(size): price for size, price in self.prices.items()}
        return LiveBid(prices, Refusal(self.refusal) if self.refusal else None, self.reference)


def bids_of(asked_for: Collection[UUID]) -> dict[UUID, list[KeptBid]]:
    """Return each campaign's last answer about these leads or pings."""
    found: defaultdict[UUID, list[KeptBid]] = defaultdict(list)
    for one in rows(SQL["bids_of"], {"asked_for": list(asked_for)}, KeptBid) if asked_for else ():
        found[one.asked_for].append(one)
    return found


def forget_person(lead_ids: Sequence[UUID]) -> None:
    """Leave of what was asked about these leads only what was bid."""
    execute(SQL["forget_person"], {"lead_ids": list(lead_ids)})
