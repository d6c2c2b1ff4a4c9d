"""Writes the parcel, sends it, and keeps at it until it arrives or nothing more can be done.

In comes work DELIVER (an assignment, a further method of one, or a lead that nobody else wants), CONFIRM and
NOTICE (a lead); out go one event an attempt, assignments accepted, refused or failed, and the lead's end.
Ours: deliver_parcel, deliver_attempt.
"""
