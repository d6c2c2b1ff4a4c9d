"""How long the best set of buyers takes to find where carriers conflict, beside OR-tools' CP-SAT.

Every lead has so many offers, of companies with one to three carriers out of forty (or of two to four out of
twelve, where few companies can be together), two campaigns to a company. Both say of every lead how many
companies get it and what that is worth; the run fails when they disagree about one. Processor time, no
database.
"""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from bench.apparatus import peers
from bench.apparatus.result import Figure, Peer, Result
from leadhouse.allocate.choosing import winners
from leadhouse.allocate.types import WHOLE, Offer

ROUNDS = 5
SEED = 23
TARGET_MS = 1.0
PEER = "OR-tools CP-SAT"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked: so many leads, each with so many offers for these sale sizes."""

    name: str
    leads: int
    offers: int
    sizes: tuple[int, ...]
    carriers: int
    of_each: tuple[int, int]
    target_ms: float | None = None


SETTINGS = (
    Setting("50 offers, to 1–4 companies", 30, 50, (1, 2, 3, 4), 40, (1, 3)),
    Setting("500 offers, to 1–4 companies", 20, 500, (1, 2, 3, 4), 40, (1, 3), TARGET_MS),
    Setting("500 offers, to 1–8 companies", 10, 500, tuple(range(1, 9)), 40, (1, 3)),
    Setting("500 offers, few carriers, to 1–4 companies", 10, 500, (1, 2, 3, 4), 12, (2, 4)),
)
QUICK = (Setting("20 offers", 5, 20, (1, 2), 10, (1, 2)),)
Answer = tuple[int, int, int]


def run(*, is_quick: bool) -> Result:
    """Ask both about the same leads, in turn."""
    python = None if is_quick else peers.python_with("cpsat", "ortools")
    figures = []
    for setting in QUICK if is_quick else SETTINGS:
        contests = list(_contests(setting))
        ours, theirs = [], []
        for _ in range(1 if is_quick else ROUNDS):
            answers, seconds = _answered(contests, setting.sizes)
            ours.append(seconds / setting.leads * 1000)
            if python:
                peer_answers, seconds = _asked(str(python), contests, setting.sizes)
                if peer_answers != answers:
                    raise RuntimeError(f"{setting.name}: ours says {answers}, CP-SAT {peer_answers}")
                theirs.append(seconds / setting.leads * 1000)
        beside = Peer(PEER, tuple(theirs)) if theirs else None
        name = f"{setting.name}: found within"
        figures.append(Figure(name, "ms/lead", tuple(ours), setting.target_ms, is_cost=True, peer=beside))
    checked = sum(one.leads for one in SETTINGS)
    notes = {"answers": f"{checked} of {checked} equal"} if python else {"peer": "was not asked"}
    return Result(tuple(figures), notes)


def _answered(contests: Sequence[Sequence[Offer]], sizes: Sequence[int]) -> tuple[list[Answer], float]:
    """Return our answers, and the processor seconds they took."""
    places = winners.places_of(sizes)
    began = time.process_time()
    found = [winners.choose(winners.best_scenarios(offers, places)) for offers in contests]
    seconds = time.process_time() - began
    return [(one.size, one.value, one.price_minor) for one in found if one], seconds


def _asked(
    python: str, contests: Sequence[Sequence[Offer]], sizes: Sequence[int]
) -> tuple[list[Answer], float]:
    """Return the peer's answers, and the processor seconds they took without its start."""
    told = json.dumps({"sizes": sizes, "contests": [[_told(one) for one in offers] for offers in contests]})
    command = [python, str(peers.FOLDER / "cpsat_winners.py")]
    heard = json.loads(subprocess.run(command, input=told, capture_output=True, check=True, text=True).stdout)
    return [tuple(one) for one in heard["answers"]], heard["seconds"]


def _told(offer: Offer) -> tuple[str, str, list[str], dict[int, tuple[int, int]]]:
    carriers = [f"carrier {bit}" for bit in range(offer.conflicts.bit_length()) if offer.conflicts >> bit & 1]
    values = {size: (price * offer.keep, price) for size, price in offer.prices.items()}
    return offer.key, offer.group, carriers, values


def _contests(setting: Setting) -> Iterator[list[Offer]]:
    chance = Random(SEED)
    for _ in range(setting.leads):
        companies = [_carriers(setting, chance) for _ in range(setting.offers // 2)]
        yield [
            Offer(
                campaign_id=number,
                company_id=number // 2,
                key=f"campaign-{number:03d}",
                group=f"company {number // 2}",
                keep=WHOLE - chance.randrange(WHOLE // 4),
                prices=_prices(setting.sizes, chance),
                conflicts=companies[number // 2],
            )
            for number in range(setting.offers)
        ]


def _carriers(setting: Setting, chance: Random) -> int:
    return sum(1 << one for one in chance.sample(range(setting.carriers), chance.randint(*setting.of_each)))


def _prices(sizes: Sequence[int], chance: Random) -> dict[int, int]:
    """Return bids that fall with the size as the mission's do: 1, .62, .46, .37 of the exclusive one."""
    bid = chance.randint(2_000, 9_000)
    return {size: int(bid * size**-0.7 * chance.uniform(0.8, 1.2)) for size in sizes}
