"""The API for programs under `/v1`: leads, events and wallets to read, and the description of every door.

In come requests with an access key; out go JSON answers, faults always as `{"outcome", "code", "reason"}`.
Posting leads is answered ahead of Django by capture's door, feedback by feedback's; both are described here.
"""
