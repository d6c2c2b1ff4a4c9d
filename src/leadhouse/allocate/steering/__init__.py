"""Keeps the shadow prices: who has the turn reads what was spent and what came, and writes them for all."""
