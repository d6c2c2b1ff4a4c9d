"""What whole days came to, kept so that a month is read from some thousand rows however many leads it had.

A day is kept once it has been over for a while. Whoever changes a lead of an earlier day marks it in the same
transaction; a marked day is counted from its leads until it has been kept anew (docs/adr/0022-kept-days.md).
"""
