"""Adapters to verification services: each writes its service's request and reads its answer. Pure."""
