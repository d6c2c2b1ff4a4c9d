"""What is left of caps and wallets as the simulated time goes by."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from leadhouse.allocate.selling.room import Left, Room, Window, WindowKey, Windows
from leadhouse.parties.types import CapUnit, Market

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Use:
    """What one campaign used up of its present windows, in their order, until its room was made.

    `ends_at` is when the first of them ends, `room` is what it had left then, by count and by money.
    """

    windows: tuple[Window, ...]
    ends_at: datetime
    amounts: list[int]
    room: Left = (0, 0)

    def settle(self, left: Left) -> None:
        """Count what was used of the room since: every sale, in each of the windows."""
        count, money = (before - now for before, now in zip(self.room, left, strict=True))
        for place, window in enumerate(self.windows):
            self.amounts[place] += count if window.key.unit == CapUnit.COUNT else money


class Till:
    """Makes the room that decisions are given, which keeps what they use up until a window ends.

    `used` and `wallets` are what was used of windows, and what companies may still spend, when it begins.
    """

    def __init__(
        self, market: Market, wallets: Mapping[int, int], used: Mapping[WindowKey, int] | None = None
    ) -> None:
        self._windows = Windows(market)
        self._capped = [one.id for one in market.campaigns.values() if one.caps]
        # What was used of windows that are open and not the present ones' yet.
        self._used = dict(used or {})
        self._uses: dict[int, _Use] = {}
        self._room = Room((), wallets)
        # Whose windows were given something back since the room was made.
        self._changed: set[int] = set()
        self._valid_until = _LONG_AGO

    def room(self, now: datetime) -> Room:
        """Return the room at this instant, later than those asked for before; its takers use it up."""
        if now >= self._valid_until:
            over = [one for one in self._capped if one in self._changed or now >= self._ends_of(one)]
            self._renew(over, now)
            self._changed.clear()
            self._valid_until = min(map(self._ends_of, self._capped), default=_NEVER)
        return self._room

    def _ends_of(self, campaign_id: int) -> datetime:
        use = self._uses.get(campaign_id)
        return use.ends_at if use else _LONG_AGO

    def _renew(self, campaigns: Collection[int], now: datetime) -> None:
        """Make the room of these campaigns anew, from the windows that are open now."""
        for number in campaigns:
            if number in self._uses:
                self._uses[number].settle(self._room.left(number))
        uses = [self._use(number, now) for number in campaigns]
        used = [each for one in uses for each in zip(one.windows, one.amounts, strict=True)]
        self._room.renew(campaigns, used)
        for number, use in zip(campaigns, uses, strict=True):
            use.room = self._room.left(number)

    def _use(self, campaign_id: int, now: datetime) -> _Use:
        windows = self._windows.of(campaign_id, now)
        use = self._uses.get(campaign_id)
        if use is None or use.windows is not windows:
            known = (
                dict(zip((one.key for one in use.windows), use.amounts, strict=True)) if use else self._used
            )
            ends_at = min(one.ends_at for one in windows)
            amounts = [known.get(one.key, 0) for one in windows]
            use = self._uses[campaign_id] = _Use(windows, ends_at, amounts)
        return use

    def windows_of(self, campaign_id: int) -> tuple[Window, ...]:
        """Return the windows in which a sale counts that the room last made bears."""
        use = self._uses.get(campaign_id)
        return use.windows if use else ()

    def give_back(self, windows: Iterable[Window], company_id: int, price_minor: int) -> None:
        """Undo a sale, in those of its windows that are still open."""
        for window in windows:
            use = self._uses[window.key.campaign_id]
            for place, one in enumerate(use.windows):
                if one.key == window.key:
                    use.amounts[place] -= window.amount(price_minor)
                    self._changed.add(window.key.campaign_id)
        self.pay_in(company_id, price_minor)

    def pay_in(self, company_id: int, amount_minor: int) -> None:
        """Let a company spend so much more."""
        wallets = self._room.wallets
        wallets[company_id] = wallets.get(company_id, 0) + amount_minor
        self._valid_until = _LONG_AGO
