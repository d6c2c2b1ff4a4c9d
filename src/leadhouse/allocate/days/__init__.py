"""What whole days of decisions came to: for each company what it was given, and how far campaigns came.

Kept and marked as the timeline's days are (timeline/days).
"""
