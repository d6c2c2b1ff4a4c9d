"""Which leads a list holds: by its filters and order, or by every way in which a search can be meant.

The portals' searches are of one party, which shows what is found through its fence alone.
"""
