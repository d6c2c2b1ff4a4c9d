"""What pacing budgets earns in a month over greedy best revenue, and of the most that could be earned.

The mission's 75,711 leads against 600 campaigns with budgets (see apparatus/budgets.py), seeds 1 to 5 at four
levels of tightness: once greedy, each lead to the sale that is worth most by itself, once paced by the very
Pacer of the product. The bound is the Lagrangian dual of the whole month seen with hindsight, one multiplier
for each budget of each day and month; no policy can earn more. On small cases it is certified: HiGHS solves
the linear program with crossover, at whose multipliers the dual must equal its value. The run fails when it
does not, when a policy beats the bound, or when on the first days the house's decisions, each with all that
it keeps, do not earn to the cent what the arrays earn (apparatus/playing.py), or unbudgeted what the dual
does. Each month is kept as soon as it is finished (apparatus/months.py): a run broken off goes on where it
was, and what is published was all earned by the same code.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from msgspec import structs

from bench.apparatus import peers
from bench.apparatus.months import Case, Shelf
from bench.apparatus.result import Figure, Peer, Result

if TYPE_CHECKING:
    from bench.apparatus.hindsight import Bound
    from bench.apparatus.playing import Catalogue
    from leadhouse.parties.types import Market

SEEDS = (1, 2, 3, 4, 5)
TIGHTNESS = (0.08, 0.15, 0.30, 0.60)
# The share of the bound to reach; up to 0.15 budgets are tight.
LEAST_SHARES = {0.08: 97.0, 0.15: 97.0, 0.30: 98.0, 0.60: 98.0}
MEAN_LIFT = 2.5
STEPS = 200
GREEDY = "greedy best revenue"
# What the linear program and the dual at its multipliers may differ by, and how close the search must come.
ROUNDING, MOST_GAP = 1e-6, 0.005


@dataclass(frozen=True, slots=True)
class Size:
    """How large a month is."""

    campaigns: int
    leads: int


FULL, QUICK = Size(600, 75_711), Size(60, 600)
SMALL = ((Size(60, 600), 0.15), (Size(120, 700), 0.08), (Size(90, 500), 0.30))
UNBUDGETED = Size(600, 2_000)
# One in so many leads of each seed's first month, its first days, are decided by the house too.
COMPARED = 25


def run(*, is_quick: bool) -> Result:
    """Play every month twice and bound it; certify the bound on small ones."""
    if is_quick:
        return result(list(months(QUICK, 1, (0.15,))), "was not asked for", QUICK)
    python, shelf = peers.python_with("bound", "numba", "highspy", "numpy"), Shelf.of_this_code()
    for seed in SEEDS:
        play(shelf, seed)
    certified = "was not asked for"
    if python:
        certified = shelf.text("certified", lambda: certify(python, SMALL))
        for seed in SEEDS:
            bound(python, shelf, seed)
    return result(shelf.cases(SEEDS, TIGHTNESS), certified, FULL)


def play(shelf: Shelf, seed: int) -> None:
    """Play the months of one seed that are not on the shelf yet, and tell of each."""
    levels = [one for one in TIGHTNESS if shelf.case(seed, one) is None]
    for case in months(FULL, seed, levels):
        shelf.keep(case)
        _tell(case, f"{case.paced / case.greedy - 1:+.2%}")


def bound(python: Path, shelf: Shelf, seed: int) -> None:
    """Bound the months of one seed whose bounds are not on the shelf yet, and tell of each."""
    from bench.apparatus import budgets, hindsight

    cases = [one for one in shelf.cases([seed], TIGHTNESS) if one.bound is None]
    if not cases:
        return
    month = budgets.month(FULL.campaigns, FULL.leads, seed)
    for case in cases:
        market = budgets.with_budgets(month, case.tightness)
        found = hindsight.bound(python, month, market, STEPS).bound
        shelf.keep(check(structs.replace(case, bound=found)))
        _tell(case, f"{case.paced / found:.2%} of the bound")


def _tell(case: Case, what: str) -> None:
    print(f"seed {case.seed}, {case.tightness:.2f}: {what}", file=sys.stderr, flush=True)


def result(cases: Sequence[Case], certified: str, size: Size) -> Result:
    """Return the cases as figures."""
    notes = {
        "months": f"{len(cases)}, of {size.leads:,} leads against {size.campaigns} campaigns each",
        "bounded": f"{sum(one.bound is not None for one in cases)} of the months, by {STEPS} steps each",
        "the bound against HiGHS": certified,
        "paced earned less than greedy": f"in {sum(one.paced < one.greedy for one in cases)} of {len(cases)}",
    }
    return Result(tuple(_figures(cases)), notes)


def months(size: Size, seed: int, levels: Sequence[float]) -> Iterator[Case]:
    """Yield one seed's month at these levels of tightness, not bounded yet."""
    if not levels:
        return
    from bench.apparatus import budgets, playing
    from leadhouse.parties.types import Pacing
    from leadhouse.simulate.changes import with_pacing

    month = budgets.month(size.campaigns, size.leads, seed)
    catalogue = playing.Catalogue(month)
    for tightness in levels:
        market = budgets.with_budgets(month, tightness)
        policies = [with_pacing(market, one) for one in (Pacing.GREEDY, Pacing.PACED)]
        if tightness == TIGHTNESS[1]:
            first = size.leads // COMPARED
            for one in policies:
                check_play(house_earned(catalogue, one, first), playing.earned(catalogue, one, first))
        greedy, paced = (playing.earned(catalogue, one) for one in policies)
        yield Case(seed, tightness, greedy, paced, None)


def check_play(house: int, arrays: int) -> None:
    """RuntimeError when the house earns anything else than the arrays say."""
    if house != arrays:
        raise RuntimeError(f"the house earns {house} with leads for which the arrays earn {arrays}")


def check(case: Case) -> Case:
    """Return the case; RuntimeError when a policy earned more than can be."""
    if case.bound is not None and max(case.greedy, case.paced) > case.bound:
        raise RuntimeError(f"{case}: more was earned than the bound allows")
    return case


def house_earned(catalogue: "Catalogue", market: "Market", most: int | None = None) -> int:
    """Return what the month, or its first `most` leads let in, earn by the house's decisions, minor units."""
    from leadhouse.simulate.markets import endless_wallets
    from leadhouse.simulate.running import Setting, play_month
    from leadhouse.simulate.types import Judged

    setting = Setting(market, endless_wallets(market.companies))
    steps = (one for one in play_month(setting, catalogue.arrivals[:most]) if isinstance(one, Judged))
    return sum(sum(one.decided.sale.prices) for one in steps if one.decided.sale)


def certify(python: Path, cases: Sequence[tuple[Size, float]]) -> str:
    """Compare the bound with the linear program on small months; say how close they are."""
    from bench.apparatus import budgets, hindsight, playing

    gaps = []
    for size, tightness in cases:
        month = budgets.month(size.campaigns, size.leads, seed=1)
        market = budgets.with_budgets(month, tightness)
        found = hindsight.bound(python, month, market, 3 * STEPS, is_solved=True)
        gaps.append(gap(found))
    month = budgets.month(UNBUDGETED.campaigns, UNBUDGETED.leads, seed=1)
    free = hindsight.bound(python, month, budgets.with_budgets(month, 1.0), 1).free
    check_unbudgeted(house_earned(playing.Catalogue(month), month.market), free)
    worst = max(gaps) * 100
    return f"equal at its multipliers in {len(gaps)} of {len(gaps)}, those found at most {worst:.2f} % above"


def gap(found: "Bound") -> float:
    """Return by what share the search is above the linear program's value.

    RuntimeError when the dual at the program's multipliers is not its value, or the search is too far off.
    """
    if found.solved is None or found.bound_there is None:
        raise RuntimeError("the linear program was not solved")
    apart, above = (one / found.solved - 1 for one in (found.bound_there, found.bound))
    if abs(apart) > ROUNDING or not -ROUNDING < above < MOST_GAP:
        raise RuntimeError(f"{found}: the linear program and the dual differ by {apart:.1e}, {above:.1e}")
    return above


def check_unbudgeted(earned: int, free: float) -> None:
    """RuntimeError when the house's decisions do not earn what the dual says is there without budgets."""
    if abs(earned - free) > 0.5:
        raise RuntimeError(f"without budgets {earned} is earned, and {free} could be")


def _figures(cases: Sequence[Case]) -> Iterator[Figure]:
    lifts = [(one.paced / one.greedy - 1) * 100 for one in cases]
    yield Figure("paced over greedy: mean of all months", "% more", (mean(lifts),), MEAN_LIFT)
    yield Figure("  the least, the most", "% more", (min(lifts), max(lifts)))
    for tightness in dict.fromkeys(one.tightness for one in cases):
        several = [one for one in cases if one.tightness == tightness]
        name = f"budgets {tightness:.2f} of what they might buy"
        paced = tuple(one.paced / 100 for one in several)
        greedy = Peer(GREEDY, tuple(one.greedy / 100 for one in several))
        yield Figure(f"{name}: paced", "$", paced, peer=greedy)
        yield from _of_bound(several, LEAST_SHARES[tightness])


def _of_bound(cases: Sequence[Case], least: float) -> Iterator[Figure]:
    bounds: Mapping[int, float] = {one.seed: one.bound for one in cases if one.bound is not None}
    if bounds:
        known = [one for one in cases if one.seed in bounds]
        paced = tuple(one.paced / bounds[one.seed] * 100 for one in known)
        greedy = tuple(one.greedy / bounds[one.seed] * 100 for one in known)
        yield Figure("  paced, of the bound", "%", paced, least)
        yield Figure("  greedy, of the bound", "%", greedy)
