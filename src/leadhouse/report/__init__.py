"""Answers questions: which leads, one lead's whole story, sources and funnels of a period, exports.

In come filters, ids and periods; out go frozen records for the console, the API and the commands. Reads
everything, changes nothing, owns no table: its SQL goes over the other rooms' tables.
"""
