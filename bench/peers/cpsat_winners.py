"""The peer of `winners`: OR-tools' CP-SAT, one model a sale size.

Reads {sizes, contests: [[[campaign, group, carriers, {size: [value, price]}], …], …]} from standard input;
writes the best size, value and price of every contest, and the processor seconds that all of them took.
"""

import json
import sys
import time
from collections import defaultdict

from ortools.sat.python import cp_model

# Room for any sum of prices below a set's value, in what CP-SAT can count with.
PRICES = 1 << 20


def best(offers: list, sizes: list[int]) -> list[int]:
    """Return size, value and price of the best sale: highest value, then fewer companies, then price."""
    found = [(*solved, -size) for size in sizes if (solved := solve(offers, str(size)))]
    value, price, size = max(found, key=lambda one: (one[0], one[2], one[1]))
    return [-size, value, price]


def solve(offers: list, size: str) -> tuple[int, int] | None:
    model = cp_model.CpModel()
    alone = defaultdict(list)
    chosen, worth = [], []
    for campaign, group, carriers, prices in offers:
        if size in prices:
            one = model.NewBoolVar(campaign)
            value, price = prices[size]
            chosen.append(one)
            worth.append((value * PRICES + price, value, price))
            for name in (group, *carriers):
                alone[name].append(one)
    for members in alone.values():
        model.AddAtMostOne(members)
    model.Add(sum(chosen) == int(size))
    model.Maximize(sum(weight * one for one, (weight, _, _) in zip(chosen, worth, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.Solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise RuntimeError(f"CP-SAT ended with {solver.StatusName(status)}")
    won = [parts for one, parts in zip(chosen, worth, strict=True) if solver.Value(one)]
    return sum(value for _, value, _ in won), sum(price for _, _, price in won)


def main() -> None:
    asked = json.load(sys.stdin)
    began = time.process_time()
    answers = [best(offers, asked["sizes"]) for offers in asked["contests"]]
    json.dump({"answers": answers, "seconds": time.process_time() - began}, sys.stdout)


main()
