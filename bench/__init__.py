"""How fast the house is: one benchmark a file, each with a `run` that hands back its figures.

`leadhouse bench` runs them (`python -m bench NAME` is what it calls); `results/` keeps the last figures.
"""
