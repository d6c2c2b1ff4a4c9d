"""The most that a month could have earned: the problem as arrays, and the bound that others' solvers find."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.apparatus import peers
from bench.apparatus.budgets import Month
from leadhouse.allocate.prices.bids import sale_sizes
from leadhouse.allocate.selling.room import Windows
from leadhouse.parties.types import CapUnit, Market

_SIZES = 4
_NONE = -1
# How many budgets one campaign's sale may draw on.
_MOST_CAPS = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """Minor units: a bound of what budgets let a month earn, and what it would earn without any budget.

    `solved` is the value of the linear program, and `bound_there` the bound at its multipliers, where it was
    solved.
    """

    bound: float
    free: float
    solved: float | None = None
    bound_there: float | None = None


def bound(python: Path, month: Month, market: Market, steps: int, *, is_solved: bool = False) -> Bound:
    """Find the bound of a month in a market with budgets."""
    with tempfile.NamedTemporaryFile(prefix="leadhouse-bench-", suffix=".npz") as file:
        np.savez(file, allow_pickle=False, **_problem(month, market))
        file.flush()
        asked = {"problem": file.name, "steps": steps, "is_solved": is_solved}
        done = subprocess.run(
            [str(python), str(peers.FOLDER / "dual_bound.py")],
            input=json.dumps(asked) + "\n",
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    # HiGHS greets on the same stream.
    return Bound(**json.loads(done.stdout.splitlines()[-1]))


def _problem(month: Month, market: Market) -> dict[str, NDArray[np.generic]]:
    """Return leads and offers, an offer being one campaign's prices for one lead, by lead and company."""
    company = np.zeros(max(market.campaigns) + 1, np.int64)
    for number, one in market.campaigns.items():
        company[number] = one.company_id
    order = np.lexsort((company[month.rows], month.lead_of))
    lead, campaign = month.lead_of[order], month.rows[order]
    leads = month.leads()
    most = np.array([most_companies(market, one.lead.contact_requests) for one in leads])
    bids = bids_of(market)[campaign]
    prices = np.where(np.arange(1, _SIZES + 1) <= most[lead][:, None], bids, 0)
    budgets, limits, is_money, scale = _budgets(month, market, lead, campaign, bids)
    return {
        "starts": np.searchsorted(lead, np.arange(len(leads) + 1)),
        "group": company[campaign],
        "prices": prices.astype(float),
        "budgets": budgets,
        "limits": limits,
        "is_money": is_money,
        "scale": scale,
    }


def most_companies(market: Market, contact_requests: int | None) -> int:
    """Return to how many companies a lead of the market's one product may be sold at most."""
    (product,) = market.products.values()
    return _most(product.sale_sizes, contact_requests)


@cache
def _most(sizes: tuple[int, ...], contact_requests: int | None) -> int:
    return max(sale_sizes(sizes, contact_requests))


def bids_of(market: Market) -> NDArray[np.int64]:
    """Return bids at or above the floor by campaign and sale size; 0 where there is none."""
    (product,) = market.products.values()
    found = np.zeros((max(market.campaigns) + 1, _SIZES), np.int64)
    for number, one in market.campaigns.items():
        for size, bid in one.bids.items():
            if bid >= product.floor:
                found[number, size - 1] = bid
    return found


def _budgets(
    month: Month,
    market: Market,
    lead: NDArray[np.int64],
    campaign: NDArray[np.int64],
    bids: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return which budgets each offer draws on, their limits, units, and a price that makes units money."""
    windows, numbers = Windows(market), dict[object, int]()
    limits: dict[int, tuple[int, bool, float]] = {}
    instants = [one.at for one in month.leads()]
    found = np.full((len(campaign), _MOST_CAPS), _NONE, np.int64)
    dearest = bids.max(axis=1)
    for row, (which, who) in enumerate(zip(lead.tolist(), campaign.tolist(), strict=True)):
        for place, window in enumerate(windows.of(who, instants[which])):
            number = found[row, place] = numbers.setdefault(window.key, len(numbers))
            is_money = window.key.unit == CapUnit.MONEY
            limits[number] = (window.limit, is_money, 1.0 if is_money else float(dearest[row]))
    ordered = [limits[one] for one in range(len(limits))]
    return (
        found,
        np.array([one[0] for one in ordered], float),
        np.array([one[1] for one in ordered], bool),
        np.array([one[2] for one in ordered], float),
    )
