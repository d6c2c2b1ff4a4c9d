"""Who works here: added, invited, changed, let in by a second factor, and kept out again.

In come an operator's or a company owner's wishes, each checked against who may wish it; out go rows of
parties_person, notes in the audit log, and mails with links that work once.
"""
