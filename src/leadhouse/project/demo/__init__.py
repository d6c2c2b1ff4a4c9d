"""The demo: invented people's leads, sent over HTTP through the whole life, and a table of what came of them.

It speaks to the running house from outside, as a source and an operator would. No tables are ours.
"""
