"""Narrows campaigns to those that may have a lead, prices them, chooses the best sale, uses up its room.

In comes work ALLOCATE (a lead that is good to sell) and FOLD (an assignment whose outcome became known); out
go decisions, assignments with their holds, and work DELIVER. Ours: allocate_decision, allocate_assignment,
allocate_holding, allocate_cap_window, allocate_line, allocate_turn, allocate_waiting, allocate_rate,
allocate_cohort, allocate_delay, allocate_pace, allocate_pacing, allocate_shadow_day, allocate_day,
allocate_day_sum, allocate_stirred.

A lead goes through `matching` (who may have it), `prices` (what each offers) and `choosing` (the sale, by
its product's method), all of which only think; `lines` keeps whose turn it is, and `selling` reads what
they need and applies what they decide. `waiting` has leads decided sooner than they wait. Beside its road
`pacing` thinks about how fast budgets go, and `steering` keeps the shadow prices that come of it.
"""
