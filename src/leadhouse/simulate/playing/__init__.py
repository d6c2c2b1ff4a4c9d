"""Leads decided in memory one by one, by the worker's own code: the road without its tables. Pure."""
