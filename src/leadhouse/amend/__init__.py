"""Changes leads by people's hands: one or many at once, corrected, sent again, marked, credited, erased.

In come an operator's wishes about a lead or about all leads of a filter; out go events, work for the stages
and what each room changes for it. Ours are `amend_batch` and `amend_item`: work on many leads, with its
progress.
"""
