"""How statements reach PostgreSQL, and how PostgreSQL itself is there to be reached.

In come named statements (`queries.sql` beside each room's `queries.py`) with their parameters; out go typed
rows. `postgres.py` runs the embedded server when no other is given. Ours in the database: the function
`leadhouse_now()`, no table.
"""
