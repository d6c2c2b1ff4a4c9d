"""What a sale uses up, and which sales of a batch there is room for once their rows are locked."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from leadhouse.allocate.matching.targeting import Index
from leadhouse.allocate.selling.cases import Decided
from leadhouse.allocate.selling.room import Window, WindowKey
from leadhouse.allocate.types import WHOLE, LineKey, NewAssignment, Scenario
from leadhouse.kit.ids import new_id


class Sale(Struct, frozen=True):
    """A decided lead with its assignments-to-be, and the windows that each of them uses up."""

    decided: Decided
    assignments: tuple[NewAssignment, ...]
    windows: tuple[tuple[Window, ...], ...]

    @property
    def lead_id(self) -> UUID:
        return self.decided.case.lead.id

    @property
    def campaign_ids(self) -> set[int]:
        return {one.campaign_id for one in self.assignments}


class Use(Struct, frozen=True):
    """What the granted sales take of one window."""

    window_id: int
    limit: int
    amount: int


def sale_of(
    index: Index, windows: Callable[[int], tuple[Window, ...]], decided: Decided, sale: Scenario
) -> Sale:
    """Return the assignments of a decision; a lead that only follows its opportunity uses up nothing.

    `windows` tells in which windows a campaign's sale counts.
    """
    assignments = tuple(
        _assignment(index, decided, sale, campaign_id, price, _keep(decided, campaign_id))
        for campaign_id, price in zip(sale.winners, sale.prices, strict=True)
    )
    used = tuple(() if decided.is_following else windows(one) for one in sale.winners)
    return Sale(decided, assignments, used)


def _keep(decided: Decided, campaign_id: int) -> int:
    offer = decided.decision.offers.get(campaign_id) if decided.decision.offers else None
    return offer.keep if offer else WHOLE


def _bid_reference(decided: Decided, campaign_id: int) -> str:
    bid = decided.case.lead.bids.get(campaign_id)
    return bid.reference if bid else ""


def _assignment(
    index: Index, decided: Decided, sale: Scenario, campaign_id: int, price: int, keep: int
) -> NewAssignment:
    passport = decided.case.passport
    campaign = index.campaigns[campaign_id]
    return NewAssignment(
        id=new_id(),
        lead_id=passport.lead_id,
        run=passport.run,
        company_id=campaign.company_id,
        campaign_id=campaign_id,
        consumer_id=passport.consumer_id,
        product_id=index.market.products[decided.case.lead.product].id,
        unique_lead_id=passport.unique_lead_id,
        sale_size=sale.size,
        price_minor=price,
        expected_minor=(price * keep + WHOLE // 2) // WHOLE,
        rejection_window=campaign.rejection_window,
        bid_reference=_bid_reference(decided, campaign_id),
    )


class Grants:
    """Grants sales in order as long as the locked windows and wallets bear them: all of a sale or nothing."""

    def __init__(
        self, ids: Mapping[WindowKey, int], used: Mapping[int, int], wallets: Mapping[int, int]
    ) -> None:
        self._ids = ids
        self._used = dict(used)
        self._wallets = dict(wallets)
        self._uses: Counter[tuple[int, int]] = Counter()

    def part(self, sales: Sequence[Sale], fallen: Set[UUID]) -> tuple[list[Sale], list[Sale]]:
        """Return the sales that are granted, and those that have lost their room or their place in line.

        `fallen` are leads whose sales do not stand for other reasons.
        """
        granted: list[Sale] = []
        lost: list[Sale] = []
        broken: set[LineKey] = set()
        for sale in sales:
            lines = {turn.line for turn in sale.decided.decision.turns}
            if sale.lead_id not in fallen and lines.isdisjoint(broken) and self._grant(sale):
                granted.append(sale)
            else:
                lost.append(sale)
                broken |= lines
        return granted, lost

    def uses(self) -> list[Use]:
        """Return what the granted sales take, in window id order."""
        return [Use(number, limit, amount) for (number, limit), amount in sorted(self._uses.items())]

    def assignments(self, sale: Sale) -> Iterator[NewAssignment]:
        """Yield a sale's assignments with the ids of the windows that each uses up."""
        for one, windows in zip(sale.assignments, sale.windows, strict=True):
            yield replace(one, windows=[self._ids[window.key] for window in windows])

    def _grant(self, sale: Sale) -> bool:
        pairs = list(zip(sale.assignments, sale.windows, strict=True))
        for one, windows in pairs:
            if one.price_minor > self._wallets.get(one.company_id, 0) and one.price_minor:
                return False
            if any(not self._fits(window, one.price_minor) for window in windows):
                return False
        for one, windows in pairs:
            if one.price_minor:
                self._wallets[one.company_id] -= one.price_minor
            for window in windows:
                number = self._ids[window.key]
                self._used[number] += window.amount(one.price_minor)
                self._uses[number, window.limit] += window.amount(one.price_minor)
        return True

    def _fits(self, window: Window, price_minor: int) -> bool:
        return self._used[self._ids[window.key]] + window.amount(price_minor) <= window.limit
