"""How business goes: a period's figures beside those before, and what is wrong now."""
