"""Promised prices: asked for before a lead is posted, honoured for the post that keeps the terms."""
