"""The lines in which campaigns take turns: read before a decision, locked and moved with its sale."""
