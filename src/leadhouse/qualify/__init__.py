"""Cleans, deduplicates, verifies, classifies; accepts or refuses with a reason.

In come captured leads (work QUALIFY), the market's flows, and what verification services answer; out go one
event a flow step, then qualified or disqualified with a closed reason, the facts that checks appended, and
work for the next stages. Ours: qualify_contact (accepted leads by contact: where duplicates are found),
qualify_suppression, qualify_appended, qualify_verification.
"""
