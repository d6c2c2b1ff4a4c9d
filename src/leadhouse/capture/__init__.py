"""Takes a lead in at the door, keeps it exactly as it came, answers the source at once.

In come posts (JSON, form, XML, NDJSON batches) and CSV files; out go leads with their consumers, passports,
first events and work, and the answers to the source. Ours: capture_lead, capture_receipt,
capture_source_window, capture_used_ping, capture_refused_post.
"""
