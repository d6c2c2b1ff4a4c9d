"""The most that budgets let a month of leads earn, seen with hindsight: a bound; on small ones, the LP.

Any multipliers >= 0 of the budgets bound the revenue from above (Lagrangian duality); good ones are found by
projected subgradient steps, averaged. One lead's part of the problem is solved exactly, so the best bound is
the value of the linear program over leads and scenarios, which HiGHS solves with crossover on small cases.

Reads {"problem": a .npz, "steps": n, "is_solved": bool}; writes {"bound", "free"}, solved with {"solved",
"bound_there"}: the program's value, and the bound at its multipliers.
"""

import json
import sys

import highspy
import numpy as np
from numba import njit

SIZES = 4
GAIN, SLOWING, MOST_EXCESS = 0.15, 12.0, 2.0
NONE = -1


@njit(cache=True)
def relaxed(starts, group, prices, budgets, is_money, multipliers, used):
    """Return what the leads earn less what they owe their budgets, each sold best; add what they use up."""
    worth = 0.0
    top = np.zeros(SIZES)
    who = np.zeros(SIZES, np.int64)
    chosen = np.zeros(SIZES, np.int64)
    for lead in range(len(starts) - 1):
        first, last = starts[lead], starts[lead + 1]
        best, places = 0.0, 0
        for size in range(1, SIZES + 1):
            filled, sum_of_top = 0, 0.0
            row = first
            while row < last:
                # The rows of one group stand together; of them the best one counts.
                of_group, which = -np.inf, NONE
                same = group[row]
                while row < last and group[row] == same:
                    price = prices[row, size - 1]
                    if price > 0:
                        owed = price
                        for place in range(budgets.shape[1]):
                            budget = budgets[row, place]
                            if budget != NONE:
                                owed -= multipliers[budget] * (price if is_money[budget] else 1.0)
                        if owed > of_group:
                            of_group, which = owed, row
                    row += 1
                if which == NONE:
                    continue
                if filled < size:
                    place = filled
                    filled += 1
                elif of_group > top[size - 1]:
                    place = size - 1
                else:
                    continue
                while place > 0 and top[place - 1] < of_group:
                    top[place], who[place] = top[place - 1], who[place - 1]
                    place -= 1
                top[place], who[place] = of_group, which
            if filled == size:
                sum_of_top = top[:size].sum()
                if sum_of_top > best:
                    best, places = sum_of_top, size
                    chosen[:size] = who[:size]
        worth += best
        for number in range(places):
            row = chosen[number]
            price = prices[row, places - 1]
            for place in range(budgets.shape[1]):
                budget = budgets[row, place]
                if budget != NONE:
                    used[budget] += price if is_money[budget] else 1.0
    return worth


class Problem:
    """Leads with their offers (rows), and the budgets that each row draws on."""

    def __init__(self, path):
        found = np.load(path)
        self.arrays = [found[name] for name in ("starts", "group", "prices", "budgets", "is_money")]
        self.limits = found["limits"]
        # What a multiplier of 1 is in money: a lead's price where the budget counts leads.
        self.scale = found["scale"]

    def bound(self, multipliers):
        """Return the bound at these multipliers, and what is used up of every budget at them."""
        used = np.zeros(len(self.limits))
        worth = relaxed(*self.arrays, multipliers, used)
        return worth + float(multipliers @ self.limits), used

    def search(self, steps):
        """Return the least bound found, and its multipliers."""
        multipliers, mean = np.zeros(len(self.limits)), np.zeros(len(self.limits))
        least, best, weights = np.inf, multipliers, 0.0
        for step in range(steps):
            bound, used = self.bound(multipliers * self.scale)
            if bound < least:
                least, best = bound, multipliers
            gain = GAIN / (1 + step / SLOWING)
            excess = np.clip((used - self.limits) / np.maximum(self.limits, 1e-9), -1.0, MOST_EXCESS)
            multipliers = np.clip(multipliers + gain * excess, 0.0, 1.0)
            # Late steps count more: a mean that forgets where it began.
            weights += step + 1
            mean = mean + (multipliers - mean) * (step + 1) / weights
            if step % 10 == 9 or step == steps - 1:
                bound, _ = self.bound(mean * self.scale)
                if bound < least:
                    least, best = bound, mean
        return least, best * self.scale

    def solved(self):
        """Return the value of the linear program, and its budgets' multipliers."""
        return solve(*self.arrays, self.limits)


def solve(starts, group, prices, budgets, is_money, limits):
    """Solve over (lead, size, row): exactly `size` rows of a lead sold at a size, one of each group."""
    cost = []
    rows, columns, values, lower, upper = [], [], [], [], []

    def constraint(entries, low, high):
        number = len(lower)
        for column, value in entries:
            rows.append(number)
            columns.append(column)
            values.append(value)
        lower.append(low)
        upper.append(high)

    use = [[] for _ in limits]
    for lead in range(len(starts) - 1):
        of_lead = []
        for size in range(1, SIZES + 1):
            open_rows = [row for row in range(starts[lead], starts[lead + 1]) if prices[row, size - 1] > 0]
            if len({group[row] for row in open_rows}) < size:
                continue
            sale = len(cost)
            cost.append(0.0)
            of_lead.append((sale, 1.0))
            members = {}
            for row in open_rows:
                price = prices[row, size - 1]
                members[row] = len(cost)
                cost.append(price)
                for budget in budgets[row]:
                    if budget != NONE:
                        use[budget].append((members[row], price if is_money[budget] else 1.0))
            constraint([*((one, 1.0) for one in members.values()), (sale, -float(size))], 0.0, 0.0)
            for same in {group[row] for row in open_rows}:
                several = [(members[row], 1.0) for row in open_rows if group[row] == same]
                constraint([*several, (sale, -1.0)], -np.inf, 0.0)
        if of_lead:
            constraint(of_lead, -np.inf, 1.0)
    first = len(lower)
    for entries, limit in zip(use, limits, strict=True):
        constraint(entries, -np.inf, float(limit))
    return _highs(np.array(cost), np.array(rows), np.array(columns), np.array(values), lower, upper, first)


def _highs(cost, rows, columns, values, lower, upper, first):
    order = np.lexsort((rows, columns))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(lower)
    model.col_cost_, model.col_lower_ = -cost, np.zeros(len(cost))
    model.col_upper_ = np.full(len(cost), highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(len(cost) + 1))
    model.a_matrix_.index_, model.a_matrix_.value_ = rows[order], values[order]
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("solver", "ipm"), ("run_crossover", "on")):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
    duals = np.array(solver.getSolution().row_dual)[first:]
    return -solver.getInfo().objective_function_value, np.maximum(0.0, -duals)


def main():
    asked = json.loads(sys.stdin.readline())
    problem = Problem(asked["problem"])
    bound, _ = problem.search(asked["steps"])
    free, _ = problem.bound(np.zeros(len(problem.limits)))
    told = {"bound": bound, "free": free}
    if asked["is_solved"]:
        value, multipliers = problem.solved()
        told |= {"solved": value, "bound_there": problem.bound(multipliers)[0]}
    print(json.dumps(told))


main()
