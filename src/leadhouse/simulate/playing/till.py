"""What is left of caps and wallets as the simulated time goes by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from leadhouse.allocate.selling.room import Left, Room, Window, WindowKey, Windows
from leadhouse.parties.types import CapUnit, Market

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Use:
    """What one campaign used up of its present windows, in their order, until its room was made.

    `room` is what it had left then, by count and by money.
    """

    windows: tuple[Window, ...]
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
        self._valid_until = _LONG_AGO

    def room(self, now: datetime) -> Room:
        """Return the room at this instant, later than those asked for before; its takers use it up."""
        if now >= self._valid_until:
            for number, use in self._uses.items():
                use.settle(self._room.left(number))
            uses = [self._use(one, now) for one in self._capped]
            used = [each for one in uses for each in zip(one.windows, one.amounts, strict=True)]
            self._room = Room(used, self._room.wallets)
            for number, use in self._uses.items():
                use.room = self._room.left(number)
            self._valid_until = min((window.ends_at for window, _ in used), default=_NEVER)
        return self._room

    def _use(self, campaign_id: int, now: datetime) -> _Use:
        windows = self._windows.of(campaign_id, now)
        use = self._uses.get(campaign_id)
        if use is None or use.windows is not windows:
            known = (
                dict(zip((one.key for one in use.windows), use.amounts, strict=True)) if use else self._used
            )
            use = self._uses[campaign_id] = _Use(windows, [known.get(one.key, 0) for one in windows])
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
        self.pay_in(company_id, price_minor)

    def pay_in(self, company_id: int, amount_minor: int) -> None:
        """Let a company spend so much more."""
        wallets = self._room.wallets
        wallets[company_id] = wallets.get(company_id, 0) + amount_minor
        self._valid_until = _LONG_AGO
