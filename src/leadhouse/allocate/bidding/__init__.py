"""Asks campaigns for live bids, in parallel and within one deadline a lead, before it is decided.

In comes work BID (a lead that such campaigns may have); out go their answers and work ALLOCATE. Ours:
allocate_bid.
"""
