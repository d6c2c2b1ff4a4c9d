"""Markets whose budgets bind: bids by source, budgets as a share of what campaigns might buy.

Four in ten campaigns take all seven sources, the others one to four of them; bids follow what share of those
leads becomes a sale, by the mission. A campaign's budget of a day is `tightness` times what the leads that it
might have on an average day would cost at its bid for two, times a chance of its own; half are caps on money
and half on leads, and half of the campaigns have one of the month too. No campaign has hours: a lead is sold
when it comes or never, which is what makes the bound one.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from bench.apparatus import markets
from leadhouse.allocate.matching.targeting import Index
from leadhouse.parties.compile import compile_market
from leadhouse.parties.market_file import read_market_text
from leadhouse.parties.types import Campaign, Cap, CapPeriod, CapUnit, Market
from leadhouse.simulate.month.arrivals import arrivals
from leadhouse.simulate.month.shape import VOLUMES
from leadhouse.simulate.playing.door import Door
from leadhouse.simulate.types import Arrival, Refused

# The mission's seven sources, as their leads became sales (document 000, September 2025).
CONVERSIONS = (5.6, 4.1, 5.9, 6.1, 5.2, 4.8, 3.5)
SIZES = {"exclusive": 1.0, "duo": 0.62, "trio": 0.46, "quad": 0.37}
NOISE, OPT_OUT, SPREAD = 0.15, 0.1, 0.5
ALL_SOURCES = 0.4
DAYS = 30
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Month:
    """A market without budgets, a month of leads that come through its door, and who may have each.

    Campaign `rows[n]` might have lead `lead_of[n]` of those that come in.
    """

    market: Market
    arrivals: Sequence[Arrival]
    lead_of: Ints
    rows: Ints
    seed: int

    def leads(self) -> list[Arrival]:
        """Return the leads that are decided: duplicates are refused at the door whatever the policy."""
        door = Door(self.market)
        return [one for one in self.arrivals if not isinstance(door.enter(one), Refused)]


def month(campaigns: int, leads: int, seed: int) -> Month:
    """Return a month by seed."""
    market = _market(campaigns, seed)
    came = arrivals(market, seed=seed, leads=leads)
    found = Month(market, came, np.zeros(0, np.int64), np.zeros(0, np.int64), seed)
    index, nobody = Index(market), BitMap()
    passing = [list(index.narrow(one.lead, one.at, nobody).passing) for one in found.leads()]
    counts = np.array([len(one) for one in passing])
    rows = np.fromiter((number for one in passing for number in one), np.int64, counts.sum())
    return replace(found, lead_of=np.repeat(np.arange(len(passing)), counts), rows=rows)


def with_budgets(found: Month, tightness: float) -> Market:
    """Return the market with budgets that let it buy this share of what it might."""
    chance, market = Random(f"{found.seed} budgets"), found.market
    daily = np.bincount(found.rows, minlength=max(market.campaigns) + 1) / DAYS
    campaigns = {
        number: replace(one, caps=_caps(one, tightness * daily.item(number), chance))
        for number, one in market.campaigns.items()
    }
    return replace(market, campaigns=campaigns)


def _caps(campaign: Campaign, leads: float, chance: Random) -> tuple[Cap, ...]:
    """Return the caps of a campaign that may buy about so many leads a day."""
    luck, is_money, has_month = chance.gauss(0, SPREAD), chance.random() < 0.5, chance.random() < 0.5
    of_month = chance.uniform(0.6, 0.9)
    dearest = max(campaign.bids.values())
    for_two = campaign.bids.get(2, dearest)
    most = leads * math.exp(luck)
    limit = math.ceil(max(dearest, most * for_two) if is_money else max(1, most))
    unit = CapUnit.MONEY if is_money else CapUnit.COUNT
    caps = [Cap(CapPeriod.DAY, unit, limit)]
    if has_month:
        caps.append(Cap(CapPeriod.MONTH, unit, math.ceil(limit * DAYS * of_month)))
    return tuple(caps)


def _market(campaigns: int, seed: int) -> Market:
    """Return the month's market with sources and bids of its own, and no budgets."""
    document = markets.month_market(campaigns, seed)
    chance = Random(f"{seed} bids")
    for company in document["companies"]:  # type: ignore[attr-defined]
        for campaign in company["campaigns"]:
            campaign.pop("caps", None)
            taken = list(range(len(CONVERSIONS)))
            if chance.random() >= ALL_SOURCES:
                taken = chance.sample(taken, chance.randint(1, 4))
                campaign["sources"] = {"only": [markets.SOURCES[one] for one in taken]}
            leads = sum(VOLUMES[one] for one in taken)
            sold = sum(VOLUMES[one] * CONVERSIONS[one] for one in taken)
            worth = chance.randint(2_000, 9_000) * sold / leads / max(CONVERSIONS)
            sizes = {name: share * chance.uniform(1 - NOISE, 1 + NOISE) for name, share in SIZES.items()}
            kept = {name: one for name, one in sizes.items() if chance.random() >= OPT_OUT} or sizes
            campaign["bids"] = _bids(kept, worth)
    file = read_market_text(json.dumps(document), suffix=".json")
    return compile_market(1, file.market, file.products, file.sources, file.companies)


def _bids(sizes: Mapping[str, float], worth: float) -> dict[str, str]:
    return {name: f"{worth * share / 100:.2f}" for name, share in sizes.items()}
