"""Leads from files: columns matched, every row validated first, each taken in exactly once."""
