"""Leads that wait for an opening, and the news that has some of them decided sooner.

In comes news from the timeline (a campaign edited, a wallet funded); out goes work ALLOCATE that is due now,
for those leads alone that would be decided otherwise. Ours: allocate_waiting.
"""
