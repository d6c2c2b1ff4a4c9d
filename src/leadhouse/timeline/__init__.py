"""The append-only log of everything that happened to a lead, its passport's status, and the work queue.

In come events (one per step's outcome) and work items; out go histories, passports and leased claims.
Ours: timeline_passport, timeline_event, timeline_work, timeline_news, timeline_day, timeline_day_sum,
timeline_stirred. A passport's status is written here alone.
"""
