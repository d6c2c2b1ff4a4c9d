"""Money: what buyers may still spend, what is held, charged and credited, what sources are owed.

In come decisions (hold, capture, release, credit), deposits and work PAYOUT; out go entries of a
double-entry, append-only book and every company's wallet. Ours: billing_account, billing_entry,
billing_posting, billing_wallet.
"""
