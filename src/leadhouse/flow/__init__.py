"""The lead's road: the pipeline as one list, and the worker that walks it.

In comes work from the timeline's queue; out go the stages' own facts. No tables are ours.
"""
