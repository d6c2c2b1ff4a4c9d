"""The audit log: every change of the market, of people and of keys: who, when, from what, to what.

In come differences as they are carried out, in the same transaction; out go pages of the log. Ours:
parties_audit, which only grows.
"""
