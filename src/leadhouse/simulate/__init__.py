"""Plays leads through a market in memory, by the same code that decides them in earnest, to answer "what if".

In comes a market, and either a month of leads made up by seed or the log that the database recorded; out go
figures: revenue, fill, spend, contacts, waiting, and what another market, policy, bid or budget would have
changed. No table is ours, and nothing is written but the files that are asked for.

`month` makes leads up, `playing` decides them and is the outside world while it does; both only think.
"""
